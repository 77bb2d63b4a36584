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

  // What the filters take, in nodes of the tree.
  [[nodiscard]] std::size_t nodes() const { return trie_.nodes(); }

  // The group of a full "$share/..." filter; nullptr if it has no member.
  [[nodiscard]] SharedGroup* find_group(std::string_view shared_filter);

 private:
  struct Subscribers {
    std::map<std::uint64_t, Subscriber> plain;  // by session number, so that order is certain
    std::map<std::string, SharedGroup, std::less<>> groups;  // by ShareName
    [[nodiscard]] bool empty() const { return plain.empty() && groups.empty(); }
  };
  using Trie = TopicTrie<Subscribers>;

  // A way down that the topic's levels have led to so far.
  struct Way {
    Trie::Node* node = nullptr;
    std::string_view rest;  // levels of the node that are still to be met
    bool inside = false;    // there are some: also an empty level is one
  };

  static void collect(Subscribers& subscribers, Matches& matches);
  // Goes on by one level of the topic; what that leads to is added to `next_ways_`.
  void follow(const Way& way, std::string_view level, bool wildcards, Matches& matches);
  void enter(Trie::Node& node);

  Trie trie_;
  std::vector<Way> ways_;  // scratch of match()
  std::vector<Way> next_ways_;
};

}  // namespace mqttspec::broker
