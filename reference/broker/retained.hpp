// The retained message of each topic (section 3.3.1.3), in a trie by level, so that a filter with
// wildcards looks only where it can match.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "reference/broker/events.hpp"
#include "reference/broker/topic_trie.hpp"

namespace mqttspec::broker {

class Retained {
 public:
  // Takes the place of what the topic had.
  void set(std::shared_ptr<const Message> message);
  void erase(std::string_view topic);

  // What matches the filter and has not expired at `now`; expired ones are removed on the way.
  [[nodiscard]] std::vector<std::shared_ptr<const Message>> match(std::string_view filter,
                                                                  Instant now);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  using Trie = TopicTrie<std::shared_ptr<const Message>>;

  Trie trie_;
  std::size_t size_ = 0;
};

}  // namespace mqttspec::broker
