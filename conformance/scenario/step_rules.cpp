#include "conformance/scenario/step_rules.hpp"

#include <fmt/format.h>

#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

class StepRules {
 public:
  StepRules(Reporter& reporter, const Value& value, const Place& place)
      : reporter_(reporter), value_(value), place_(place) {
    for (const auto& [key, member] : *value.object()) {
      if (action_ == ActionKind::none) action_ = action_by_name(key);
    }
  }

  void check() {
    check_verbs();
    check_client();
    check_verify();
    check_structure();
    if (!sends_packets(action_)) {
      refuse("illegal", "connect, subscribe, unsubscribe, publish, send or disconnect");
      refuse("segments", "connect, subscribe, unsubscribe, publish, send or disconnect");
    }
    if (!has("segments")) refuse("pause", "segments");
    if (!has("send")) refuse("frame", "send");
    const bool compares = has("expect") || has("verify");
    const bool any_observation = compares || has("silence");
    const bool awaits = is_request(action_) && !any_observation;
    if (!compares) refuse("count", "expect or verify");
    if (!listens()) refuse("within", "expect or silence");
    if (!any_observation && !has("wait")) refuse("since", "expect, silence, verify or wait");
    if (!any_observation && !awaits) refuse("check", "an observation or a request");
    if (!has("expect") && !has("repeat") && !awaits) {
      refuse("as", "expect or repeat, or a request that awaits its answer");
    }
  }

 private:
  [[nodiscard]] bool has(std::string_view key) const { return value_.find(key) != nullptr; }
  [[nodiscard]] bool does_something() const {
    return action_ != ActionKind::none || listens() || has("verify");
  }
  [[nodiscard]] bool listens() const { return has("expect") || has("silence"); }

  void complain(std::string message) { reporter_.report(place_, value_.line, std::move(message)); }
  void complain_at(std::string_view key, std::string message) {
    reporter_.report(place_.member(key), value_.find(key)->line, std::move(message));
  }

  void refuse(std::string_view key, std::string_view needed) {
    if (has(key)) complain_at(key, fmt::format("stands only beside {}", needed));
  }

  void check_verbs() {
    std::vector<std::string_view> actions;
    std::vector<std::string_view> observations;
    for (const std::string_view name : action_names()) {
      if (has(name)) actions.push_back(name);
    }
    for (const std::string_view name : observation_names()) {
      if (has(name)) observations.push_back(name);
    }
    if (actions.empty() && observations.empty()) {
      complain("the step does nothing: it has neither an action nor an observation");
    }
    if (actions.size() > 1) {
      complain(fmt::format("a step has at most one action; this one has {}", joined(actions)));
    }
    if (observations.size() > 1) {
      complain(
          fmt::format("a step has at most one observation; this one has {}", joined(observations)));
    }
  }

  void check_structure() {
    if (has("repeat") != has("steps")) {
      complain(has("repeat") ? "\"repeat\" needs \"steps\"" : "\"steps\" stands only in a repeat");
    }
    const bool observed = listens() || has("verify");
    for (const std::string_view key : {"repeat", "parallel", "wait"}) {
      if (!has(key) || !observed) continue;
      complain(fmt::format("a {} has no observation{}", key,
                           key == "wait" ? "; \"within\" says how long to wait" : ""));
    }
  }

  void check_client() {
    bool acts = false;
    for (const std::string_view name : action_names()) {
      acts = acts || (has(name) && needs_client(action_by_name(name)));
    }
    const Value* client = value_.find("client");
    if ((acts || listens()) && client == nullptr) {
      complain("\"client\" is missing: who acts or listens?");
    }
    if (client == nullptr) return;
    if (!acts && !listens() && does_something())
      complain_at("client", "no client acts or listens in this step");
    if (acts && client->array() != nullptr) {
      complain_at("client", "only an observation may have several clients");
    }
  }

  void check_verify() {
    std::vector<std::string_view> kinds;
    for (const std::string_view kind : verify_kinds()) {
      if (has(kind)) kinds.push_back(kind);
      if (kind != "count" && !has("verify")) refuse(kind, "verify");
    }
    if (has("verify") && kinds.size() != 1) {
      complain(kinds.empty() ? "\"verify\" needs one of is, every, some, distinct or count"
                             : fmt::format("\"verify\" takes one comparison; this one has {}",
                                           joined(kinds)));
    }
  }

  static std::string joined(const std::vector<std::string_view>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
      out += fmt::format("{}\"{}\"",
                         i == 0                  ? ""
                         : i + 1 == names.size() ? " and "
                                                 : ", ",
                         names[i]);
    }
    return out;
  }

  Reporter& reporter_;
  const Value& value_;
  const Place& place_;
  ActionKind action_ = ActionKind::none;
};

}  // namespace

void check_step_keys(Reporter& reporter, const Value& value, const Place& place) {
  StepRules(reporter, value, place).check();
}

}  // namespace mqttspec::scenario
