// A session of several clients as data: what they do, one operation after the other. Every string
// of bytes reads as a program, so that a fuzzer's mutations always mean something, and every
// program is written as bytes that read as the same session.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "reference/codec/choices.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

inline constexpr std::size_t clients_max = 6;
inline constexpr std::size_t operations_max = 64;
inline constexpr std::size_t raw_bytes_max = 1'023;

struct Operation {
  enum class Kind : std::uint8_t {
    connect,      // opens a new transport (the old one is closed by FIN) and sends `packet`, or
                  // `bytes` if there are any
    send,         // sends `packet`, laid out for the version of its CONNECT
    raw,          // sends `bytes`
    acknowledge,  // answers the oldest packet that waits for it
    stall,        // takes no more bytes from the broker
    deliver,      // takes `amount` bytes of what has come since it stalled
    resume,
    half_close,  // shuts its sending side
    reset,       // the transport breaks
    advance,     // `time` passes
    restart,     // the broker is killed and comes back, with what it has stored
  };
  Kind kind = Kind::advance;
  std::size_t client = 0;
  codec::Packet packet;
  codec::Bytes bytes;
  codec::Version version = codec::Version::v5_0;  // connect: what the client speaks
  bool automatic = true;                          // connect: acknowledges by itself, at once
  std::chrono::milliseconds time{};
  std::size_t amount = 0;
};
using Program = std::vector<Operation>;

// Reads until the choices say that the program ends, which sources that have run dry do at once.
// An operation of a client that has not connected yet is a connect.
[[nodiscard]] Program make_program(codec::Choices& choices);

// One more operation at the end of `program`, read as make_program() would; nothing if it ends.
[[nodiscard]] bool add_operation(codec::Choices& choices, Program& program);

// Bytes that read as this session, through ByteChoices. What an alphabet of the encoding has no
// word for becomes raw bytes, payloads are numbered anew, and what clients do before they connect
// is left out, as it has no effect. At most operations_max operations are written.
[[nodiscard]] codec::Bytes encode_program(const Program& program);

// Is the broker restarted in it?
[[nodiscard]] bool restarts(const Program& program);

// Who does the operation: a client, or, of those below, nobody in particular.
[[nodiscard]] inline bool by_a_client(const Operation& operation) {
  return operation.kind != Operation::Kind::advance && operation.kind != Operation::Kind::restart;
}

// What the operation puts on the wire of a client that speaks `version`.
[[nodiscard]] codec::Bytes bytes_of(const Operation& operation, codec::Version version);

// What each client speaks at each operation, as its CONNECTs so far say.
[[nodiscard]] std::vector<codec::Version> versions_of(const Program& program);

// One line an operation, for people.
[[nodiscard]] std::string print(const Program& program);

}  // namespace mqttspec::fuzz
