// What crosses the wire while the reference broker plays a program, operation by operation.
#pragma once

#include <vector>

#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {

struct Happening {
  enum class What : std::uint8_t {
    sent,      // by the client, as it went out
    received,  // one packet of the broker's
    closed,    // by the broker
  };
  What what = What::sent;
  std::size_t client = 0;
  codec::Bytes bytes;
};

struct Recording {
  std::vector<std::vector<Happening>> operations;  // one list for each
  Verdict verdict;
};
[[nodiscard]] Recording record(const Program& program);

}  // namespace mqttspec::fuzz
