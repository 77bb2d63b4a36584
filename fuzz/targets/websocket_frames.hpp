// A client's WebSocket frames, written and read by the plainest means: what the node's own frames
// (by wslay) are compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reference/codec/types.hpp"

namespace mqttspec::fuzz {

using codec::Bytes;
using codec::BytesView;

// `first_byte`: FIN, reserved bits, opcode. `mask`: four bytes, or none for a frame without one.
[[nodiscard]] Bytes client_frame(unsigned first_byte, BytesView payload, BytesView mask);

// What a server has to make of a client's bytes (RFC 6455 section 5, MQTT chapter 6).
struct Judged {
  Bytes payload;                  // of binary messages, up to the end
  std::optional<unsigned> ended;  // status with which the server closes
  bool by_close_frame = false;    // the client closed, in order or not
  // The bytes end in a frame without any payload yet: the server may have seen its fault or not.
  bool undecided = false;
};
[[nodiscard]] Judged judge_client(BytesView bytes);

// A server's bytes behind the upgrade: the payload of its data frames, the status of its close.
struct FromServer {
  Bytes payload;
  std::optional<unsigned> closed;
  std::string fault;  // what is not well-formed about it
};
[[nodiscard]] FromServer read_server(BytesView bytes);

}  // namespace mqttspec::fuzz
