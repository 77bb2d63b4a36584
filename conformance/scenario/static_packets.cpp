#include "conformance/scenario/static_packets.hpp"

#include "reference/codec/topic.hpp"

namespace mqttspec::scenario {

using codec::PacketType;

std::optional<Object> static_connect_defaults(const ClientDefinition& client,
                                              const StaticScope& scope) {
  Object fields = {{"client_identifier", std::string(static_ns) + client.name},
                   {"clean_start", true},
                   {"keep_alive", 0}};
  if (client.connect.is_null()) return fields;
  const Resolution own = scope.resolve(client.connect);
  if (!own.ok() || own.value.object() == nullptr) return std::nullopt;
  for (const Member& member : *own.value.object()) {
    std::erase_if(fields, [&](const Member& field) { return field.first == member.first; });
    if (!member.second.is_null()) fields.push_back(member);
  }
  return fields;
}

PacketType packet_type_of(ActionKind action) {
  switch (action) {
    case ActionKind::connect:
      return PacketType::connect;
    case ActionKind::subscribe:
      return PacketType::subscribe;
    case ActionKind::unsubscribe:
      return PacketType::unsubscribe;
    case ActionKind::publish:
      return PacketType::publish;
    case ActionKind::disconnect:
      return PacketType::disconnect;
    default:
      return PacketType::reserved;
  }
}

Result<BuiltPacket> build_static(ActionKind action, const Value& value, codec::Version version,
                                 Object connect_defaults) {
  BuildContext context;
  context.version = version;
  context.connect_defaults = std::move(connect_defaults);
  context.next_packet_identifier = [next = std::uint16_t{10'001}]() mutable { return next++; };
  const PacketType type = packet_type_of(action);
  return type == PacketType::reserved ? build_packet(value, context)
                                      : build_request(type, value, context);
}

bool is_within_namespace(std::string_view text) {
  const std::optional<codec::SharedFilter> shared = codec::split_shared_filter(text);
  if (!shared) return text.starts_with(static_ns);
  return shared->share_name.find(static_ns) != std::string_view::npos &&
         (shared->filter.empty() || shared->filter.starts_with(static_ns));
}

}  // namespace mqttspec::scenario
