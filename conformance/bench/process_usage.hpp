// What a process has used so far, as the kernel counts it.
#pragma once

#include <cstdint>
#include <optional>

namespace mqttspec::bench {

struct Usage {
  double cpu_seconds = 0;  // user and system
  std::uint64_t resident_bytes = 0;
};

// Nothing if there is no such process, or no such file system.
[[nodiscard]] std::optional<Usage> usage_of(int pid);
[[nodiscard]] double own_cpu_seconds();
// As many file descriptors as this process may have; false if that is fewer than wanted.
[[nodiscard]] bool raise_descriptor_limit(std::size_t wanted);

}  // namespace mqttspec::bench
