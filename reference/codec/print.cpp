#include <fmt/format.h>

#include <iterator>

#include "reference/codec/codec.hpp"
#include "reference/codec/text.hpp"

namespace mqttspec::codec {

namespace {

constexpr std::size_t payload_shown_max = 64;

class Line {
 public:
  explicit Line(std::string_view head) : text_(head) {}

  void number(std::string_view name, std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), " {}={}", name, value);
  }
  void hex(std::string_view name, unsigned value) {
    fmt::format_to(std::back_inserter(text_), " {}=0x{:02X}", name, value);
  }
  void flag(std::string_view name, bool value) {
    if (value) fmt::format_to(std::back_inserter(text_), " {}", name);
  }
  void text(std::string_view name, BytesView value) {
    fmt::format_to(std::back_inserter(text_), " {}=", name);
    quote(value);
  }
  void payload(std::string_view name, BytesView value) {
    fmt::format_to(std::back_inserter(text_), " {}=", name);
    quote(value.substr(0, payload_shown_max));
    if (value.size() > payload_shown_max) text_ += "...";
    fmt::format_to(std::back_inserter(text_), " ({} byte{})", value.size(),
                   value.size() == 1 ? "" : "s");
  }
  void trailing(const Bytes& value) {
    if (!value.empty()) payload("trailing", value);
  }
  void code(ReasonCode value, PacketType type, Version version) {
    codes("reason_code", {&value, 1}, type, version, false);
  }
  void codes(std::string_view name, std::span<const ReasonCode> values, PacketType type,
             Version version, bool as_list = true) {
    fmt::format_to(std::back_inserter(text_), " {}={}", name, as_list ? "[" : "");
    const char* separator = "";
    for (const auto value : values) {
      const auto known = version == Version::v5_0 || (type == PacketType::suback &&
                                                      value <= ReasonCode::unspecified_error)
                             ? to_string(value, type)
                             : std::string_view{};
      fmt::format_to(std::back_inserter(text_), "{}0x{:02X}", separator,
                     static_cast<unsigned>(value));
      if (!known.empty()) fmt::format_to(std::back_inserter(text_), "({})", known);
      separator = ", ";
    }
    if (as_list) text_ += ']';
  }
  void properties(const Properties& list, std::string_view prefix = "") {
    for (const auto& property : list) this->property(property, prefix);
  }
  void append(std::string_view part) { text_ += part; }
  void quote(BytesView value) { append_quoted(text_, value); }
  std::string take() { return std::move(text_); }

 private:
  void property(const Property& property, std::string_view prefix) {
    const auto id = static_cast<std::uint32_t>(property.id);
    if (find_property(id) != nullptr) {
      fmt::format_to(std::back_inserter(text_), " {}{}=", prefix, to_string(property.id));
    } else {
      fmt::format_to(std::back_inserter(text_), " {}property_0x{:02X}=", prefix, id);
    }
    if (const auto* number = std::get_if<std::uint32_t>(&property.value)) {
      fmt::format_to(std::back_inserter(text_), "{}", *number);
    } else if (const auto* string = std::get_if<std::string>(&property.value)) {
      quote(*string);
    } else {
      const auto& pair = std::get<StringPair>(property.value);
      quote(pair.first);
      text_ += ':';
      quote(pair.second);
    }
  }

  std::string text_;
};

void describe(Line& line, const Connect& packet, Version) {
  line.text("protocol_name", packet.protocol_name);
  line.number("protocol_version", packet.protocol_version);
  line.flag("clean_start", packet.clean_start);
  line.number("keep_alive", packet.keep_alive);
  line.text("client_identifier", packet.client_identifier);
  if (packet.will) {
    line.text("will_topic", packet.will->topic);
    line.number("will_qos", packet.will->qos);
    line.flag("will_retain", packet.will->retain);
    line.payload("will_payload", packet.will->payload);
    line.properties(packet.will->properties, "will.");
  }
  if (packet.user_name) line.text("user_name", *packet.user_name);
  if (packet.password) line.text("password", *packet.password);
  if (packet.connect_flags) line.hex("connect_flags", *packet.connect_flags);
}

void describe(Line& line, const Connack& packet, Version version) {
  line.flag("session_present", packet.session_present);
  line.code(packet.reason_code, PacketType::connack, version);
  if (packet.acknowledge_flags) line.hex("connect_acknowledge_flags", *packet.acknowledge_flags);
}

void describe(Line& line, const Publish& packet, Version) {
  line.flag("dup", packet.dup);
  line.number("qos", packet.qos);
  line.flag("retain", packet.retain);
  line.text("topic_name", packet.topic_name);
  if (packet.packet_identifier) line.number("packet_identifier", *packet.packet_identifier);
}

template <PacketType Type>
void describe(Line& line, const Acknowledgement<Type>& packet, Version version) {
  line.number("packet_identifier", packet.packet_identifier);
  if (version == Version::v5_0) line.code(packet.reason_code, Type, version);
}

void describe(Line& line, const Subscribe& packet, Version version) {
  line.number("packet_identifier", packet.packet_identifier);
  line.append(" topic_filters=[");
  const char* separator = "";
  for (const auto& subscription : packet.subscriptions) {
    line.append(separator);
    line.quote(subscription.topic_filter);
    line.number("qos", subscription.qos);
    if (version == Version::v5_0) {
      line.flag("no_local", subscription.no_local);
      line.flag("retain_as_published", subscription.retain_as_published);
      if (subscription.retain_handling != 0) {
        line.number("retain_handling", subscription.retain_handling);
      }
    }
    if (subscription.options) line.hex("subscription_options", *subscription.options);
    separator = ", ";
  }
  line.append("]");
}

void describe(Line& line, const Suback& packet, Version version) {
  line.number("packet_identifier", packet.packet_identifier);
  line.codes("reason_codes", packet.reason_codes, PacketType::suback, version);
}

void describe(Line& line, const Unsubscribe& packet, Version) {
  line.number("packet_identifier", packet.packet_identifier);
  line.append(" topic_filters=[");
  const char* separator = "";
  for (const auto& filter : packet.topic_filters) {
    line.append(separator);
    line.quote(filter);
    separator = ", ";
  }
  line.append("]");
}

void describe(Line& line, const Unsuback& packet, Version version) {
  line.number("packet_identifier", packet.packet_identifier);
  if (version == Version::v5_0) {
    line.codes("reason_codes", packet.reason_codes, PacketType::unsuback, version);
  }
}

template <PacketType Type>
void describe(Line&, const Ping<Type>&, Version) {}

template <PacketType Type>
void describe(Line& line, const ReasonPacket<Type>& packet, Version version) {
  if (version == Version::v5_0) line.code(packet.reason_code, Type, version);
}

template <class P>
unsigned required_flags(const P&) {
  return P{}.flags;
}

}  // namespace

std::string print(const Packet& packet, Version version) {
  Line line(to_string(type_of(packet)));
  std::visit(
      [&line, &packet, version](const auto& p) {
        describe(line, p, version);
        if constexpr (requires { p.flags; }) {
          if (p.flags != required_flags(p)) line.hex("flags", p.flags);
        }
        const auto* properties = properties_of(packet);
        if (properties != nullptr) line.properties(*properties);
        if constexpr (requires { p.payload; }) line.payload("payload", p.payload);
        if constexpr (requires { p.trailing; }) line.trailing(p.trailing);
      },
      packet);
  return line.take();
}

}  // namespace mqttspec::codec
