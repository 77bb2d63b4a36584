#include "fuzz/targets/target.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// All allocations of a target are added up.
#include "reference/codec/counted_allocations.hpp"

namespace mqttspec::fuzz {

void violated(std::string_view property, const std::string& evidence) {
  std::fprintf(stderr, "does not hold: %.*s\n%s\n", static_cast<int>(property.size()),
               property.data(), evidence.c_str());
  std::abort();
}

std::size_t allocated() {
  return codec::allocated_bytes;
}

}  // namespace mqttspec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mqttspec::fuzz::test_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
