#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/publish.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::broker {
namespace {

using codec::PropertyId;
using std::chrono::seconds;

// Properties that belong to the Application Message and go on to its subscribers; the others
// concern one hop only.
bool is_forwarded(PropertyId id) {
  switch (id) {
    case PropertyId::payload_format_indicator:  // 5.0 [MQTT-3.3.2-4]
    case PropertyId::response_topic:            // 5.0 [MQTT-3.3.2-15], [V5-4.10-a]
    case PropertyId::correlation_data:          // 5.0 [MQTT-3.3.2-16]
    case PropertyId::user_property:             // 5.0 [MQTT-3.3.2-17]
    case PropertyId::content_type:              // 5.0 [MQTT-3.3.2-20]
      return true;
    default:
      // [V5-3.3.2.3.4-e] A Topic Alias, for one, is a matter of the publisher's connection alone.
      return false;
  }
}

// 5.0 [MQTT-3.3.2-18], [MQTT-3.1.3-10] The order, of User Properties above all, is kept.
codec::Properties forwarded(codec::Properties properties) {
  std::erase_if(properties, [](const auto& property) { return !is_forwarded(property.id); });
  return properties;
}

std::optional<Instant> expiry(const codec::Properties& properties, Instant now) {
  // [V5-3.3.2.3.3-b] Without the property the message does not expire.
  const auto interval = codec::get_integer(properties, PropertyId::message_expiry_interval);
  if (!interval) return std::nullopt;
  // [V5-3.3.2.3.3-c] 0 is an interval like others: what is not delivered at once is not delivered.
  return now + seconds(*interval);
}

}  // namespace

codec::Publish to_publish(const Message& message, const Delivery& delivery) {
  codec::Publish publish;
  fill_publish(publish, message, delivery);
  return publish;
}

void fill_publish(codec::Publish& publish, const Message& message, const Delivery& delivery) {
  publish.dup = delivery.dup;
  publish.qos = delivery.qos;
  publish.retain = delivery.retain;
  // [V31-46], [V5-3.3.2.1-b], [V311-3.3.2.1-a] The name that the publisher used. 3.1.1 and 5.0
  // permit another; we have none.
  publish.topic_name.assign(delivery.topic_name_omitted ? std::string_view() : message.topic_name);
  publish.packet_identifier = delivery.packet_identifier;
  // [V311-3.3.3-b] As it came.
  publish.payload = message.payload;
  auto& properties = publish.properties;
  properties.clear();
  properties.reserve(message.properties.size() + delivery.subscription_identifiers.size() + 2);
  if (delivery.message_expiry_interval) {
    properties.push_back({PropertyId::message_expiry_interval, *delivery.message_expiry_interval});
  }
  if (delivery.topic_alias) {
    properties.push_back({PropertyId::topic_alias, std::uint32_t{*delivery.topic_alias}});
  }
  properties.insert(properties.end(), message.properties.begin(), message.properties.end());
  for (const auto identifier : delivery.subscription_identifiers) {
    properties.push_back({PropertyId::subscription_identifier, identifier});
  }
}

std::shared_ptr<const Message> make_message(const Core& core, codec::Publish publish,
                                            std::string publisher) {
  auto message = std::make_shared<Message>();
  message->topic_name = std::move(publish.topic_name);
  message->payload = std::move(publish.payload);
  message->qos = publish.qos;
  message->retain = publish.retain;
  message->expires = expiry(publish.properties, core.now);
  message->properties = forwarded(std::move(publish.properties));
  message->publisher = std::move(publisher);
  return message;
}

std::shared_ptr<const Message> make_message(const Core& core, const codec::Will& will,
                                            std::string publisher) {
  auto message = std::make_shared<Message>();
  // [V5-3.1.2.5-f], [V5-3.1.2.6-a] The Will's own topic, payload, QoS and properties.
  message->topic_name = will.topic;
  message->payload = will.payload;
  // [V311-3.1.2.6-a]
  message->qos = will.qos;
  // 5.0 [MQTT-3.1.2-14], [MQTT-3.1.2-15], 3.1.1 [MQTT-3.1.2-16], [MQTT-3.1.2-17] Will Retain
  // decides whether it is retained.
  message->retain = will.retain;
  // [V5-3.1.3.2.4-b] Its lifetime starts when it is published, which is now; [V5-3.1.3.2.4-c]
  // without the property it has no end.
  message->expires = expiry(will.properties, core.now);
  message->properties = forwarded(will.properties);
  message->publisher = std::move(publisher);
  return message;
}

bool is_expired(const Message& message, Instant now) {
  return message.expires && *message.expires <= now;
}

bool payload_format_holds(const codec::Properties& properties, std::string_view payload) {
  const auto format = codec::get_integer(properties, PropertyId::payload_format_indicator);
  return format.value_or(0) != 1 || !codec::find_utf8_fault(payload);
}

std::optional<std::uint32_t> seconds_left(const Message& message, Instant now) {
  if (!message.expires) return std::nullopt;
  if (*message.expires <= now) return 0;
  const auto left = std::chrono::ceil<seconds>(*message.expires - now);
  return static_cast<std::uint32_t>(left.count());
}

}  // namespace mqttspec::broker
