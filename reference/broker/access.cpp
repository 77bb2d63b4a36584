#include "reference/broker/core.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

bool concerns(const Denial& denial, std::string_view client_identifier, Denial::Action action) {
  const bool client =
      denial.client_identifier.empty() || denial.client_identifier == client_identifier;
  return client && (denial.action == Denial::Action::both || denial.action == action);
}

}  // namespace

bool credentials_are_good(const Config& config, const codec::Connect& connect) {
  if (!config.users) return true;
  if (!connect.user_name) return false;
  const auto user = config.users->find(*connect.user_name);
  return user != config.users->end() && user->second == connect.password.value_or("");
}

bool may_publish(const Config& config, std::string_view client_identifier, std::string_view topic) {
  // [V5-4.7.2-a], [V311-4.7.2-a] Topics that begin with '$' are not for messages between clients.
  if (topic.starts_with('$') && !config.exchange_on_dollar_topics) return false;
  for (const auto& denial : config.deny) {
    if (concerns(denial, client_identifier, Denial::Action::publish) &&
        matches(denial.topic_filter, topic)) {
      return false;
    }
  }
  return true;
}

bool may_subscribe(const Config& config, std::string_view client_identifier,
                   std::string_view filter) {
  if (const auto shared = parse_shared(filter)) filter = shared->filter;
  for (const auto& denial : config.deny) {
    if (concerns(denial, client_identifier, Denial::Action::subscribe) &&
        covers(denial.topic_filter, filter)) {
      return false;
    }
  }
  return true;
}

}  // namespace mqttspec::broker
