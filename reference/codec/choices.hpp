// Where random packets come from: a neutral source of choices, so that RapidCheck, fuzzers and
// plain seeded loops share their generators.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>

#include "reference/codec/types.hpp"

namespace mqttspec::codec {

class Choices {
 public:
  virtual ~Choices() = default;
  // 0 .. limit - 1; `limit` is at least 1. 0 is the plainest choice: what a source that has run dry
  // answers, and what shrinking tends to.
  [[nodiscard]] virtual std::uint64_t below(std::uint64_t limit) = 0;

  // first .. last, both included.
  template <class Integer>
  [[nodiscard]] Integer between(Integer first, Integer last) {
    const auto span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    return static_cast<Integer>(static_cast<std::uint64_t>(first) + below(span + 1));
  }
  [[nodiscard]] bool flip() { return below(2) == 1; }
  // True once in `count` times, never if the source has run dry.
  [[nodiscard]] bool one_in(std::uint64_t count) { return below(count) == count - 1; }
  [[nodiscard]] char byte() { return static_cast<char>(below(256)); }
  template <class T>
  [[nodiscard]] T element(std::initializer_list<T> elements) {
    return *(elements.begin() + below(elements.size()));
  }
  template <class Range>
  [[nodiscard]] const auto& element_of(const Range& range) {
    return range[static_cast<std::size_t>(below(range.size()))];
  }
};

// By seed, the same on every machine.
class SeededChoices : public Choices {
 public:
  explicit SeededChoices(std::uint64_t seed) : random_(seed) {}
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) override { return random_() % limit; }

 private:
  std::mt19937_64 random_;
};

// Out of bytes, as a fuzzer gives them: every string of bytes is a list of choices, and after its
// end all are 0. Small limits take one byte each, so that a mutation of a byte changes one choice.
class ByteChoices : public Choices {
 public:
  explicit ByteChoices(BytesView bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) override {
    std::uint64_t value = 0;
    for (std::uint64_t reach = 1; reach < limit; reach *= 256) {
      value = value << 8 | next();
      if (reach > UINT64_MAX / 256) break;
    }
    return value % limit;
  }
  [[nodiscard]] bool exhausted() const { return bytes_.empty(); }
  // What has not been used, for those who want raw bytes behind their choices.
  [[nodiscard]] BytesView rest() const { return bytes_; }

 private:
  std::uint8_t next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  BytesView bytes_;
};

}  // namespace mqttspec::codec
