#include "conformance/scenario/parser_config.hpp"

#include <array>
#include <limits>

#include <fmt/format.h>

#include "conformance/scenario/shape.hpp"

namespace mqttspec::scenario {
namespace {

// A limit of the broker, as `config` can set it.
struct Limit {
  std::string_view name;
  std::int64_t minimum;
  std::int64_t maximum;
};
constexpr std::int64_t any_number = std::numeric_limits<std::int64_t>::max();
constexpr std::array limits = {
    Limit{"maximum_qos", 0, 2},
    Limit{"receive_maximum", 1, 65535},
    Limit{"maximum_packet_size", 1, any_number},
    Limit{"topic_alias_maximum", 0, 65535},
    Limit{"server_keep_alive", 0, 65535},
    Limit{"session_expiry_interval", 0, any_number},
    Limit{"queue", 0, any_number},
};

bool check_string(Reporter& reporter, const Value& value, const Place& place) {
  if (value.string() != nullptr) return true;
  reporter.report(place, value.line, fmt::format("expected a text, not {}", describe(value)));
  return false;
}

void check_limit(Reporter& reporter, const Limit& limit, const Value& value, const Place& place) {
  const std::int64_t* number = value.integer();
  if (is_variable(value)) return;
  if (number != nullptr && *number >= limit.minimum && *number <= limit.maximum) return;
  const std::string range = limit.maximum == any_number
                                ? fmt::format("from {} up", limit.minimum)
                                : fmt::format("from {} to {}", limit.minimum, limit.maximum);
  reporter.report(place, value.line,
                  fmt::format("expected a number {}, not {}", range, describe(value)));
}

void check_users(Reporter& reporter, const Value& value, const Place& place) {
  const Object* users = value.object();
  if (users == nullptr) {
    reporter.report(place, value.line,
                    fmt::format("expected passwords by user name, not {}", describe(value)));
    return;
  }
  for (const auto& [name, password] : *users) check_string(reporter, password, place.member(name));
}

void check_deny(Reporter& reporter, const Value& value, const Place& place) {
  static constexpr std::array keys = {std::string_view("client"), std::string_view("action"),
                                      std::string_view("topic_filter")};
  static constexpr std::array actions = {std::string_view("publish"),
                                         std::string_view("subscribe")};
  const Array* list = check_list(reporter, value, place, 0);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value& rule = (*list)[i];
    const Place at = place.element(i);
    if (check_object(reporter, rule, at, keys) == nullptr) continue;
    if (const Value* client = rule.find("client")) {
      check_client_name(reporter, *client, at.member("client"));
    }
    if (const Value* action = rule.find("action")) {
      check_word(reporter, *action, at.member("action"), actions);
    }
    if (const Value* filter = rule.find("topic_filter")) {
      check_string(reporter, *filter, at.member("topic_filter"));
    } else {
      reporter.report(at, rule.line, "\"topic_filter\" is missing");
    }
  }
}

void check_exchange(Reporter& reporter, const Value& value, const Place& place) {
  const Array* list = check_list(reporter, value, place, 1);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto is_text = [](const Value& v) { return v.string() != nullptr || v.is_null(); };
    const Array* turn = (*list)[i].array();
    if (turn != nullptr && turn->size() == 2 && is_text((*turn)[0]) && is_text((*turn)[1]))
      continue;
    reporter.report(place.element(i), (*list)[i].line,
                    fmt::format("expected [client's data, server's answer or null], not {}",
                                describe((*list)[i])));
  }
}

void check_authentication(Reporter& reporter, const Value& value, const Place& place) {
  static constexpr std::array keys = {std::string_view("method"), std::string_view("exchange")};
  if (check_object(reporter, value, place, keys) == nullptr) return;
  if (const Value* method = value.find("method")) {
    check_string(reporter, *method, place.member("method"));
  } else {
    reporter.report(place, value.line, "\"method\" is missing");
  }
  if (const Value* exchange = value.find("exchange")) {
    check_exchange(reporter, *exchange, place.member("exchange"));
  } else {
    reporter.report(place, value.line, "\"exchange\" is missing");
  }
}

}  // namespace

void check_config(Reporter& reporter, const Value& value, const Place& place) {
  const Object* settings = check_object(reporter, value, place, config_keys());
  if (settings == nullptr) return;
  if (settings->empty()) reporter.report(place, value.line, "the configuration is empty");
  for (const auto& [name, setting] : *settings) {
    const Place at = place.member(name);
    const Limit* limit = nullptr;
    for (const Limit& row : limits) {
      if (row.name == name) limit = &row;
    }
    if (limit != nullptr) {
      check_limit(reporter, *limit, setting, at);
    } else if (name == "users") {
      check_users(reporter, setting, at);
    } else if (name == "deny") {
      check_deny(reporter, setting, at);
    } else if (name == "authentication") {
      check_authentication(reporter, setting, at);
    } else if (contains(config_keys(), name) && setting.boolean() == nullptr &&
               !is_variable(setting)) {
      reporter.report(at, setting.line,
                      fmt::format("expected true or false, not {}", describe(setting)));
    }
  }
}

void check_axis(Reporter& reporter, const Value& value, const Place& place) {
  if (is_variable(value)) return;
  const Array* values = check_list(reporter, value, place, 1);
  if (values == nullptr) return;
  for (std::size_t i = 0; i < values->size(); ++i) {
    const Value& one = (*values)[i];
    const Place at = place.element(i);
    if (one.is_null() || one.array() != nullptr) {
      reporter.report(at, one.line,
                      fmt::format("expected a word, a number or an object with \"name\", not {}",
                                  describe(one)));
    }
    if (one.object() == nullptr) continue;
    const Value* name = one.find("name");
    if (name == nullptr) {
      reporter.report(at, one.line, "\"name\" is missing");
    } else if (name->string() == nullptr || !is_slug(*name->string())) {
      reporter.report(
          at.member("name"), name->line,
          fmt::format("expected small letters, digits and single dashes, not {}", describe(*name)));
    }
    if (const Value* when = one.find("when")) check_text(reporter, *when, at.member("when"));
  }
}

}  // namespace mqttspec::scenario
