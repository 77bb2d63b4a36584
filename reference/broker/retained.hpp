// The retained message of each topic (section 3.3.1.3), sorted level by level: what a filter
// matches is found by jumping from one candidate to the next, whoever searches may stop anywhere
// and go on later, and a topic costs no more than its name, however many levels it has.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/broker/events.hpp"

namespace mqttspec::broker {

class Journal;

// Topic Names sorted as a tree is walked: '/' comes before every other character, so that what is
// below a topic follows it at once.
struct TopicOrder {
  using is_transparent = void;
  [[nodiscard]] bool operator()(std::string_view left, std::string_view right) const;
};

class Retained {
 public:
  // Changes are told to it; not those of the server's own messages, which have no publisher.
  void set_journal(Journal* journal) { journal_ = journal; }

  // Takes the place of what the topic had; forgotten at `expires`.
  void set(std::shared_ptr<const Message> message, std::optional<Instant> expires);
  // Forgotten when the message itself expires.
  void set(const std::shared_ptr<const Message>& message) { set(message, message->expires); }
  void erase(std::string_view topic);
  [[nodiscard]] bool contains(std::string_view topic) const { return topics_.contains(topic); }

  // How many messages were set so far: tells older ones from newer ones.
  [[nodiscard]] std::uint64_t last_number() const { return last_number_; }
  // The message of the first topic behind `after` that the filter matches, among those that were
  // set as number `until` or earlier and have not expired; null: there is none. "" is in front of
  // all topics.
  [[nodiscard]] std::shared_ptr<const Message> next(std::string_view filter, std::string_view after,
                                                    std::uint64_t until, Instant now) const;
  // All that the filter matches and that have not expired, sorted by topic.
  [[nodiscard]] std::vector<std::shared_ptr<const Message>> match(std::string_view filter,
                                                                  Instant now) const;
  // Removes what has expired, so that topics that nobody asks for do not pile up.
  void drop_expired(Instant now);
  // When something may expire; `never` if nothing does.
  [[nodiscard]] Instant next_expiry() const;
  [[nodiscard]] std::size_t size() const { return topics_.size(); }

 private:
  struct Entry {
    std::shared_ptr<const Message> message;
    std::optional<Instant> expires;
    std::uint64_t number = 0;
  };
  using Topics = std::map<std::string, Entry, TopicOrder>;

  // The first topic at or behind the place that the filter matches.
  [[nodiscard]] Topics::const_iterator seek(std::string_view filter,
                                            Topics::const_iterator place) const;
  void forget_expiry(const Entry& entry);

  Topics topics_;
  std::uint64_t last_number_ = 0;
  Journal* journal_ = nullptr;
  // What is stored and has a lifetime. Nothing of a message stays here that was replaced: its topic
  // may be set again without end.
  std::set<std::pair<Instant, const Message*>> expiries_;
};

}  // namespace mqttspec::broker
