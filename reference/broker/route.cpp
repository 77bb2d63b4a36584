// From a message to the sessions that get it.
#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

// What one subscription makes of a message.
Delivery delivery_for(const Message& message, const SubscriptionOptions& options) {
  Delivery delivery;
  // 5.0 [MQTT-3.8.4-8], [MQTT-4.8.2-3], 3.1.1 [MQTT-3.8.4-6] The lower of both QoS. [V5-3.8.4-g]
  // What is QoS 0 then may come twice; from us it does not.
  delivery.qos = std::min(message.qos, options.qos);
  // 5.0 [MQTT-3.3.1-12], [MQTT-3.3.1-13], 3.1.1 [MQTT-3.3.1-9] RETAIN only survives where Retain As
  // Published asks for it.
  delivery.retain = message.retain && options.retain_as_published;
  // 5.0 [MQTT-3.3.4-3], [V5-3.3.4-a] The identifier that came with the subscription, [V5-3.3.4-c]
  // and no other.
  if (options.identifier) delivery.subscription_identifiers.push_back(*options.identifier);
  return delivery;
}

// One copy for all subscriptions of a session that match.
void merge(Delivery& into, const Delivery& other) {
  // 5.0 [MQTT-3.3.4-2], 3.1.1 [MQTT-3.3.5-1] The highest QoS among them.
  into.qos = std::max(into.qos, other.qos);
  into.retain = into.retain || other.retain;
  // 5.0 [MQTT-3.3.4-4], [V5-3.3.4-d] All their identifiers, repeated where they are alike.
  into.subscription_identifiers.insert(into.subscription_identifiers.end(),
                                       other.subscription_identifiers.begin(),
                                       other.subscription_identifiers.end());
}

// Fills `targets`, which is empty and keeps its memory.
void find_targets(Core& core, const Message& message, std::vector<Target>& targets) {
  const auto routed = ++core.last_routed;
  for (const auto* subscriber : core.matches.plain) {
    Session& session = *subscriber->session;
    // 5.0 [MQTT-3.8.3-3] No Local: not to a connection with the publisher's Client Identifier.
    if (subscriber->options.no_local && session.client_identifier == message.publisher) continue;
    // A subscription may be wider than what its client may see.
    if (!may_receive(session, message.topic_name)) continue;
    Delivery delivery = delivery_for(message, subscriber->options);
    if (core.config.one_copy_for_overlapping && session.routed == routed) {
      merge(targets[session.routed_slot].delivery, delivery);
      continue;
    }
    // [V5-3.3.4-b], 5.0 [MQTT-3.3.4-5], [V311-3.3.5-a] Or one copy for each subscription.
    session.routed = routed;
    session.routed_slot = targets.size();
    targets.push_back({&session, std::move(delivery)});
  }
}

// Who is served: members that are connected and can take a message at once, then connected ones,
// then absent ones whose session waits for them.
int preference(const SharedGroup::Member& member, std::uint8_t qos) {
  const Connection* connection = member.session->connection;
  if (connection == nullptr) return 2;
  const bool at_once =
      qos == 0 || (connection->send_quota.available() && member.session->queue.empty());
  return at_once ? 0 : 1;
}

void store(Core& core, const std::shared_ptr<const Message>& message) {
  // [V31-29], [V31-30] 3.1 only recommends what follows. 5.0 [MQTT-3.3.1-8], 3.1.1 [MQTT-3.3.1-12]
  // Without RETAIN the topic keeps what it has.
  if (!message->retain || !core.config.retain_available) return;
  // [V5-3.3.1.3-c] One of QoS 0 may be discarded as soon as it has come; then there is none.
  const bool discarded = message->qos == 0 && !core.config.keep_retained_qos0;
  if (message->payload.empty() || discarded) {
    // 5.0 [MQTT-3.3.1-6], [MQTT-3.3.1-7], 3.1.1 [MQTT-3.3.1-10], [MQTT-3.3.1-11] An empty one
    // deletes and is not stored itself.
    core.retained.erase(message->topic_name);
  } else if (has_room_for_retained(core, message->topic_name)) {
    // 5.0 [MQTT-3.3.1-5], 3.1.1 [MQTT-3.3.1-5], [MQTT-3.3.1-7] It replaces the one before, whatever
    // its QoS [V5-3.3.1.3-c], [V311-4.1-a] and stays until another one takes its place or deletes
    // it.
    core.retained.set(message, retained_until(core, *message));
    watch_retained(core);
  }
}

}  // namespace

bool route(Core& core, const std::shared_ptr<const Message>& message) {
  store(core, message);
  // [V311-3.3.1.3-a] Whoever has subscribed gets it as well, empty or not.
  return distribute(core, message);
}

std::optional<Instant> retained_until(const Core& core, const Message& message) {
  if (!core.config.retained_expiry) return message.expires;
  const Instant limit = core.now + std::chrono::seconds(*core.config.retained_expiry);
  return std::min(limit, message.expires.value_or(limit));
}

bool has_room_for_retained(Core& core, std::string_view topic) {
  const auto limit = core.config.retained_limit;
  return !limit || core.retained.size() - core.own_retained < *limit ||
         core.retained.contains(topic);
}

bool distribute(Core& core, const std::shared_ptr<const Message>& message) {
  // 5.0 [MQTT-4.5.0-1], 3.1.1 [MQTT-4.5.0-1] Every session with a matching subscription gets it,
  // [V5-4.5-a] and nobody else.
  core.subscriptions.match(message->topic_name, core.matches);
  if (core.matches.empty()) return false;
  // Taken out while it is used: whatever a delivery leads to may route as well.
  auto targets = std::exchange(core.targets, {});
  find_targets(core, *message, targets);
  // [V5-4.8.1-a] A copy for each; [V5-4.3-a], [V311-4.3-a] what becomes of one changes nothing for
  // the others. [V5-4.8.2-d] Those that are members of a group besides may get two.
  for (auto& target : targets) {
    deliver(core, *target.session, {message, std::move(target.delivery), nullptr});
  }
  targets.clear();
  core.targets = std::move(targets);
  for (auto* group : core.matches.shared) route_to_group(core, *group, message);
  return true;
}

void route_to_group(Core& core, SharedGroup& group, const std::shared_ptr<const Message>& message) {
  auto& members = group.members;
  // [V5-4.8.2-a] Exactly one member gets it: in turn, the ready ones first. [V5-4.8.2-l] If there
  // is only one, everything.
  const std::size_t first = core.config.shared_choice == Config::SharedChoice::in_turn
                                ? group.next
                                : static_cast<std::size_t>(core.random());
  std::size_t chosen = members.size();
  int best = 3;
  for (std::size_t step = 0; step < members.size() && best > 0; ++step) {
    const auto place = (first % members.size() + step) % members.size();
    const auto& member = members[place];
    if (!may_receive(*member.session, message->topic_name)) continue;
    const int rank = preference(member, std::min(message->qos, member.options.qos));
    if (rank >= best) continue;
    best = rank;
    chosen = place;
  }
  if (chosen == members.size()) return;
  group.next = (chosen + 1) % members.size();
  const auto& member = members[chosen];
  // [V5-3.3.4-e] Only the identifier of that member's own SUBSCRIBE is returned.
  deliver(core, *member.session, {message, delivery_for(*message, member.options), group.filter});
}

}  // namespace mqttspec::broker
