// Where an encoder puts its bytes: counted first, stored then, by the same code. Not for use
// outside the codec.
#pragma once

#include <algorithm>
#include <cstring>

#include "reference/codec/property_rows.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::codec {

inline constexpr std::size_t string_length_max = 65'535;

// Of a Variable Byte Integer. What is above its maximum takes a fifth byte, which is illegal and
// meant to be.
[[nodiscard]] constexpr std::size_t variable_size(std::uint64_t value) {
  return value < 128 ? 1 : value < 16'384 ? 2 : value < 2'097'152 ? 3 : value < 268'435'456 ? 4 : 5;
}

class CountingSink {
 public:
  void byte(unsigned) { size_ += 1; }
  void two_bytes(std::size_t) { size_ += 2; }
  void four_bytes(std::uint32_t) { size_ += 4; }
  void variable(std::uint64_t value) { size_ += variable_size(value); }
  void raw(BytesView bytes) { size_ += bytes.size(); }
  void string(BytesView text) { size_ += 2 + std::min(text.size(), string_length_max); }
  void skip(std::size_t count) { size_ += count; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

class StoringSink {
 public:
  explicit StoringSink(char* to) : to_(to) {}
  void byte(unsigned value) { *to_++ = static_cast<char>(value); }
  // [V5-1.5.2-a], [V5-1.5.3-a], [V311-1.5.2-a] High byte first.
  void two_bytes(std::size_t value) {
    to_[0] = static_cast<char>(value >> 8);
    to_[1] = static_cast<char>(value);
    to_ += 2;
  }
  void four_bytes(std::uint32_t value) {
    two_bytes(value >> 16 & 0xFFFF);
    two_bytes(value & 0xFFFF);
  }
  // [V311-2.2.3-e] In as few bytes as will do.
  void variable(std::uint64_t value) {
    while (value > 127) {
      byte(static_cast<unsigned>(value & 0x7F) | 0x80U);
      value >>= 7;
    }
    byte(static_cast<unsigned>(value));
  }
  void raw(BytesView bytes) {
    const auto size = bytes.size();
    if (size >= 8 && size <= 16) {
      // Most names are this long; two moves that overlap are cheaper than a call.
      move<std::uint64_t>(bytes.data(), 0);
      move<std::uint64_t>(bytes.data(), size - 8);
    } else if (size >= 4 && size < 8) {
      move<std::uint32_t>(bytes.data(), 0);
      move<std::uint32_t>(bytes.data(), size - 4);
    } else if (size > 0) {
      std::memcpy(to_, bytes.data(), size);
    }
    to_ += size;
  }
  // The wire has room for 65,535 bytes; the rest is left out.
  void string(BytesView text) {
    const auto length = std::min(text.size(), string_length_max);
    two_bytes(length);
    raw(text.substr(0, length));
  }
  [[nodiscard]] const char* at() const { return to_; }
  // Bytes to be filled in later.
  [[nodiscard]] char* leave(std::size_t count) {
    char* place = to_;
    to_ += count;
    return place;
  }

 private:
  template <class Word>
  void move(const char* from, std::size_t at) {
    Word word;
    std::memcpy(&word, from + at, sizeof word);
    std::memcpy(to_ + at, &word, sizeof word);
  }

  char* to_;
};

template <class Sink>
void put_integer(Sink& sink, PropertyType type, std::uint32_t value) {
  switch (type) {
    case PropertyType::byte:
      return sink.byte(value & 0xFF);
    case PropertyType::two_byte_integer:
      return sink.two_bytes(value & 0xFFFF);
    case PropertyType::four_byte_integer:
      return sink.four_bytes(value);
    default:
      return sink.variable(value);
  }
}

template <class Sink>
void put_property(Sink& sink, const Property& property) {
  const auto id = static_cast<unsigned>(property.id);
  const auto* row = property_rows::find(id);
  sink.variable(id);
  if (const auto* integer = std::get_if<std::uint32_t>(&property.value)) {
    const auto type = row == nullptr ? PropertyType::variable_byte_integer : row->type;
    return put_integer(sink, type, *integer);
  }
  if (const auto* pair = std::get_if<StringPair>(&property.value)) {
    sink.string(pair->first);
    sink.string(pair->second);
    return;
  }
  if (const auto* text = std::get_if<std::string>(&property.value)) {
    const bool is_text = row != nullptr && (row->type == PropertyType::utf8_string ||
                                            row->type == PropertyType::binary_data);
    return is_text ? sink.string(*text) : sink.raw(*text);
  }
}

// With their length in front.
inline void put_properties(CountingSink& sink, const Properties& properties) {
  CountingSink count;
  for (const auto& property : properties) put_property(count, property);
  sink.variable(count.size());
  sink.skip(count.size());
}

inline void put_properties(StoringSink& sink, const Properties& properties) {
  // Counting once more would cost more than the rare move: mostly one byte is enough for the
  // length.
  // 5.0 [MQTT-2.2.2-1] Also where there are none: then it is 0.
  char* length = sink.leave(1);
  for (const auto& property : properties) put_property(sink, property);
  const auto size = static_cast<std::size_t>(sink.at() - length) - 1;
  const auto width = variable_size(size);
  if (width > 1) {
    std::memmove(length + width, length + 1, size);
    static_cast<void>(sink.leave(width - 1));
  }
  StoringSink(length).variable(size);
}

}  // namespace mqttspec::codec
