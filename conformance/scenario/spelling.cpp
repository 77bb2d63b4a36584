#include "conformance/scenario/spelling.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace mqttspec::scenario {
namespace {

constexpr std::size_t longest_compared = 64;  // no name of the notation is longer

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t substitution_cost(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? 1 : 3;
}

// "topic" for topic_name, "payload" for will_payload: a part is no misspelling, but as easily
// meant.
std::string_view shortest_with_part(std::string_view word,
                                    std::span<const std::string_view> candidates) {
  std::string_view best;
  if (word.size() < 4) return best;
  for (const std::string_view candidate : candidates) {
    const bool is_part =
        candidate.starts_with(word) || candidate.ends_with("_" + std::string(word));
    if (!is_part) continue;
    if (best.empty() || candidate.size() < best.size()) best = candidate;
  }
  return best;
}

}  // namespace

std::size_t spelling_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, longest_compared);
  b = b.substr(0, longest_compared);
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = 3 * j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = 3 * i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min(
          {last[j] + 3, current[j - 1] + 3, last[j - 1] + substitution_cost(a[i - 1], b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 3);
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  word = word.substr(0, longest_compared);
  std::string_view best;
  // Of a single letter only the case can be misspelt.
  std::size_t best_distance = word.size() < 2 ? 2 : std::max<std::size_t>(3, word.size()) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = spelling_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? shortest_with_part(word, candidates) : best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view best = nearest(word, candidates);
  return best.empty() ? std::string() : fmt::format("; did you mean {}?", best);
}

std::string quoted(std::string_view word) {
  constexpr std::size_t shown = 60;
  const bool cut = word.size() > shown;
  if (cut) {
    word = word.substr(0, shown);
    // Not in the middle of a character.
    while (!word.empty() && (static_cast<unsigned char>(word.back()) & 0xC0U) == 0x80U) {
      word.remove_suffix(1);
    }
    if (!word.empty() && static_cast<unsigned char>(word.back()) >= 0xC0U) word.remove_suffix(1);
  }
  std::string out = "\"";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
  out += cut ? "...\"" : "\"";
  return out;
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace mqttspec::scenario
