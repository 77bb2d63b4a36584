// One description of an encoding for both directions: a function written against these two reads a
// value out of choices, or writes the bytes that would read as that value.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

#include "reference/codec/choices.hpp"

namespace mqttspec::fuzz {

class Reader {
 public:
  explicit Reader(codec::Choices& choices) : choices_(choices) {}

  template <class T>
  void one_of(T& value, std::initializer_list<std::type_identity_t<T>> elements) {
    value = choices_.element(elements);
  }
  void word(std::string& value, std::initializer_list<std::string_view> words) {
    value = choices_.element(words);
  }
  // first .. last, both included.
  template <class Integer>
  void number(Integer& value, Integer first, Integer last) {
    value = choices_.between(first, last);
  }
  // True once in `count` times.
  void chance(bool& value, std::uint64_t count) { value = choices_.one_in(count); }
  void flag(bool& value) { value = choices_.flip(); }
  void bytes(std::string& value, std::size_t shortest, std::size_t longest) {
    value.resize(choices_.between(shortest, longest));
    for (char& byte : value) byte = choices_.byte();
  }

 private:
  codec::Choices& choices_;
};

// What no choice can say is written as the plainest one: whoever needs to know reads it again and
// compares. The bytes are those that ByteChoices takes.
class Writer {
 public:
  template <class T>
  void one_of(const T& value, std::initializer_list<std::type_identity_t<T>> elements) {
    place(std::find(elements.begin(), elements.end(), value), elements);
  }
  void word(const std::string& value, std::initializer_list<std::string_view> words) {
    place(std::find(words.begin(), words.end(), value), words);
  }
  template <class Integer>
  void number(Integer value, Integer first, Integer last) {
    const bool inside = first <= value && value <= last;
    const auto offset = inside ? static_cast<std::uint64_t>(value - first) : 0;
    choice(offset, static_cast<std::uint64_t>(last - first) + 1);
  }
  void chance(bool value, std::uint64_t count) { choice(value ? count - 1 : 0, count); }
  void flag(bool value) { choice(value ? 1 : 0, 2); }
  void bytes(const std::string& value, std::size_t shortest, std::size_t longest) {
    const std::size_t size = std::clamp(value.size(), shortest, longest);
    number(size, shortest, longest);
    written_ += value.substr(0, size);
    written_.append(size - std::min(size, value.size()), '\0');
  }

  [[nodiscard]] const codec::Bytes& written() const { return written_; }

 private:
  template <class Iterator, class Elements>
  void place(Iterator found, const Elements& elements) {
    const bool known = found != std::end(elements);
    choice(known ? static_cast<std::uint64_t>(found - std::begin(elements)) : 0, elements.size());
  }
  void choice(std::uint64_t value, std::uint64_t limit) {
    std::size_t size = 0;
    for (std::uint64_t reach = 1; reach < limit; reach *= 256) ++size;
    while (size > 0) written_ += static_cast<char>(value >> (8 * --size) & 0xFFU);
  }

  codec::Bytes written_;
};

}  // namespace mqttspec::fuzz
