// Subscriptions and retained messages in their tries against the naive matcher, over alphabets so
// small that everything collides.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "fuzz/targets/target.hpp"
#include "reference/broker/naive_topics.hpp"
#include "reference/broker/retained.hpp"
#include "reference/broker/session.hpp"
#include "reference/broker/subscriptions.hpp"
#include "reference/codec/choices.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::fuzz {
namespace {

using codec::Choices;

std::string path(Choices& c, std::initializer_list<std::string_view> words) {
  std::string text(c.element(words));
  for (auto more = c.below(5); more > 0; --more) {
    text += '/';
    text += c.element(words);
  }
  return text;
}

std::string topic_name(Choices& c) {
  auto text = path(c, {"a", "b", "", "$s", "ab"});
  return text.empty() ? "a" : text;
}

// Mostly legal, sometimes whatever.
std::string topic_filter(Choices& c) {
  auto text = path(c, {"a", "+", "b", "", "$s", "ab", "+", "#"});
  if (c.one_in(4)) text += "/#";
  return text.empty() ? "+" : text;
}

std::string shared_filter(Choices& c) {
  return "$share/" + std::string(c.element<std::string_view>({"g", "h", "", "g+"})) + "/" +
         topic_filter(c);
}

// What is subscribed, as plain data.
struct Book {
  // {session, filter} -> Subscription Identifier, by which a match tells which filter it is.
  std::map<std::pair<std::size_t, std::string>, std::uint32_t> plain;
  std::set<std::pair<std::string, std::size_t>> shared;
};

constexpr std::size_t session_count = 3;

class Comparison {
 public:
  Comparison() {
    for (std::size_t i = 0; i < session_count; ++i) sessions_[i].number = i + 1;
  }

  void change(Choices& c) {
    const auto session = static_cast<std::size_t>(c.below(session_count));
    const bool shared = c.one_in(3);
    const auto filter = shared ? shared_filter(c) : topic_filter(c);
    if (codec::find_topic_filter_fault(filter, codec::Version::v5_0)) return;
    const bool adding = c.below(3) != 2;
    const bool known =
        shared ? book_.shared.contains({filter, session}) : book_.plain.contains({session, filter});
    if (adding) {
      broker::SubscriptionOptions options;
      options.identifier = ++identifier_;
      require(tree_.add(sessions_[session], filter, options, true) != known,
              "add() tells whether the filter is new", filter);
      if (shared) {
        book_.shared.emplace(filter, session);
      } else {
        book_.plain[{session, filter}] = identifier_;
      }
    } else {
      require(tree_.remove(sessions_[session], filter) == known,
              "remove() tells whether it was there", filter);
      book_.shared.erase({filter, session});
      book_.plain.erase({session, filter});
    }
  }

  void compare(const std::string& topic) {
    tree_.match(topic, matches_);
    std::multiset<std::pair<std::size_t, std::uint32_t>> found;
    for (const auto* each : matches_.plain) {
      found.emplace(each->session->number - 1, each->options.identifier.value_or(0));
    }
    std::multiset<std::pair<std::size_t, std::uint32_t>> expected;
    for (const auto& [key, identifier] : book_.plain) {
      if (broker::naive::matches(key.second, topic)) expected.emplace(key.first, identifier);
    }
    require(found == expected, "the trie finds what the naive matcher finds", topic);
    std::set<std::string> groups;
    for (const auto& [filter, session] : book_.shared) {
      const auto parts = codec::split_shared_filter(filter);
      if (broker::naive::matches(std::string(parts->filter), topic)) groups.insert(filter);
    }
    require(matches_.shared.size() == groups.size(), "each shared group is found once", topic);
    for (const auto* group : matches_.shared) {
      require(groups.contains(*group->filter), "a group is found under its filter", topic);
    }
  }

  void erase_all(const std::string& topic) {
    for (const auto& [key, identifier] : book_.plain) {
      require(tree_.remove(sessions_[key.first], key.second), "each can be removed", key.second);
    }
    for (const auto& [filter, session] : book_.shared) {
      require(tree_.remove(sessions_[session], filter), "each can be removed", filter);
    }
    tree_.match(topic, matches_);
    require(matches_.empty(), "nothing is left after all are removed", topic);
  }

 private:
  broker::Session sessions_[session_count];
  broker::Subscriptions tree_;
  broker::Subscriptions::Matches matches_;
  Book book_;
  std::uint32_t identifier_ = 0;
};

void compare_retained(Choices& c) {
  broker::Retained retained;
  std::set<std::string> topics;
  for (auto count = c.below(12); count > 0; --count) {
    const auto topic = topic_name(c);
    if (c.one_in(4)) {
      retained.erase(topic);
      topics.erase(topic);
      continue;
    }
    auto message = std::make_shared<broker::Message>();
    message->topic_name = topic;
    retained.set(message);
    topics.insert(topic);
  }
  require(retained.size() == topics.size(), "each topic holds one message", "");
  const auto filter = topic_filter(c);
  if (codec::find_topic_filter_fault(filter, codec::Version::v5_0)) return;
  std::set<std::string> found;
  for (const auto& message : retained.match(filter, broker::Instant{})) {
    require(found.insert(message->topic_name).second, "a retained message is found once", filter);
  }
  for (const auto& topic : topics) {
    require(found.contains(topic) == broker::naive::matches(filter, topic),
            "retained messages are found by the same rule", filter + " on " + topic);
  }
}

}  // namespace

void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  Comparison comparison;
  for (auto count = choices.below(24); count > 0; --count) {
    comparison.change(choices);
    comparison.compare(topic_name(choices));
  }
  comparison.erase_all(topic_name(choices));
  compare_retained(choices);
}

}  // namespace mqttspec::fuzz
