#include "reference/node/websocket_upgrade.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
#include <optional>
#include <utility>

namespace mqttspec::node {
namespace {

namespace http = boost::beast::http;
using codec::Bytes;
using codec::BytesView;
using Request = http::request_parser<http::empty_body>;

// What is wrong with a request, and which header tells the client more.
struct Refusal {
  unsigned status;
  std::string sentence;
  std::string header = {};
};

BytesView view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::size_t count(const Request& request, http::field name) {
  const auto range = request.get().equal_range(name);
  return static_cast<std::size_t>(std::distance(range.first, range.second));
}

bool has_token(const Request& request, http::field name, BytesView token) {
  const auto range = request.get().equal_range(name);
  return std::any_of(range.first, range.second, [&](const auto& header) {
    return http::token_list{header.value()}.exists({token.data(), token.size()});
  });
}

// 16 bytes in base64.
bool is_key(BytesView text) {
  if (text.size() != 24 || text.substr(22) != "==") return false;
  std::array<unsigned char, 18> decoded{};
  return EVP_DecodeBlock(decoded.data(), reinterpret_cast<const unsigned char*>(text.data()), 24) ==
         18;
}

// RFC 6455 section 4.2.2, item 5.4.
std::string accept_of(BytesView key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> hash{};
  EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_sha1(), nullptr);
  std::array<unsigned char, 29> base64{};
  const int size = EVP_EncodeBlock(base64.data(), hash.data(), static_cast<int>(hash.size()));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::optional<Refusal> wrong_resource(const Request& request, const WebSocketRules& rules) {
  if (request.get().version() < 11) return Refusal{400, "HTTP/1.1 is wanted"};
  if (request.get().method() != http::verb::get) {
    return Refusal{405, "a WebSocket is asked for by GET", "Allow: GET\r\n"};
  }
  const auto target = view(request.get().target());
  const auto path = target.substr(0, target.find_first_of("?#"));
  if (std::find(rules.paths.begin(), rules.paths.end(), path) == rules.paths.end()) {
    return Refusal{404, "there is no MQTT here, only at " + joined(rules.paths)};
  }
  return std::nullopt;
}

std::optional<Refusal> wrong_upgrade(const Request& request) {
  const auto& head = request.get();
  if (!has_token(request, http::field::upgrade, "websocket")) {
    return Refusal{426, "this is a WebSocket: the request lacks \"Upgrade: websocket\"",
                   "Upgrade: websocket\r\n"};
  }
  if (!has_token(request, http::field::connection, "upgrade")) {
    return Refusal{400, "the request lacks \"Connection: Upgrade\""};
  }
  if (count(request, http::field::host) != 1) return Refusal{400, "one Host header is wanted"};
  if (count(request, http::field::sec_websocket_version) != 1 ||
      view(head[http::field::sec_websocket_version]) != "13") {
    return Refusal{426, "only WebSocket version 13 is spoken", "Sec-WebSocket-Version: 13\r\n"};
  }
  if (count(request, http::field::sec_websocket_key) != 1 ||
      !is_key(view(head[http::field::sec_websocket_key]))) {
    return Refusal{400, "Sec-WebSocket-Key has to be 16 bytes in base64"};
  }
  // What comes behind the request would be taken for frames.
  if (request.chunked() || request.content_length().value_or(0) != 0) {
    return Refusal{400, "the request must not have a body"};
  }
  return std::nullopt;
}

// Of those that the client offers; the order is ours.
std::string choose_subprotocol(const Request& request) {
  for (const BytesView known : {"mqtt", "mqttv3.1"}) {
    const auto range = request.get().equal_range(http::field::sec_websocket_protocol);
    for (auto header = range.first; header != range.second; ++header) {
      const http::token_list offered{header->value()};
      // Unlike other tokens, names of subprotocols tell upper case from lower.
      if (std::any_of(offered.begin(), offered.end(),
                      [&](const auto& name) { return view(name) == known; })) {
        return std::string(known);
      }
    }
  }
  return {};
}

UpgradeAnswer refuse(const Refusal& refusal) {
  const auto reason = http::obsolete_reason(http::int_to_status(refusal.status));
  const std::string body = refusal.sentence + "\n";
  return {"HTTP/1.1 " + std::to_string(refusal.status) + " " + std::string(view(reason)) + "\r\n" +
              refusal.header +
              "Connection: close\r\n"
              "Content-Type: text/plain\r\n"
              "Content-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body,
          false,
          {}};
}

}  // namespace

UpgradeAnswer refuse_upgrade(unsigned status, const std::string& sentence) {
  return refuse({status, sentence});
}

UpgradeAnswer answer_upgrade(BytesView head, const WebSocketRules& rules) {
  Request request;
  request.header_limit(static_cast<std::uint32_t>(head.size() + 1));
  boost::beast::error_code error;
  request.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error || !request.is_header_done()) {
    return refuse({400, "this is no HTTP request: " + error.message()});
  }
  if (const auto refusal = wrong_resource(request, rules)) return refuse(*refusal);
  if (const auto refusal = wrong_upgrade(request)) return refuse(*refusal);
  // 5.0 [MQTT-6.0.0-4], 3.1.1 [MQTT-6.0.0-4] The subprotocol that is chosen is "mqtt"; "mqttv3.1",
  // which the node keeps to MQTT 3.1, only if that one was not offered.
  UpgradeAnswer answer;
  answer.subprotocol = choose_subprotocol(request);
  const bool offered = count(request, http::field::sec_websocket_protocol) > 0;
  if (answer.subprotocol.empty() && (offered || rules.subprotocol_required)) {
    return refuse({400, "Sec-WebSocket-Protocol has to offer \"mqtt\""});
  }
  answer.accepted = true;
  answer.response =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_of(view(request.get()[http::field::sec_websocket_key])) + "\r\n";
  if (!answer.subprotocol.empty()) {
    answer.response += "Sec-WebSocket-Protocol: " + answer.subprotocol + "\r\n";
  }
  answer.response += "\r\n";
  return answer;
}

}  // namespace mqttspec::node
