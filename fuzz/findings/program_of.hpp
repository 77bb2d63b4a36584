// What a scenario has done on the wire as a program: scenarios become seeds of the fuzzers.
#pragma once

#include <optional>

#include "conformance/executor/outcome.hpp"
#include "fuzz/generators/program.hpp"

namespace mqttspec::fuzz {

// `ns`: the namespace of the run, which is taken out of names. Nothing if more clients take part
// than a program has. What scenarios say beyond a program's operations (WebSocket frames, restarts)
// is left out.
[[nodiscard]] std::optional<Program> program_of(const executor::InstanceOutcome& outcome,
                                                const std::string& ns);

// Plays the instance against the reference and takes its program.
[[nodiscard]] std::optional<Program> program_of(const scenario::Instance& instance);

}  // namespace mqttspec::fuzz
