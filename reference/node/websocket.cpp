#include "reference/node/websocket.hpp"

#include <algorithm>
#include <utility>

#include "reference/codec/utf8.hpp"

namespace mqttspec::node {
namespace {

using codec::BytesView;
using codec::NeedMore;

constexpr BytesView end_of_head = "\r\n\r\n";

// Codes that may stand in a close frame (RFC 6455 sections 7.4.1, 7.4.2 and the registry).
bool is_sendable(unsigned code) {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code < 1015 && code != 1004 && code != 1005 && code != 1006;
}

// Unlike MQTT's strings, a reason may hold U+0000.
bool is_text(BytesView text) {
  const auto fault = codec::find_utf8_fault(text);
  return !fault || fault->rule == codec::Rule::utf8_nul;
}

// RFC 6455 section 5.5.1: the answer echoes the code.
WebSocketFrame answer_to_close(BytesView payload) {
  if (payload.empty()) return {WebSocketOpcode::close, true, {}};
  if (payload.size() < 2) return close_frame(WebSocketStatus::protocol_error);
  const unsigned code =
      static_cast<unsigned char>(payload[0]) * 256U + static_cast<unsigned char>(payload[1]);
  if (!is_sendable(code)) return close_frame(WebSocketStatus::protocol_error);
  if (!is_text(payload.substr(2))) return close_frame(WebSocketStatus::invalid_payload);
  return {WebSocketOpcode::close, true, codec::Bytes(payload.substr(0, 2))};
}

}  // namespace

WebSocket::WebSocket(std::shared_ptr<const WebSocketRules> rules) : rules_(std::move(rules)) {
  static const auto defaults = std::make_shared<const WebSocketRules>();
  if (!rules_) rules_ = defaults;
}

void WebSocket::push(BytesView bytes) {
  if (decoder_) {
    decoder_->push(bytes);
  } else {
    input_ = bytes;
  }
}

std::optional<UpgradeAnswer> WebSocket::upgrade() {
  if (input_.empty()) return std::nullopt;
  const std::size_t before = head_.size();
  head_.append(input_.substr(0, rules_->request_size_maximum + 1 - before));
  // Whoever speaks something else (MQTT, TLS) does not wait for an end that never comes.
  if (head_.front() < 'A' || head_.front() > 'Z') {
    return refuse_upgrade(400, "this is no HTTP request");
  }
  const std::size_t from = before < end_of_head.size() ? 0 : before - end_of_head.size() + 1;
  const std::size_t end = head_.find(end_of_head, from);
  if (end == codec::Bytes::npos) {
    if (head_.size() > rules_->request_size_maximum) {
      return refuse_upgrade(431, "the request has more than " +
                                     std::to_string(rules_->request_size_maximum) + " bytes");
    }
    input_ = {};
    return std::nullopt;
  }
  const std::size_t size = end + end_of_head.size();
  // [V5-6-a], [V311-6-a] The resource that is asked for decides whether MQTT is spoken at all, and
  // on nothing of it. [V311-6-c] Whoever offers other subprotocols only is turned away.
  auto answer = answer_upgrade(BytesView(head_).substr(0, size), *rules_);
  if (answer.accepted) {
    subprotocol_ = answer.subprotocol;
    decoder_ = std::make_unique<WebSocketDecoder>(rules_->frame_size_maximum);
    decoder_->push(input_.substr(size - before));
    head_ = codec::Bytes();
  }
  return answer;
}

std::variant<NeedMore, UpgradeAnswer, WebSocketPart, WebSocketStatus> WebSocket::next(
    bool whole_frames) {
  if (!decoder_) {
    if (auto answer = upgrade()) return std::move(*answer);
    return NeedMore{};
  }
  while (true) {
    const auto result = decoder_->next();
    if (const auto* status = std::get_if<WebSocketStatus>(&result)) return *status;
    const auto* part = std::get_if<WebSocketPart>(&result);
    if (part == nullptr) return NeedMore{};
    // Control frames have 125 bytes at most and mean something only as a whole.
    if ((!whole_frames && !is_control(part->opcode)) || (part->begins && part->ends)) return *part;
    if (part->begins) gathered_.clear();
    gathered_.append(part->payload);
    if (part->ends) return WebSocketPart{part->opcode, part->fin, true, true, gathered_};
  }
}

std::optional<WebSocketStatus> WebSocket::fault_of(const WebSocketPart& part) {
  if (part.begins) {
    // RFC 6455 section 5.4: a message's frames stand together, the first one names its type.
    const bool continues = part.opcode == WebSocketOpcode::continuation;
    if (continues != message_open_) return WebSocketStatus::protocol_error;
    // 5.0 [MQTT-6.0.0-1], 3.1.1 [MQTT-6.0.0-1] Data frames other than binary ones end the
    // connection.
    if (part.opcode == WebSocketOpcode::text) return WebSocketStatus::unsupported_data;
    if (!continues && part.opcode != WebSocketOpcode::binary) {
      return WebSocketStatus::protocol_error;
    }
    message_open_ = true;
  }
  if (part.ends && part.fin) message_open_ = false;
  return std::nullopt;
}

std::variant<WebSocket::Data, WebSocket::Ignore, WebSocket::Reply, WebSocket::End> WebSocket::judge(
    const WebSocketPart& part) {
  // [V5-6-c], [V311-6-b] Control frames are no data: MQTT sees nothing of them.
  switch (part.opcode) {
    case WebSocketOpcode::ping:
      return Reply{{WebSocketOpcode::pong, true, codec::Bytes(part.payload)}};
    case WebSocketOpcode::pong:
      return Ignore{};
    case WebSocketOpcode::close:
      return End{answer_to_close(part.payload)};
    default:
      break;
  }
  if (is_control(part.opcode)) return End{close_frame(WebSocketStatus::protocol_error)};
  if (const auto fault = fault_of(part)) return End{close_frame(*fault)};
  // 5.0 [MQTT-6.0.0-2], 3.1.1 [MQTT-6.0.0-2] Where frames begin and end says nothing about packets:
  // their payloads are one stream, [V5-6-b] several packets in a frame too.
  return Data{};
}

}  // namespace mqttspec::node
