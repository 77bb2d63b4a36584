// The answers that requests await where the step has no observation of its own.
#pragma once

#include "conformance/executor/observation.hpp"

namespace mqttspec::executor {

// For the request that was sent as `packet`; nothing where none is awaited (PUBLISH of QoS 0).
[[nodiscard]] std::unique_ptr<Observation> make_answer(const Run& run, const Frame& frame,
                                                       const codec::Packet& packet);

}  // namespace mqttspec::executor
