#include "conformance/scenario/parser_step.hpp"

#include <array>
#include <set>

#include <fmt/format.h>

#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/step_rules.hpp"

namespace mqttspec::scenario {
namespace {

class StepParser {
 public:
  StepParser(Reporter& reporter, const Value& value, const Place& place, std::string path)
      : reporter_(reporter), value_(value), place_(place) {
    step_.path = std::move(path);
    step_.line = value.line;
  }

  Step parse() {
    const Object* members = check_object(reporter_, value_, place_, step_keys());
    if (members == nullptr) return step_;
    for (const auto& [key, member] : *members) {
      const Place at = place_.member(key);
      if (action_by_name(key) != ActionKind::none) {
        take_action(action_by_name(key), member, at);
      } else if (!take_observation(key, member, at) && !take_detail(key, member, at)) {
        take_common(key, member, at);
      }
    }
    check_step_keys(reporter_, value_, place_);
    return std::move(step_);
  }

 private:
  [[nodiscard]] bool has(std::string_view key) const { return value_.find(key) != nullptr; }

  std::string text(const Value& value, const Place& at) {
    return check_text(reporter_, value, at) ? *value.string() : std::string();
  }
  std::string checked(ShapeCheck check, const Value& value, const Place& at) {
    return check(reporter_, value, at) ? *value.string() : std::string();
  }

  void take_action(ActionKind kind, const Value& value, const Place& at) {
    static constexpr std::array closes = {std::string_view("fin"), std::string_view("half"),
                                          std::string_view("reset")};
    static constexpr std::array restarts = {std::string_view("restart"), std::string_view("kill")};
    if (step_.action == ActionKind::none) step_.action = kind;  // a second one is told of later
    if (kind != ActionKind::parallel) step_.argument = value;
    switch (kind) {
      case ActionKind::open:
      case ActionKind::ping:
        (void)check_object(reporter_, value, at, {});
        break;
      case ActionKind::connect:
      case ActionKind::publish:
      case ActionKind::disconnect:
        check_request(kind, value, at);
        break;
      case ActionKind::subscribe:
      case ActionKind::unsubscribe:
        check_filters_request(kind, value, at);
        break;
      case ActionKind::send:
        check_send(value, at);
        break;
      case ActionKind::close:
        check_word(reporter_, value, at, closes);
        break;
      case ActionKind::broker:
        check_word(reporter_, value, at, restarts);
        break;
      case ActionKind::set:
        check_set(value, at);
        break;
      case ActionKind::wait:
        check_duration(reporter_, value, at);
        break;
      case ActionKind::repeat:
        check_repeat(value, at);
        break;
      case ActionKind::parallel:
        take_lanes(value, at);
        break;
      case ActionKind::none:
        break;
    }
  }

  void check_request(ActionKind kind, const Value& value, const Place& at) {
    const char* name = kind == ActionKind::connect   ? "CONNECT"
                       : kind == ActionKind::publish ? "PUBLISH"
                                                     : "DISCONNECT";
    check_packet_fields(reporter_, *find_packet(name), value, at);
  }

  void check_filters_request(ActionKind kind, const Value& value, const Place& at) {
    const bool subscribe = kind == ActionKind::subscribe;
    if (value.array() != nullptr) {
      (subscribe ? check_subscriptions : check_topic_filters)(reporter_, value, at);
    } else {
      const PacketRow& packet = *find_packet(subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE");
      check_packet_fields(reporter_, packet, value, at);
    }
  }

  void check_send(const Value& value, const Place& at) {
    if (value.array() == nullptr) return check_packet(reporter_, value, at);
    const Array* packets = check_list(reporter_, value, at, 2);
    if (packets == nullptr) return;
    for (std::size_t i = 0; i < packets->size(); ++i) {
      check_packet(reporter_, (*packets)[i], at.element(i));
    }
  }

  void check_set(const Value& value, const Place& at) {
    static constexpr std::array keys = {std::string_view("acks"), std::string_view("reading")};
    static constexpr std::array acks = {std::string_view("auto"), std::string_view("manual")};
    const Object* members = check_object(reporter_, value, at, keys);
    if (members == nullptr) return;
    if (members->empty()) reporter_.report(at, value.line, "\"acks\" or \"reading\" is missing");
    for (const auto& [key, member] : *members) {
      if (key == "acks") check_word(reporter_, member, at.member(key), acks);
      if (key == "reading" && member.boolean() == nullptr) {
        reporter_.report(at.member(key), member.line,
                         fmt::format("expected true or false, not {}", describe(member)));
      }
    }
  }

  void check_repeat(const Value& value, const Place& at) {
    if (value.array() != nullptr) {
      (void)check_list(reporter_, value, at, 1);
    } else if (!is_variable(value) && (value.integer() == nullptr || *value.integer() < 1)) {
      reporter_.report(at, value.line,
                       fmt::format("expected how often (from 1 up) or a list of values, not {}",
                                   describe(value)));
    }
  }

  void take_lanes(const Value& value, const Place& at) {
    const Array* lanes = check_list(reporter_, value, at, 2);
    if (lanes == nullptr) return;
    for (std::size_t i = 0; i < lanes->size(); ++i) {
      step_.lanes.push_back(parse_steps(reporter_, (*lanes)[i], at.element(i),
                                        fmt::format("{}.parallel[{}]", step_.path, i)));
    }
  }

  bool take_observation(std::string_view key, const Value& value, const Place& at) {
    if (key == "expect" || key == "silence") {
      step_.observation = key == "expect" ? ObservationKind::expect : ObservationKind::silence;
      step_.pattern = value;
      (key == "expect" ? check_expectation : check_silence)(reporter_, value, at);
    } else if (key == "verify") {
      step_.observation = ObservationKind::verify;
      step_.verify = checked(check_name, value, at);
    } else if (key == "is" || key == "every" || key == "some") {
      check_verify_fields(reporter_, value, at);
    } else if (key == "distinct") {
      check_distinct(value, at);
    } else if (key == "count") {
      check_range(reporter_, value, at);
    } else {
      return false;
    }
    if (contains(verify_kinds(), key) && has("verify")) {
      step_.verify_kind = key;
      step_.verify_argument = value;
    } else if (key == "count") {
      step_.count = value;
    }
    return true;
  }

  void check_distinct(const Value& value, const Place& at) {
    std::vector<std::string_view> names;
    for (const FieldRow& field : verify_fields()) {
      if (can_be_distinct(field)) names.push_back(field.name);
    }
    if (value.string() != nullptr && contains(names, *value.string())) return;
    reporter_.report(at, value.line,
                     fmt::format("expected the name of a field, not {}{}", describe(value),
                                 value.string() != nullptr ? did_you_mean(*value.string(), names)
                                                           : std::string()));
  }

  // What goes with an action that sends.
  bool take_detail(std::string_view key, const Value& value, const Place& at) {
    static constexpr std::array frames = {std::string_view("binary"), std::string_view("text"),
                                          std::string_view("ping"), std::string_view("close"),
                                          std::string_view("fragments")};
    if (key == "illegal") {
      step_.illegal = text(value, at);
    } else if (key == "segments") {
      step_.segments = value;
      check_segments(value, at);
    } else if (key == "pause") {
      step_.pause = checked(check_duration, value, at);
    } else if (key == "frame") {
      if (check_word(reporter_, value, at, frames)) step_.frame = *value.string();
    } else {
      return false;
    }
    return true;
  }

  void check_segments(const Value& value, const Place& at) {
    const auto positive = [](const Value& v) {
      return v.integer() != nullptr && *v.integer() >= 1;
    };
    if (positive(value) || is_variable(value)) return;
    const Array* list = value.array();
    if (list == nullptr || list->empty()) {
      reporter_.report(at, value.line,
                       fmt::format("expected a number of bytes from 1 up, or a list of these, not "
                                   "{}",
                                   describe(value)));
      return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Value& size = (*list)[i];
      if (positive(size)) continue;
      reporter_.report(at.element(i), size.line,
                       fmt::format("expected a number of bytes from 1 up, not {}", describe(size)));
    }
  }

  void take_common(std::string_view key, const Value& value, const Place& at) {
    if (key == "note") {
      step_.note = text(value, at);
    } else if (key == "when") {
      step_.when = text(value, at);
    } else if (key == "client") {
      take_names(value, at, check_client_name, step_.clients);
    } else if (key == "since") {
      step_.since = checked(check_name, value, at);
    } else if (key == "within") {
      step_.within = checked(check_duration, value, at);
    } else if (key == "as") {
      step_.as = checked(check_name, value, at);
    } else if (key == "mark") {
      step_.mark = checked(check_name, value, at);
    } else if (key == "check") {
      take_names(value, at, check_name, step_.checks);
    } else if (key == "steps") {
      step_.steps = parse_steps(reporter_, value, at, step_.path + ".steps");
    }
  }

  // One name, or a list of at least two different ones.
  void take_names(const Value& value, const Place& at, ShapeCheck check,
                  std::vector<std::string>& out) {
    if (value.array() == nullptr) {
      out.push_back(checked(check, value, at));
      return;
    }
    const Array* names = check_list(reporter_, value, at, 2);
    if (names == nullptr) return;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < names->size(); ++i) {
      out.push_back(checked(check, (*names)[i], at.element(i)));
      if (!out.back().empty() && !seen.insert(out.back()).second) {
        reporter_.report(at.element(i), (*names)[i].line,
                         fmt::format("{} is named twice", quoted(out.back())));
      }
    }
  }

  Reporter& reporter_;
  const Value& value_;
  const Place& place_;
  Step step_;
};

}  // namespace

std::vector<Step> parse_steps(Reporter& reporter, const Value& value, const Place& place,
                              const std::string& path) {
  std::vector<Step> steps;
  const Array* list = check_list(reporter, value, place, 1);
  if (list == nullptr) return steps;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Place at = place.element(i);
    steps.push_back(StepParser(reporter, (*list)[i], at, fmt::format("{}[{}]", path, i)).parse());
  }
  return steps;
}

}  // namespace mqttspec::scenario
