// UTF-8 Encoded Strings (section 1.5.4 of 5.0, 1.5.3 of 3.1.1; RFC 3629).
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>

#include "reference/codec/rule.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::codec {

struct Utf8Fault {
  Rule rule;
  std::size_t offset = 0;  // of the character that is wrong, within the text
};

// The first fault in a text that is not plain ASCII; nothing if it is well-formed and free of
// U+0000.
[[nodiscard]] std::optional<Utf8Fault> find_utf8_fault(BytesView text);

// True if all bytes are 0x01..0x7F. Most strings are, so this is tried first: eight bytes at a
// time.
[[nodiscard]] inline bool is_plain_ascii(BytesView text) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x8080808080808080;
  const char* p = text.data();
  const std::size_t size = text.size();
  std::uint64_t bad = 0;
  // Subtracting 1 from each byte sets the top bit exactly where a byte (or, by the borrow, one
  // below it) was 0.
  const auto look = [&bad](const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    bad |= (word - ones) | word;
  };
  const auto look_at_half = [&bad](const char* at) {
    std::uint32_t word;
    std::memcpy(&word, at, 4);
    bad |= (word - 0x01010101U) | word;
  };
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 <= size; i += 8) look(p + i);
    look(p + size - 8);  // what is left, and some of what was seen before
  } else if (size >= 4) {
    look_at_half(p);
    look_at_half(p + size - 4);
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      const auto byte = static_cast<unsigned char>(p[i]);
      bad |= (byte - 1U) | byte;
    }
  }
  return (bad & tops) == 0;
}

}  // namespace mqttspec::codec
