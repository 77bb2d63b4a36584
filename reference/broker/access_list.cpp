#include "reference/broker/access_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

struct What {
  std::string_view word;
  bool denies, publish, subscribe;
};
constexpr std::array<What, 6> whats = {{{"publish", false, true, false},
                                        {"subscribe", false, false, true},
                                        {"both", false, true, true},
                                        {"deny", true, true, true},
                                        {"deny-publish", true, true, false},
                                        {"deny-subscribe", true, false, true}}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view take_word(std::string_view& rest) {
  rest = trimmed(rest);
  const auto word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

// A word, or what stands in quotes; nothing if the quotes do not end.
std::optional<std::string> take_name(std::string_view& rest) {
  rest = trimmed(rest);
  if (!rest.starts_with('"')) return std::string(take_word(rest));
  std::string name;
  for (std::size_t place = 1; place < rest.size(); ++place) {
    if (rest[place] == '"') {
      rest.remove_prefix(place + 1);
      return name;
    }
    if (rest[place] == '\\' && place + 1 < rest.size()) ++place;
    name += rest[place];
  }
  return std::nullopt;
}

std::string parse_who(std::string_view& rest, AccessRule& rule) {
  using Who = AccessRule::Who;
  const auto word = take_word(rest);
  if (word == "all" || word == "anonymous") {
    rule.who = word == "all" ? Who::all : Who::anonymous;
    return "";
  }
  if (word != "user" && word != "client") {
    return "\"" + std::string(word) +
           "\" is nobody; a line begins with all, anonymous, user NAME or client NAME";
  }
  rule.who = word == "user" ? Who::user : Who::client;
  const auto name = take_name(rest);
  if (!name) return "the quotes around the name do not end";
  if (name->empty()) return "a name is wanted behind \"" + std::string(word) + "\"";
  rule.name = *name;
  return "";
}

std::string parse_what(std::string_view& rest, AccessRule& rule) {
  const auto word = take_word(rest);
  const auto* what = std::find_if(whats.begin(), whats.end(),
                                  [&](const What& candidate) { return candidate.word == word; });
  if (what == whats.end()) {
    return "\"" + std::string(word) +
           "\" is no right; publish, subscribe, both, deny, deny-publish or deny-subscribe is "
           "wanted";
  }
  rule.denies = what->denies;
  rule.publish = what->publish;
  rule.subscribe = what->subscribe;
  return "";
}

std::string parse_filter(std::string_view rest, AccessRule& rule) {
  rule.filter = trimmed(rest);
  if (rule.filter.empty()) return "a Topic Filter is wanted at the end of the line";
  for (std::size_t place = rule.filter.find('%'); place != std::string::npos;
       place = rule.filter.find('%', place + 2)) {
    const std::string pattern = rule.filter.substr(place, 2);
    if (pattern != "%u" && pattern != "%c" && pattern != "%%") {
      return "\"" + pattern + "\" is no pattern; %u (user name), %c (Client Identifier) and %% are";
    }
  }
  if (is_shared(rule.filter)) return "the filter behind \"$share/.../\" is wanted, without that";
  if (!is_topic_filter(rule.filter)) return "\"" + rule.filter + "\" is no Topic Filter";
  return "";
}

std::string parse_line(std::string_view line, AccessRule& rule) {
  auto message = parse_who(line, rule);
  if (message.empty()) message = parse_what(line, rule);
  if (message.empty()) message = parse_filter(line, rule);
  return message;
}

}  // namespace

bool AccessList::names_users() const {
  return std::any_of(rules_.begin(), rules_.end(), [](const AccessRule& rule) {
    return rule.who == AccessRule::Who::user || rule.filter.find("%u") != std::string::npos;
  });
}

std::variant<AccessList, std::vector<LineError>> parse_access_list(std::string_view text) {
  std::vector<AccessRule> rules;
  std::vector<LineError> errors;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto content = trimmed(line);
    if (content.empty() || content.starts_with('#')) continue;
    AccessRule rule;
    if (auto message = parse_line(content, rule); message.empty()) {
      rules.push_back(std::move(rule));
    } else {
      errors.push_back({number, std::move(message)});
    }
  }
  if (!errors.empty()) return errors;
  return AccessList(std::move(rules));
}

}  // namespace mqttspec::broker
