// A packet as captures and matchers see it: an object of its fields.
#include "conformance/scenario/field_values.hpp"
#include "conformance/scenario/packet_builder.hpp"

namespace mqttspec::scenario {
namespace {

using codec::PacketType;

// Collects one packet's fields in the order in which they stand on the wire. Those that are flags
// of the first byte come after it.
class Fields {
 public:
  explicit Fields(codec::Version version) : version_(version) {}

  void integer(std::string_view name, std::uint32_t value) {
    add(name, Value(static_cast<std::int64_t>(value)));
  }
  void flag(std::string_view name, bool value) { add(name, Value(value)); }
  void bytes(std::string_view name, codec::BytesView value) { add(name, bytes_value(value)); }
  void code(codec::ReasonCode code) { integer("reason_code", static_cast<std::uint8_t>(code)); }
  void codes(const std::vector<codec::ReasonCode>& codes) {
    Array list;
    for (const codec::ReasonCode code : codes) {
      list.emplace_back(static_cast<std::int64_t>(static_cast<std::uint8_t>(code)));
    }
    add("reason_codes", Value(std::move(list)));
  }
  void properties(const codec::Properties& properties, PacketType type) {
    append_properties(properties, type, fields_);
  }
  void add(std::string_view name, Value value) {
    fields_.emplace_back(std::string(name), std::move(value));
  }
  [[nodiscard]] codec::Version version() const { return version_; }
  [[nodiscard]] Value take() { return Value(std::move(fields_)); }

 private:
  codec::Version version_;
  Object fields_;
};

std::uint8_t connect_flags(const codec::Connect& packet) {
  if (packet.connect_flags) return *packet.connect_flags;
  unsigned flags = packet.clean_start ? 0x02U : 0U;
  if (packet.will) {
    flags |= 0x04U | (packet.will->qos & 3U) << 3U | (packet.will->retain ? 0x20U : 0U);
  }
  flags |= (packet.user_name ? 0x80U : 0U) | (packet.password ? 0x40U : 0U);
  return static_cast<std::uint8_t>(flags);
}

void describe(Fields& fields, const codec::Connect& packet) {
  fields.integer("flags", packet.flags);
  fields.bytes("protocol_name", packet.protocol_name);
  fields.integer("protocol_version", packet.protocol_version);
  fields.integer("connect_flags", connect_flags(packet));
  fields.flag("clean_start", packet.clean_start);
  fields.integer("keep_alive", packet.keep_alive);
  fields.properties(packet.properties, PacketType::connect);
  fields.bytes("client_identifier", packet.client_identifier);
  if (packet.will) {
    Fields will(fields.version());
    will.properties(packet.will->properties, PacketType::connect);
    will.bytes("will_topic", packet.will->topic);
    will.bytes("will_payload", packet.will->payload);
    will.integer("will_qos", packet.will->qos);
    will.flag("will_retain", packet.will->retain);
    fields.add("will", will.take());
  }
  if (packet.user_name) fields.bytes("user_name", *packet.user_name);
  if (packet.password) fields.bytes("password", *packet.password);
}

void describe(Fields& fields, const codec::Connack& packet) {
  fields.integer("flags", packet.flags);
  const bool present = packet.session_present && fields.version() != codec::Version::v3_1;
  const unsigned flags = present ? 1U : 0U;
  fields.integer("connect_acknowledge_flags", packet.acknowledge_flags.value_or(flags));
  fields.flag("session_present", packet.session_present);
  fields.code(packet.reason_code);
  fields.properties(packet.properties, PacketType::connack);
}

void describe(Fields& fields, const codec::Publish& packet) {
  fields.integer("flags",
                 (packet.dup ? 8U : 0U) | (packet.qos & 3U) << 1U | (packet.retain ? 1U : 0U));
  fields.flag("dup", packet.dup);
  fields.integer("qos", packet.qos);
  fields.flag("retain", packet.retain);
  fields.bytes("topic_name", packet.topic_name);
  if (packet.packet_identifier) fields.integer("packet_identifier", *packet.packet_identifier);
  fields.properties(packet.properties, PacketType::publish);
  fields.bytes("payload", packet.payload);
}

template <PacketType Type>
void describe(Fields& fields, const codec::Acknowledgement<Type>& packet) {
  fields.integer("flags", packet.flags);
  fields.integer("packet_identifier", packet.packet_identifier);
  fields.code(packet.reason_code);
  fields.properties(packet.properties, Type);
}

void describe(Fields& fields, const codec::Subscribe& packet) {
  fields.integer("flags", packet.flags);
  fields.integer("packet_identifier", packet.packet_identifier);
  fields.properties(packet.properties, PacketType::subscribe);
  Array filters;
  for (const codec::Subscription& subscription : packet.subscriptions) {
    Fields filter(fields.version());
    filter.bytes("topic_filter", subscription.topic_filter);
    filter.integer("qos", subscription.qos);
    if (fields.version() == codec::Version::v5_0) {
      filter.flag("no_local", subscription.no_local);
      filter.flag("retain_as_published", subscription.retain_as_published);
      filter.integer("retain_handling", subscription.retain_handling);
    }
    if (subscription.options) filter.integer("subscription_options", *subscription.options);
    filters.push_back(filter.take());
  }
  fields.add("topic_filters", Value(std::move(filters)));
}

void describe(Fields& fields, const codec::Unsubscribe& packet) {
  fields.integer("flags", packet.flags);
  fields.integer("packet_identifier", packet.packet_identifier);
  fields.properties(packet.properties, PacketType::unsubscribe);
  Array filters;
  for (const std::string& filter : packet.topic_filters) filters.push_back(bytes_value(filter));
  fields.add("topic_filters", Value(std::move(filters)));
}

template <class Packet>  // SUBACK and UNSUBACK
requires requires(Packet packet) {
  packet.reason_codes;
}
void describe(Fields& fields, const Packet& packet) {
  fields.integer("flags", packet.flags);
  fields.integer("packet_identifier", packet.packet_identifier);
  fields.properties(packet.properties, codec::type_of(codec::Packet(packet)));
  fields.codes(packet.reason_codes);
}

template <PacketType Type>
void describe(Fields& fields, const codec::Ping<Type>& packet) {
  fields.integer("flags", packet.flags);
}

template <PacketType Type>
void describe(Fields& fields, const codec::ReasonPacket<Type>& packet) {
  fields.integer("flags", packet.flags);
  fields.code(packet.reason_code);
  fields.properties(packet.properties, Type);
}

}  // namespace

Value to_value(const codec::Packet& packet, codec::Version version) {
  Fields fields(version);
  std::visit([&fields](const auto& alternative) { describe(fields, alternative); }, packet);
  return fields.take();
}

}  // namespace mqttspec::scenario
