#include "fuzz/generators/spoil.hpp"

namespace mqttspec::fuzz {

using codec::Choices;
using codec::Packet;
using codec::Properties;
using codec::Version;

namespace {

codec::PropertyValue edge_value(Choices& c, const codec::PropertyRow& row) {
  switch (row.type) {
    case codec::PropertyType::utf8_string:
      return odd_text(c);
    case codec::PropertyType::binary_data:
      return codec::arbitrary::bytes(c);
    case codec::PropertyType::utf8_string_pair:
      return codec::StringPair{odd_text(c), odd_text(c)};
    default:
      return c.element<std::uint32_t>({0, 1, 2, 127, 128, 255, 256, 16'383, 16'384, 65'535, 65'536,
                                       268'435'455, 268'435'456, UINT32_MAX});
  }
}

void note(SpoilLog* log, Spoiling what) {
  if (log != nullptr) log->push_back(what);
}

codec::Property edge_property(Choices& c, SpoilLog* log) {
  const auto& row = c.element_of(codec::property_table());
  if (!c.flip()) return {row.id, codec::arbitrary::value(c, row)};
  const bool text = row.type == codec::PropertyType::utf8_string ||
                    row.type == codec::PropertyType::utf8_string_pair;
  if (text) {
    note(log, Spoiling::odd_text);
  } else if (row.type != codec::PropertyType::binary_data) {
    note(log, Spoiling::boundary_integer);
  }
  return {row.id, edge_value(c, row)};
}

void spoil_properties(Choices& c, Properties& properties, SpoilLog* log) {
  const auto place = static_cast<std::ptrdiff_t>(c.below(properties.size() + 1));
  const auto choice = c.below(4);
  if (choice == 0) {
    properties.insert(properties.begin() + place, edge_property(c, log));
    return note(log, Spoiling::property_added);
  }
  if (place == std::ssize(properties)) return;
  if (choice == 1) {
    properties.erase(properties.begin() + place);
    note(log, Spoiling::property_dropped);
  } else if (choice == 2) {
    const auto copy = properties[static_cast<std::size_t>(place)];
    properties.push_back(copy);
    note(log, Spoiling::property_doubled);
  } else {
    properties[static_cast<std::size_t>(place)] = edge_property(c, log);
    note(log, Spoiling::property_replaced);
  }
}

std::uint8_t any_flags(Choices& c) {
  return static_cast<std::uint8_t>(c.below(16));
}

void spoil_own_fields(Choices& c, codec::Connect& packet, SpoilLog* log) {
  switch (c.below(7)) {
    case 0:
      packet.connect_flags = static_cast<std::uint8_t>(c.below(256));
      break;
    case 1:
      packet.client_identifier = odd_text(c);
      break;
    case 2:
      packet.user_name = odd_text(c);
      break;
    case 3:
      packet.password = codec::arbitrary::bytes(c);
      break;
    case 4:
      if (packet.will) packet.will->topic = c.flip() ? odd_text(c) : "a/#";
      break;
    case 5:
      if (packet.will) spoil_properties(c, packet.will->properties, log);
      break;
    default:
      if (packet.will) packet.will->qos = 3;
  }
}

void spoil_own_fields(Choices& c, codec::Publish& packet, SpoilLog*) {
  switch (c.below(5)) {
    case 0:
      packet.qos = static_cast<std::uint8_t>(c.below(4));
      break;
    case 1:
      packet.dup = !packet.dup;
      break;
    case 2:
      packet.topic_name = c.flip() ? odd_text(c) : codec::arbitrary::topic_filter(c, Version::v5_0);
      break;
    case 3:
      packet.packet_identifier = 0;
      break;
    default:
      packet.topic_name.clear();
  }
}

void spoil_own_fields(Choices& c, codec::Subscribe& packet, SpoilLog*) {
  if (c.one_in(4)) packet.subscriptions.clear();
  if (packet.subscriptions.empty()) return;
  auto& entry = packet.subscriptions[c.below(packet.subscriptions.size())];
  switch (c.below(3)) {
    case 0:
      entry.options = static_cast<std::uint8_t>(c.below(256));
      break;
    case 1:
      entry.topic_filter = odd_text(c);
      break;
    default:
      entry.no_local = true;
      entry.topic_filter = codec::arbitrary::topic_filter(c, Version::v5_0);
  }
}

void spoil_own_fields(Choices& c, codec::Unsubscribe& packet, SpoilLog*) {
  if (c.one_in(4)) packet.topic_filters.clear();
  if (!packet.topic_filters.empty()) packet.topic_filters.front() = odd_text(c);
}

template <class P>
void spoil_own_fields(Choices& c, P& packet, SpoilLog*) {
  if constexpr (requires { packet.reason_code; }) {
    packet.reason_code = static_cast<codec::ReasonCode>(c.below(256));
  } else if constexpr (requires { packet.reason_codes; }) {
    packet.reason_codes.push_back(static_cast<codec::ReasonCode>(c.below(256)));
  }
}

template <class P>
void spoil_common_fields(Choices& c, P& packet) {
  if constexpr (requires { packet.flags; }) {
    if (c.flip()) packet.flags = any_flags(c);
  }
  if constexpr (requires { packet.trailing; }) {
    if (c.flip()) packet.trailing = codec::arbitrary::bytes(c);
  }
  if constexpr (requires { packet.packet_identifier = 0; }) {
    if (c.flip()) packet.packet_identifier = 0;
  }
}

}  // namespace

std::string odd_text(Choices& c) {
  using namespace std::string_view_literals;
  std::string text = codec::arbitrary::text(c);
  text += c.element({"\0"sv, "\xC0\x80"sv, "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv, "\xF4\x90\x80\x80"sv,
                     "\xFF"sv, "\x80"sv, "\xC3"sv, "\xE2\x82"sv, "\xF0\x82\x82\xAC"sv, "#"sv, "+"sv,
                     "/"sv, "\x01"sv, "\xEF\xBF\xBE"sv, "$share//a"sv, "$share/g+/a"sv});
  if (c.flip()) text += codec::arbitrary::text(c);
  return text;
}

void spoil(Choices& c, Packet& packet, SpoilLog* log) {
  for (auto count = c.below(4); count > 0; --count) {
    auto* properties = codec::properties_of(packet);
    if (properties != nullptr && c.flip()) {
      spoil_properties(c, *properties, log);
    } else if (c.flip()) {
      std::visit([&](auto& p) { spoil_own_fields(c, p, log); }, packet);
      note(log, Spoiling::own_field);
    } else {
      std::visit([&](auto& p) { spoil_common_fields(c, p); }, packet);
      note(log, Spoiling::common_field);
    }
  }
}

}  // namespace mqttspec::fuzz
