// WebSocket frames (RFC 6455 section 5), sans-IO.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "reference/codec/frame_reader.hpp"

struct wslay_frame_context;

namespace mqttspec::node {

// Values not listed are reserved.
enum class WebSocketOpcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};
[[nodiscard]] constexpr bool is_control(WebSocketOpcode opcode) {
  return static_cast<std::uint8_t>(opcode) >= 0x8;
}

// Why a connection was closed (RFC 6455 section 7.4.1).
enum class WebSocketStatus : std::uint16_t {
  normal_closure = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  invalid_payload = 1007,
  message_too_big = 1009,
};

struct WebSocketFrame {
  WebSocketOpcode opcode = WebSocketOpcode::binary;
  bool fin = true;  // the last frame of its message
  codec::Bytes payload;
};

// A server's frame: without a mask.
void append_frame(codec::Bytes& out, const WebSocketFrame& frame);
void append_frame(codec::Bytes& out, WebSocketOpcode opcode, bool fin, codec::BytesView payload);
[[nodiscard]] WebSocketFrame close_frame(WebSocketStatus status);

// Part of a client's frame, its mask taken off; valid until the next call of next() or push().
struct WebSocketPart {
  WebSocketOpcode opcode{};
  bool fin = true;
  bool begins = true;  // the frame's first part
  bool ends = true;    // its last
  codec::BytesView payload;
};

// Cuts a client's bytes into parts of frames as they come: a frame is never buffered whole, so what
// it announces costs nothing.
class WebSocketDecoder {
 public:
  explicit WebSocketDecoder(std::uint64_t frame_size_maximum);
  ~WebSocketDecoder();
  WebSocketDecoder(const WebSocketDecoder&) = delete;
  WebSocketDecoder& operator=(const WebSocketDecoder&) = delete;

  // The bytes are borrowed until next() has said NeedMore or reported a fault.
  void push(codec::BytesView bytes) { input_ = bytes; }
  // The status is that of a fault, behind which nothing can be read.
  [[nodiscard]] std::variant<codec::NeedMore, WebSocketPart, WebSocketStatus> next();

 private:
  struct Free {
    void operator()(wslay_frame_context* context) const;
  };

  std::unique_ptr<wslay_frame_context, Free> context_;
  codec::BytesView input_;
  std::uint64_t frame_size_maximum_;
  std::uint64_t read_ = 0;  // bytes of the current frame's payload
  bool in_frame_ = false;   // parts of the current frame have been returned
};

}  // namespace mqttspec::node
