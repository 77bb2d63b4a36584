#include "conformance/cli/probe_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "conformance/cli/probe_tables.hpp"
#include "conformance/executor/announced.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::cli {
namespace {

using codec::Version;
using executor::CheckOutcome;
using executor::InstanceOutcome;
using executor::TraceEntry;
using scenario::Value;

constexpr Version all_versions[] = {Version::v3_1, Version::v3_1_1, Version::v5_0};

// The answers of all instances, to be looked up.
class Answers {
 public:
  explicit Answers(const std::vector<InstanceOutcome>& outcomes) : outcomes_(outcomes) {}

  // Nothing: it was not asked, or could not be told. Of several instances one that says yes is
  // enough.
  [[nodiscard]] std::optional<bool> of(std::string_view scenario, std::string_view check,
                                       Version version, std::string_view value = {}) const {
    std::optional<bool> answer;
    for (const InstanceOutcome& outcome : outcomes_) {
      if (!is_one(outcome, scenario, version, value)) continue;
      for (const CheckOutcome& each : outcome.checks) {
        if (each.name != check || !each.answer) continue;
        answer = answer.value_or(false) || *each.answer;
      }
    }
    return answer;
  }
  // The packets that the broker sent in these instances, as far as they can be read.
  [[nodiscard]] std::vector<codec::Packet> received(std::string_view scenario,
                                                    Version version) const {
    std::vector<codec::Packet> packets;
    for (const InstanceOutcome& outcome : outcomes_) {
      if (!is_one(outcome, scenario, version, {})) continue;
      for (const TraceEntry& entry : outcome.trace) {
        if (entry.kind != TraceEntry::Kind::received) continue;
        const auto decoded = codec::decode(entry.bytes, entry.version, codec::Sender::server);
        if (const auto* packet = std::get_if<codec::Packet>(&decoded)) packets.push_back(*packet);
      }
    }
    return packets;
  }
  // Why a scenario was not run, if nowhere it was.
  [[nodiscard]] std::string reason(std::string_view scenario) const {
    std::string reason;
    for (const InstanceOutcome& outcome : outcomes_) {
      if (outcome.scenario != scenario) continue;
      if (outcome.verdict == executor::Verdict::not_asked) return "not asked; --unsafe asks";
      if (reason.empty()) reason = outcome.reason;
    }
    return reason.empty() ? "could not be told" : "could not be told: " + reason;
  }
  [[nodiscard]] const std::vector<InstanceOutcome>& all() const { return outcomes_; }

 private:
  static bool is_one(const InstanceOutcome& outcome, std::string_view scenario, Version version,
                     std::string_view value) {
    if (outcome.scenario != scenario || outcome.version != version) return false;
    return value.empty() || outcome.id.ends_with("=" + std::string(value) + "]");
  }

  const std::vector<InstanceOutcome>& outcomes_;
};

std::optional<codec::Connack> connack_of(const Answers& answers) {
  for (const codec::Packet& packet : answers.received("probe-connection", Version::v5_0)) {
    if (const auto* connack = std::get_if<codec::Connack>(&packet)) return *connack;
  }
  return std::nullopt;
}

// "yes (3.1.1, 5.0); no (3.1)", or just "yes" if all who answered agree.
std::string words_of(const std::map<Version, bool>& answers, std::string_view yes,
                     std::string_view no) {
  std::vector<std::string> of_yes;
  std::vector<std::string> of_no;
  for (const auto& [version, answer] : answers) {
    (answer ? of_yes : of_no).emplace_back(codec::to_string(version));
  }
  if (of_no.empty()) return std::string(yes);
  if (of_yes.empty()) return std::string(no);
  return fmt::format("{} ({}); {} ({})", yes, fmt::join(of_yes, ", "), no, fmt::join(of_no, ", "));
}

std::int64_t as_number(const Value& value) {
  if (const bool* flag = value.boolean()) return *flag ? 1 : 0;
  const std::int64_t* number = value.integer();
  return number != nullptr ? *number : 0;
}

class Conclusion {
 public:
  explicit Conclusion(const std::vector<InstanceOutcome>& outcomes) : answers_(outcomes) {}

  Probe draw() {
    for (const Version version : all_versions) {
      if (answers_.of("probe-connection", "accepted", version).value_or(false)) {
        probe_.versions.push_back(version);
      }
    }
    const auto connack = connack_of(answers_);
    announces_ = speaks(Version::v5_0) && connack;
    scenario::Array spoken;
    for (const Version version : probe_.versions) {
      spoken.emplace_back(std::string(codec::to_string(version)));
    }
    probe_.capabilities["versions"] = Value(std::move(spoken));
    if (announces_) {
      probe_.capabilities.merge(executor::announced_limits(connack->properties));
      for (const ProbedLimit& limit : probed_limits()) tell(limit, connack->properties);
    }
    for (const ProbedFeature& feature : probed_features()) judge(feature);
    read_persistence();
    for (const ProbedQuestion& question : probed_questions()) answer(question);
    add_monitor_findings();
    read_name();
    return std::move(probe_);
  }

 private:
  [[nodiscard]] bool speaks(Version version) const {
    return std::find(probe_.versions.begin(), probe_.versions.end(), version) !=
           probe_.versions.end();
  }

  void tell(const ProbedLimit& limit, const codec::Properties& properties) {
    const bool stated = codec::count(properties, limit.property) > 0;
    const std::int64_t value = as_number(probe_.capabilities.at(std::string(limit.capability)));
    const std::string number =
        fmt::format("{}{}{}", value, limit.unit.empty() ? "" : " ", limit.unit);
    const bool plain = stated || limit.unstated.empty();
    probe_.limits.push_back({std::string(limit.subject),
                             fmt::format("{} ({})", plain ? number : std::string(limit.unstated),
                                         stated ? "announced" : "nothing announced")});
  }

  void judge(const ProbedFeature& feature) {
    std::map<Version, bool> works;
    for (const Version version : probe_.versions) {
      const auto found = answers_.of(feature.scenario, "works", version, feature.value);
      if (found) works[version] = *found;
    }
    const std::string subject(feature.subject);
    const bool announced = announces_ && is_announced(feature);
    const bool taken =
        answers_.of(feature.scenario, "taken", Version::v5_0, feature.value).value_or(false);
    if (!works.empty() || is_tellable(feature.scenario, "works")) {
      probe_.limits.push_back({subject, in_words(feature, works, announced, taken)});
    }
    if (!announces_) presume(feature, works);
    const auto five = works.find(Version::v5_0);
    if (announced && five != works.end() && !five->second) {
      find(feature.offered, subject + ": announced, and does not work");
    } else if (announces_ && !announced && taken) {
      find(feature.unoffered, subject + ": not announced, and taken all the same");
    }
    const auto older = works.find(Version::v3_1_1);
    if (!feature.always.empty() && older != works.end() && !older->second &&
        (!announces_ || announced)) {
      find(feature.always, subject + ": do not work in 3.1.1, which knows no server without them");
    }
  }

  [[nodiscard]] std::string in_words(const ProbedFeature& feature,
                                     const std::map<Version, bool>& works, bool announced,
                                     bool taken) const {
    std::string text;
    if (announces_) text = announced ? "announced" : "not announced";
    if (announces_ && !announced && taken) text += ", but taken";
    if (!works.empty()) {
      text += (text.empty() ? "" : "; ") + words_of(works, "works", "does not work");
    }
    return text.empty() ? answers_.reason(feature.scenario) : text;
  }

  [[nodiscard]] bool is_announced(const ProbedFeature& feature) const {
    const auto found = probe_.capabilities.find(std::string(feature.capability));
    return found != probe_.capabilities.end() && as_number(found->second) >= feature.announced_from;
  }

  // Nothing is announced before 5.0: what works in one of the versions is what there is.
  void presume(const ProbedFeature& feature, const std::map<Version, bool>& works) {
    if (works.empty()) return;
    const bool any =
        std::any_of(works.begin(), works.end(), [](const auto& w) { return w.second; });
    Value& capability = probe_.capabilities[std::string(feature.capability)];
    if (feature.capability != "maximum_qos") {
      capability = Value(any);
    } else if (any) {
      capability = Value(feature.announced_from);
    } else if (capability.is_null()) {
      capability = Value(feature.announced_from - 1);
    }
  }

  // No CONNACK tells it, and only a restart shows it.
  void read_persistence() {
    for (const Version version : probe_.versions) {
      const auto kept = answers_.of("probe-persistence", "kept", version);
      if (!kept) continue;
      Value& capability = probe_.capabilities["persistence"];
      capability = Value(*kept || capability == Value(true));
    }
  }

  void answer(const ProbedQuestion& question) {
    std::map<Version, bool> found;
    for (const Version version : probe_.versions) {
      const auto one = answers_.of(question.scenario, question.check, version, question.value);
      if (one) found[version] = *one;
    }
    const std::string subject(question.subject);
    if (found.empty()) {
      if (is_tellable(question.scenario, question.check)) {
        probe_.behaviour.push_back({subject, answers_.reason(question.scenario)});
      }
      return;
    }
    probe_.behaviour.push_back({subject, words_of(found, question.yes, question.no)});
    for (const auto& [version, yes] : found) {
      const std::string_view against = yes ? question.against_yes : question.against_no;
      const std::string_view said = yes ? question.yes : question.no;
      if (!against.empty()) find(against, fmt::format("{} {}", subject, said));
    }
  }

  // Was it a question to this broker? What only versions are asked that it does not speak is none.
  [[nodiscard]] bool is_tellable(std::string_view scenario, std::string_view check) const {
    constexpr auto not_asked = executor::Verdict::not_asked;
    return std::any_of(answers_.all().begin(), answers_.all().end(), [&](const auto& outcome) {
      if (outcome.scenario != scenario || !speaks(outcome.version)) return false;
      return outcome.verdict == not_asked ||
             std::any_of(outcome.checks.begin(), outcome.checks.end(), [&](const auto& each) {
               return each.name == check && each.verdict != not_asked;
             });
    });
  }

  // What the monitors saw on the way.
  void add_monitor_findings() {
    for (const InstanceOutcome& outcome : answers_.all()) {
      for (const executor::MonitorFinding& finding : outcome.monitor_findings) {
        if (!finding.ours) find(finding.statement, finding.message);
      }
    }
  }

  void find(std::string_view statement, const std::string& sentence) {
    const bool known = std::any_of(
        probe_.findings.begin(), probe_.findings.end(),
        [&](const auto& each) { return each.statement == statement && each.sentence == sentence; });
    if (!known) probe_.findings.push_back({std::string(statement), sentence});
  }

  void read_name() {
    for (const Version version : all_versions) {
      for (const codec::Packet& packet : answers_.received("probe-statistics", version)) {
        const auto* publish = std::get_if<codec::Publish>(&packet);
        if (publish != nullptr && publish->topic_name == "$SYS/broker/version") {
          probe_.name = std::string(publish->payload);
        }
      }
    }
  }

  Answers answers_;
  Probe probe_;
  bool announces_ = false;  // there is a CONNACK of 5.0
};

}  // namespace

Probe conclude_probe(const std::vector<InstanceOutcome>& outcomes) {
  return Conclusion(outcomes).draw();
}

}  // namespace mqttspec::cli
