// One packet's fields by their names in the notation, set one after the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/packet.hpp"

namespace mqttspec::scenario {

// A packet while its fields are being set.
struct Draft {
  codec::Version version = codec::Version::v5_0;
  codec::Packet packet;
  bool has_packet_identifier = false;  // stated, be it as null
  bool states_qos = false;  // a stated QoS decides about the identifier, whatever the flags
  std::optional<std::uint8_t> flags;  // of PUBLISH
  std::vector<std::string> left_out;  // fields set to null that the encoding would not leave out
};

// Starts from what the version and the packet's type imply.
[[nodiscard]] Draft make_draft(codec::PacketType type, codec::Version version);
// Sets the named field, or appends the property of that name. What is wrong ("qos: 4 is out of
// range; it takes 0 to 3"), or nothing.
[[nodiscard]] std::optional<std::string> set_field(Draft& draft, std::string_view name,
                                                   const Value& value);
// Acknowledgements, subscribe and unsubscribe packets: those that cannot do without one.
[[nodiscard]] bool needs_packet_identifier(codec::PacketType type);
// CONNECT is laid out as its own Protocol Version says, all else as the client's version.
[[nodiscard]] codec::Version layout_version(const Draft& draft);
// Takes out what the version lacks, so that the packet is what goes over the wire.
void fit_to_version(Draft& draft);

}  // namespace mqttspec::scenario
