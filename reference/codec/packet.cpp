#include "reference/codec/packet.hpp"

namespace mqttspec::codec {

namespace {

template <class PacketRef>
auto* properties_in(PacketRef& packet) {
  using Pointer = std::conditional_t<std::is_const_v<PacketRef>, const Properties*, Properties*>;
  return std::visit(
      [](auto& p) -> Pointer {
        if constexpr (requires { p.properties; }) {
          return &p.properties;
        } else {
          return nullptr;
        }
      },
      packet);
}

template <std::size_t... I>
Packet make(std::size_t index, std::index_sequence<I...>) {
  Packet packet;
  static_cast<void>(((I == index ? (packet.emplace<I>(), true) : false) || ...));
  return packet;
}

}  // namespace

const Properties* properties_of(const Packet& packet) {
  return properties_in(packet);
}

Properties* properties_of(Packet& packet) {
  return properties_in(packet);
}

Packet make_packet(PacketType type) {
  return make(static_cast<std::size_t>(type) - 1,
              std::make_index_sequence<std::variant_size_v<Packet>>());
}

}  // namespace mqttspec::codec
