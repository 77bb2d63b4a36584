#include "fuzz/generators/program.hpp"

#include <fmt/format.h>

#include "fuzz/generators/spoil.hpp"
#include "reference/codec/arbitrary_packet.hpp"

namespace mqttspec::fuzz {

using codec::Choices;
using codec::PropertyId;
using codec::Version;
using Kind = Operation::Kind;

namespace {

// Alphabets so small that clients, topics, filters and identifiers collide all the time.
std::string client_identifier(Choices& c) {
  return std::string(c.element<std::string_view>({"a", "b", "c", "a", "d", ""}));
}
std::string topic_name(Choices& c) {
  return std::string(c.element<std::string_view>({"t", "t/u", "t", "/t", "$x/t", "u"}));
}
std::string topic_filter(Choices& c) {
  return std::string(c.element<std::string_view>(
      {"t", "t/u", "t/#", "+", "#", "t/+", "/+", "+/u", "$x/#", "u", "$share/g/t", "$share/g/#",
       "$share/h/t", "$share/g/+", "$share/g/t/#", "$SYS/#", "+/+", "t/u/#"}));
}
std::uint16_t identifier(Choices& c) {
  return c.element<std::uint16_t>({1, 2, 3, 1, 2, 65'535});
}

void maybe(Choices& c, codec::Properties& properties, PropertyId id,
           std::initializer_list<std::uint32_t> values) {
  if (c.one_in(4)) properties.push_back({id, c.element(values)});
}

codec::Connect connect(Choices& c, Version version) {
  codec::Connect packet;
  packet.protocol_name = version == Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(version);
  packet.client_identifier = client_identifier(c);
  packet.clean_start = c.flip();
  packet.keep_alive = c.element<std::uint16_t>({0, 0, 0, 1, 10});
  if (packet.client_identifier.empty()) {
    packet.clean_start = true;
    if (version == Version::v3_1) packet.client_identifier = "d";
  }
  if (version == Version::v5_0) {
    maybe(c, packet.properties, PropertyId::session_expiry_interval, {60, 1, 0xFFFFFFFF, 0});
    maybe(c, packet.properties, PropertyId::receive_maximum, {1, 2, 65'535});
    maybe(c, packet.properties, PropertyId::maximum_packet_size, {30, 100, 1'000});
    maybe(c, packet.properties, PropertyId::topic_alias_maximum, {1, 3, 65'535});
    maybe(c, packet.properties, PropertyId::request_problem_information, {0, 1});
  }
  if (c.one_in(3)) {
    auto& will = packet.will.emplace();
    will.topic = topic_name(c);
    will.payload = "will";
    will.qos = static_cast<std::uint8_t>(c.below(3));
    will.retain = c.flip();
    if (version == Version::v5_0) {
      maybe(c, will.properties, PropertyId::will_delay_interval, {1, 5, 100});
      maybe(c, will.properties, PropertyId::message_expiry_interval, {1, 60});
    }
  }
  return packet;
}

codec::Publish publish(Choices& c, Version version, std::size_t number) {
  codec::Publish packet;
  packet.topic_name = topic_name(c);
  packet.qos = static_cast<std::uint8_t>(c.below(3));
  packet.retain = c.one_in(4);
  packet.dup = packet.qos > 0 && c.one_in(8);
  if (packet.qos > 0) packet.packet_identifier = identifier(c);
  packet.payload = c.one_in(8) ? "" : fmt::format("m{}", number);
  if (version == Version::v5_0) {
    maybe(c, packet.properties, PropertyId::topic_alias, {1, 2, 3});
    maybe(c, packet.properties, PropertyId::message_expiry_interval, {1, 5, 60});
    if (c.one_in(8)) packet.properties.push_back({PropertyId::user_property, codec::StringPair{}});
    if (c.one_in(8) && codec::find(packet.properties, PropertyId::topic_alias) != nullptr) {
      packet.topic_name.clear();
    }
  }
  return packet;
}

codec::Subscribe subscribe(Choices& c, Version version) {
  codec::Subscribe packet;
  packet.packet_identifier = identifier(c);
  for (auto count = c.between(1, 3); count > 0; --count) {
    auto& entry = packet.subscriptions.emplace_back();
    entry.topic_filter = topic_filter(c);
    entry.qos = static_cast<std::uint8_t>(2 - c.below(3));
    if (version != Version::v5_0) continue;
    entry.no_local = !entry.topic_filter.starts_with("$share/") && c.one_in(4);
    entry.retain_as_published = c.flip();
    entry.retain_handling = static_cast<std::uint8_t>(c.below(3));
  }
  if (version == Version::v5_0) {
    maybe(c, packet.properties, PropertyId::subscription_identifier, {1, 2, 268'435'455});
  }
  return packet;
}

codec::Packet sensible(Choices& c, Version version, std::size_t number) {
  switch (c.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return subscribe(c, version);
    case 4:
      return codec::Unsubscribe{identifier(c), {}, {topic_filter(c)}, 2, {}};
    case 5:
      return codec::Pingreq{};
    case 6: {
      codec::Disconnect packet;
      if (version == Version::v5_0 && c.flip()) {
        packet.reason_code = codec::ReasonCode::disconnect_with_will_message;
        maybe(c, packet.properties, PropertyId::session_expiry_interval, {0, 60});
      }
      return packet;
    }
    case 7:
      return codec::Pubrel{identifier(c), {}, {}, 2, {}};
    default:
      return publish(c, version, number);
  }
}

// What the operations so far have made of the clients.
struct Cast {
  std::array<Version, clients_max> versions{};
  std::array<bool, clients_max> seen{};
};

void make_connect(Choices& c, Operation& operation, Cast& cast) {
  operation.kind = Kind::connect;
  operation.version = codec::arbitrary::version(c);
  operation.packet = connect(c, operation.version);
  operation.automatic = !c.one_in(4);
  cast.versions[operation.client] = operation.version;
  cast.seen[operation.client] = true;
}

Operation make_operation(Choices& c, std::size_t number, Cast& cast) {
  Operation operation;
  // Two do most, so that what belongs together meets.
  operation.client = c.element<std::size_t>({0, 1, 0, 1, 0, 1, 2, 2, 3, 4, 5});
  const Version version = cast.versions[operation.client];
  const auto choice = c.below(20);
  if (choice < 2 || !cast.seen[operation.client]) {
    make_connect(c, operation, cast);
    return operation;
  }
  switch (choice) {
    case 2:
      if (c.one_in(4)) {
        operation.kind = Kind::raw;
        operation.bytes = codec::arbitrary::bytes(c);
      } else {
        operation.kind = Kind::send;
        operation.packet = codec::arbitrary::packet(c, version);
        spoil(c, operation.packet);
      }
      break;
    case 3:
    case 4:
      operation.kind = Kind::acknowledge;
      break;
    case 5:
      operation.kind = c.element({Kind::stall, Kind::resume, Kind::half_close, Kind::reset});
      break;
    case 6:
      operation.kind = Kind::advance;
      operation.time = std::chrono::milliseconds(c.element({1, 500, 1'000, 2'000, 6'000, 100'000}));
      break;
    default:
      operation.kind = Kind::send;
      operation.packet = sensible(c, version, number);
  }
  return operation;
}

}  // namespace

Program make_program(Choices& choices) {
  Cast cast;
  Program program;
  const auto count = choices.between<std::size_t>(2, operations_max);
  for (std::size_t number = 0; number < count; ++number) {
    program.push_back(make_operation(choices, number, cast));
  }
  return program;
}

std::string print(const Program& program) {
  static constexpr std::string_view names[] = {"connect", "send", "raw",   "acknowledge", "stall",
                                               "resume",  "half", "reset", "advance"};
  std::string text;
  std::array<Version, clients_max> versions;
  versions.fill(Version::v5_0);
  for (const Operation& operation : program) {
    text += fmt::format("{} {}", operation.client, names[static_cast<std::size_t>(operation.kind)]);
    if (operation.kind == Kind::connect) versions[operation.client] = operation.version;
    if (operation.kind == Kind::connect || operation.kind == Kind::send) {
      text += " " + codec::print(operation.packet, versions[operation.client]);
    }
    if (operation.kind == Kind::raw) {
      for (const char byte : operation.bytes) {
        text += fmt::format(" {:02x}", static_cast<unsigned char>(byte));
      }
    }
    if (operation.kind == Kind::advance) text += fmt::format(" {} ms", operation.time.count());
    text += '\n';
  }
  return text;
}

}  // namespace mqttspec::fuzz
