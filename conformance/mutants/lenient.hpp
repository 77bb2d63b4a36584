// Brokers that take frames which the codec refuses.
#pragma once

#include <functional>
#include <vector>

#include "conformance/mutants/hooks.hpp"

namespace mqttspec::mutants {

// A frame from a client, and what is wrong with it.
struct Refused {
  codec::BytesView frame;
  codec::PacketType type;
  codec::Version version;  // of a CONNECT: the one that it names
  codec::DecodeError error;
};
using Picks = std::function<bool(const Refused&)>;

// Takes the frames that `picks` picks as though these rules did not exist. One that cannot be made
// sense of even so is passed over, as though it had not come.
[[nodiscard]] InterceptorPointer lenient(std::vector<codec::Rule> rules, Picks picks);

// Passes over the frames that `picks` picks.
[[nodiscard]] InterceptorPointer passing_over(Picks picks);

// Whatever has to do with UTF-8.
[[nodiscard]] std::vector<codec::Rule> utf8_rules();

// Is the place where the frame is wrong within the field of that name (reference/codec/layout.hpp)?
[[nodiscard]] bool within_field(const Refused& refused, std::string_view field);

}  // namespace mqttspec::mutants
