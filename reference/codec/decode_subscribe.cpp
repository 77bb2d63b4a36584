// SUBSCRIBE and SUBACK (sections 3.8, 3.9), UNSUBSCRIBE and UNSUBACK (3.10, 3.11), DISCONNECT
// (3.14) and AUTH (3.15).
#include <algorithm>

#include "reference/codec/decoder.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::codec {

namespace {

bool read_identifier(Decoder& d, std::uint16_t& identifier, Rule zero) {
  const bool present = d.left() >= 2;
  return d.read(identifier) && (!present || d.check_identifier(identifier, zero));
}

// Takes the Topic Filter at the front of the payload; false if the payload is too short for it.
bool take_filter(BytesView& payload, BytesView& filter) {
  if (payload.size() < 2) return false;
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  const auto length = static_cast<std::size_t>(high << 8 | low);
  if (length > payload.size() - 2) return false;
  filter = payload.substr(2, length);
  payload.remove_prefix(2 + length);
  return true;
}

// Room for filters of usual length. Up to a bound, since none of them has been found good yet: a
// list is to grow with what was accepted, not with what a hostile sender promises.
std::size_t expected_filters(BytesView payload) {
  return std::min<std::size_t>(payload.size() / 12 + 1, 64);
}

bool check_filter(Decoder& d, BytesView filter) {
  if (!d.check_utf8(filter)) return false;
  const auto fault = find_topic_filter_fault(filter, d.version);
  return !fault || d.object(fault->rule, filter.data() + fault->offset);
}

bool check_options(Decoder& d, const Subscription& subscription, unsigned raw, const char* place) {
  const bool v5 = d.is_v5();
  // [MQTT-3.8.3-5] in 5.0, [MQTT-3.8.3-4] in 3.1.1; 3.1 does not look at the upper bits (V31-31).
  const unsigned reserved = v5 ? 0xC0U : d.version == Version::v3_1_1 ? 0xFCU : 0U;
  if ((raw & reserved) != 0 && !d.object(Rule::subscription_options_reserved, place)) return false;
  if (subscription.qos == 3 && !d.object(Rule::subscription_qos_3, place)) return false;
  if (!v5) return true;
  if (subscription.retain_handling == 3 && !d.object(Rule::retain_handling_3, place)) return false;
  // 5.0 [MQTT-3.8.3-4]
  return !subscription.no_local || !split_shared_filter(subscription.topic_filter) ||
         d.object(Rule::no_local_on_shared_subscription, place);
}

bool read_options(Decoder& d, Subscription& subscription, const char* place) {
  const unsigned raw = static_cast<unsigned char>(*place);
  subscription.qos = static_cast<std::uint8_t>(raw & 3U);
  unsigned told = subscription.qos;
  if (d.is_v5()) {
    subscription.no_local = (raw & 4U) != 0;
    subscription.retain_as_published = (raw & 8U) != 0;
    subscription.retain_handling = static_cast<std::uint8_t>(raw >> 4 & 3U);
    told = raw & 0x3FU;
  }
  if (told != raw) subscription.options = static_cast<std::uint8_t>(raw);
  return check_options(d, subscription, raw, place);
}

bool read_subscriptions(Decoder& d, Subscribe& packet) {
  auto payload = d.take_all();
  packet.subscriptions.reserve(expected_filters(payload));
  while (!payload.empty()) {
    const auto entry = payload;
    BytesView filter;
    if (!take_filter(payload, filter)) {
      if (!d.object(Rule::string_overrun, payload.data())) return false;
      break;
    }
    if (!check_filter(d, filter)) return false;
    if (payload.empty()) {
      // Section 3.8.3: pairs of Topic Filter and Subscription Options.
      if (!d.object(Rule::subscription_options_missing, payload.data())) return false;
      payload = entry;
      break;
    }
    auto& subscription = packet.subscriptions.emplace_back();
    fill(subscription.topic_filter, filter);
    if (!read_options(d, subscription, payload.data())) return false;
    payload.remove_prefix(1);
  }
  if (!payload.empty()) packet.trailing = payload;
  return true;
}

bool read_filters(Decoder& d, Unsubscribe& packet) {
  auto payload = d.take_all();
  packet.topic_filters.reserve(expected_filters(payload));
  while (!payload.empty()) {
    BytesView filter;
    if (!take_filter(payload, filter)) {
      if (!d.object(Rule::string_overrun, payload.data())) return false;
      break;
    }
    if (!check_filter(d, filter)) return false;
    packet.topic_filters.emplace_back(filter);
  }
  if (!payload.empty()) packet.trailing = payload;
  return true;
}

}  // namespace

bool decode_body(Decoder& d, Subscribe& packet) {
  packet.flags = d.flags;
  if (!read_identifier(d, packet.packet_identifier, Rule::packet_identifier_zero)) return false;
  if (d.is_v5() && !d.read_properties(PacketType::subscribe, packet.properties)) return false;
  // [MQTT-3.8.3-2] in 5.0, [MQTT-3.8.3-3] in 3.1.1
  if (d.left() == 0) return d.object(Rule::subscribe_empty, d.at());
  return read_subscriptions(d, packet);
}

bool decode_body(Decoder& d, Unsubscribe& packet) {
  packet.flags = d.flags;
  if (!read_identifier(d, packet.packet_identifier, Rule::packet_identifier_zero)) return false;
  if (d.is_v5() && !d.read_properties(PacketType::unsubscribe, packet.properties)) return false;
  // 3.1.1 and 5.0 [MQTT-3.10.3-2]
  if (d.left() == 0) return d.object(Rule::unsubscribe_empty, d.at());
  return read_filters(d, packet);
}

namespace {

bool read_reason_codes(Decoder& d, std::vector<ReasonCode>& codes, Rule empty) {
  if (d.left() == 0) return d.object(empty, d.at());
  codes.reserve(d.left());  // a byte each
  while (d.left() > 0) {
    const char* place = d.at();
    codes.push_back(static_cast<ReasonCode>(d.next_byte()));
    if (!d.check_reason_code(codes.back(), place)) return false;
  }
  return true;
}

}  // namespace

bool decode_body(Decoder& d, Suback& packet) {
  packet.flags = d.flags;
  if (!read_identifier(d, packet.packet_identifier, Rule::acknowledged_identifier_zero))
    return false;
  if (d.is_v5() && !d.read_properties(PacketType::suback, packet.properties)) return false;
  return read_reason_codes(d, packet.reason_codes, Rule::suback_empty);
}

bool decode_body(Decoder& d, Unsuback& packet) {
  packet.flags = d.flags;
  if (!read_identifier(d, packet.packet_identifier, Rule::acknowledged_identifier_zero))
    return false;
  if (!d.is_v5()) return d.finish(packet.trailing);
  return d.read_properties(PacketType::unsuback, packet.properties) &&
         read_reason_codes(d, packet.reason_codes, Rule::unsuback_empty);
}

bool decode_body(Decoder& d, Disconnect& packet) {
  packet.flags = d.flags;
  // [V5-3.14.2.1-a] Reason Code and Property Length may be left out, from the end (3.14.2.2.1).
  if (d.is_v5() && d.left() > 0) {
    const char* place = d.at();
    packet.reason_code = static_cast<ReasonCode>(d.next_byte());
    // [V5-3.14.2.1-b] Not one of those that only servers send.
    if (!d.check_reason_code(packet.reason_code, place)) return false;
    if (d.left() > 0 && !d.read_properties(PacketType::disconnect, packet.properties)) return false;
  }
  return d.finish(packet.trailing);
}

bool decode_body(Decoder& d, Auth& packet) {
  packet.flags = d.flags;
  if (!d.is_v5()) return d.finish(packet.trailing);
  const char* place = d.at();
  // 3.15.2.1 describes an AUTH without anything, which means 0x00 (Success). For the rest there is
  // no short form.
  if (d.left() > 0) {
    packet.reason_code = static_cast<ReasonCode>(d.next_byte());
  }
  if (!d.check_reason_code(packet.reason_code, place)) return false;
  if (d.at() != place && !d.read_properties(PacketType::auth, packet.properties)) return false;
  // Section 3.15.2.2.2 makes it a Protocol Error to leave the method out, whatever the form.
  if (find(packet.properties, PropertyId::authentication_method) == nullptr &&
      !d.object(Rule::authentication_method_missing, place)) {
    return false;
  }
  return d.finish(packet.trailing);
}

}  // namespace mqttspec::codec
