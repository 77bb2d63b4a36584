#include <algorithm>

#include "reference/codec/decoder.hpp"
#include "reference/codec/sink.hpp"

namespace mqttspec::codec {

namespace {

bool fits(const std::string& text) {
  return text.size() <= string_length_max;
}

bool fits(const Property& property) {
  const auto* row = find_property(static_cast<std::uint32_t>(property.id));
  if (row == nullptr) return true;  // property_unknown says enough
  if (const auto* pair = std::get_if<StringPair>(&property.value)) {
    return row->type == PropertyType::utf8_string_pair && fits(pair->first) && fits(pair->second);
  }
  const bool is_text =
      row->type == PropertyType::utf8_string || row->type == PropertyType::binary_data;
  if (const auto* text = std::get_if<std::string>(&property.value)) return is_text && fits(*text);
  const auto value = std::get<std::uint32_t>(property.value);
  switch (row->type) {
    case PropertyType::byte:
      return value <= 0xFF;
    case PropertyType::two_byte_integer:
      return value <= 0xFFFF;
    case PropertyType::four_byte_integer:
      return true;
    case PropertyType::variable_byte_integer:
      return true;  // five bytes are a rule of their own
    default:
      return false;
  }
}

bool fits(const Properties& properties) {
  return std::all_of(properties.begin(), properties.end(),
                     [](const Property& property) { return fits(property); });
}

bool fits_body(const Connect& packet) {
  const auto& will = packet.will;
  return fits(packet.protocol_name) && fits(packet.client_identifier) &&
         (!will ||
          (fits(will->topic) && fits(will->payload) && fits(will->properties) && will->qos <= 3)) &&
         (!packet.user_name || fits(*packet.user_name)) &&
         (!packet.password || fits(*packet.password));
}

bool fits_body(const Publish& packet) {
  return fits(packet.topic_name) && packet.qos <= 3;
}

bool fits_body(const Subscribe& packet) {
  return std::all_of(packet.subscriptions.begin(), packet.subscriptions.end(),
                     [](const Subscription& subscription) {
                       return fits(subscription.topic_filter) && subscription.qos <= 3 &&
                              subscription.retain_handling <= 3;
                     });
}

bool fits_body(const Unsubscribe& packet) {
  return std::all_of(packet.topic_filters.begin(), packet.topic_filters.end(),
                     [](const std::string& filter) { return fits(filter); });
}

template <class P>
bool fits_body(const P&) {
  return true;
}

bool is_expressible(const Packet& packet, Version version) {
  return std::visit(
      [&packet, version](const auto& p) {
        // In 3.x properties are left out, so it does not matter what is in them.
        const auto* properties = version == Version::v5_0 ? properties_of(packet) : nullptr;
        if constexpr (requires { p.flags; }) {
          if (p.flags > 0x0F) return false;
        }
        return fits_body(p) && (properties == nullptr || fits(*properties));
      },
      packet);
}

}  // namespace

std::vector<Rule> validate(const Packet& packet, Version version, Sender sender) {
  std::vector<Rule> broken;
  if (!is_expressible(packet, version)) broken.push_back(Rule::not_expressible);
  if (const auto* publish = std::get_if<Publish>(&packet)) {
    // [MQTT-2.2.1-2] in 5.0, [MQTT-2.3.1-5] in 3.1.1
    if (publish->qos == 0 && publish->packet_identifier) {
      broken.push_back(Rule::publish_identifier_with_qos_0);
    }
    if (publish->qos != 0 && !publish->packet_identifier) {
      broken.push_back(Rule::publish_identifier_missing);
    }
  }
  // Tolerating everything, the decoder meets each rule that is broken: so the two always agree.
  const auto result =
      decode_collecting(encode(packet, version), version, sender, RuleSet::all(), &broken);
  if (const auto* error = std::get_if<DecodeError>(&result)) broken.push_back(error->rule);
  return broken;
}

}  // namespace mqttspec::codec
