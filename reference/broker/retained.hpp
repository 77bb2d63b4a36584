// The retained message of each topic (section 3.3.1.3), in a trie by level, so that a filter with
// wildcards looks only where it can match.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/broker/events.hpp"
#include "reference/broker/topic_trie.hpp"

namespace mqttspec::broker {

class Journal;

class Retained {
 public:
  // Changes are told to it; not those of the server's own messages, which have no publisher.
  void set_journal(Journal* journal) { journal_ = journal; }

  // Takes the place of what the topic had; forgotten at `expires`.
  void set(std::shared_ptr<const Message> message, std::optional<Instant> expires);
  // Forgotten when the message itself expires.
  void set(const std::shared_ptr<const Message>& message) { set(message, message->expires); }
  void erase(std::string_view topic);
  [[nodiscard]] bool contains(std::string_view topic);

  // What matches the filter and has not expired at `now`; expired ones are removed on the way.
  [[nodiscard]] std::vector<std::shared_ptr<const Message>> match(std::string_view filter,
                                                                  Instant now);
  // Removes what has expired, so that topics that nobody asks for do not pile up.
  void drop_expired(Instant now);
  // When something may expire; `never` if nothing does.
  [[nodiscard]] Instant next_expiry() const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::shared_ptr<const Message> message;
    std::optional<Instant> expires;
  };
  using Trie = TopicTrie<Entry>;
  using Node = Trie::Node;

  static void add_below(std::vector<const Node*> pending, std::vector<const Node*>& found);
  static void add_children(const Node& node, std::vector<const Node*>& found);
  [[nodiscard]] std::vector<const Node*> nodes_matching(std::string_view filter);
  void forget_expiry(const Entry& entry);

  Trie trie_;
  std::size_t size_ = 0;
  Journal* journal_ = nullptr;
  // What is stored and has a lifetime. Nothing of a message stays here that was replaced: its topic
  // may be set again without end.
  std::set<std::pair<Instant, const Message*>> expiries_;
};

}  // namespace mqttspec::broker
