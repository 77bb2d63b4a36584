#include "reference/broker/retained.hpp"

#include <algorithm>
#include <utility>

#include "reference/broker/journal.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

// The first string behind a topic and all that is below it. No topic has a U+0000, which comes
// right behind '/'.
std::string behind_all_of(std::string_view topic) {
  return std::string(topic) + '\0';
}

// How a filter and a topic compare: they match, or no topic in front of `jump` does; without a
// place to jump to none behind the topic does either.
struct Comparison {
  bool matches = false;
  std::optional<std::string> jump;
};

Comparison compare(std::string_view filter, std::string_view topic) {
  // 3.1.1 and 5.0 [MQTT-4.7.2-1] Wildcards in the first level match no topic that begins with '$'.
  if (topic.starts_with('$') && (filter.starts_with('#') || filter.starts_with('+'))) {
    return {false, "%"};  // the character behind it
  }
  // The topic up to its last level that a '+' stands for: what follows is looked for in the next.
  std::optional<std::string_view> branch;
  const auto elsewhere = [&]() -> Comparison {
    return {false, branch ? std::optional(behind_all_of(*branch)) : std::nullopt};
  };
  std::string_view rest = topic;
  for (;;) {
    const Level wanted = take_level(filter);
    // [V5-4.7.1.2-a] '#' stands for its parent level and all levels below.
    if (wanted.text == "#") return {true, {}};
    const auto place = static_cast<std::size_t>(rest.data() - topic.data());
    const Level level = take_level(rest);
    const auto here = topic.substr(0, place + level.text.size());
    if (wanted.text == "+") {
      branch = here;
    } else if (wanted.text > level.text) {
      return {false, std::string(topic.substr(0, place)).append(wanted.text)};
    } else if (wanted.text < level.text) {
      return elsewhere();
    }
    if (!level.more) {
      if (!wanted.more || filter == "#") return {true, {}};
      return {false, std::string(topic) + '/'};
    }
    if (!wanted.more) return {false, behind_all_of(here)};
  }
}

}  // namespace

bool TopicOrder::operator()(std::string_view left, std::string_view right) const {
  const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (r == right.end()) return false;
  if (l == left.end() || *l == '/') return true;
  return *r != '/' && static_cast<unsigned char>(*l) < static_cast<unsigned char>(*r);
}

Retained::Topics::const_iterator Retained::seek(std::string_view filter,
                                                Topics::const_iterator place) const {
  while (place != topics_.end()) {
    const auto comparison = compare(filter, place->first);
    if (comparison.matches) return place;
    if (!comparison.jump) break;
    place = topics_.lower_bound(*comparison.jump);
  }
  return topics_.end();
}

void Retained::forget_expiry(const Entry& entry) {
  if (entry.message != nullptr && entry.expires) {
    expiries_.erase({*entry.expires, entry.message.get()});
  }
}

void Retained::set(std::shared_ptr<const Message> message, std::optional<Instant> expires) {
  auto& entry = topics_[message->topic_name];
  forget_expiry(entry);
  if (expires) expiries_.emplace(*expires, message.get());
  if (journal_ != nullptr) journal_->retained(entry.message, message);
  entry = {std::move(message), expires, ++last_number_};
}

void Retained::erase(std::string_view topic) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  forget_expiry(found->second);
  if (journal_ != nullptr) journal_->retained(found->second.message, nullptr);
  topics_.erase(found);
}

void Retained::drop_expired(Instant now) {
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    // [V5-3.3.1.3-d] The topic has none any more.
    erase(std::string(expiries_.begin()->second->topic_name));
  }
}

Instant Retained::next_expiry() const {
  return expiries_.empty() ? never : expiries_.begin()->first;
}

std::shared_ptr<const Message> Retained::next(std::string_view filter, std::string_view after,
                                              std::uint64_t until, Instant now) const {
  auto place = topics_.upper_bound(after);
  for (;;) {
    place = seek(filter, place);
    if (place == topics_.end()) return nullptr;
    const auto& [message, expires, number] = place->second;
    // [V5-3.3.1.3-d] An expired retained message is none any more.
    if (number <= until && (!expires || *expires > now)) return message;
    ++place;
  }
}

std::vector<std::shared_ptr<const Message>> Retained::match(std::string_view filter,
                                                            Instant now) const {
  std::vector<std::shared_ptr<const Message>> found;
  while (auto message =
             next(filter, found.empty() ? "" : found.back()->topic_name, last_number_, now)) {
    found.push_back(std::move(message));
  }
  return found;
}

}  // namespace mqttspec::broker
