#include "reference/node/websocket_frame.hpp"

#include <wslay/wslay.h>

#include <new>

namespace mqttspec::node {
namespace {

using codec::Bytes;
using codec::BytesView;

ssize_t take_input(std::uint8_t* buffer, std::size_t size, int, void* input) {
  auto& bytes = *static_cast<BytesView*>(input);
  if (bytes.empty()) return -1;  // which wslay understands as "not yet"
  const std::size_t taken = bytes.copy(reinterpret_cast<char*>(buffer), size);
  bytes.remove_prefix(taken);
  return static_cast<ssize_t>(taken);
}

constexpr wslay_frame_callbacks callbacks{nullptr, take_input, nullptr};

void append_big_endian(Bytes& out, std::uint64_t value, unsigned size) {
  for (unsigned shift = size * 8; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> (shift - 8U)));
  }
}

}  // namespace

void append_frame(Bytes& out, WebSocketOpcode opcode, bool fin, BytesView payload) {
  out.push_back(static_cast<char>((fin ? 0x80U : 0U) | static_cast<unsigned>(opcode)));
  if (payload.size() < 126) {
    append_big_endian(out, payload.size(), 1);
  } else if (payload.size() <= 0xFFFF) {
    append_big_endian(out, 126, 1);
    append_big_endian(out, payload.size(), 2);
  } else {
    append_big_endian(out, 127, 1);
    append_big_endian(out, payload.size(), 8);
  }
  out.append(payload);
}

void append_frame(Bytes& out, const WebSocketFrame& frame) {
  append_frame(out, frame.opcode, frame.fin, frame.payload);
}

WebSocketFrame close_frame(WebSocketStatus status) {
  WebSocketFrame frame{WebSocketOpcode::close, true, {}};
  append_big_endian(frame.payload, static_cast<std::uint16_t>(status), 2);
  return frame;
}

void WebSocketDecoder::Free::operator()(wslay_frame_context* context) const {
  wslay_frame_context_free(context);
}

WebSocketDecoder::WebSocketDecoder(std::uint64_t frame_size_maximum)
    : frame_size_maximum_(frame_size_maximum) {
  wslay_frame_context* context = nullptr;
  if (wslay_frame_context_init(&context, &callbacks, &input_) != 0) throw std::bad_alloc();
  context_.reset(context);
}

WebSocketDecoder::~WebSocketDecoder() = default;

std::variant<codec::NeedMore, WebSocketPart, WebSocketStatus> WebSocketDecoder::next() {
  wslay_frame_iocb part{};
  const auto result = wslay_frame_recv(context_.get(), &part);
  if (result == WSLAY_ERR_WANT_READ) return codec::NeedMore{};
  // A length in more bytes than it needs; a control frame that is long or fragmented.
  if (result < 0) return WebSocketStatus::protocol_error;
  // No extension was agreed on, so the reserved bits are 0; a client masks each frame (RFC 6455
  // sections 5.1, 5.2).
  if (part.rsv != 0 || part.mask == 0) return WebSocketStatus::protocol_error;
  if (part.payload_length > frame_size_maximum_) return WebSocketStatus::message_too_big;
  WebSocketPart found;
  found.opcode = static_cast<WebSocketOpcode>(part.opcode);
  found.fin = part.fin != 0;
  found.begins = !in_frame_;
  if (!in_frame_) read_ = 0;
  read_ += part.data_length;
  found.ends = read_ == part.payload_length;
  in_frame_ = !found.ends;
  found.payload = {reinterpret_cast<const char*>(part.data), part.data_length};
  return found;
}

}  // namespace mqttspec::node
