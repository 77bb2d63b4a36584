// Where the broker of a run is reached: the target that was given, what the profile says, the ports
// of a broker that we started.
#pragma once

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/route.hpp"
#include "conformance/profile/broker_process.hpp"

namespace mqttspec::executor {

// All addresses; the first is the one that the run uses unless a scenario names another transport.
// `process`: the broker, if this run started it.
[[nodiscard]] scenario::Result<std::vector<Target>> targets_of(
    const LiveOptions& options, const profile::BrokerProcess* process);

// The same with names resolved and certificates read.
[[nodiscard]] scenario::Result<Routes> routes_to(const LiveOptions& options,
                                                 const profile::BrokerProcess* process);

}  // namespace mqttspec::executor
