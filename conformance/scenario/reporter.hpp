// Where in a file we are, and what was found wrong there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

// A place in a JSON document, as a chain on the stack: it costs nothing until a problem is told.
class Place {
 public:
  Place() = default;
  [[nodiscard]] Place member(std::string_view key) const { return Place(this, key, 0, false); }
  [[nodiscard]] Place element(std::size_t index) const { return Place(this, {}, index, true); }
  // "scenarios[0].steps[3].expect.PUBREK"; "" for the whole document.
  [[nodiscard]] std::string path() const;

 private:
  Place(const Place* parent, std::string_view key, std::size_t index, bool is_element)
      : parent_(parent), key_(key), index_(index), is_element_(is_element) {}

  const Place* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
  bool is_element_ = false;
};

// Collects problems; after a hundred it only says that there are more, since nobody reads on.
class Reporter {
 public:
  Reporter(std::string file, std::vector<Problem>& problems)
      : file_(std::move(file)), problems_(problems), at_start_(problems.size()) {}

  void report(const Place& place, std::uint32_t line, std::string message);
  void report(const std::string& json_path, std::uint32_t line, std::string message);
  // Has anything been reported through this reporter?
  [[nodiscard]] bool clean() const { return problems_.size() == at_start_; }
  [[nodiscard]] std::size_t count() const { return problems_.size() - at_start_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<Problem>& problems_;
  std::size_t at_start_;
};

}  // namespace mqttspec::scenario
