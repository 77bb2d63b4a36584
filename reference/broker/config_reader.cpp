#include "reference/broker/config_reader.hpp"

#include <array>
#include <charconv>

namespace mqttspec::broker {

using nlohmann::json;

void ConfigReader::fail(std::string_view wanted, const json& value) const {
  fail(std::string(wanted) + " is wanted, not " +
       (value.is_number_float() ? "a fraction"
                                : "a value of type " + std::string(value.type_name())));
}

void ConfigReader::unknown(std::string_view key, const std::vector<std::string_view>& known) const {
  const auto meant = nearest(key, known);
  member(key).fail(meant.empty() ? "unknown key"
                                 : "unknown key; did you mean " + std::string(meant) + "?");
}

std::optional<std::uint64_t> read_natural(const ConfigReader& at, const json& value,
                                          std::uint64_t minimum, std::uint64_t maximum) {
  // A number that was set in C++ may be signed without being negative.
  const bool natural =
      value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
  if (natural && value.get<std::uint64_t>() >= minimum && value.get<std::uint64_t>() <= maximum) {
    return value.get<std::uint64_t>();
  }
  at.fail("a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum) +
          " is wanted");
  return std::nullopt;
}

void read_value(const ConfigReader& at, const json& value, bool& into) {
  if (!value.is_boolean()) return at.fail("true or false", value);
  into = value.get<bool>();
}

void read_value(const ConfigReader& at, const json& value, std::string& into) {
  if (!value.is_string()) return at.fail("a string", value);
  into = value.get<std::string>();
}

void read_value(const ConfigReader& at, const json& value, double& into) {
  if (!value.is_number()) return at.fail("a number", value);
  if (value.get<double>() < 1.0) return at.fail("at least 1 is wanted");
  into = value.get<double>();
}

void read_value(const ConfigReader& at, const json& value, std::chrono::milliseconds& into) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units = {
      {{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}}};
  const std::string text = value.is_string() ? value.get<std::string>() : std::string();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, milliseconds] : units) {
    if (error != std::errc{} || name != unit) continue;
    into = std::chrono::milliseconds(number * milliseconds);
    return;
  }
  at.fail("a duration such as \"250ms\", \"10s\", \"2min\" or \"1h\" is wanted");
}

void read_value(const ConfigReader& at, const json& value,
                std::map<std::string, std::string>& into) {
  if (!value.is_object()) return at.fail("an object of strings", value);
  into.clear();
  for (const auto& [key, member] : value.items()) read_value(at.member(key), member, into[key]);
}

void read_value(const ConfigReader& at, const json& value,
                std::vector<std::pair<std::string, std::string>>& into) {
  if (!value.is_array()) return at.fail("a list of pairs", value);
  into.assign(value.size(), {});
  for (std::size_t place = 0; place < value.size(); ++place) {
    const auto here = at.element(place);
    if (!value[place].is_array() || value[place].size() != 2) {
      here.fail("a pair [name, value] is wanted");
      continue;
    }
    read_value(here.element(0), value[place][0], into[place].first);
    read_value(here.element(1), value[place][1], into[place].second);
  }
}

}  // namespace mqttspec::broker
