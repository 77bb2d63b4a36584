// JSON as scenarios need it: keys keep their order, every value knows where it stands in its file.
// Objects that repeat a key never come to be: the parser refuses them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mqttspec::scenario {

struct Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

struct Value {
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data;
  std::uint32_t line = 0;  // 1-based; 0: not from a file

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data(value) {}
  Value(std::int64_t value) : data(value) {}
  Value(int value) : data(static_cast<std::int64_t>(value)) {}
  Value(double value) : data(value) {}
  Value(const char* value) : data(std::string(value)) {}
  Value(std::string value) : data(std::move(value)) {}
  Value(Array value) : data(std::move(value)) {}
  Value(Object value) : data(std::move(value)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(data); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&data); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data); }
  // Member of an object; nullptr if this is no object or has no such key.
  [[nodiscard]] const Value* find(std::string_view key) const;

  // Equal content, wherever it stands.
  friend bool operator==(const Value& a, const Value& b) { return a.data == b.data; }
};

}  // namespace mqttspec::scenario
