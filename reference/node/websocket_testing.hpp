// For tests: a WebSocket client made of plain bytes, on a node in virtual time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reference/node/testing.hpp"
#include "reference/node/websocket_frame.hpp"

namespace mqttspec::node::testing {

// The request of RFC 6455 section 1.3, whose answer is known, with other headers on demand.
inline std::string upgrade_request(
    const std::string& path = "/mqtt",
    const std::string& headers = "Sec-WebSocket-Protocol: mqtt\r\n") {
  return "GET " + path +
         " HTTP/1.1\r\n"
         "Host: localhost\r\n"
         "Upgrade: websocket\r\n"
         "Connection: keep-alive, Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Version: 13\r\n" +
         headers + "\r\n";
}

// A client's frame; `first_byte` is FIN, reserved bits and opcode.
inline std::string client_frame(unsigned first_byte, const std::string& payload) {
  const std::string mask = "\x12\x34\x56\x78";
  std::string frame(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80U | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    frame += '\xFE';
    for (const unsigned shift : {8U, 0U}) frame += static_cast<char>(payload.size() >> shift);
  } else {
    frame += '\xFF';
    for (unsigned shift = 64; shift > 0; shift -= 8) {
      frame += static_cast<char>(payload.size() >> (shift - 8));
    }
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return frame;
}
inline std::string binary_frame(const std::string& payload) {
  return client_frame(0x82, payload);
}

// Takes a server's frame off the front of the bytes; nothing if there is none, or a masked one.
inline std::optional<WebSocketFrame> take_frame(std::string& bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2 || byte(1) >= 0x80) return std::nullopt;
  std::size_t header = 2, size = byte(1);
  if (size >= 126) {
    header = size == 126 ? 4 : 10;
    if (bytes.size() < header) return std::nullopt;
    size = 0;
    for (std::size_t i = 2; i < header; ++i) size = size * 256 + byte(i);
  }
  if (bytes.size() < header + size) return std::nullopt;
  const WebSocketFrame frame{static_cast<WebSocketOpcode>(byte(0) & 0x0FU), byte(0) >= 0x80,
                             bytes.substr(header, size)};
  bytes.erase(0, header + size);
  return frame;
}

class WebSocketClient {
 public:
  explicit WebSocketClient(TestNode& node, Arrival arrival = {})
      : node_(node), id_(node.open("ws", std::move(arrival))) {}

  [[nodiscard]] ConnectionId id() const { return id_; }
  void send(const std::string& bytes) {
    node_.send_bytes(id_, bytes);
    received_ += node_.bytes(id_);
  }
  void send_in_frame(const codec::Packet& packet, codec::Version version = codec::Version::v5_0) {
    send(binary_frame(codec::encode(packet, version)));
  }
  // The upgrade and a CONNECT of 5.0, with their answers.
  void connect() {
    send(upgrade_request());
    EXPECT_EQ(response().substr(0, 12), "HTTP/1.1 101");
    codec::Connect packet;
    packet.client_identifier = "c" + std::to_string(id_);
    send_in_frame(packet);
    EXPECT_EQ(frame().payload.substr(0, 1), "\x20");
  }
  // The HTTP response; everything that came if it has no end.
  std::string response() {
    const auto end = received_.find("\r\n\r\n");
    const auto head = received_.substr(0, end == std::string::npos ? end : end + 4);
    received_.erase(0, head.size());
    return head;
  }
  WebSocketFrame frame() {
    received_ += node_.bytes(id_);
    auto found = take_frame(received_);
    if (!found) ADD_FAILURE() << "no frame came";
    return found.value_or(WebSocketFrame{});
  }
  // The status of the close frame that comes next and behind which the connection ends.
  unsigned close_status() {
    const auto last = frame();
    EXPECT_EQ(last.opcode, WebSocketOpcode::close);
    EXPECT_TRUE(closed());
    if (last.payload.size() < 2) return 0;
    return static_cast<unsigned char>(last.payload[0]) * 256U +
           static_cast<unsigned char>(last.payload[1]);
  }
  [[nodiscard]] bool silent() {
    received_ += node_.bytes(id_);
    return received_.empty() && node_.silent(id_);
  }
  [[nodiscard]] bool closed() {
    received_ += node_.bytes(id_);
    return received_.empty() && node_.closed(id_);
  }
  // What came and was not asked for yet.
  [[nodiscard]] const std::string& received() {
    received_ += node_.bytes(id_);
    return received_;
  }

 private:
  TestNode& node_;
  ConnectionId id_;
  std::string received_;
};

}  // namespace mqttspec::node::testing
