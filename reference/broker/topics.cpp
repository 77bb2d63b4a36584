#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

constexpr std::string_view shared_prefix = "$share/";

// 3.1.1 and 5.0 [MQTT-4.7.2-1] A filter that begins with a wildcard matches no topic that begins
// with '$'.
bool hidden_by_dollar(std::string_view filter, std::string_view topic) {
  return !topic.empty() && topic.front() == '$' && !filter.empty() &&
         (filter.front() == '#' || filter.front() == '+');
}

}  // namespace

Level take_level(std::string_view& rest) {
  // [V5-4.7.1.1-a], [V311-4.7.1.1-a], [V5-4.7.3-c], [V311-4.7.3-c] A separator wherever it stands:
  // first, last or next to another it makes an empty level.
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) {
    const Level level{rest, false};
    rest = {};
    return level;
  }
  const Level level{rest.substr(0, slash), true};
  rest.remove_prefix(slash + 1);
  return level;
}

bool has_wildcard(std::string_view filter) {
  return filter.find_first_of("#+") != std::string_view::npos;
}

bool is_topic_name(std::string_view topic) {
  // 3.1.1 and 5.0 [MQTT-4.7.3-1] At least one character; 5.0 [MQTT-4.7.0-1], 3.1.1 [MQTT-4.7.1-1]
  // no wildcard; 3.1.1 and 5.0 [MQTT-4.7.3-2] no U+0000. [V5-4.7.3-b], [V311-4.7.3-b],
  // [V5-4.7.3-d], [V311-4.7.3-d], [V5-4.7.3-f], [V311-4.7.3-g], [V31-28] Anything else, as long as
  // a string may be.
  return !topic.empty() && !has_wildcard(topic) && topic.find('\0') == std::string_view::npos;
}

bool is_topic_filter(std::string_view filter) {
  // 3.1.1 and 5.0 [MQTT-4.7.3-1] At least one character; 3.1.1 and 5.0 [MQTT-4.7.3-2] no U+0000.
  if (filter.empty() || filter.find('\0') != std::string_view::npos) return false;
  for (;;) {
    const auto [text, more] = take_level(filter);
    // 5.0 [MQTT-4.7.1-1], 3.1.1 [MQTT-4.7.1-2] '#' fills the last level by itself.
    if (text == "#" && more) return false;
    // 5.0 [MQTT-4.7.1-2], 3.1.1 [MQTT-4.7.1-3] '+' fills a level by itself.
    // [V5-4.7.1.3-b], [V311-4.7.1.3-b] On as many levels as one likes.
    if (text.size() > 1 && has_wildcard(text)) return false;
    if (!more) return true;
  }
}

bool is_shared(std::string_view filter) {
  return filter.starts_with(shared_prefix);
}

std::optional<SharedFilter> parse_shared(std::string_view filter) {
  // 5.0 [MQTT-4.8.2-1] "$share/" and a ShareName of at least one character.
  if (!is_shared(filter)) return std::nullopt;
  filter.remove_prefix(shared_prefix.size());
  const auto [name, more] = take_level(filter);
  // 5.0 [MQTT-4.8.2-2] No '/', '+' or '#' in the ShareName, then '/' and a Topic Filter.
  if (name.empty() || has_wildcard(name) || !more || !is_topic_filter(filter)) return std::nullopt;
  return SharedFilter{name, filter};
}

bool matches(std::string_view filter, std::string_view topic) {
  if (hidden_by_dollar(filter, topic)) return false;
  for (;;) {
    const auto wanted = take_level(filter);
    if (wanted.text == "#") return true;
    const auto level = take_level(topic);
    // 5.0 [MQTT-4.7.3-4], 3.1.1 [MQTT-4.7.3-4] Levels are compared byte by byte.
    if (wanted.text != "+" && wanted.text != level.text) return false;
    if (!level.more) return !wanted.more || filter == "#";
    if (!wanted.more) return false;
  }
}

bool covers(std::string_view filter, std::string_view narrower) {
  if (hidden_by_dollar(filter, narrower)) return false;
  for (;;) {
    const auto wanted = take_level(filter);
    if (wanted.text == "#") return true;
    const auto level = take_level(narrower);
    if (level.text == "#") return false;
    if (wanted.text != "+" && wanted.text != level.text) return false;
    if (!level.more) return !wanted.more || filter == "#";
    if (!wanted.more) return false;
  }
}

}  // namespace mqttspec::broker
