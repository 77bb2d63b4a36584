// Properties of topic matching: of the matcher for single questions, and of the trees in which
// subscriptions and retained messages hang.
#include <gtest/gtest.h>
// rapidcheck/gtest.h wants gtest before it.
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "reference/broker/naive_topics.hpp"
#include "reference/broker/retained.hpp"
#include "reference/broker/session.hpp"
#include "reference/broker/subscriptions.hpp"
#include "reference/broker/topics.hpp"
#include "reference/codec/rapidcheck_choices.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::fuzz {
namespace {

using broker::matches;
using broker::naive::Levels;
using codec::Choices;
using codec::RapidCheckChoices;

Levels levels(Choices& c, std::initializer_list<const char*> words) {
  Levels result(c.between<std::size_t>(1, 6));
  for (auto& level : result) level = c.element(words);
  return result;
}

std::string join(const Levels& parts) {
  std::string text = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) text += "/" + parts[i];
  return text;
}

std::string topic_name(Choices& c) {
  auto name = join(levels(c, {"a", "b", "", "ab", "$s", "\xC3\xA9"}));
  if (name.empty()) name = "a";
  RC_LOG() << "topic " << name << "\n";
  return name;
}

std::string topic_filter(Choices& c) {
  auto parts = levels(c, {"a", "+", "b", "", "ab", "$s", "+"});
  if (c.one_in(3)) parts.emplace_back("#");
  auto filter = join(parts);
  if (filter.empty()) filter = "+";
  RC_LOG() << "filter " << filter << "\n";
  return filter;
}

RC_GTEST_PROP(TopicList, TheTrieAgreesWithTheNaiveMatcher, ()) {
  RapidCheckChoices c;
  broker::Session session;
  session.number = 1;
  broker::Subscriptions tree;
  std::set<std::string> filters;
  for (int i = 0; i < 8; ++i) {
    const auto filter = topic_filter(c);
    filters.insert(filter);
    static_cast<void>(tree.add(session, filter, {}, true));
    if (c.one_in(4)) {
      static_cast<void>(tree.remove(session, filter));
      filters.erase(filter);
    }
  }
  const auto topic = topic_name(c);
  broker::Subscriptions::Matches found;
  tree.match(topic, found);
  std::size_t expected = 0;
  for (const auto& filter : filters) {
    const bool naive = broker::naive::matches(filter, topic);
    RC_ASSERT(matches(filter, topic) == naive);
    expected += naive ? 1 : 0;
  }
  RC_ASSERT(found.plain.size() == expected);
}

RC_GTEST_PROP(TopicList, ANameMatchesItself, ()) {
  RapidCheckChoices c;
  const auto topic = topic_name(c);
  RC_ASSERT(matches(topic, topic));
}

RC_GTEST_PROP(TopicList, AMultiLevelWildcardMatchesItsParent, ()) {
  RapidCheckChoices c;
  const auto topic = topic_name(c);
  RC_ASSERT(matches(topic + "/#", topic));
}

RC_GTEST_PROP(TopicList, ASingleLevelWildcardIsExactlyOneLevelAlsoAnEmptyOne, ()) {
  RapidCheckChoices c;
  const auto count = c.between<std::size_t>(1, 6);
  const auto parts = levels(c, {"a", "", "b"});
  const auto topic = join(parts);
  if (topic.empty()) return;
  const auto filter = join(Levels(count, "+"));
  RC_ASSERT(matches(filter, topic) == (count == parts.size()));
}

RC_GTEST_PROP(TopicList, LeadingWildcardsNeverMatchTopicsOfTheServer, ()) {
  RapidCheckChoices c;
  const auto topic = "$" + topic_name(c);
  auto parts = broker::naive::split(topic_filter(c));
  parts.front() = c.element({"+", "#"});
  if (parts.front() == "#") parts.resize(1);
  RC_ASSERT(!matches(join(parts), topic));
}

RC_GTEST_PROP(TopicList, WideningAFilterNeverLosesAMatch, ()) {
  RapidCheckChoices c;
  const auto topic = topic_name(c);
  if (topic.starts_with('$')) return;  // those a wildcard in front does lose
  auto parts = broker::naive::split(topic_filter(c));
  const bool before = matches(join(parts), topic);
  const auto place = static_cast<std::size_t>(c.below(parts.size()));
  if (c.flip()) {
    if (parts[place] != "#") parts[place] = "+";
  } else {
    parts.resize(place);
    parts.emplace_back("#");
  }
  RC_LOG() << "wider " << join(parts) << "\n";
  if (before) RC_ASSERT(matches(join(parts), topic));
}

RC_GTEST_PROP(TopicList, RenamingLevelsBijectivelyPreservesMatches, ()) {
  RapidCheckChoices c;
  const auto topic = topic_name(c);
  const auto filter = topic_filter(c);
  const auto renamed = [](const std::string& text) {
    static const std::map<std::string, std::string> names = {
        {"a", "b"}, {"b", "ab"}, {"ab", "a"}, {"$s", "$x"}, {"\xC3\xA9", "long name"}};
    auto parts = broker::naive::split(text);
    for (auto& part : parts) {
      if (const auto found = names.find(part); found != names.end()) part = found->second;
    }
    return join(parts);
  };
  RC_ASSERT(matches(filter, topic) == matches(renamed(filter), renamed(topic)));
}

RC_GTEST_PROP(TopicList, ComparisonIsByteExact, ()) {
  RapidCheckChoices c;
  const auto topic = topic_name(c);
  auto other = topic;
  const auto place = c.below(other.size());
  other[place] = static_cast<char>(other[place] ^ 0x20);
  if (other[place] == '#' || other[place] == '+') return;
  RC_ASSERT(!matches(other, topic));
  RC_ASSERT(!matches(topic + "/", topic));
  RC_ASSERT(!matches("/" + topic, topic));
}

// Section 4.7.1 level by level.
bool is_filter(const std::string& text) {
  if (text.empty()) return false;
  const auto parts = broker::naive::split(text);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "#" && i + 1 < parts.size()) return false;
    if (parts[i] != "#" && parts[i] != "+" && parts[i].find_first_of("#+") != std::string::npos) {
      return false;
    }
  }
  return true;
}

RC_GTEST_PROP(TopicList, ValidityOfFiltersAndOfSharedFilters, ()) {
  RapidCheckChoices c;
  auto text = join(levels(c, {"a", "+", "#", "", "a+", "#b"}));
  if (c.one_in(8)) text.clear();
  RC_LOG() << text << "\n";
  using codec::Version;
  RC_ASSERT(codec::find_topic_filter_fault(text, Version::v3_1_1).has_value() != is_filter(text));
  RC_ASSERT(broker::is_topic_filter(text) == is_filter(text));
  const auto name = c.element<std::string>({"g", "", "g+", "#", "a b"});
  const auto shared = "$share/" + name + "/" + text;
  const bool good = !name.empty() && name.find_first_of("#+") == std::string::npos;
  RC_ASSERT(codec::find_topic_filter_fault(shared, Version::v5_0).has_value() !=
            (good && is_filter(text)));
  RC_ASSERT(broker::parse_shared(shared).has_value() == (good && is_filter(text)));
}

// Nothing about it is random: the longest topic there can be, and filters that have to walk it.
TEST(TopicList, TheMostLevelsNeitherOverflowNorTakeLong) {
  const std::string topic(65'535, '/');
  for (const auto& filter : {topic, std::string("#"), std::string("+/+/#"), std::string("/+/#")}) {
    EXPECT_TRUE(matches(filter, topic));
    broker::Session session;
    session.number = 1;
    broker::Subscriptions tree;
    static_cast<void>(tree.add(session, filter, {}, true));
    broker::Subscriptions::Matches found;
    tree.match(topic, found);
    EXPECT_EQ(found.plain.size(), 1U);
    EXPECT_TRUE(tree.remove(session, filter));
  }
}

RC_GTEST_PROP(TopicList, RetainedLookUpIsTheTransposeOfSubscriptionLookUp, ()) {
  RapidCheckChoices c;
  const auto filter = topic_filter(c);
  broker::Session session;
  session.number = 1;
  broker::Subscriptions tree;
  static_cast<void>(tree.add(session, filter, {}, true));
  broker::Retained retained;
  std::set<std::string> topics;
  for (int i = 0; i < 8; ++i) {
    auto message = std::make_shared<broker::Message>();
    message->topic_name = topic_name(c);
    topics.insert(message->topic_name);
    retained.set(message);
  }
  std::set<std::string> found;
  for (const auto& message : retained.match(filter, broker::Instant{})) {
    found.insert(message->topic_name);
  }
  for (const auto& topic : topics) {
    broker::Subscriptions::Matches direct;
    tree.match(topic, direct);
    RC_ASSERT(found.contains(topic) == !direct.plain.empty());
  }
}

}  // namespace
}  // namespace mqttspec::fuzz
