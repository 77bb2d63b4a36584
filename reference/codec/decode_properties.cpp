// Properties (section 2.2.2). What the table says is checked here for every packet; what a packet
// says about its properties as a whole (AUTH needs a method) is checked with the packet.
#include <array>

#include "reference/codec/decoder.hpp"
#include "reference/codec/property_rows.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::codec {

namespace {

// By packet type; 0 stands for the Will Properties. PINGREQ and PINGRESP have no properties.
constexpr std::array<Rule, 16> misplaced_rules = {Rule::property_not_in_will,
                                                  Rule::property_not_in_connect,
                                                  Rule::property_not_in_connack,
                                                  Rule::property_not_in_publish,
                                                  Rule::property_not_in_puback,
                                                  Rule::property_not_in_pubrec,
                                                  Rule::property_not_in_pubrel,
                                                  Rule::property_not_in_pubcomp,
                                                  Rule::property_not_in_subscribe,
                                                  Rule::property_not_in_suback,
                                                  Rule::property_not_in_unsubscribe,
                                                  Rule::property_not_in_unsuback,
                                                  Rule::property_unknown,
                                                  Rule::property_unknown,
                                                  Rule::property_not_in_disconnect,
                                                  Rule::property_not_in_auth};

// The rule that an integer outside its row's range breaks.
Rule range_rule(PropertyId id) {
  switch (id) {
    case PropertyId::payload_format_indicator:
      return Rule::payload_format_indicator_range;
    case PropertyId::subscription_identifier:
      return Rule::subscription_identifier_zero;
    case PropertyId::request_problem_information:
      return Rule::request_problem_information_range;
    case PropertyId::request_response_information:
      return Rule::request_response_information_range;
    case PropertyId::receive_maximum:
      return Rule::receive_maximum_zero;
    case PropertyId::topic_alias:
      return Rule::topic_alias_zero;
    case PropertyId::maximum_qos:
      return Rule::maximum_qos_range;
    case PropertyId::retain_available:
      return Rule::retain_available_range;
    case PropertyId::maximum_packet_size:
      return Rule::maximum_packet_size_zero;
    case PropertyId::wildcard_subscription_available:
      return Rule::wildcard_subscription_available_range;
    case PropertyId::subscription_identifier_available:
      return Rule::subscription_identifier_available_range;
    case PropertyId::shared_subscription_available:
      return Rule::shared_subscription_available_range;
    default:
      return Rule::not_expressible;  // all other integers may have any value their width holds
  }
}

}  // namespace

class PropertyReader {
 public:
  PropertyReader(Decoder& decoder, PacketType place, Properties& properties)
      : d_(decoder), place_(place), properties_(properties) {}

  bool read() {
    properties_.reserve(count_ahead());
    // [V5-2.2.2.2-n] In whatever order they come.
    while (d_.left() > 0) {
      if (!read_plain_integer() && !read_one()) return false;
    }
    return true;
  }

 private:
  // How many properties there are, as far as they can be told apart: one allocation holds them all.
  // Up to a bound, since none of them has been found good yet: the list is to grow with what was
  // accepted, not with what a hostile sender promises.
  std::size_t count_ahead() const {
    BytesView block = d_.rest();
    std::size_t count = 0;
    while (!block.empty() && count < reserved_max) {
      ++count;
      const auto id = static_cast<unsigned char>(block.front());
      std::size_t length = property_rows::width_by_id[id];
      if (length == 0) {
        const auto* row = property_rows::find(id);
        if (row == nullptr) break;
        length = length_ahead(row->type, block.substr(1));
      }
      if (length >= block.size()) break;
      block.remove_prefix(1 + length);
    }
    return count;
  }

  // How long a value at the front of `block` is whose width is not fixed; more than the block if it
  // is cut short.
  static std::size_t length_ahead(PropertyType type, BytesView block) {
    if (type == PropertyType::variable_byte_integer) {
      std::size_t length = 1;
      while (length <= block.size() && static_cast<unsigned char>(block[length - 1]) >= 0x80)
        ++length;
      return length;
    }
    std::size_t length = 0;
    for (int strings = type == PropertyType::utf8_string_pair ? 2 : 1; strings > 0; --strings) {
      if (length + 2 > block.size()) return length + 2;
      const auto high = static_cast<unsigned char>(block[length]);
      const auto low = static_cast<unsigned char>(block[length + 1]);
      length += 2 + (static_cast<std::size_t>(high) << 8 | low);
    }
    return length;
  }

  // The common case with nothing to say about it: an integer of fixed width that is legal. Anything
  // else is left to read_one(), which knows what is wrong.
  bool read_plain_integer() {
    const auto* at = reinterpret_cast<const unsigned char*>(d_.at_);
    const std::size_t width = property_rows::width_by_id[*at];
    if (width == 0 || width >= d_.left()) return false;
    const auto& row = *property_rows::by_id[*at];
    const auto mark = std::uint64_t{1} << *at;
    if ((row.packets >> static_cast<unsigned>(place_) & 1U) == 0 || (seen_ & mark) != 0)
      return false;
    std::uint32_t value = 0;
    for (std::size_t i = 1; i <= width; ++i) value = value << 8 | at[i];
    if (value < row.minimum || value > row.maximum) return false;
    if (row.id == PropertyId::session_expiry_interval && d_.sender == Sender::server) return false;
    seen_ |= mark;
    d_.at_ += 1 + width;
    properties_.emplace_back(Make{row.id, value});
    return true;
  }

  bool read_one() {
    const char* first = d_.at();
    std::uint32_t id = 0;
    if (!d_.read_variable(id, Rule::property_truncated)) return false;
    const auto* row = property_rows::find(id);
    if (row == nullptr) {
      // Without its type nobody can tell where it ends, so it takes all that is left.
      if (!d_.object(Rule::property_unknown, first)) return false;
      add(static_cast<PropertyId>(id), d_.take_all());
      return true;
    }
    if (!check_place(*row, first)) return false;
    switch (row->type) {
      case PropertyType::utf8_string:
        return read_text(*row);
      case PropertyType::binary_data:
        return read_bytes(*row);
      case PropertyType::utf8_string_pair:
        return read_pair(*row);
      default:
        return read_integer(*row, first);
    }
  }

  bool check_place(const PropertyRow& row, const char* first) {
    const auto place = static_cast<unsigned>(place_);
    if ((row.packets >> place & 1U) == 0 && !d_.object(misplaced_rules[place], first)) return false;
    const auto mark = std::uint64_t{1} << static_cast<unsigned>(row.id);
    const bool twice = (seen_ & mark) != 0;
    seen_ |= mark;
    // [V5-3.1.2.11.8-a], [V5-3.1.3.2.8-a], [V5-3.3.2.3.7-a], [V5-3.4.2.2.3-a], [V5-3.5.2.2.3-a],
    // [V5-3.6.2.2.3-a], [V5-3.7.2.2.3-a], [V5-3.8.2.1.3-a], [V5-3.10.2.1.2-a], [V5-3.14.2.2.4-a],
    // [V5-3.15.2.2.5-a] User Property repeats everywhere; Subscription Identifier in PUBLISH, but
    // not in SUBSCRIBE (3.8.2.1.2).
    const bool repeatable = row.repeatable && !(row.id == PropertyId::subscription_identifier &&
                                                place_ == PacketType::subscribe);
    if (twice && !repeatable && !d_.object(Rule::property_twice, first)) return false;
    return check_sender(row, first);
  }

  bool check_sender(const PropertyRow& row, const char* first) {
    // [MQTT-3.3.4-6]
    if (row.id == PropertyId::subscription_identifier && place_ == PacketType::publish &&
        d_.sender == Sender::client) {
      return d_.object(Rule::subscription_identifier_from_client, first);
    }
    // [MQTT-3.14.2-2]
    if (row.id == PropertyId::session_expiry_interval && place_ == PacketType::disconnect &&
        d_.sender == Sender::server) {
      return d_.object(Rule::session_expiry_interval_from_server, first);
    }
    return true;
  }

  bool read_integer(const PropertyRow& row, const char* first) {
    std::uint32_t value = 0;
    const auto width = property_rows::width_of(row.type);
    if (width == 0) {
      if (d_.left() == 0) return cut_short(row, first);
      if (!d_.read_variable(value, Rule::property_truncated)) return false;
    } else {
      if (d_.left() < width) return cut_short(row, first);
      value = width == 1 ? d_.next_byte() : width == 2 ? d_.next_two_bytes() : d_.next_four_bytes();
    }
    if ((value < row.minimum || value > row.maximum) && !d_.object(range_rule(row.id), first)) {
      return false;
    }
    properties_.emplace_back(Make{row.id, value});
    return true;
  }

  // An integer that is not all there is kept as the bytes that are.
  bool cut_short(const PropertyRow& row, const char* first) {
    if (!d_.object(Rule::property_truncated, first)) return false;
    add(row.id, d_.take_all());
    return true;
  }

  bool read_text(const PropertyRow& row) {
    BytesView text;
    // 5.0 [MQTT-3.3.2-13] The Response Topic, for one, is a UTF-8 string.
    if (!d_.read_string(text, Rule::property_truncated)) return false;
    if (row.id == PropertyId::response_topic && !check_response_topic(text)) return false;
    add(row.id, text);
    return true;
  }

  bool read_bytes(const PropertyRow& row) {
    BytesView bytes;
    if (!d_.read_binary(bytes, Rule::property_truncated)) return false;
    add(row.id, bytes);
    return true;
  }

  bool read_pair(const PropertyRow& row) {
    BytesView name;
    BytesView value;
    if (!d_.read_string(name, Rule::property_truncated) ||
        !d_.read_string(value, Rule::property_truncated)) {
      return false;
    }
    properties_.emplace_back(Make{row.id, std::pair(name, value)});
    return true;
  }

  // Makes a property in its place in the list: emplace_back() cannot with an aggregate, but with
  // what turns into one.
  template <class Value>
  struct Make {
    PropertyId id;
    Value value;
    operator Property() const {
      if constexpr (std::is_same_v<Value, std::uint32_t>) {
        return {id, value};
      } else if constexpr (std::is_same_v<Value, BytesView>) {
        return {id, PropertyValue(std::in_place_type<std::string>, value)};
      } else {
        return {id, PropertyValue(std::in_place_type<StringPair>, value.first, value.second)};
      }
    }
  };
  template <class Value>
  Make(PropertyId, Value) -> Make<Value>;

  void add(PropertyId id, BytesView bytes) { properties_.emplace_back(Make{id, bytes}); }

  bool check_response_topic(BytesView topic) {
    // 5.0 [MQTT-4.7.3-1]
    if (topic.empty() && !d_.object(Rule::response_topic_empty, topic.data())) return false;
    // [MQTT-3.3.2-14]
    if (!has_wildcard(topic)) return true;
    return d_.object(place_ == will_properties_place ? Rule::will_response_topic_wildcard
                                                     : Rule::response_topic_wildcard,
                     topic.data());
  }

  static constexpr std::size_t reserved_max = 64;

  Decoder& d_;
  PacketType place_;
  Properties& properties_;
  std::uint64_t seen_ = 0;
};

bool Decoder::read_properties(PacketType place, Properties& properties) {
  if (left() == 0) return too_short();
  const char* first = at_;
  std::uint32_t length = 0;
  if (!read_variable(length, Rule::property_length_overrun)) return false;
  if (length > left()) {
    if (!object(Rule::property_length_overrun, first)) return false;
    length = static_cast<std::uint32_t>(left());
  }
  if (length == 0) return true;
  const char* end_of_packet = end_;
  end_ = at_ + length;
  if (!PropertyReader(*this, place, properties).read()) return false;
  end_ = end_of_packet;
  return true;
}

}  // namespace mqttspec::codec
