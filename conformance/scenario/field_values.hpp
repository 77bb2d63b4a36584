// The values that may stand behind a packet's field, read one by one. Errors say what is wrong with
// the value; whoever asks puts the field's name in front.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/packet.hpp"

namespace mqttspec::scenario {

inline constexpr std::size_t longest_string = 65535;  // what a two-byte length can say

// 7 or "0x07".
[[nodiscard]] Result<std::uint32_t> read_integer(const Value& value, std::uint32_t maximum);
[[nodiscard]] Result<bool> read_flag(const Value& value);
// Text, a number as its digits, or {"bytes": "..."}.
[[nodiscard]] Result<codec::Bytes> read_bytes(const Value& value, std::size_t longest);
// True for {"bytes": "..."} and nothing else.
[[nodiscard]] bool is_bytes_object(const Value& value);
// The other way: text where it is valid UTF-8, else {"bytes": "..."}. Text that a scenario would
// take for a variable becomes bytes as well, so that whatever a broker sent can be written down.
[[nodiscard]] Value bytes_value(codec::BytesView bytes);

// Appends one property, or several if the value is a list. What is wrong, or nothing.
[[nodiscard]] std::optional<std::string> append_property(const codec::PropertyRow& row,
                                                         const Value& value,
                                                         codec::Properties& properties);
// Appends the properties to an object of fields, equal ones gathered in a list where the first of
// them stands. `type` tells which may repeat.
void append_properties(const codec::Properties& properties, codec::PacketType type, Object& fields);

}  // namespace mqttspec::scenario
