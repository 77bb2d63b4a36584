// Runs instances against a node in virtual time: no socket, no thread, no clock.
#pragma once

#include <functional>

#include "conformance/executor/interpreter.hpp"
#include "conformance/scenario/expression.hpp"
#include "reference/node/node.hpp"

namespace mqttspec::executor {

// A node that several instances use, one after the other, as those of a live run do; its time goes
// on from one to the next.
struct SharedNode {
  explicit SharedNode(const broker::Config& its_config = {}) : config(its_config), node(config) {}
  broker::Config config;
  node::Node node;
  Instant now{};
};

struct VirtualOptions {
  Tolerance tolerance = Tolerance::reference();
  std::string transport = "tcp";  // or "ws": what clients use whose script leaves it open
  std::uint64_t seed = 0;  // 0: plain; else bytes are cut, delayed and interleaved differently
  broker::Config config;   // the instance's `config` is laid over it
  node::Interceptor* interceptor = nullptr;  // of this instance alone
  // Instead of a node of its own; `config` and `interceptor` are then not used, and what needs a
  // configuration or a restart is not applicable.
  SharedNode* shared = nullptr;
  // An instance that takes more turns (a packet moved, a deadline met) makes no progress: it ends
  // inconclusive. A wrong broker may answer for ever.
  std::uint64_t turns_max = 1'000'000;
  std::function<bool()> stop;  // asked now and then; true: the instance ends inconclusive
  std::optional<std::string> user_name;
  std::optional<std::string> password;
};

// Runs one instance against a node of its own, or against the shared one.
[[nodiscard]] InstanceOutcome run_virtual(const scenario::Instance& instance,
                                          const VirtualOptions& options);

// What the built-in broker with this configuration can do, as `requires` sees it.
[[nodiscard]] Capabilities capabilities_of(const broker::Config& config);
// The scenario's `config` object laid over `base`; an error names its JSON path.
[[nodiscard]] scenario::Result<broker::Config> apply_config(broker::Config base,
                                                            const scenario::Value& config);

}  // namespace mqttspec::executor
