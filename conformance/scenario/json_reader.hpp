// JSON text to Value, with line numbers. Strict (RFC 8259), and stricter: no key twice in an
// object, no byte order mark, at most 1 MiB of text and 64 levels.
#pragma once

#include <optional>
#include <string_view>

#include "conformance/scenario/reporter.hpp"
#include "conformance/scenario/value.hpp"

namespace mqttspec::scenario {

inline constexpr std::size_t json_text_max = std::size_t{1} << 20U;
inline constexpr std::size_t json_depth_max = 64;

// Any text whatever is accepted or refused; nothing if it was refused. Repeated keys are all
// reported; any other problem is the last one.
[[nodiscard]] std::optional<Value> read_json(std::string_view text, Reporter& reporter);

// Offset of the first byte that is not well-formed UTF-8, or npos.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

// Appends the code point in UTF-8.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace mqttspec::scenario
