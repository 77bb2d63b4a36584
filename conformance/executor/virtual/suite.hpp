// Runs many instances in virtual time, one after the other, each against a node of its own. What
// the command line's `builtin:` target, the tests and the mutants use.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "conformance/executor/virtual/virtual_driver.hpp"

namespace mqttspec::executor {

struct SuiteOptions {
  VirtualOptions instance;  // its interceptor is not used
  // Makes the interceptor of each instance; empty, or giving nothing: none.
  std::function<std::unique_ptr<node::Interceptor>()> make_interceptor;
  // Called after each instance, with its place and how many there are.
  std::function<void(const InstanceOutcome& outcome, std::size_t finished, std::size_t total)>
      progress;
  std::function<bool()> stop;  // asked before each instance; true: what there is is returned
};

// In the order given; fewer than given if it was stopped.
[[nodiscard]] std::vector<InstanceOutcome> run_suite(std::span<const scenario::Instance> instances,
                                                     const SuiteOptions& options);

}  // namespace mqttspec::executor
