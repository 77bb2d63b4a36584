// For tests: the data that a page holds.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/report/deflate.hpp"

namespace mqttspec::cli::test {

inline std::string from_base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) throw std::runtime_error("no base64");
    bits = (bits << 6U | static_cast<unsigned>(digit)) & 0xffffU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xffU);
  }
  return out;
}

// Every island of data, unpacked and parsed, in the order in which they stand: throws if one is not
// whole.
inline std::vector<nlohmann::json> islands_of(const std::string& page) {
  std::vector<nlohmann::json> islands;
  const std::string mark = "<script type=\"application/octet-stream\" id=\"";
  for (std::size_t at = 0; (at = page.find(mark, at)) != std::string::npos;) {
    const std::size_t begin = page.find('>', at) + 1;
    const std::size_t end = page.find("</script>", begin);
    if (end == std::string::npos) throw std::runtime_error("an island has no end");
    const std::string data = from_base64(std::string_view(page).substr(begin, end - begin));
    islands.push_back(nlohmann::json::parse(report::inflate(data, 200'000'000)));
    at = end;
  }
  return islands;
}

}  // namespace mqttspec::cli::test
