// A broker that is measured: one that runs already, or one that is started for each measurement.
#pragma once

#include <memory>

#include "conformance/bench/crowd.hpp"
#include "conformance/profile/broker_process.hpp"

namespace mqttspec::bench {

struct Subject {
  std::string name;
  std::optional<Broker> running;
  profile::Profile profile;  // how it is started, if it does not run
};

// `what` is "mosquitto", "mqttspec-broker", a profile (a file that ends in .json), or a command in
// which ${port} stands for a free one. A failure says what is wrong with it.
[[nodiscard]] scenario::Result<Subject> started_subject(const std::string& what);

// A subject in use: its process, if it is ours, ends with this.
struct Station {
  Broker broker;
  std::unique_ptr<profile::BrokerProcess> process;
  [[nodiscard]] std::optional<int> pid() const {
    return process ? std::optional(process->pid()) : std::nullopt;
  }
};
// Starts it if it does not run, and waits until it accepts.
[[nodiscard]] scenario::Result<Station> occupy(const Subject& subject);

}  // namespace mqttspec::bench
