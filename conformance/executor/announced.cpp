#include "conformance/executor/announced.hpp"

namespace mqttspec::executor {

using codec::PropertyId;
using scenario::Value;

Capabilities announced_limits(const codec::Properties& properties) {
  constexpr std::uint32_t never_expires = 0xFFFF'FFFF;
  const auto stated = [&](PropertyId id, std::uint32_t otherwise) {
    return Value(static_cast<std::int64_t>(codec::get_integer(properties, id).value_or(otherwise)));
  };
  const auto available = [&](PropertyId id) { return Value(stated(id, 1) != Value(0)); };
  return {
      {"maximum_qos", stated(PropertyId::maximum_qos, 2)},
      {"retain_available", available(PropertyId::retain_available)},
      {"wildcard_subscription_available", available(PropertyId::wildcard_subscription_available)},
      {"subscription_identifier_available",
       available(PropertyId::subscription_identifier_available)},
      {"shared_subscription_available", available(PropertyId::shared_subscription_available)},
      {"receive_maximum", stated(PropertyId::receive_maximum, 65'535)},
      {"topic_alias_maximum", stated(PropertyId::topic_alias_maximum, 0)},
      {"maximum_packet_size",
       stated(PropertyId::maximum_packet_size, codec::variable_byte_integer_max + 5)},
      {"server_keep_alive", stated(PropertyId::server_keep_alive, 0)},
      {"session_expiry_interval", stated(PropertyId::session_expiry_interval, never_expires)},
  };
}

}  // namespace mqttspec::executor
