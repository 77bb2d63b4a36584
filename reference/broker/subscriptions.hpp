// Who has subscribed to what: a trie of Topic Filters with plain subscribers and shared groups.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/broker/topic_trie.hpp"

namespace mqttspec::broker {

struct Session;

// What the client asked for and was granted (section 3.8.3.1), kept with the subscription.
struct SubscriptionOptions {
  std::uint8_t qos = 0;  // granted
  bool no_local = false;
  bool retain_as_published = false;
  std::optional<std::uint32_t> identifier;
};

// Members of one Shared Subscription, in the order in which they joined.
struct SharedGroup {
  struct Member {
    Session* session = nullptr;
    SubscriptionOptions options;
  };
  // "$share/{ShareName}/{filter}", held by the messages that are on their way to a member.
  std::shared_ptr<const std::string> filter;
  std::vector<Member> members;
  std::size_t next = 0;  // whose turn it is
};

class Subscriptions {
 public:
  struct Subscriber {
    Session* session = nullptr;
    SubscriptionOptions options;
  };
  // Everything that a Topic Name matches. Pointers are valid until the next change.
  struct Matches {
    std::vector<const Subscriber*> plain;  // by filter, then by session
    std::vector<SharedGroup*> shared;
    [[nodiscard]] bool empty() const { return plain.empty() && shared.empty(); }
  };

  // Adds or replaces; true if the session did not have this filter. `share_filters`: is a filter
  // that begins with "$share/" a Shared Subscription (5.0) or a plain one (3.x)?
  bool add(Session& session, std::string_view filter, const SubscriptionOptions& options,
           bool share_filters);
  // True if there was one. With the last member the group goes too.
  bool remove(Session& session, std::string_view filter);

  // Fills `matches`, which is cleared first and keeps its memory.
  void match(std::string_view topic, Matches& matches);

  // The group of a full "$share/..." filter; nullptr if it has no member.
  [[nodiscard]] SharedGroup* find_group(std::string_view shared_filter);

 private:
  struct Subscribers {
    std::map<std::uint64_t, Subscriber> plain;  // by session number, so that order is certain
    std::map<std::string, SharedGroup, std::less<>> groups;  // by ShareName
    [[nodiscard]] bool empty() const { return plain.empty() && groups.empty(); }
  };
  using Trie = TopicTrie<Subscribers>;

  static void collect(Subscribers& subscribers, Matches& matches);

  Trie trie_;
  std::vector<Trie::Node*> level_;  // scratch of match()
  std::vector<Trie::Node*> next_level_;
};

}  // namespace mqttspec::broker
