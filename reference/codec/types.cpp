#include "reference/codec/types.hpp"

#include <array>

namespace mqttspec::codec {

std::string_view to_string(Version version) {
  switch (version) {
    case Version::v3_1:
      return "3.1";
    case Version::v3_1_1:
      return "3.1.1";
    case Version::v5_0:
      return "5.0";
  }
  return "?";
}

std::string_view to_string(PacketType type) {
  static constexpr std::array<std::string_view, 16> names = {
      "RESERVED", "CONNECT",  "CONNACK",    "PUBLISH", "PUBACK",      "PUBREC",
      "PUBREL",   "PUBCOMP",  "SUBSCRIBE",  "SUBACK",  "UNSUBSCRIBE", "UNSUBACK",
      "PINGREQ",  "PINGRESP", "DISCONNECT", "AUTH"};
  return names[static_cast<std::size_t>(type) & 15];
}

}  // namespace mqttspec::codec
