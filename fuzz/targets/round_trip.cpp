// A packet made of its fields, legal or spoilt: encoder, decoder and validate() have to agree on
// it.
#include <algorithm>

#include "fuzz/generators/spoilt_packet.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {
namespace {

using codec::Packet;
using codec::Rule;

// A packet that no bytes stand for: its identifier contradicts its QoS, or a value has no room.
bool not_on_the_wire(Rule rule) {
  return rule == Rule::publish_identifier_missing || rule == Rule::publish_identifier_with_qos_0 ||
         rule == Rule::not_expressible;
}

}  // namespace

void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const SpoiltPacket made = make_spoilt_packet(choices);
  const auto version = made.version;
  const Packet& packet = made.spoilt;
  const auto line = [&] {
    return std::string(codec::to_string(version)) + " " + codec::print(packet, version);
  };
  require(codec::validate(made.legal, version).empty(), "a generated packet is legal",
          [&] { return codec::print(made.legal, version); });
  const auto broken = codec::validate(packet, version);
  const auto frame = codec::encode(packet, version);
  require(codec::encoded_size(packet, version) == frame.size(), "encoded_size() is exact", line);
  const auto result = codec::decode(frame, version);
  const auto* decoded = std::get_if<Packet>(&result);
  if (broken.empty()) {
    require(decoded != nullptr, "a legal packet is accepted", line);
    require(codec::encode(*decoded, version) == frame, "it is encoded as it was", line);
    return;
  }
  // The decoder reports the first rule in order of place.
  if (std::none_of(broken.begin(), broken.end(), not_on_the_wire)) {
    require(decoded == nullptr, "an illegal packet is refused", line);
    const auto rule = std::get<codec::DecodeError>(result).rule;
    require(rule == broken.front(), "with the rule that it breaks first", [&] {
      return line() + "\nvalidate: " + std::string(codec::row_of(broken.front()).name) +
             "\ndecode: " + std::string(codec::row_of(rule).name);
    });
  }
  codec::RuleSet tolerated;
  for (const auto rule : broken) tolerated.insert(rule);
  require(std::holds_alternative<Packet>(
              codec::decode(frame, version, codec::Sender::either, tolerated)) ||
              std::any_of(broken.begin(), broken.end(), not_on_the_wire),
          "tolerating what is broken lets it through", line);
}

}  // namespace mqttspec::fuzz
