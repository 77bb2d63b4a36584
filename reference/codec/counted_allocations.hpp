// Counts what a program allocates. This replaces operator new, so that just one source file of a
// program may include it: a test, or what runs a fuzz target.
#pragma once

#include <cstdlib>
#include <new>

namespace mqttspec::codec {
inline std::size_t allocated_bytes = 0;  // since the program began; never less
}  // namespace mqttspec::codec

void* operator new(std::size_t size) {
  mqttspec::codec::allocated_bytes += size;
  if (void* place = std::malloc(size == 0 ? 1 : size)) return place;
  throw std::bad_alloc();
}
// Sanitizers bring all forms of these operators: one of theirs must not meet one of ours.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  mqttspec::codec::allocated_bytes += size;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}
