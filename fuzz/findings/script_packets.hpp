// Packets as a scenario writes them: those that are sent, and patterns for those that have to come.
#pragma once

#include <optional>
#include <string>

#include "conformance/scenario/model.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

// What stands behind "send": fields if they make exactly these bytes, else the bytes.
[[nodiscard]] scenario::Value to_send(codec::BytesView bytes, codec::Version version);
// What stands behind "connect"; nothing if no fields make exactly these bytes.
[[nodiscard]] std::optional<scenario::Value> to_connect(codec::BytesView bytes,
                                                        codec::Version version);

// What a broker's packet has to look like, freedoms of the standard left out, and which check it
// decides. A null pattern: nothing is asked of it ($SYS topics, what only goes before a close).
struct Expected {
  scenario::Value pattern;
  std::string check;
};
// `topic_name` is the one meant where an alias stands for it.
[[nodiscard]] Expected to_expect(const codec::Packet& packet, codec::Version version,
                                 const std::string& topic_name);
inline constexpr std::string_view check_of_close = "ended";
inline constexpr std::string_view check_of_ping = "alive";
inline constexpr std::string_view check_of_silence = "nothing-else";

// The check as it is asked of clients that speak these versions.
[[nodiscard]] scenario::CheckDefinition define_check(const std::string& name,
                                                     const std::vector<codec::Version>& versions);

}  // namespace mqttspec::fuzz
