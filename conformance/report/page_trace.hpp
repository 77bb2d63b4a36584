// One instance as the page shows it: what results.json holds, with every frame cut into its fields.
#pragma once

#include <cstddef>

#include "conformance/report/json_node.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::report {

inline constexpr std::size_t page_frame_max = 512;  // bytes of a frame that the page shows
inline constexpr std::size_t page_trace_max = 400;  // entries of a trace

// As results.schema.json's instance, except that a trace entry may be {"skipped": n} for n entries
// left out, that "n" tells an entry's place where some were, that "size" tells the whole frame's
// size if the hex is cut, and that "fields" lists name, length and value of the consecutive fields.
[[nodiscard]] Json page_instance(const executor::InstanceOutcome& instance);

}  // namespace mqttspec::report
