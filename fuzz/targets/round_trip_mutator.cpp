// libFuzzer spoils the packet that an input reads as, in each way there is, and now and then
// changes the packet itself by its bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "fuzz/generators/spoilt_packet.hpp"

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed);
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  using namespace mqttspec;
  codec::SeededChoices choices(seed);
  if (choices.flip()) size = LLVMFuzzerMutate(data, size, max_size);
  if (choices.one_in(4)) return size;
  const auto wanted = static_cast<fuzz::Spoiling>(choices.below(fuzz::spoilings));
  const auto spoilt =
      fuzz::spoil_input(choices, {reinterpret_cast<const char*>(data), size}, wanted);
  if (spoilt.empty() || spoilt.size() > max_size) return size;
  std::memcpy(data, spoilt.data(), spoilt.size());
  return spoilt.size();
}
