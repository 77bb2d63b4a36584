// Reads corpus/golden: packets written out by hand as bytes and as fields. For tests only; fields
// have the names of the scenario notation, properties stand in a list of their own, in order.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reference/codec/codec.hpp"

namespace mqttspec::codec::golden {

using Json = nlohmann::ordered_json;

struct Vector {
  std::string name;
  Version version = Version::v5_0;
  Sender sender = Sender::either;
  Bytes bytes;
  std::optional<Packet> packet;      // what the bytes mean, or
  std::optional<DecodeError> error;  // what is wrong with them
  bool decode_only = false;          // a longer form than the encoder's
};

// Pairs of hex digits and 'text', each perhaps repeated ("3*00"), divided by blanks.
inline Bytes bytes(std::string_view text) {
  Bytes result;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    std::size_t times = 1;
    if (const auto star = text.find_first_of("*' ", at);
        star != std::string_view::npos && text[star] == '*') {
      times = std::stoul(std::string(text.substr(at, star - at)));
      at = star + 1;
    }
    Bytes piece;
    if (text[at] == '\'') {
      const auto end = text.find('\'', at + 1);
      piece = text.substr(at + 1, end - at - 1);
      at = end + 1;
    } else {
      piece = static_cast<char>(std::stoul(std::string(text.substr(at, 2)), nullptr, 16));
      at += 2;
    }
    for (; times > 0; --times) result += piece;
  }
  return result;
}

inline std::string text(const Json& json) {
  return json.is_object() ? bytes(json.at("bytes").get<std::string>()) : json.get<std::string>();
}

template <class T>
T number(const Json& json) {
  if (json.is_string()) return static_cast<T>(std::stoul(json.get<std::string>(), nullptr, 0));
  return json.get<T>();
}

template <class T>
void set_number(const Json& json, const char* name, T& field) {
  if (json.contains(name)) field = number<std::remove_reference_t<decltype(field)>>(json.at(name));
}
template <class T>
void set_number(const Json& json, const char* name, std::optional<T>& field) {
  if (json.contains(name)) field = number<T>(json.at(name));
}
inline void set_flag(const Json& json, const char* name, bool& field) {
  if (json.contains(name)) field = json.at(name).get<bool>();
}
inline void set_text(const Json& json, const char* name, std::string& field) {
  if (json.contains(name)) field = text(json.at(name));
}

inline Properties properties(const Json& json) {
  Properties result;
  if (!json.contains("properties")) return result;
  for (const auto& entry : json.at("properties")) {
    const auto* row = find_property(entry.at(0).get<std::string>());
    if (row == nullptr) throw std::runtime_error("no property " + entry.at(0).dump());
    const auto& value = entry.at(1);
    if (row->type == PropertyType::utf8_string_pair) {
      result.push_back({row->id, StringPair(text(value.at(0)), text(value.at(1)))});
    } else if (value.is_number()) {
      result.push_back({row->id, value.get<std::uint32_t>()});
    } else {
      result.push_back({row->id, text(value)});
    }
  }
  return result;
}

inline std::vector<ReasonCode> reason_codes(const Json& json) {
  std::vector<ReasonCode> result;
  if (!json.contains("reason_codes")) return result;
  for (const auto& code : json.at("reason_codes")) {
    result.push_back(static_cast<ReasonCode>(number<unsigned>(code)));
  }
  return result;
}

inline void fill(Connect& packet, const Json& json) {
  set_text(json, "protocol_name", packet.protocol_name);
  set_number(json, "protocol_version", packet.protocol_version);
  set_flag(json, "clean_start", packet.clean_start);
  set_number(json, "keep_alive", packet.keep_alive);
  set_text(json, "client_identifier", packet.client_identifier);
  set_number(json, "connect_flags", packet.connect_flags);
  if (json.contains("user_name")) packet.user_name = text(json.at("user_name"));
  if (json.contains("password")) packet.password = text(json.at("password"));
  if (!json.contains("will")) return;
  const auto& in = json.at("will");
  auto& will = packet.will.emplace();
  set_text(in, "will_topic", will.topic);
  set_text(in, "will_payload", will.payload);
  set_number(in, "will_qos", will.qos);
  set_flag(in, "will_retain", will.retain);
  will.properties = properties(in);
}

inline void fill(Connack& packet, const Json& json) {
  set_flag(json, "session_present", packet.session_present);
  set_number(json, "connect_acknowledge_flags", packet.acknowledge_flags);
}

inline void fill(Publish& packet, const Json& json) {
  set_text(json, "topic_name", packet.topic_name);
  set_number(json, "qos", packet.qos);
  set_flag(json, "dup", packet.dup);
  set_flag(json, "retain", packet.retain);
  set_number(json, "packet_identifier", packet.packet_identifier);
  set_text(json, "payload", packet.payload);
}

inline void fill(Subscribe& packet, const Json& json) {
  for (const auto& entry : json.at("topic_filters")) {
    auto& subscription = packet.subscriptions.emplace_back();
    set_text(entry, "topic_filter", subscription.topic_filter);
    set_number(entry, "qos", subscription.qos);
    set_flag(entry, "no_local", subscription.no_local);
    set_flag(entry, "retain_as_published", subscription.retain_as_published);
    set_number(entry, "retain_handling", subscription.retain_handling);
    set_number(entry, "subscription_options", subscription.options);
  }
}

inline void fill(Unsubscribe& packet, const Json& json) {
  for (const auto& filter : json.at("topic_filters")) packet.topic_filters.push_back(text(filter));
}

template <class P>
void fill(P&, const Json&) {}

inline Packet packet(const std::string& type_name, const Json& json) {
  for (int type = 1; type <= 15; ++type) {
    if (to_string(static_cast<PacketType>(type)) != type_name) continue;
    auto result = make_packet(static_cast<PacketType>(type));
    std::visit(
        [&json](auto& p) {
          fill(p, json);
          if constexpr (requires { p.packet_identifier = std::uint16_t{0}; } &&
                        !std::is_same_v<decltype(p), Publish&>) {
            set_number(json, "packet_identifier", p.packet_identifier);
          }
          if constexpr (requires { p.reason_code; }) {
            unsigned code = 0;
            set_number(json, "reason_code", code);
            p.reason_code = static_cast<ReasonCode>(code);
          }
          if constexpr (requires { p.reason_codes; }) p.reason_codes = reason_codes(json);
          if constexpr (requires { p.properties; }) p.properties = properties(json);
          if constexpr (requires { p.flags; }) set_number(json, "flags", p.flags);
        },
        result);
    return result;
  }
  throw std::runtime_error("no packet type " + type_name);
}

inline Version version(const std::string& name) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    if (to_string(version) == name) return version;
  }
  throw std::runtime_error("no version " + name);
}

inline Vector vector(const Json& json) {
  Vector result;
  result.name = json.at("name").get<std::string>();
  result.version = version(json.at("version").get<std::string>());
  result.bytes = bytes(json.at("bytes").get<std::string>());
  result.decode_only = json.contains("decode_only");
  if (const auto sender = json.value("sender", ""); !sender.empty()) {
    result.sender = sender == "client" ? Sender::client : Sender::server;
  }
  if (json.contains("packet")) {
    const auto entry = json.at("packet").begin();
    result.packet = packet(entry.key(), entry.value());
    return result;
  }
  const auto rule = rule_by_name(json.at("rule").get<std::string>());
  if (!rule) throw std::runtime_error(result.name + ": no rule " + json.at("rule").dump());
  result.error = DecodeError{*rule, json.at("at").get<std::size_t>(),
                             static_cast<ReasonCode>(number<unsigned>(json.at("reason")))};
  return result;
}

inline std::vector<Vector> load(const std::filesystem::path& folder) {
  std::vector<Vector> result;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    const auto file = Json::parse(in);
    for (const auto& json : file.at("vectors")) result.push_back(vector(json));
  }
  return result;
}

}  // namespace mqttspec::codec::golden
