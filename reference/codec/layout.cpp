#include "reference/codec/layout.hpp"

#include <fmt/format.h>

#include "reference/codec/layout_walker.hpp"
#include "reference/codec/reason_code.hpp"

namespace mqttspec::codec {

namespace {

std::string flags_text(unsigned flags,
                       std::initializer_list<std::pair<unsigned, const char*>> names) {
  std::string text = fmt::format("0x{:02X}", flags);
  for (const auto& [bit, name] : names) {
    if ((flags & bit) != 0) text += fmt::format(" {}", name);
  }
  return text;
}

std::string first_byte_text(unsigned byte) {
  const auto type = static_cast<PacketType>(byte >> 4);
  std::string text(to_string(type));
  if (type != PacketType::publish) return text;
  if ((byte & 8U) != 0) text += " dup";
  text += fmt::format(" qos={}", byte >> 1 & 3U);
  if ((byte & 1U) != 0) text += " retain";
  return text;
}

std::string connect_flags_text(unsigned flags) {
  auto text = flags_text(flags, {{0x80, "user_name"},
                                 {0x40, "password"},
                                 {0x20, "will_retain"},
                                 {0x04, "will"},
                                 {0x02, "clean_start"},
                                 {0x01, "reserved"}});
  if ((flags & 0x18U) != 0) text += fmt::format(" will_qos={}", flags >> 3 & 3U);
  return text;
}

std::string options_text(unsigned options, bool v5) {
  auto text = fmt::format("0x{:02X} qos={}", options, options & 3U);
  if (!v5) return text;
  if ((options & 4U) != 0) text += " no_local";
  if ((options & 8U) != 0) text += " retain_as_published";
  if ((options & 0x30U) != 0) text += fmt::format(" retain_handling={}", options >> 4 & 3U);
  return text;
}

std::string code_text(unsigned code, PacketType type, bool v5) {
  const auto name =
      v5 || type == PacketType::suback ? to_string(static_cast<ReasonCode>(code), type) : "";
  return name.empty() ? fmt::format("0x{:02X}", code) : fmt::format("0x{:02X} {}", code, name);
}

// What stands behind the fixed header, by packet type.
class BodyWalker {
 public:
  BodyWalker(LayoutWalker& walker, PacketType type, Version version)
      : w_(walker), type_(type), version_(version) {}

  bool walk(unsigned first_byte) {
    switch (type_) {
      case PacketType::connect:
        return connect();
      case PacketType::connack:
        return byte("connect_acknowledge_flags",
                    [](unsigned v) {
                      return flags_text(v, {{1, "session_present"}});
                    }) &&
               reason_code() && properties();
      case PacketType::publish:
        return publish((first_byte >> 1 & 3U) > 0);
      case PacketType::puback:
      case PacketType::pubrec:
      case PacketType::pubrel:
      case PacketType::pubcomp:
        return identifier() && short_form();
      case PacketType::subscribe:
        return identifier() && properties() && subscriptions();
      case PacketType::unsubscribe:
        return identifier() && properties() && filters();
      case PacketType::suback:
        return identifier() && properties() && reason_codes();
      case PacketType::unsuback:
        return identifier() && properties() && (!v5() || reason_codes());
      case PacketType::disconnect:
      case PacketType::auth:
        return short_form();
      case PacketType::pingreq:
      case PacketType::pingresp:
      case PacketType::reserved:
        break;
    }
    return true;
  }

 private:
  [[nodiscard]] bool v5() const { return version_ == Version::v5_0; }

  template <class Text>
  bool byte(const std::string& name, Text text) {
    if (w_.left() < 1) return false;
    const auto value = w_.byte_at(w_.at());
    w_.add_row(name, 1, text(value));
    return true;
  }

  bool identifier() { return w_.integer("packet_identifier", 2); }
  bool properties() { return !v5() || w_.properties("property_length", false); }
  bool reason_code() {
    return byte("reason_code", [this](unsigned v) { return code_text(v, type_, v5()); });
  }
  // Reason Code and properties, each of which may be left out.
  bool short_form() {
    if (!v5() || w_.left() == 0) return true;
    return reason_code() && (w_.left() == 0 || properties());
  }

  bool connect() {
    if (!w_.string("protocol_name")) return false;
    if (w_.left() < 1) return false;
    const auto level = w_.byte_at(w_.at());
    if (level >= 3 && level <= 5) version_ = static_cast<Version>(level);
    if (!w_.integer("protocol_version", 1) || w_.left() < 1) return false;
    const auto flags = w_.byte_at(w_.at());
    return byte("connect_flags", connect_flags_text) && w_.integer("keep_alive", 2) &&
           properties() && w_.string("client_identifier") && ((flags & 0x04U) == 0 || will()) &&
           ((flags & 0x80U) == 0 || w_.string("user_name")) &&
           ((flags & 0x40U) == 0 || w_.string("password"));
  }

  bool will() {
    return (!v5() || w_.properties("will_property_length", true)) && w_.string("will_topic") &&
           w_.string("will_payload");
  }

  bool publish(bool with_identifier) {
    if (!w_.string("topic_name") || (with_identifier && !identifier()) || !properties())
      return false;
    if (w_.left() > 0) w_.add_row("payload", w_.left(), w_.quoted(w_.at(), w_.left()));
    return true;
  }

  bool subscriptions() {
    const auto list = w_.open("topic_filters");
    for (std::size_t i = 0; w_.left() > 0; ++i) {
      const auto name = fmt::format("topic_filters.{}", i);
      const auto entry = w_.open(name);
      if (!w_.string(name + ".topic_filter", name) || w_.left() == 0) return false;
      const auto options = w_.byte_at(w_.at());
      const auto text = options_text(options, v5());
      if (i == 0) w_.add("subscription_options", w_.at(), 1, text);
      w_.add_row(name + ".subscription_options", 1, text);
      w_.close(entry);
      w_.close(list);
    }
    return true;
  }

  bool filters() {
    const auto list = w_.open("topic_filters");
    for (std::size_t i = 0; w_.left() > 0; ++i) {
      if (!w_.string(fmt::format("topic_filters.{}", i))) return false;
      w_.close(list);
    }
    return true;
  }

  bool reason_codes() {
    const auto list = w_.open("reason_codes");
    for (std::size_t i = 0; w_.left() > 0; ++i) {
      static_cast<void>(byte(fmt::format("reason_codes.{}", i),
                             [this](unsigned v) { return code_text(v, type_, v5()); }));
      w_.close(list);
    }
    return true;
  }

  LayoutWalker& w_;
  PacketType type_;
  Version version_;
};

}  // namespace

Layout layout(BytesView frame, Version version) {
  LayoutWalker walker(frame);
  if (!frame.empty()) {
    const auto first = walker.byte_at(0);
    walker.add_row("first_byte", 1, first_byte_text(first));
    if (walker.remaining_length()) {
      BodyWalker body(walker, static_cast<PacketType>(first >> 4), version);
      static_cast<void>(body.walk(first));
    }
  }
  return walker.take();
}

const Field* find_field(const Layout& layout, std::string_view name) {
  for (const auto& field : layout.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

}  // namespace mqttspec::codec
