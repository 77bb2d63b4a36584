#include "fuzz/model/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "fuzz/model/illegal.hpp"
#include "reference/codec/arbitrary_packet.hpp"

namespace mqttspec::fuzz {

using codec::Choices;
using codec::PropertyId;
using codec::Version;
using Kind = Operation::Kind;

namespace {

// What a client remembers of what it did.
struct Actor {
  bool seen = false;
  Version version = Version::v5_0;
  std::uint16_t identifier = 0;  // the Packet Identifier that was used last
  std::set<std::uint16_t> aliases;
  std::vector<std::string> filters;
  std::optional<codec::Publish> last;  // of QoS 1 or 2
};

class Author {
 public:
  explicit Author(bool hostile) : hostile_(hostile) {}
  void write(Choices& c, Program& program);

 private:
  Operation connect(Choices& c, std::size_t client);
  Operation plain_connect(std::size_t client) const;
  codec::Will will(Choices& c, Version version);
  codec::Packet publish(Choices& c, Actor& actor);
  codec::Packet subscribe(Choices& c, Actor& actor);
  codec::Packet unsubscribe(Choices& c, Actor& actor);
  std::uint16_t next_identifier(Actor& actor);

  std::array<Actor, clients_max> actors_;
  bool hostile_;            // breaks rules all the time
  std::size_t number_ = 0;  // makes payloads unique
};

std::string topic_name(Choices& c) {
  return std::string(c.element<std::string_view>(
      {"t", "t/u", "t", "t/u/v", "/t", "u", "T", "t/", "t/u", "$x/t", "t//u", "\xEF\xBB\xBFt",
       "\xC3\xA9", "e\xCC\x81", " t", "t/u/v/w", "/", "tt"}));
}

std::string topic_filter(Choices& c) {
  return std::string(c.element<std::string_view>({"t",          "t/u",
                                                  "#",          "t/#",
                                                  "+",          "t/+",
                                                  "t/u",        "t",
                                                  "/+",         "+/u",
                                                  "t/",         "u",
                                                  "T",          "+/+",
                                                  "$share/g/t", "$share/g/#",
                                                  "t/u/#",      "$share/h/t/#",
                                                  "t/+/v",      "$x/#",
                                                  "$share/g/t", "t/u/v",
                                                  "+/#",        "$share/g/t/u",
                                                  "t//u",       "\xEF\xBB\xBFt",
                                                  "\xC3\xA9",   "e\xCC\x81",
                                                  " t",         "/",
                                                  "+",          "#",
                                                  "t/#"}));
}

// Now and then a property.
void maybe(Choices& c, codec::Properties& properties, PropertyId id,
           std::initializer_list<std::uint32_t> values) {
  if (c.one_in(4)) properties.push_back({id, c.element(values)});
}

void add_descriptions(Choices& c, codec::Properties& properties) {
  if (!c.one_in(3)) return;
  const auto which = c.below(32);
  if ((which & 1) != 0) properties.push_back({PropertyId::payload_format_indicator, 1U});
  if ((which & 2) != 0) properties.push_back({PropertyId::content_type, std::string("text")});
  if ((which & 4) != 0) properties.push_back({PropertyId::response_topic, std::string("re/t")});
  if ((which & 8) != 0)
    properties.push_back({PropertyId::correlation_data, std::string("\0\1", 2)});
  if ((which & 16) != 0) {
    for (const auto* value : {"1", "2", "1"}) {
      properties.push_back({PropertyId::user_property, codec::StringPair{"k", value}});
    }
  }
}

codec::Will Author::will(Choices& c, Version version) {
  codec::Will result;
  result.topic = topic_name(c);
  result.payload = fmt::format("w{}", ++number_);
  result.qos = static_cast<std::uint8_t>(c.below(3));
  result.retain = c.one_in(3);
  if (version == Version::v5_0) {
    if (c.flip()) {
      result.properties.push_back(
          {PropertyId::will_delay_interval, c.element<std::uint32_t>({1, 5, 100})});
    }
    add_descriptions(c, result.properties);
  }
  return result;
}

Operation Author::connect(Choices& c, std::size_t client) {
  static constexpr std::array home = {Version::v5_0,   Version::v5_0, Version::v3_1_1,
                                      Version::v3_1_1, Version::v5_0, Version::v3_1};
  Operation operation;
  operation.kind = Kind::connect;
  operation.client = client;
  operation.version = c.one_in(8) ? codec::arbitrary::version(c) : home[client];
  operation.automatic = !c.one_in(4);
  const bool v5 = operation.version == Version::v5_0;
  codec::Connect packet;
  packet.protocol_name = operation.version == Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(operation.version);
  packet.clean_start = c.one_in(3);
  const auto whose = c.one_in(6) ? c.below(clients_max) : client;
  packet.client_identifier = fmt::format("c{}", whose);
  if (c.one_in(12) && operation.version != Version::v3_1) {
    packet.client_identifier.clear();
    packet.clean_start = true;
  }
  packet.keep_alive = c.element<std::uint16_t>({0, 0, 0, 0, 0, 1, 10, 60});
  if (v5) {
    if (!c.one_in(4)) {
      packet.properties.push_back({PropertyId::session_expiry_interval,
                                   c.element<std::uint32_t>({100, 0xFFFFFFFF, 100, 3, 0, 1'000})});
    }
    maybe(c, packet.properties, PropertyId::receive_maximum, {1, 2, 65'535});
    if (c.one_in(8)) {
      packet.properties.push_back(
          {PropertyId::maximum_packet_size, c.element<std::uint32_t>({60, 120, 1'000})});
    }
    maybe(c, packet.properties, PropertyId::topic_alias_maximum, {1, 3, 65'535});
    maybe(c, packet.properties, PropertyId::request_problem_information, {0, 1});
  }
  if (c.one_in(3)) packet.will = will(c, operation.version);
  operation.packet = packet;
  if (c.one_in(hostile_ ? 2 : 14)) {
    operation.bytes = illegal_frame(c, operation.packet, operation.version);
  }
  Actor& actor = actors_[client];
  if (packet.clean_start) actor.last.reset();
  actor.seen = true;
  actor.version = operation.version;
  actor.aliases.clear();
  return operation;
}

Operation Author::plain_connect(std::size_t client) const {
  Operation operation;
  operation.kind = Kind::connect;
  operation.client = client;
  operation.version = actors_[client].version;
  codec::Connect packet;
  packet.protocol_name = operation.version == Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(operation.version);
  packet.client_identifier = fmt::format("c{}", client);
  operation.packet = packet;
  return operation;
}

std::uint16_t Author::next_identifier(Actor& actor) {
  actor.identifier =
      actor.identifier >= 400 ? std::uint16_t{1} : static_cast<std::uint16_t>(actor.identifier + 1);
  return actor.identifier;
}

codec::Packet Author::publish(Choices& c, Actor& actor) {
  if (actor.last && c.one_in(8)) {
    codec::Publish again = *actor.last;
    again.dup = true;
    return again;
  }
  codec::Publish packet;
  packet.topic_name = topic_name(c);
  packet.qos = static_cast<std::uint8_t>(c.below(3));
  packet.retain = c.one_in(3);
  if (packet.qos > 0) packet.packet_identifier = next_identifier(actor);
  packet.payload = fmt::format("m{}", ++number_);
  if (c.one_in(10)) packet.payload.append(c.element({40U, 150U}), 'x');
  if (packet.retain && c.one_in(5)) packet.payload.clear();
  if (actor.version == Version::v5_0) {
    add_descriptions(c, packet.properties);
    if (c.one_in(6)) {
      packet.properties.push_back(
          {PropertyId::message_expiry_interval, c.element<std::uint32_t>({1, 5, 60})});
    }
    if (c.one_in(4)) {
      const auto alias = c.element<std::uint16_t>({1, 2, 3});
      packet.properties.push_back({PropertyId::topic_alias, alias});
      if (!actor.aliases.insert(alias).second && c.flip()) packet.topic_name.clear();
    }
  }
  if (packet.qos > 0 && !packet.topic_name.empty()) actor.last = packet;
  return packet;
}

codec::Packet Author::subscribe(Choices& c, Actor& actor) {
  codec::Subscribe packet;
  packet.packet_identifier = next_identifier(actor);
  const bool v5 = actor.version == Version::v5_0;
  for (auto count = c.element({1, 1, 2, 3}); count > 0; --count) {
    auto& entry = packet.subscriptions.emplace_back();
    const bool again = !actor.filters.empty() && c.one_in(4);
    entry.topic_filter = again ? c.element_of(actor.filters) : topic_filter(c);
    if (!v5 && entry.topic_filter.starts_with("$share/")) entry.topic_filter = "t/#";
    entry.qos = static_cast<std::uint8_t>(2 - c.below(3));
    if (actor.filters.size() < 8) actor.filters.push_back(entry.topic_filter);
    if (!v5) continue;
    entry.no_local = !entry.topic_filter.starts_with("$share/") && c.one_in(4);
    entry.retain_as_published = c.flip();
    entry.retain_handling = static_cast<std::uint8_t>(c.below(3));
  }
  if (v5) {
    maybe(c, packet.properties, PropertyId::subscription_identifier, {1, 2, 268'435'455});
  }
  return packet;
}

codec::Packet Author::unsubscribe(Choices& c, Actor& actor) {
  codec::Unsubscribe packet;
  packet.packet_identifier = next_identifier(actor);
  for (auto count = c.element({1, 1, 2}); count > 0; --count) {
    const bool known = !actor.filters.empty() && !c.one_in(4);
    packet.topic_filters.push_back(known ? c.element_of(actor.filters) : topic_filter(c));
  }
  return packet;
}

void Author::write(Choices& c, Program& program) {
  Operation operation;
  // A few do most, so that what belongs together meets.
  operation.client = c.element<std::size_t>({0, 1, 0, 1, 2, 0, 1, 2, 3, 4, 5});
  Actor& actor = actors_[operation.client];
  operation.version = actor.version;
  const auto choice = c.below(32);
  if (choice < 3 || !actor.seen) {
    program.push_back(connect(c, operation.client));
    return;
  }
  operation.kind = Kind::send;
  if (choice < 5) {
    operation.kind = Kind::acknowledge;
  } else if (choice == 5) {
    operation.kind = c.element({Kind::stall, Kind::resume, Kind::resume});
  } else if (choice == 6) {
    operation.kind = c.element({Kind::half_close, Kind::reset});
  } else if (choice < 11) {
    operation.kind = Kind::advance;
    operation.time = std::chrono::milliseconds(
        c.element({1'100, 1'100, 1, 500, 1'100, 2'200, 6'000, 61'000, 200'000}));
  } else if (choice == 11 || (hostile_ && choice >= 24)) {
    // Whoever broke a rule before is not connected any more.
    if (hostile_) program.push_back(plain_connect(operation.client));
    operation.kind = Kind::raw;
    operation.bytes = illegal_frame(c, actor.version);
  } else if (choice == 12) {
    codec::Disconnect packet;
    if (actor.version == Version::v5_0 && c.flip()) {
      packet.reason_code = codec::ReasonCode::disconnect_with_will_message;
      maybe(c, packet.properties, PropertyId::session_expiry_interval, {0, 60});
    }
    operation.packet = packet;
  } else if (choice == 13) {
    operation.packet = unsubscribe(c, actor);
  } else if (choice == 14) {
    operation.packet = c.flip() ? codec::Packet(codec::Pingreq{})
                                : codec::Packet(codec::Pubrel{next_identifier(actor)});
  } else if (choice < 21) {
    operation.packet = subscribe(c, actor);
  } else {
    operation.packet = publish(c, actor);
  }
  program.push_back(std::move(operation));
}

}  // namespace

Program make_commands(std::span<const codec::Bytes> choices) {
  // One program of four is full of what is illegal.
  Author author(!choices.empty() && !choices[0].empty() && (choices[0].back() & 3) == 3);
  Program program;
  for (const auto& bytes : choices) {
    codec::ByteChoices c(bytes);
    author.write(c, program);
  }
  return program;
}

Program make_commands(std::uint64_t seed, std::size_t count) {
  codec::SeededChoices random(seed);
  std::vector<codec::Bytes> choices(count, codec::Bytes(command_bytes, '\0'));
  for (auto& bytes : choices) {
    for (char& byte : bytes) byte = random.byte();
  }
  return make_commands(choices);
}

}  // namespace mqttspec::fuzz
