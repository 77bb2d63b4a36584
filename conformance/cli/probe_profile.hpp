// A profile out of what a probe has found.
#pragma once

#include <string>

#include "conformance/cli/arguments.hpp"
#include "conformance/cli/probe_facts.hpp"
#include "conformance/cli/target.hpp"

namespace mqttspec::cli {

// The text of a profile as scenarios/profiles/ holds them: address, capabilities, and a note that
// tells how the broker uses its freedoms. A password is never written; of the built-in broker, and
// of one that a profile has started, there is no address.
[[nodiscard]] std::string profile_of(const Probe& probe, const TargetArgument& target,
                                     const RunArguments& broker);

}  // namespace mqttspec::cli
