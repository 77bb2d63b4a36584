// What a script would send, as far as that can be told without a broker.
#pragma once

#include <optional>
#include <string_view>

#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/static_scope.hpp"

namespace mqttspec::scenario {

// The fields that each CONNECT of the client starts from; nothing if they cannot be told.
[[nodiscard]] std::optional<Object> static_connect_defaults(const ClientDefinition& client,
                                                            const StaticScope& scope);

// The packet that an action is named after; reserved: it sends none, or what its argument says.
[[nodiscard]] codec::PacketType packet_type_of(ActionKind action);

// `value` is the action's argument, or one packet of a `send`; substituted.
[[nodiscard]] Result<BuiltPacket> build_static(ActionKind action, const Value& value,
                                               codec::Version version, Object connect_defaults);

// Does the topic, filter or Client Identifier belong to the scenario alone? It does with ${ns} at
// its front; a Shared Subscription with ${ns} at the front of its filter and in its ShareName.
[[nodiscard]] bool is_within_namespace(std::string_view text);

}  // namespace mqttspec::scenario
