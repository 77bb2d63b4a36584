// RapidCheck as a source of choices, so that its properties draw from the same generators as the
// fuzzers, and shrink.
#pragma once

#include <rapidcheck.h>

#include "reference/codec/arbitrary_packet.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::codec {

// RapidCheck prints counterexamples by this.
inline void showValue(const Packet& packet, std::ostream& out) {
  out << print(packet, Version::v5_0);
}

class RapidCheckChoices : public Choices {
 public:
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) override {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(0, limit));
  }
};

}  // namespace mqttspec::codec
