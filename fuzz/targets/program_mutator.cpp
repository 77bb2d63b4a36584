// libFuzzer changes programs by their operations, and now and then by their bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "fuzz/generators/mutate_program.hpp"

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t max_size, unsigned seed);
}

namespace {

using namespace mqttspec;
using namespace mqttspec::fuzz;

Program read(const std::uint8_t* data, std::size_t size) {
  codec::ByteChoices choices({reinterpret_cast<const char*>(data), size});
  return make_program(choices);
}

// As much of it as there is room for, which is a program as well.
std::size_t write(const Program& program, std::uint8_t* out, std::size_t max_size) {
  const codec::Bytes bytes = encode_program(program);
  const std::size_t size = std::min(bytes.size(), max_size);
  std::memcpy(out, bytes.data(), size);
  return size;
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  codec::SeededChoices choices(seed);
  if (choices.one_in(4)) return LLVMFuzzerMutate(data, size, max_size);
  Program program = read(data, size);
  for (auto changes = choices.between(1, 4); changes > 0;) {
    const auto mutation = static_cast<ProgramMutation>(choices.below(program_mutations));
    const bool splices = mutation == ProgramMutation::splice;
    if (mutate(choices, mutation, program, splices ? make_program(choices) : Program())) --changes;
  }
  return write(program, data, max_size);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t max_size, unsigned seed) {
  codec::SeededChoices choices(seed);
  return write(cross(choices, read(first, first_size), read(second, second_size)), out, max_size);
}
