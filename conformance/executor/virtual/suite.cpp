#include "conformance/executor/virtual/suite.hpp"

namespace mqttspec::executor {

std::vector<InstanceOutcome> run_suite(std::span<const scenario::Instance> instances,
                                       const SuiteOptions& options) {
  std::vector<InstanceOutcome> outcomes;
  outcomes.reserve(instances.size());
  VirtualOptions each = options.instance;
  for (const scenario::Instance& instance : instances) {
    if (options.stop && options.stop()) break;
    const std::unique_ptr<node::Interceptor> interceptor =
        options.make_interceptor ? options.make_interceptor() : nullptr;
    each.interceptor = interceptor.get();
    outcomes.push_back(run_virtual(instance, each));
    if (options.progress) {
      options.progress(outcomes.back(), outcomes.size(), instances.size());
    }
  }
  return outcomes;
}

}  // namespace mqttspec::executor
