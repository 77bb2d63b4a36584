// The fifteen control packets as plain aggregates, one for all versions. What a version lacks is
// simply empty there: a 3.x packet has no properties and no reason codes beyond its return codes.
//
// A packet may be illegal (QoS 3, reserved flags set, Topic Alias 0): encode() writes what it is
// given, validate() says whether it is legal, decode() refuses what is not unless told to tolerate.
//
// `flags` are the low four bits of the first byte, as they are on the wire. PUBLISH keeps them as
// dup, qos and retain. `trailing` are bytes behind the last field that the packet has no room for:
// only a tolerant decode fills it, and encode() writes it out again.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/codec/property.hpp"
#include "reference/codec/reason_code.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::codec {

struct Will {
  std::string topic;
  std::string payload;
  std::uint8_t qos = 0;
  bool retain = false;
  Properties properties;
  friend bool operator==(const Will&, const Will&) = default;
};

// Section 3.1. `connect_flags`, when set, is written instead of the flags that follow from the
// other fields; the payload fields present are still exactly those that are set below.
struct Connect {
  std::string protocol_name = "MQTT";
  std::uint8_t protocol_version = 5;
  bool clean_start = true;
  std::uint16_t keep_alive = 0;  // seconds
  Properties properties;
  std::string client_identifier;
  std::optional<Will> will;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  std::optional<std::uint8_t> connect_flags;
  std::uint8_t flags = 0;
  Bytes trailing;
  friend bool operator==(const Connect&, const Connect&) = default;
};

// Section 3.2. In 3.x reason_code is the return code as on the wire. `acknowledge_flags`, when set,
// is written instead of session_present.
struct Connack {
  bool session_present = false;
  ReasonCode reason_code = ReasonCode::success;
  Properties properties;
  std::optional<std::uint8_t> acknowledge_flags;
  std::uint8_t flags = 0;
  Bytes trailing;
  friend bool operator==(const Connack&, const Connack&) = default;
};

// Section 3.3. A Packet Identifier is on the wire exactly if the optional is set: a decoder sets it
// for QoS 1 and 2; an encoder given QoS 0 with one, or QoS 1 without, writes just that.
struct Publish {
  bool dup = false;
  std::uint8_t qos = 0;  // 0..3; 3 is malformed
  bool retain = false;
  std::string topic_name;
  std::optional<std::uint16_t> packet_identifier;
  Properties properties;
  std::string payload;
  friend bool operator==(const Publish&, const Publish&) = default;
};

// Sections 3.4 to 3.7. The shortest encoding is used (reason code and properties left out where
// they are 0x00 and empty). The four differ in type and in the required flags (2 for PUBREL) only.
template <PacketType Type>
struct Acknowledgement {
  std::uint16_t packet_identifier = 0;
  ReasonCode reason_code = ReasonCode::success;
  Properties properties;
  std::uint8_t flags = Type == PacketType::pubrel ? 2 : 0;
  Bytes trailing;
  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};
using Puback = Acknowledgement<PacketType::puback>;
using Pubrec = Acknowledgement<PacketType::pubrec>;
using Pubrel = Acknowledgement<PacketType::pubrel>;
using Pubcomp = Acknowledgement<PacketType::pubcomp>;

// Section 3.8.3. `options`, when set, is written instead of the byte that follows from the others.
struct Subscription {
  std::string topic_filter;
  std::uint8_t qos = 0;
  bool no_local = false;
  bool retain_as_published = false;
  std::uint8_t retain_handling = 0;  // 0..3; 3 is illegal
  std::optional<std::uint8_t> options;
  friend bool operator==(const Subscription&, const Subscription&) = default;
};

struct Subscribe {
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<Subscription> subscriptions;
  std::uint8_t flags = 2;
  Bytes trailing;
  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

struct Suback {
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<ReasonCode> reason_codes;  // 3.x: granted QoS, or 0x80
  std::uint8_t flags = 0;
  friend bool operator==(const Suback&, const Suback&) = default;
};

struct Unsubscribe {
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<std::string> topic_filters;
  std::uint8_t flags = 2;
  Bytes trailing;
  friend bool operator==(const Unsubscribe&, const Unsubscribe&) = default;
};

struct Unsuback {
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<ReasonCode> reason_codes;  // empty in 3.x
  std::uint8_t flags = 0;
  Bytes trailing;
  friend bool operator==(const Unsuback&, const Unsuback&) = default;
};

template <PacketType Type>
struct Ping {
  std::uint8_t flags = 0;
  Bytes trailing;
  friend bool operator==(const Ping&, const Ping&) = default;
};
using Pingreq = Ping<PacketType::pingreq>;
using Pingresp = Ping<PacketType::pingresp>;

// Sections 3.14 and 3.15; the shortest encoding is used. In 3.x DISCONNECT has neither code nor
// properties, and AUTH does not exist.
template <PacketType Type>
struct ReasonPacket {
  ReasonCode reason_code = ReasonCode::success;
  Properties properties;
  std::uint8_t flags = 0;
  Bytes trailing;
  friend bool operator==(const ReasonPacket&, const ReasonPacket&) = default;
};
using Disconnect = ReasonPacket<PacketType::disconnect>;
using Auth = ReasonPacket<PacketType::auth>;

// The alternative's index + 1 is its PacketType.
using Packet = std::variant<Connect, Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe,
                            Suback, Unsubscribe, Unsuback, Pingreq, Pingresp, Disconnect, Auth>;

[[nodiscard]] inline PacketType type_of(const Packet& packet) {
  return static_cast<PacketType>(packet.index() + 1);
}

// The packet's properties (Will Properties aside); nullptr for PINGREQ and PINGRESP.
[[nodiscard]] const Properties* properties_of(const Packet& packet);
[[nodiscard]] Properties* properties_of(Packet& packet);

// A default-constructed packet of that type; `reserved` is not allowed.
[[nodiscard]] Packet make_packet(PacketType type);

}  // namespace mqttspec::codec
