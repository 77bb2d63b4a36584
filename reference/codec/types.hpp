// The small vocabulary that everything else is written in: versions, packet types, bytes.
// Terms and numbers are those of MQTT 3.1, 3.1.1 (OASIS 2014) and 5.0 (OASIS 2019).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mqttspec::codec {

// Bytes are held in std::string (small ones need no allocation) and borrowed as string_view.
using Bytes = std::string;
using BytesView = std::string_view;

// The value is the Protocol Version byte of CONNECT (section 3.1.2.2).
enum class Version : std::uint8_t { v3_1 = 3, v3_1_1 = 4, v5_0 = 5 };

// "3.1", "3.1.1", "5.0"
[[nodiscard]] std::string_view to_string(Version version);

// The value is the high nibble of a packet's first byte (section 2.1.2). 0 is reserved in every
// version, 15 before 5.0.
enum class PacketType : std::uint8_t {
  reserved = 0,
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  pubcomp = 7,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14,
  auth = 15,
};

// "CONNECT", "PUBLISH" ...; "RESERVED" for 0.
[[nodiscard]] std::string_view to_string(PacketType type);

// Which side sent a packet. Some rules bind one direction only (Subscription Identifier in a
// PUBLISH from a client, a server's packet types from a client); `either` checks neither.
enum class Sender : std::uint8_t { either, client, server };

inline constexpr std::uint32_t variable_byte_integer_max = 268'435'455;  // section 1.5.5

}  // namespace mqttspec::codec
