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
  std::size_t left = text.size();
  std::uint64_t bad = 0;
  // Subtracting 1 from each byte sets the top bit exactly where a byte (or, by the borrow, one
  // below it) was 0.
  while (left >= 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    bad |= (word - ones) | word;
    p += 8;
    left -= 8;
  }
  if ((left & 4) != 0) {
    std::uint32_t word;
    std::memcpy(&word, p, 4);
    bad |= (word - 0x01010101U) | word;
    p += 4;
  }
  if ((left & 2) != 0) {
    const auto first = static_cast<unsigned char>(p[0]);
    const auto second = static_cast<unsigned char>(p[1]);
    bad |= (first - 1U) | first | (second - 1U) | second;
    p += 2;
  }
  if ((left & 1) != 0) {
    const auto last = static_cast<unsigned char>(*p);
    bad |= (last - 1U) | last;
  }
  return (bad & tops) == 0;
}

}  // namespace mqttspec::codec
