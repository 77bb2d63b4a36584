// Runs instances against a real broker: one event loop, many instances side by side, those with
// long waits first. What needs a broker to itself runs apart: on brokers of its own where the
// profile can start several, else alone on the one there is, at the end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/live/preflight.hpp"
#include "conformance/profile/profile.hpp"

namespace mqttspec::executor {

struct Progress {
  std::size_t finished = 0;
  std::size_t total = 0;
  std::size_t running = 0;
  const InstanceOutcome* outcome = nullptr;  // the one that has just finished
};

struct LiveOptions {
  // A broker that runs already. Nothing: the profile starts one, or names an address.
  std::optional<Target> target;
  TlsSettings tls;        // of the target, and over the profile's
  std::string transport;  // what the run uses, of several that the profile names; empty: the first
  const profile::Profile* profile = nullptr;
  std::optional<std::string> user_name;  // over the profile's
  std::optional<std::string> password;
  std::optional<Tolerance> tolerance;  // over the profile's
  std::size_t parallel = 64;           // instances side by side on one broker
  bool allow_unsafe = false;  // away from loopback: also what would disturb others on the broker
  bool safe = false;          // nothing of the kind on loopback either
  Duration wait_limit = Duration::max();  // instances that mandate as much or more are not asked
  std::string run_id;          // up to 6 letters and digits, begins each namespace; empty: random
  std::function<bool()> stop;  // asked often; true ends the run, and what there is is returned
  std::function<void(const Progress&)> progress;
};

struct LiveResult {
  Preflight preflight;
  std::string trouble;  // why nothing could be run (exit code 2); empty if the run took place
  std::vector<InstanceOutcome> instances;  // in the order given; without those never begun
  bool interrupted = false;
  // What a person must know of the run: the broker died and was started again, these were run
  // again.
  std::vector<std::string> notes;
  std::string target;         // "mqtt://127.0.0.1:1883"; further addresses are not named
  Capabilities capabilities;  // preflight's with the profile's over them
  Duration wall{};            // start-up of the broker not counted
  Duration longest_wait{};    // of the instances run: the longest protocol time that one mandates
};

[[nodiscard]] LiveResult run_live(const std::vector<scenario::Instance>& instances,
                                  const LiveOptions& options);

// Protocol time that the instance mandates: its waits and withins, as far as they can be told
// before it runs (what depends on an answer of the broker counts with its default).
[[nodiscard]] Duration mandated_wait(const scenario::Instance& instance);

}  // namespace mqttspec::executor
