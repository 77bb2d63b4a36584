// What a run of the probing scenarios (scenarios/probe/) tells about a broker. The scenarios ask,
// by MAY checks; here the answers become capabilities of a profile, facts for people, and findings:
// what is announced and does not work, or works although the standard wants it refused.
#pragma once

#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"

namespace mqttspec::cli {

// "overlapping subscriptions" -> "one copy (3.1.1); a copy for each (5.0)"
struct ProbeFact {
  std::string subject;
  std::string answer;
};

struct ProbeFinding {
  std::string statement;
  std::string sentence;
};

struct Probe {
  std::vector<codec::Version> versions;  // that it speaks; empty: nobody was let in
  // As `requires` knows them: what 5.0's CONNACK announces, or, of a broker without 5.0, what
  // works.
  executor::Capabilities capabilities;
  std::vector<ProbeFact> limits;  // the capabilities in words, and how each is known
  std::vector<ProbeFact> behaviour;
  std::vector<ProbeFinding> findings;
  std::string name;  // what it calls itself below $SYS; empty: it does not say
};

[[nodiscard]] Probe conclude_probe(const std::vector<executor::InstanceOutcome>& outcomes);

}  // namespace mqttspec::cli
