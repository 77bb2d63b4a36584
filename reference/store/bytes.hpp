// Integers (little endian), texts and properties, one after the other in a string.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reference/codec/property.hpp"

namespace mqttspec::store {

class Writer {
 public:
  template <typename Integer>
  void integer(Integer value) {
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
      bytes_.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
  }
  void flag(bool value) { integer(static_cast<std::uint8_t>(value ? 1 : 0)); }
  void text(std::string_view value) {
    integer(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  void properties(const codec::Properties& properties);

  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Never reads past the end: what is not there is zero or empty, and good() is false from then on.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename Integer>
  Integer integer() {
    std::uint64_t value = 0;
    const auto bytes = take(sizeof(Integer));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return static_cast<Integer>(value);
  }
  bool flag() {
    const auto value = integer<std::uint8_t>();
    if (value > 1) good_ = false;
    return value == 1;
  }
  std::string text() { return std::string(take(integer<std::uint32_t>())); }
  codec::Properties properties();

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace mqttspec::store
