// How the packets of a program are encoded, by schemes that are read and written (scheme.hpp). What
// of a packet they do not speak of they leave as it is.
#pragma once

#include <fmt/format.h>

#include <string>

#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

// Alphabets so small that clients, topics, filters and identifiers collide all the time.
template <class Coder>
void client_identifier(Coder& c, std::string& value) {
  c.word(value, {"a", "b", "c", "a", "d", ""});
}
template <class Coder>
void topic_name(Coder& c, std::string& value) {
  c.word(value, {"t", "t/u", "t", "/t", "$x/t", "u"});
}
template <class Coder>
void topic_filter(Coder& c, std::string& value) {
  c.word(value,
         {"t", "t/u", "t/#", "+", "#", "t/+", "/+", "+/u", "$x/#", "u", "$share/g/t", "$share/g/#",
          "$share/h/t", "$share/g/+", "$share/g/t/#", "$SYS/#", "+/+", "t/u/#"});
}
template <class Coder>
void identifier(Coder& c, std::uint16_t& value) {
  c.one_of(value, {1, 2, 3, 1, 2, 65'535});
}
template <class Coder>
void version_of_connect(Coder& c, codec::Version& value) {
  c.one_of(value, {codec::Version::v5_0, codec::Version::v3_1_1, codec::Version::v3_1});
}

template <class Coder>
void maybe(Coder& c, codec::Properties& properties, codec::PropertyId id,
           std::initializer_list<std::uint32_t> values) {
  const codec::Property* found = codec::find(properties, id);
  bool there = found != nullptr;
  c.chance(there, 4);
  if (!there) return;
  const auto stated = codec::get_integer(properties, id);
  std::uint32_t value = stated ? *stated : *values.begin();
  c.one_of(value, values);
  if (found == nullptr) properties.push_back({id, value});
}

template <class Coder>
void qos(Coder& c, std::uint8_t& value) {
  c.template number<std::uint8_t>(value, 0, 2);
}

template <class Coder>
void scheme(Coder& c, codec::Will& will, codec::Version version) {
  topic_name(c, will.topic);
  will.payload = "will";
  qos(c, will.qos);
  c.flag(will.retain);
  if (version != codec::Version::v5_0) return;
  maybe(c, will.properties, codec::PropertyId::will_delay_interval, {1, 5, 100});
  maybe(c, will.properties, codec::PropertyId::message_expiry_interval, {1, 60});
}

template <class Coder>
void scheme(Coder& c, codec::Connect& packet, codec::Version version) {
  packet.protocol_name = version == codec::Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(version);
  client_identifier(c, packet.client_identifier);
  c.flag(packet.clean_start);
  c.one_of(packet.keep_alive, {0, 0, 0, 1, 10});
  if (packet.client_identifier.empty()) {
    packet.clean_start = true;
    if (version == codec::Version::v3_1) packet.client_identifier = "d";
  }
  if (version == codec::Version::v5_0) {
    maybe(c, packet.properties, codec::PropertyId::session_expiry_interval, {60, 1, 0xFFFFFFFF, 0});
    maybe(c, packet.properties, codec::PropertyId::receive_maximum, {1, 2, 65'535});
    maybe(c, packet.properties, codec::PropertyId::maximum_packet_size, {30, 100, 1'000});
    maybe(c, packet.properties, codec::PropertyId::topic_alias_maximum, {1, 3, 65'535});
    maybe(c, packet.properties, codec::PropertyId::request_problem_information, {0, 1});
  }
  bool will = packet.will.has_value();
  c.chance(will, 3);
  if (!will) return;
  if (!packet.will) packet.will.emplace();
  scheme(c, *packet.will, version);
}

template <class Coder>
void scheme(Coder& c, codec::Publish& packet, codec::Version version, std::size_t number) {
  topic_name(c, packet.topic_name);
  qos(c, packet.qos);
  c.chance(packet.retain, 4);
  if (packet.qos > 0) {
    c.chance(packet.dup, 8);
    std::uint16_t own = packet.packet_identifier.value_or(0);
    identifier(c, own);
    packet.packet_identifier = own;
  }
  bool empty = packet.payload.empty();
  c.chance(empty, 8);
  packet.payload = empty ? "" : fmt::format("m{}", number);
  if (version != codec::Version::v5_0) return;
  maybe(c, packet.properties, codec::PropertyId::topic_alias, {1, 2, 3});
  maybe(c, packet.properties, codec::PropertyId::message_expiry_interval, {1, 5, 60});
  bool named = codec::find(packet.properties, codec::PropertyId::user_property) != nullptr;
  const bool stated = named;
  c.chance(named, 8);
  if (named && !stated)
    packet.properties.push_back({codec::PropertyId::user_property, codec::StringPair{}});
  bool by_alias = packet.topic_name.empty();
  c.chance(by_alias, 8);
  if (by_alias && codec::find(packet.properties, codec::PropertyId::topic_alias) != nullptr) {
    packet.topic_name.clear();
  }
}

template <class Coder>
void scheme(Coder& c, codec::Subscribe& packet, codec::Version version) {
  identifier(c, packet.packet_identifier);
  std::size_t count = packet.subscriptions.size();
  c.template number<std::size_t>(count, 1, 3);
  packet.subscriptions.resize(count);
  for (auto& entry : packet.subscriptions) {
    topic_filter(c, entry.topic_filter);
    c.one_of(entry.qos, {2, 1, 0});
    if (version != codec::Version::v5_0) continue;
    if (!entry.topic_filter.starts_with("$share/")) c.chance(entry.no_local, 4);
    c.flag(entry.retain_as_published);
    c.template number<std::uint8_t>(entry.retain_handling, 0, 2);
  }
  if (version != codec::Version::v5_0) return;
  maybe(c, packet.properties, codec::PropertyId::subscription_identifier, {1, 2, 268'435'455});
}

template <class Coder>
void scheme(Coder& c, codec::Unsubscribe& packet) {
  identifier(c, packet.packet_identifier);
  packet.topic_filters.resize(1);
  topic_filter(c, packet.topic_filters.front());
}

template <class Coder>
void scheme(Coder& c, codec::Disconnect& packet, codec::Version version) {
  if (version != codec::Version::v5_0) return;
  bool with_will = packet.reason_code == codec::ReasonCode::disconnect_with_will_message;
  c.flag(with_will);
  packet.reason_code =
      with_will ? codec::ReasonCode::disconnect_with_will_message : codec::ReasonCode::success;
  maybe(c, packet.properties, codec::PropertyId::session_expiry_interval, {0, 60});
}

}  // namespace mqttspec::fuzz
