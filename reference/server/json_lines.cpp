#include "reference/server/json_lines.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace mqttspec::server {
namespace {

using nlohmann::json;

constexpr std::size_t depth_maximum = 64;

std::size_t line_at(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

// Walks over the text once and remembers where everything stands. How far the parser has read is
// seen by the iterator that it reads from.
class Surveyor : public nlohmann::json_sax<json> {
 public:
  Surveyor(std::string_view text, const std::size_t& read) : text_(text), read_(read) {}

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return enter(false); }
  bool start_array(std::size_t) override { return enter(true); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    auto& level = levels_.back();
    level.key = name;
    if (level.keys.insert(name).second) {
      lines_[path()] = line();
      return true;
    }
    return fail("the key stands twice");
  }
  bool parse_error(std::size_t offset, const std::string&, const json::exception& error) override {
    const std::string what = error.what();
    const auto detail = what.find("syntax error");
    fault_ = JsonFault{line_at(text_, offset), path(),
                       detail == std::string::npos ? what : what.substr(detail)};
    return false;
  }

  std::optional<JsonFault> fault() { return std::move(fault_); }
  std::map<std::string, std::size_t> lines() { return std::move(lines_); }

 private:
  struct Level {
    bool is_array = false;
    std::size_t place = 0;
    std::string key;
    std::set<std::string> keys;
  };

  [[nodiscard]] std::string path() const {
    std::string text;
    for (const auto& level : levels_) {
      if (level.is_array) {
        text += "[" + std::to_string(level.place) + "]";
      } else if (!level.key.empty()) {
        text += (text.empty() ? "" : ".") + level.key;
      }
    }
    return text;
  }
  [[nodiscard]] std::size_t line() const { return line_at(text_, read_ == 0 ? 0 : read_ - 1); }
  bool fail(std::string message) {
    fault_ = JsonFault{line(), path(), std::move(message)};
    return false;
  }
  bool value() {
    lines_.emplace(path(), line());
    next();
    return true;
  }
  void next() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().place;
  }
  bool enter(bool is_array) {
    lines_.emplace(path(), line());
    if (levels_.size() == depth_maximum) return fail("nested more than 64 levels deep");
    levels_.push_back({is_array, 0, {}, {}});
    return true;
  }
  bool leave() {
    levels_.pop_back();
    next();
    return true;
  }

  std::string_view text_;
  const std::size_t& read_;
  std::vector<Level> levels_;
  std::map<std::string, std::size_t> lines_;
  std::optional<JsonFault> fault_;
};

// An input iterator that counts what was read.
class Counting {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counting(const char* at, std::size_t* read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  Counting& operator++() {
    ++at_;
    ++*read_;
    return *this;
  }
  Counting operator++(int) {
    Counting before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Counting& other) const { return at_ == other.at_; }
  bool operator!=(const Counting& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* read_;
};

}  // namespace

std::variant<JsonLines, JsonFault> parse_json_lines(std::string_view text) {
  std::size_t read = 0;
  Surveyor surveyor(text, read);
  const Counting begin(text.data(), &read);
  const Counting end(text.data() + text.size(), &read);
  // Comments are skipped: a configuration is written by people.
  const auto form = json::input_format_t::json;
  if (!json::sax_parse(begin, end, &surveyor, form, true, true))
    return surveyor.fault().value_or(JsonFault{});
  return JsonLines{json::parse(text, nullptr, true, true), surveyor.lines()};
}

}  // namespace mqttspec::server
