#include <algorithm>
#include <utility>

#include "reference/broker/access_list.hpp"
#include "reference/broker/core.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

// May the name stand in a filter that permits? `at_front`: the topic begins with it.
bool is_harmless(std::string_view name, bool at_front) {
  return !name.empty() && name.find_first_of("/+#") == std::string_view::npos &&
         !(at_front && name.front() == '$');
}

// May it stand in one that denies? Then it means the levels and characters that it has. In the
// place of what no topic can contain, or of nothing, a filter would mean something else.
bool is_literal(std::string_view name) {
  return !name.empty() && !has_wildcard(name);
}

struct Filled {
  std::string filter;
  bool everything = false;
};

// The filter with its patterns filled in; nothing if a name must not stand there. A denial then
// ends in '#' instead: it denies too much rather than too little.
std::optional<Filled> fill_in(const AccessRule& rule, std::string_view client_identifier,
                              const std::optional<std::string>& user_name) {
  std::string filter;
  std::size_t written = 0;  // of the filter: up to the last '/' that stands in the rule itself
  for (std::size_t place = 0; place < rule.filter.size(); ++place) {
    if (rule.filter[place] != '%') {
      filter += rule.filter[place];
      if (rule.filter[place] == '/') written = filter.size();
      continue;
    }
    const char pattern = rule.filter[++place];
    if (pattern == '%') {
      filter += '%';
      continue;
    }
    const std::string_view user = user_name ? std::string_view(*user_name) : std::string_view();
    const std::string_view name = pattern == 'c' ? client_identifier : user;
    if (rule.denies ? is_literal(name) : is_harmless(name, filter.empty())) {
      filter += name;
    } else if (rule.denies) {
      return Filled{filter.substr(0, written) + "#", written == 0};
    } else {
      return std::nullopt;
    }
  }
  return Filled{std::move(filter), false};
}

bool concerns(const AccessRule& rule, std::string_view client_identifier,
              const std::optional<std::string>& user_name) {
  switch (rule.who) {
    case AccessRule::Who::all:
      return true;
    case AccessRule::Who::anonymous:
      return !user_name;
    case AccessRule::Who::user:
      return user_name == rule.name;
    case AccessRule::Who::client:
      return client_identifier == rule.name;
  }
  return false;
}

}  // namespace

AccessRights::AccessRights(const Config& config, std::string_view client_identifier,
                           const std::optional<std::string>& user_name)
    : everything_else_(config.access_list == nullptr) {
  for (const auto& denial : config.deny) {
    if (!denial.client_identifier.empty() && denial.client_identifier != client_identifier) {
      continue;
    }
    denied_.push_back({denial.action != Denial::Action::subscribe,
                       denial.action != Denial::Action::publish, denial.topic_filter, false});
  }
  if (config.access_list == nullptr) return;
  for (const auto& rule : config.access_list->rules()) {
    if (!concerns(rule, client_identifier, user_name)) continue;
    if (auto filled = fill_in(rule, client_identifier, user_name)) {
      auto& rights = rule.denies ? denied_ : permitted_;
      rights.push_back(
          {rule.publish, rule.subscribe, std::move(filled->filter), filled->everything});
    }
  }
}

bool AccessRights::may_publish(std::string_view topic) const {
  const auto applies = [topic](const Right& right) {
    return right.publish && (right.everything || matches(right.filter, topic));
  };
  return (everything_else_ || std::any_of(permitted_.begin(), permitted_.end(), applies)) &&
         std::none_of(denied_.begin(), denied_.end(), applies);
}

bool AccessRights::may_subscribe(std::string_view filter) const {
  const auto applies = [filter](const Right& right) {
    return right.subscribe && (right.everything || covers(right.filter, filter));
  };
  return (everything_else_ || std::any_of(permitted_.begin(), permitted_.end(), applies)) &&
         std::none_of(denied_.begin(), denied_.end(), applies);
}

bool AccessRights::may_receive(std::string_view topic) const {
  // A Topic Name is a filter that matches itself alone.
  return may_subscribe(topic);
}

std::shared_ptr<const AccessRights> rights_of(const Config& config,
                                              std::string_view client_identifier,
                                              const std::optional<std::string>& user_name) {
  if (config.deny.empty() && config.access_list == nullptr) return nullptr;
  return std::make_shared<AccessRights>(config, client_identifier, user_name);
}

bool may_publish(const Config& config, const Session& session, std::string_view topic) {
  // [V5-4.7.2-a], [V311-4.7.2-a] Topics that begin with '$' are not for messages between clients.
  if (topic.starts_with('$') && !config.exchange_on_dollar_topics) return false;
  // [V5-4.7.3-g], [V311-4.7.3-h] Who may do what on a topic is the administrator's to say.
  return session.rights == nullptr || session.rights->may_publish(topic);
}

bool may_subscribe(const Session& session, std::string_view filter) {
  if (session.rights == nullptr) return true;
  const auto shared = parse_shared(filter);
  return session.rights->may_subscribe(shared ? shared->filter : filter);
}

bool may_receive(const Session& session, std::string_view topic) {
  return session.rights == nullptr || session.rights->may_receive(topic);
}

void change_access(Core& core, std::shared_ptr<const Passwords> passwords,
                   std::shared_ptr<const AccessList> access_list) {
  core.config.passwords = std::move(passwords);
  core.config.access_list = std::move(access_list);
  for (const auto& [identifier, session] : core.sessions) {
    session->rights = rights_of(core.config, identifier, session->user_name);
  }
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : core.connections) {
    if (connection->record != nullptr && !is_current(core, *connection)) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  for (const auto id : ids) {
    const auto found = core.connections.find(id);
    if (found == core.connections.end()) continue;
    Connection& connection = *found->second;
    // [V5-3.14-a] The client is told before its connection goes.
    if (connection.phase == Connection::Phase::connected) {
      disconnect(core, connection, codec::ReasonCode::administrative_action,
                 "the account was changed");
    }
  }
}

}  // namespace mqttspec::broker
