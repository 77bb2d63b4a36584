#include "reference/broker/subscriptions.hpp"

#include <algorithm>
#include <utility>

#include "reference/broker/session.hpp"

namespace mqttspec::broker {
namespace {

bool join(SharedGroup& group, Session& session, const SubscriptionOptions& options) {
  for (auto& member : group.members) {
    if (member.session != &session) continue;
    // [V5-4.8.2-g], [V5-4.8.2-h] Subscribing again changes the member, it does not add another.
    member.options = options;
    return false;
  }
  // [V5-4.8.2-k] Each member has a QoS of its own.
  group.members.push_back({&session, options});
  return true;
}

bool leave(SharedGroup& group, const Session& session) {
  const auto found = std::find_if(group.members.begin(), group.members.end(),
                                  [&](const auto& member) { return member.session == &session; });
  if (found == group.members.end()) return false;
  const auto place = static_cast<std::size_t>(found - group.members.begin());
  if (group.next > place) --group.next;
  group.members.erase(found);
  return true;
}

}  // namespace

bool Subscriptions::add(Session& session, std::string_view filter,
                        const SubscriptionOptions& options, bool share_filters) {
  if (const auto shared = share_filters ? parse_shared(filter) : std::nullopt) {
    // [V5-4.8.2-c] A group is named by its ShareName together with its filter. [V5-4.8.2-b] Only
    // the latter decides what it matches.
    auto& groups = trie_.insert(shared->filter).value.groups;
    auto found = groups.find(shared->share_name);
    if (found == groups.end()) {
      found = groups.emplace(std::string(shared->share_name), SharedGroup{}).first;
      found->second.filter = std::make_shared<const std::string>(filter);
    }
    return join(found->second, session, options);
  }
  // 5.0 [MQTT-3.8.4-3], 3.1.1 [MQTT-3.8.4-3], [V311-1.2-a] An identical filter of the session is
  // replaced. [V31-40] Of 3.1 too, which has no rule for it.
  auto& plain = trie_.insert(filter).value.plain;
  return plain.insert_or_assign(session.number, Subscriber{&session, options}).second;
}

bool Subscriptions::remove(Session& session, std::string_view filter) {
  bool removed = false;
  if (const auto shared = parse_shared(filter)) {
    if (auto* node = trie_.find(shared->filter)) {
      auto& groups = node->value.groups;
      if (const auto found = groups.find(shared->share_name); found != groups.end()) {
        removed = leave(found->second, session);
        // [V5-4.8.2-i], [V5-3.10.4-b] Whoever made it may leave like any other; with its last
        // member the Shared Subscription ends.
        if (found->second.members.empty()) groups.erase(found);
      }
      trie_.prune(node, [](const Subscribers& value) { return value.empty(); });
    }
  }
  // 3.1.1 and 5.0 [MQTT-3.10.4-1] Filters are compared as they are written.
  if (auto* node = trie_.find(filter)) {
    removed = node->value.plain.erase(session.number) > 0 || removed;
    trie_.prune(node, [](const Subscribers& value) { return value.empty(); });
  }
  return removed;
}

SharedGroup* Subscriptions::find_group(std::string_view shared_filter) {
  const auto shared = parse_shared(shared_filter);
  if (!shared) return nullptr;
  auto* node = trie_.find(shared->filter);
  if (node == nullptr) return nullptr;
  const auto found = node->value.groups.find(shared->share_name);
  return found == node->value.groups.end() ? nullptr : &found->second;
}

void Subscriptions::collect(Subscribers& subscribers, Matches& matches) {
  for (const auto& [number, subscriber] : subscribers.plain) matches.plain.push_back(&subscriber);
  for (auto& [name, group] : subscribers.groups) matches.shared.push_back(&group);
}

void Subscriptions::enter(Trie::Node& node) {
  std::string_view rest = node.levels;
  const bool inside = take_level(rest).more;
  next_ways_.push_back({&node, rest, inside});
}

void Subscriptions::follow(const Way& way, std::string_view level, bool wildcards,
                           Matches& matches) {
  Trie::Node& node = *way.node;
  if (way.inside) {
    std::string_view rest = way.rest;
    const Level wanted = take_level(rest);
    // [V5-4.7.1.2-a], [V311-4.7.1.2-a] '#' stands for this level and all below it.
    if (wanted.text == "#") {
      collect(node.value, matches);
    } else if (wanted.text == "+" || wanted.text == level) {
      next_ways_.push_back({&node, rest, wanted.more});
    }
    return;
  }
  if (wildcards && node.any_levels != nullptr) collect(node.any_levels->value, matches);
  // [V5-4.7.1.3-a], [V311-4.7.1.3-a] '+' stands for exactly one level, also an empty one.
  if (wildcards && node.any_level != nullptr) enter(*node.any_level);
  // 3.1.1 and 5.0 [MQTT-4.7.3-4], [V5-4.7.3-a], [V311-4.7.3-a], [V311-4.7.3-f] Levels are compared
  // byte by byte, nothing is normalised. [V5-4.7.2-b], [V311-4.7.2-b] So is the first, should it
  // begin with '$'.
  auto* same = node.child(level);
  if (same != nullptr && same != node.any_level && same != node.any_levels) enter(*same);
}

void Subscriptions::match(std::string_view topic, Matches& matches) {
  matches.plain.clear();
  matches.shared.clear();
  ways_.assign(1, {&trie_.root(), {}, false});
  // 3.1.1 and 5.0 [MQTT-4.7.2-1] Wildcards in the first level match no topic that begins with '$':
  // [V5-4.7.1.2-b], [V311-4.7.1.2-b] '#' alone gets all others. [V31-39] 3.1 says nothing on them
  // and is served alike.
  bool wildcards = !topic.starts_with('$');
  // 3.1.1 and 5.0 [MQTT-3.3.2-3] Only filters that match the Topic Name are met on this way down;
  // [V5-4.7.3-e], [V311-4.7.3-e] it is as long as the name has levels.
  for (bool more = true; more; wildcards = true) {
    const Level level = take_level(topic);
    more = level.more;
    next_ways_.clear();
    for (const auto& way : ways_) follow(way, level.text, wildcards, matches);
    std::swap(ways_, next_ways_);
  }
  for (const auto& way : ways_) {
    if (way.inside) {
      // [V5-4.7.1.2-a] '#' stands for its parent level as well.
      if (way.rest == "#") collect(way.node->value, matches);
      continue;
    }
    collect(way.node->value, matches);
    if (way.node->any_levels != nullptr) collect(way.node->any_levels->value, matches);
  }
}

}  // namespace mqttspec::broker
