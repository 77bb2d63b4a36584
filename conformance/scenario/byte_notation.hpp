// Byte notation: hex, 'text', u8: u16: u32: v: numbers, s[..] v[..] lengths, N*(..) repetition
// (scenarios/README.md, section 4).
#pragma once

#include <string>
#include <string_view>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::scenario {

// At most 16 MiB come out; an error names the byte offset in the notation.
[[nodiscard]] Result<codec::Bytes> parse_bytes(std::string_view notation);
// A notation that gives these bytes: text where printable, hex elsewhere.
[[nodiscard]] std::string print_bytes(codec::BytesView bytes);

}  // namespace mqttspec::scenario
