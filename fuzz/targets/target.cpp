#include "fuzz/targets/target.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {
std::size_t allocated_bytes = 0;
}

// All allocations of a target pass through here, so that they can be added up.
void* operator new(std::size_t size) {
  allocated_bytes += size;
  if (void* place = std::malloc(size == 0 ? 1 : size)) return place;
  throw std::bad_alloc();
}
// Sanitizers bring all forms of these operators: one of theirs must not meet one of ours.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocated_bytes += size;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}
void operator delete(void* place, const std::nothrow_t&) noexcept {
  std::free(place);
}

namespace mqttspec::fuzz {

void violated(std::string_view property, const std::string& evidence) {
  std::fprintf(stderr, "does not hold: %.*s\n%s\n", static_cast<int>(property.size()),
               property.data(), evidence.c_str());
  std::abort();
}

std::size_t allocated() {
  return allocated_bytes;
}

}  // namespace mqttspec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mqttspec::fuzz::test_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
