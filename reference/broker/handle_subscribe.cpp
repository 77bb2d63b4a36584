#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

using codec::ReasonCode;
using codec::Version;

// Faults of the packet as a whole; false if the connection was closed.
bool is_acceptable(Core& core, Connection& connection, const codec::Subscribe& packet,
                   bool has_identifier) {
  const Config& config = core.config;
  const bool v5 = is_v5(connection);
  // [V5-3.2.2.3.12-b] Subscription Identifiers where we have none.
  if (v5 && has_identifier && !config.subscription_identifier_available) {
    disconnect(core, connection, ReasonCode::subscription_identifiers_not_supported,
               "Subscription Identifiers are not available");
    return false;
  }
  for (const auto& wanted : packet.subscriptions) {
    const bool shared = v5 && is_shared(wanted.topic_filter);
    // [V5-3.2.2.3.13-b] Shared Subscriptions where we have none.
    if (shared && !config.shared_subscription_available) {
      disconnect(core, connection, ReasonCode::shared_subscriptions_not_supported,
                 "Shared Subscriptions are not available");
      return false;
    }
    // [V5-3.2.2.3.11-b] Wildcards where we have none.
    if (v5 && has_wildcard(wanted.topic_filter) && !config.wildcard_subscription_available) {
      disconnect(core, connection, ReasonCode::wildcard_subscriptions_not_supported,
                 "wildcards are not available");
      return false;
    }
    // 5.0 [MQTT-3.8.3-4] No Local on a Shared Subscription.
    if (shared && wanted.no_local) {
      disconnect(core, connection, ReasonCode::protocol_error, "No Local on a Shared Subscription");
      return false;
    }
    // 3.1.1 [MQTT-4.7.1-2], [MQTT-4.7.1-3], [MQTT-4.7.3-1], [MQTT-4.8.0-1] 3.x can only close for a
    // filter that is none; 5.0 answers it in SUBACK.
    if (!v5 && !is_topic_filter(wanted.topic_filter)) {
      close(core, connection);
      return false;
    }
  }
  return true;
}

// Why this one filter is not subscribed to; nothing if it is.
std::optional<ReasonCode> objection(const Core& core, const Connection& connection,
                                    const std::string& filter) {
  const bool shared = is_v5(connection) && is_shared(filter);
  // 5.0 [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.3-1], [MQTT-4.8.2-1], [MQTT-4.8.2-2]
  if (shared ? !parse_shared(filter) : !is_topic_filter(filter)) {
    return ReasonCode::topic_filter_invalid;
  }
  // [V311-3.8.3-a], [V5-3.2.2.3.11-c] Wildcards are supported unless we were told otherwise. 3.1.1
  // [MQTT-3.8.3-2] A server without wildcards rejects filters that have them.
  if (has_wildcard(filter) && !core.config.wildcard_subscription_available) {
    return ReasonCode::wildcard_subscriptions_not_supported;
  }
  if (!may_subscribe(*connection.session, filter)) {
    log_denied(core, connection, "subscribe", filter);
    return ReasonCode::not_authorized;
  }
  const auto& subscriptions = connection.session->subscriptions;
  const auto limit = core.config.subscription_limit;
  if (limit && subscriptions.size() >= *limit && !subscriptions.contains(filter)) {
    return ReasonCode::quota_exceeded;
  }
  return std::nullopt;
}

// 3.1.1 [MQTT-3.9.3-2] has one code for every failure. [V31-8], [V31-9] 3.1 has none and
// acknowledges the QoS that was asked for, though nothing is delivered.
ReasonCode failure_code(const Connection& connection, ReasonCode reason, std::uint8_t asked) {
  switch (connection.version) {
    case Version::v3_1:
      return static_cast<ReasonCode>(asked);
    case Version::v3_1_1:
      return ReasonCode::unspecified_error;
    case Version::v5_0:
      break;
  }
  return reason;
}

struct Subscribed {
  ReasonCode code{};
  bool gets_retained = false;
  SubscriptionOptions options{};
};

Subscribed subscribe(Core& core, Connection& connection, const codec::Subscription& wanted,
                     std::optional<std::uint32_t> identifier) {
  Session& session = *connection.session;
  const bool v5 = is_v5(connection);
  if (const auto reason = objection(core, connection, wanted.topic_filter)) {
    return {failure_code(connection, *reason, wanted.qos)};
  }
  SubscriptionOptions options;
  // [V5-3.8.4-d] The granted QoS may be lower than what was asked for. 5.0 [MQTT-3.2.2-10] With a
  // reduced Maximum QoS all levels can still be asked for.
  options.qos = std::min({wanted.qos, core.config.maximum_granted_qos, core.config.maximum_qos});
  if (v5) {
    options.no_local = wanted.no_local;
    options.retain_as_published = wanted.retain_as_published;
    // [V5-3.8.2.1.2-c], [V5-3.8.2.1.2-d] The packet's identifier, or none.
    options.identifier = identifier;
  }
  // [V5-3.8.2.1.2-e], [V5-3.8.3.1-d], [V311-3.1.2.4-c] Kept in the session.
  session.subscriptions.insert_or_assign(wanted.topic_filter, options);
  const bool is_new = core.subscriptions.add(session, wanted.topic_filter, options, v5);
  if (core.journal) core.journal->subscribed(session, wanted.topic_filter, options, v5);
  // 5.0 [MQTT-3.8.4-7] The QoS that was granted; above, the reason of a refusal.
  Subscribed result{static_cast<ReasonCode>(options.qos), false, options};
  // [V5-3.8.4-c] Nothing retained for a Shared Subscription.
  const bool shared = v5 && is_shared(wanted.topic_filter);
  // 5.0 [MQTT-3.3.1-9], [MQTT-3.3.1-10], [MQTT-3.3.1-11], [MQTT-3.8.4-4], 3.1.1 [MQTT-3.8.4-3]
  // Retain Handling: 0 always, 1 for a new subscription, 2 never; 3.x is like 0 [V311-3.8.4-b].
  // [V5-3.8.3.1-c] It decides on nothing else.
  const auto handling = v5 ? wanted.retain_handling : std::uint8_t{0};
  prepare_system_topics(core, wanted.topic_filter);
  result.gets_retained = !shared && (handling == 0 || (handling == 1 && is_new));
  return result;
}

}  // namespace

void handle(Core& core, Connection& connection, codec::Subscribe& packet) {
  const auto identifier =
      is_v5(connection)
          ? codec::get_integer(packet.properties, codec::PropertyId::subscription_identifier)
          : std::nullopt;
  if (!is_acceptable(core, connection, packet, identifier.has_value())) return;
  Session& session = *connection.session;
  codec::Suback suback;
  // 5.0 [MQTT-3.8.4-1], [MQTT-3.8.4-2], [MQTT-2.2.1-6], 3.1.1 [MQTT-3.8.4-1], [MQTT-3.8.4-2],
  // [MQTT-2.3.1-7] Every SUBSCRIBE is answered, under its identifier.
  suback.packet_identifier = packet.packet_identifier;
  // [V5-3.8.4-a], [V311-3.8.4-a] Messages may come before SUBACK.
  const bool before = core.config.retained_before_suback;
  std::vector<std::pair<const std::string*, SubscriptionOptions>> retained;
  // [V5-2.2.1-c] The identifier belongs to a QoS 2 message that is not finished.
  const bool in_use = is_v5(connection) && session.incoming.contains(packet.packet_identifier);
  // 5.0 [MQTT-3.8.4-5], [MQTT-3.8.4-6], [MQTT-3.9.3-1], 3.1.1 [MQTT-3.8.4-4], [MQTT-3.8.4-5],
  // [MQTT-3.9.3-1] One filter after the other, one code each, in their order.
  for (const auto& wanted : packet.subscriptions) {
    if (in_use) {
      suback.reason_codes.push_back(ReasonCode::packet_identifier_in_use);
      continue;
    }
    const auto result = subscribe(core, connection, wanted, identifier);
    suback.reason_codes.push_back(result.code);
    if (result.gets_retained) retained.emplace_back(&wanted.topic_filter, result.options);
  }
  const auto deliver_retained = [&] {
    for (const auto& [filter, options] : retained) {
      begin_hand_out(core, session, *filter, options);
      pump(core, session);
    }
  };
  if (before) deliver_retained();
  // [V5-3.9-a] All is done by now.
  if (!send(core, connection, std::move(suback))) return;
  if (!before) deliver_retained();
}

}  // namespace mqttspec::broker
