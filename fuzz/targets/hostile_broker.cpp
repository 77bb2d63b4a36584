// A broker that answers anything at all, down to raw bytes, against the interpreter, its monitors
// and every report that is made of what came.
#include <fmt/format.h>

#include "fuzz/targets/hostile/encounter.hpp"
#include "fuzz/targets/hostile/reports.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {

using executor::Verdict;

namespace {

std::string trace_of(const executor::InstanceOutcome& outcome) {
  std::string text = outcome.id + "\n";
  for (const auto& check : outcome.checks) {
    text += fmt::format("{}: {} {}\n", check.name, to_string(check.verdict), check.why);
  }
  for (const auto& error : outcome.scenario_errors) text += "scenario error: " + error + "\n";
  for (const auto& entry : outcome.trace) text += entry.client + " " + entry.text + "\n";
  return text;
}

void judge(const Encounter& encounter, const scenario::Instance& instance) {
  const auto& outcome = encounter.outcome;
  const auto evidence = [&] { return trace_of(outcome); };
  require(encounter.finished, "a scenario ends, whatever the broker does", evidence);
  require(outcome.checks.size() == instance.checks.size(), "each check has a verdict", evidence);
  for (const auto& check : outcome.checks) {
    const bool good = check.verdict == Verdict::pass || check.verdict == Verdict::info ||
                      check.verdict == Verdict::not_asked;
    require(good || !check.why.empty(), "a bad verdict says why", evidence);
    require(good || !encounter.honest, "an honest broker passes", evidence);
  }
  require(outcome.scenario_errors.empty() || !encounter.honest, "the script is right", evidence);
  for (const auto& finding : outcome.monitor_findings) {
    require(!encounter.honest, "monitors find nothing wrong with an honest broker", evidence);
    require(finding.trace < outcome.trace.size(), "a finding belongs to a packet", evidence);
  }
}

}  // namespace

// The first byte chooses version and transport, the second whether the page is made, too.
void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const auto& instance = choices.element_of(hostile_instances());
  const bool page = choices.one_in(16);
  const Encounter encounter = meet(instance, choices);
  judge(encounter, instance);
  const auto result = run_of({instance}, {encounter.outcome});
  const auto fault = page ? fault_in_page(result) : fault_in_texts(result);
  require(!fault, "reports are well-formed",
          [&] { return *fault + "\n" + trace_of(encounter.outcome); });
}

}  // namespace mqttspec::fuzz
