// A PUBLISH on its way out: alias, size, and how much of it is on its way.
#include <utility>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

// Bytes that the PUBLISH has at most, told without encoding it; only of a message without
// properties.
std::size_t size_bound(const Message& message, const Delivery& delivery) {
  constexpr std::size_t fixed_header = 5, topic_length = 2, identifier = 2, property_length = 4;
  constexpr std::size_t expiry = 5, alias = 3, subscription_identifier = 5;
  return fixed_header + topic_length + message.topic_name.size() + identifier + property_length +
         expiry + alias + subscription_identifier * delivery.subscription_identifiers.size() +
         message.payload.size();
}

// 5.0 [MQTT-3.1.2-24] A PUBLISH larger than the client takes is not sent.
bool fits(const Connection& connection, const Message& message, const Delivery& delivery) {
  const auto limit = connection.maximum_packet_size;
  if (limit == 0) return true;
  if (message.properties.empty() && size_bound(message, delivery) <= limit) return true;
  return codec::encoded_size(to_publish(message, delivery), connection.version) <= limit;
}

// 5.0 [MQTT-3.1.2-26], [MQTT-3.1.2-27], [MQTT-3.3.2-11] Aliases from 1 to the client's Topic Alias
// Maximum; without one, none. [MQTT-3.3.2-7] They are forgotten with the connection.
void use_alias(const Core& core, Connection& connection, const Message& message,
               Delivery& delivery) {
  if (!core.config.use_topic_aliases || connection.topic_alias_maximum == 0) return;
  if (!connection.aliases_out) {
    connection.aliases_out = std::make_unique<std::unordered_map<std::string, std::uint16_t>>();
  }
  const auto& aliases = *connection.aliases_out;
  const auto known = aliases.find(message.topic_name);
  if (known != aliases.end()) {
    delivery.topic_alias = known->second;
    delivery.topic_name_omitted = true;
  } else if (aliases.size() < connection.topic_alias_maximum) {
    delivery.topic_alias = static_cast<std::uint16_t>(aliases.size() + 1);
  }
}

void count_bytes(const Core& core, Connection& connection, const Message& message,
                 const Delivery& delivery) {
  if (core.config.slow_reader_limit == 0) return;
  connection.on_their_way += codec::encoded_size(to_publish(message, delivery), connection.version);
}

std::uint64_t size_of(const codec::PropertyValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->size();
  const auto* pair = std::get_if<codec::StringPair>(&value);
  return pair == nullptr ? 0 : pair->first.size() + pair->second.size();
}

// What the PUBLISH takes at least: all that is counted as unread is drained one day.
std::uint64_t least_size(const Connection& connection, const Message& message,
                         const Delivery& delivery) {
  constexpr std::uint64_t fixed_header = 2, topic_length = 2;
  std::uint64_t size = fixed_header + topic_length + message.payload.size();
  if (!delivery.topic_name_omitted) size += message.topic_name.size();
  if (!is_v5(connection)) return size;
  for (const auto& property : message.properties) size += size_of(property.value);
  return size;
}

}  // namespace

bool transmit(Core& core, Connection& connection, const Outgoing& outgoing, bool dup) {
  Delivery delivery = outgoing.delivery;
  // 3.1.1 and 5.0 [MQTT-3.3.1-1], [MQTT-3.3.1-2], [MQTT-3.3.1-3] DUP tells that this packet is sent
  // again, nothing else.
  delivery.dup = dup;
  // 5.0 [MQTT-3.3.2-6] The interval received, less the time that the message has waited here.
  delivery.message_expiry_interval = seconds_left(*outgoing.message, core.now);
  if (!is_v5(connection)) delivery.message_expiry_interval.reset();
  use_alias(core, connection, *outgoing.message, delivery);
  if (!fits(connection, *outgoing.message, delivery)) {
    // A new alias makes the packet larger than it has to be.
    if (!delivery.topic_alias || delivery.topic_name_omitted) return false;
    delivery.topic_alias.reset();
    if (!fits(connection, *outgoing.message, delivery)) return false;
  }
  if (delivery.topic_alias && !delivery.topic_name_omitted) {
    connection.aliases_out->emplace(outgoing.message->topic_name, *delivery.topic_alias);
  }
  count_bytes(core, connection, *outgoing.message, delivery);
  connection.unread += least_size(connection, *outgoing.message, delivery);
  ++core.statistics.publishes_sent;
  core.actions->emplace_back(Deliver{connection.id, outgoing.message, std::move(delivery)});
  return true;
}

}  // namespace mqttspec::broker
