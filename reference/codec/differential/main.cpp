// Lets other programs see what the codec makes of packets, one JSON object a line:
//   codec_differential packets COUNT   COUNT legal packets of each version, the same ones each time
//   codec_differential decode          reads "VERSION HEX" a line
// Strings and binary data are given in hex, so that no JSON reader can change them; properties as a
// list of [id, value], in their order.
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "reference/codec/arbitrary_packet.hpp"

namespace mqttspec::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(BytesView bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

Json to_json(const Properties& properties) {
  auto result = Json::array();
  for (const auto& property : properties) {
    Json value;
    if (const auto* integer = std::get_if<std::uint32_t>(&property.value)) value = *integer;
    if (const auto* text = std::get_if<std::string>(&property.value)) value = hex(*text);
    if (const auto* pair = std::get_if<StringPair>(&property.value)) {
      value = {hex(pair->first), hex(pair->second)};
    }
    result.push_back({static_cast<int>(property.id), value});
  }
  return result;
}

Json to_json(const std::optional<std::string>& text) {
  return text ? Json(hex(*text)) : Json();
}

void describe(Json& json, const Connect& packet) {
  json["protocol_name"] = hex(packet.protocol_name);
  json["protocol_version"] = packet.protocol_version;
  json["clean_start"] = packet.clean_start;
  json["keep_alive"] = packet.keep_alive;
  json["client_identifier"] = hex(packet.client_identifier);
  json["will"] = nullptr;
  if (packet.will) {
    json["will"] = {{"topic", hex(packet.will->topic)},
                    {"payload", hex(packet.will->payload)},
                    {"qos", packet.will->qos},
                    {"retain", packet.will->retain},
                    {"properties", to_json(packet.will->properties)}};
  }
  json["user_name"] = to_json(packet.user_name);
  json["password"] = to_json(packet.password);
}

void describe(Json& json, const Connack& packet) {
  json["session_present"] = packet.session_present;
  json["reason_code"] = static_cast<int>(packet.reason_code);
}

void describe(Json& json, const Publish& packet) {
  json["dup"] = packet.dup;
  json["qos"] = packet.qos;
  json["retain"] = packet.retain;
  json["topic_name"] = hex(packet.topic_name);
  json["packet_identifier"] = packet.packet_identifier ? Json(*packet.packet_identifier) : Json();
  json["payload"] = hex(packet.payload);
}

template <PacketType Type>
void describe(Json& json, const Acknowledgement<Type>& packet) {
  json["packet_identifier"] = packet.packet_identifier;
  json["reason_code"] = static_cast<int>(packet.reason_code);
}

void describe(Json& json, const Subscribe& packet) {
  json["packet_identifier"] = packet.packet_identifier;
  auto& filters = json["topic_filters"] = Json::array();
  for (const auto& entry : packet.subscriptions) {
    filters.push_back({{"topic_filter", hex(entry.topic_filter)},
                       {"qos", entry.qos},
                       {"no_local", entry.no_local},
                       {"retain_as_published", entry.retain_as_published},
                       {"retain_handling", entry.retain_handling}});
  }
}

void describe(Json& json, const Unsubscribe& packet) {
  json["packet_identifier"] = packet.packet_identifier;
  auto& filters = json["topic_filters"] = Json::array();
  for (const auto& filter : packet.topic_filters) filters.push_back(hex(filter));
}

template <class P>
void describe_codes(Json& json, const P& packet) {
  json["packet_identifier"] = packet.packet_identifier;
  auto& codes = json["reason_codes"] = Json::array();
  for (const auto code : packet.reason_codes) codes.push_back(static_cast<int>(code));
}
void describe(Json& json, const Suback& packet) {
  describe_codes(json, packet);
}
void describe(Json& json, const Unsuback& packet) {
  describe_codes(json, packet);
}

template <PacketType Type>
void describe(Json&, const Ping<Type>&) {}

template <PacketType Type>
void describe(Json& json, const ReasonPacket<Type>& packet) {
  json["reason_code"] = static_cast<int>(packet.reason_code);
}

Json to_json(const Packet& packet) {
  Json json;
  json["type"] = to_string(type_of(packet));
  std::visit([&json](const auto& p) { describe(json, p); }, packet);
  if (const auto* properties = properties_of(packet)) json["properties"] = to_json(*properties);
  return json;
}

std::optional<Version> parse_version(std::string_view name) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    if (to_string(version) == name) return version;
  }
  return std::nullopt;
}

void print_packets(std::uint64_t count) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    for (std::uint64_t seed = 0; seed < count; ++seed) {
      SeededChoices choices(seed);
      const auto packet = arbitrary::packet(choices, version);
      std::cout << Json{{"version", to_string(version)},
                        {"frame", hex(encode(packet, version))},
                        {"packet", to_json(packet)}}
                << '\n';
    }
  }
}

Json decode_line(const std::string& line) {
  const auto blank = line.find(' ');
  const auto version = parse_version(line.substr(0, blank));
  if (!version || blank == std::string::npos) return {{"refused", "the line: no version"}};
  Bytes frame;
  for (auto i = blank + 1; i + 1 < line.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(&line[i], &line[i] + 2, byte, 16);
    frame += static_cast<char>(byte);
  }
  const auto result = decode(frame, *version);
  if (const auto* error = std::get_if<DecodeError>(&result)) {
    return {{"refused", row_of(error->rule).name}, {"at", error->offset}};
  }
  return to_json(std::get<Packet>(result));
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "packets") {
    print_packets(std::stoul(arguments[1]));
    return 0;
  }
  if (arguments.size() == 1 && arguments[0] == "decode") {
    for (std::string line; std::getline(std::cin, line);) std::cout << decode_line(line) << '\n';
    return 0;
  }
  std::cerr << "usage: codec_differential packets COUNT | decode\n";
  return 2;
}

}  // namespace
}  // namespace mqttspec::codec

int main(int argc, char** argv) {
  return mqttspec::codec::run(std::vector<std::string>(argv + 1, argv + argc));
}
