#include "reference/codec/codec.hpp"
#include "reference/codec/sink.hpp"

namespace mqttspec::codec {

namespace {

// CONNECT tells its version itself.
Version layout_version(const Connect& packet, Version version) {
  const auto level = packet.protocol_version;
  return level >= 3 && level <= 5 ? static_cast<Version>(level) : version;
}

template <class P>
Version layout_version(const P&, Version version) {
  return version;
}

unsigned connect_flags(const Connect& packet) {
  unsigned flags = packet.clean_start ? 0x02U : 0U;
  if (packet.will) {
    flags |= 0x04U | (packet.will->qos & 3U) << 3 | (packet.will->retain ? 0x20U : 0U);
  }
  return flags | (packet.user_name ? 0x80U : 0U) | (packet.password ? 0x40U : 0U);
}

template <class Sink>
void put_body(Sink& sink, const Connect& packet, Version version) {
  sink.string(packet.protocol_name);
  sink.byte(packet.protocol_version);
  sink.byte(packet.connect_flags ? *packet.connect_flags : connect_flags(packet));
  sink.two_bytes(packet.keep_alive);
  if (version == Version::v5_0) put_properties(sink, packet.properties);
  sink.string(packet.client_identifier);
  if (packet.will) {
    if (version == Version::v5_0) put_properties(sink, packet.will->properties);
    sink.string(packet.will->topic);
    sink.string(packet.will->payload);
  }
  if (packet.user_name) sink.string(*packet.user_name);
  if (packet.password) sink.string(*packet.password);
  sink.raw(packet.trailing);
}

template <class Sink>
void put_body(Sink& sink, const Connack& packet, Version version) {
  // 3.1 has no Session Present (V31-6).
  const bool session_present = packet.session_present && version != Version::v3_1;
  sink.byte(packet.acknowledge_flags ? *packet.acknowledge_flags : session_present ? 1U : 0U);
  sink.byte(static_cast<unsigned>(packet.reason_code));
  if (version == Version::v5_0) put_properties(sink, packet.properties);
  sink.raw(packet.trailing);
}

template <class Sink>
void put_body(Sink& sink, const Publish& packet, Version version) {
  // [V311-3.3.2-a] The Topic Name, then the identifier, then the payload. 3.1.1 and 5.0
  // [MQTT-4.7.3-3] A string ends after 65,535 bytes.
  sink.string(packet.topic_name);
  if (packet.packet_identifier) sink.two_bytes(*packet.packet_identifier);
  if (version == Version::v5_0) put_properties(sink, packet.properties);
  sink.raw(packet.payload);
}

template <class Sink, PacketType Type>
void put_body(Sink& sink, const Acknowledgement<Type>& packet, Version version) {
  // [V311-3.4.1-a], [V311-3.5.1-a], [V311-3.6.1-a], [V311-3.7.1-a] Before 5.0 nothing but the
  // identifier.
  sink.two_bytes(packet.packet_identifier);
  if (version == Version::v5_0) {
    const bool with_properties = !packet.properties.empty() || !packet.trailing.empty();
    if (with_properties || packet.reason_code != ReasonCode::success) {
      sink.byte(static_cast<unsigned>(packet.reason_code));
    }
    if (with_properties) put_properties(sink, packet.properties);
  }
  sink.raw(packet.trailing);
}

unsigned subscription_options(const Subscription& subscription, Version version) {
  if (subscription.options) return *subscription.options;
  unsigned options = subscription.qos & 3U;
  if (version == Version::v5_0) {
    options |= (subscription.no_local ? 4U : 0U) | (subscription.retain_as_published ? 8U : 0U) |
               (subscription.retain_handling & 3U) << 4;
  }
  return options;
}

template <class Sink>
void put_body(Sink& sink, const Subscribe& packet, Version version) {
  sink.two_bytes(packet.packet_identifier);
  if (version == Version::v5_0) put_properties(sink, packet.properties);
  for (const auto& subscription : packet.subscriptions) {
    sink.string(subscription.topic_filter);
    sink.byte(subscription_options(subscription, version));
  }
  sink.raw(packet.trailing);
}

template <class Sink>
void put_body(Sink& sink, const Suback& packet, Version version) {
  sink.two_bytes(packet.packet_identifier);
  if (version == Version::v5_0) put_properties(sink, packet.properties);
  // [V311-2.4-a] SUBACK is the one answer of a server that has a payload in every version.
  for (const auto code : packet.reason_codes) sink.byte(static_cast<unsigned>(code));
}

template <class Sink>
void put_body(Sink& sink, const Unsubscribe& packet, Version version) {
  sink.two_bytes(packet.packet_identifier);
  if (version == Version::v5_0) put_properties(sink, packet.properties);
  for (const auto& filter : packet.topic_filters) sink.string(filter);
  sink.raw(packet.trailing);
}

template <class Sink>
void put_body(Sink& sink, const Unsuback& packet, Version version) {
  sink.two_bytes(packet.packet_identifier);
  if (version == Version::v5_0) {
    put_properties(sink, packet.properties);
    for (const auto code : packet.reason_codes) sink.byte(static_cast<unsigned>(code));
  }
  sink.raw(packet.trailing);
}

template <class Sink, PacketType Type>
void put_body(Sink& sink, const Ping<Type>& packet, Version) {
  sink.raw(packet.trailing);
}

template <class Sink, PacketType Type>
void put_body(Sink& sink, const ReasonPacket<Type>& packet, Version version) {
  if (version == Version::v5_0) {
    const bool with_properties = !packet.properties.empty() || !packet.trailing.empty();
    const bool with_code = with_properties || packet.reason_code != ReasonCode::success;
    if (with_code) sink.byte(static_cast<unsigned>(packet.reason_code));
    // DISCONNECT may leave out the Property Length alone (3.14.2.2.1), AUTH may not.
    if (with_properties || (with_code && Type == PacketType::auth)) {
      put_properties(sink, packet.properties);
    }
  }
  sink.raw(packet.trailing);
}

unsigned flags_of(const Publish& packet) {
  return (packet.dup ? 8U : 0U) | (packet.qos & 3U) << 1 | (packet.retain ? 1U : 0U);
}

template <class P>
unsigned flags_of(const P& packet) {
  return packet.flags & 0x0FU;
}

std::size_t body_size(const Packet& packet, Version version) {
  return std::visit(
      [version](const auto& p) {
        CountingSink count;
        put_body(count, p, layout_version(p, version));
        return count.size();
      },
      packet);
}

}  // namespace

void encode(const Packet& packet, Version version, Bytes& out) {
  std::visit(
      [version, &out, type = static_cast<unsigned>(packet.index() + 1)](const auto& p) {
        // [V311-7.1.1-a] Fixed header, then the body in the layout of the version that is spoken.
        const auto layout = layout_version(p, version);
        CountingSink count;
        put_body(count, p, layout);
        const auto before = out.size();
        out.resize(before + 1 + variable_size(count.size()) + count.size());
        StoringSink store(out.data() + before);
        store.byte(type << 4 | flags_of(p));
        store.variable(count.size());
        put_body(store, p, layout);
      },
      packet);
}

Bytes encode(const Packet& packet, Version version) {
  Bytes out;
  encode(packet, version, out);
  return out;
}

std::size_t encoded_size(const Packet& packet, Version version) {
  const auto size = body_size(packet, version);
  return 1 + variable_size(size) + size;
}

}  // namespace mqttspec::codec
