// A session of several clients as data: what they do, one operation after the other. Every string
// of bytes reads as a program, so that a fuzzer's mutations always mean something.
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

struct Operation {
  enum class Kind : std::uint8_t {
    connect,      // opens a new transport (the old one is closed by FIN) and sends `packet`
    send,         // sends `packet`, laid out for the version of its CONNECT
    raw,          // sends `bytes`
    acknowledge,  // answers the oldest packet that waits for it
    stall,        // takes no more bytes from the broker
    resume,
    half_close,  // shuts its sending side
    reset,       // the transport breaks
    advance,     // `time` passes
  };
  Kind kind = Kind::advance;
  std::size_t client = 0;
  codec::Packet packet;
  codec::Bytes bytes;
  codec::Version version = codec::Version::v5_0;  // connect: what the client speaks
  bool automatic = true;                          // connect: acknowledges by itself, at once
  std::chrono::milliseconds time{};
};
using Program = std::vector<Operation>;

[[nodiscard]] Program make_program(codec::Choices& choices);

// One line an operation, for people.
[[nodiscard]] std::string print(const Program& program);

}  // namespace mqttspec::fuzz
