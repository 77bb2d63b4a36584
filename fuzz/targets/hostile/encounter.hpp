// A scenario played against a broker that turns hostile where choices say so: it answers honestly,
// or with what it was going to say changed, or with anything at all.
#pragma once

#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "reference/codec/choices.hpp"

namespace mqttspec::fuzz {

// The script, in each of its versions and transports.
[[nodiscard]] const std::vector<scenario::Instance>& hostile_instances();

struct Encounter {
  executor::InstanceOutcome outcome;
  bool honest = true;    // the broker has done nothing wrong
  bool finished = true;  // the interpreter has come to an end by itself, and soon enough
};
// Choices that have run dry make an honest broker.
[[nodiscard]] Encounter meet(const scenario::Instance& instance, codec::Choices& choices);

}  // namespace mqttspec::fuzz
