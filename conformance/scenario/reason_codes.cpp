// Reason codes by name or number, with what the names mean in 3.x.
#include <fmt/format.h>

#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

using Answer = Result<std::uint8_t>;

Answer by_name(const std::string& name, codec::PacketType type, codec::Version version) {
  const std::optional<codec::ReasonCode> code = codec::reason_code_by_name(name);
  if (!code) {
    std::vector<std::string_view> names;
    for (const codec::ReasonCodeRow& row : codec::reason_code_table()) names.push_back(row.name);
    return Answer::failure(
        fmt::format("{} is no reason code{}", quoted(name), did_you_mean(name, names)));
  }
  const bool renamed = version != codec::Version::v5_0 &&
                       (type == codec::PacketType::connack || type == codec::PacketType::suback);
  if (!renamed) return static_cast<std::uint8_t>(*code);
  const std::optional<std::uint8_t> return_code = codec::reason_code_to_return_code(type, *code);
  if (return_code) return *return_code;
  return Answer::failure(fmt::format("{} has no return code for {} in {}",
                                     codec::to_string(version), name, codec::to_string(type)));
}

}  // namespace

Answer parse_reason_code(const Value& value, codec::PacketType type, codec::Version version) {
  if (const std::optional<std::int64_t> number = to_integer(value)) {
    if (*number >= 0 && *number <= 0xFF) return static_cast<std::uint8_t>(*number);
    return Answer::failure(fmt::format("{} is out of range; a reason code is one byte", *number));
  }
  if (const std::string* name = value.string()) return by_name(*name, type, version);
  return Answer::failure(
      fmt::format("{} is no reason code; expected one like \"0x8E\" or "
                  "\"session_taken_over\"",
                  kind_of(value)));
}

}  // namespace mqttspec::scenario
