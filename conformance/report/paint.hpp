// Colours of the terminal, where there is one that wants them; and text laid out in columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

enum class Ink { bold, dim, red, green, yellow, blue, magenta, cyan };

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string operator()(Ink ink, std::string_view text) const;
  // In the colour of the verdict.
  [[nodiscard]] std::string operator()(Verdict verdict, std::string_view text) const;

 private:
  bool on_;
};

// Words broken over lines of at most `width`, each after the first indented by `indent` blanks.
// A word that is longer than a line stays whole, so that it can be copied.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

// `text` followed by blanks up to `width` code points.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
[[nodiscard]] std::string padded_left(std::string_view text, std::size_t width);

}  // namespace mqttspec::report
