#include "conformance/report/labels.hpp"

namespace mqttspec::report {
namespace {

template <class Value, std::size_t size, class Word>
std::optional<Value> find_word(const std::array<Value, size>& values, std::string_view word,
                               Word word_of) {
  for (const Value value : values) {
    if (word_of(value) == word) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(TraceKind kind) {
  switch (kind) {
    case TraceKind::opened:
      return "opened";
    case TraceKind::sent:
      return "sent";
    case TraceKind::received:
      return "received";
    case TraceKind::closed_by_us:
      return "closed_by_us";
    case TraceKind::closed_by_broker:
      return "closed_by_broker";
    case TraceKind::note:
      return "note";
  }
  return "note";
}

std::optional<Verdict> verdict_from(std::string_view word) {
  return find_word(all_verdicts, word, [](Verdict v) { return executor::to_string(v); });
}

std::optional<TraceKind> trace_kind_from(std::string_view word) {
  constexpr std::array kinds = {TraceKind::opened,           TraceKind::sent,
                                TraceKind::received,         TraceKind::closed_by_us,
                                TraceKind::closed_by_broker, TraceKind::note};
  return find_word(kinds, word, [](TraceKind k) { return to_string(k); });
}

std::optional<scenario::Level> level_from(std::string_view word) {
  constexpr std::array levels = {scenario::Level::may, scenario::Level::should,
                                 scenario::Level::must};
  return find_word(levels, word, [](scenario::Level l) { return scenario::to_string(l); });
}

std::optional<codec::Version> version_from(std::string_view word) {
  constexpr std::array versions = {codec::Version::v3_1, codec::Version::v3_1_1,
                                   codec::Version::v5_0};
  return find_word(versions, word, [](codec::Version v) { return codec::to_string(v); });
}

std::string_view sign_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::crash:
      return "‼";
    case Verdict::fail:
      return "✗";
    case Verdict::flaky:
      return "≈";
    case Verdict::blocked:
      return "⊘";
    case Verdict::inconclusive:
      return "?";
    case Verdict::nonstrict:
      return "△";
    case Verdict::pass:
      return "✓";
    case Verdict::info:
      return "i";
    case Verdict::not_applicable:
      return "–";
    case Verdict::not_asked:
      return "·";
  }
  return "?";
}

}  // namespace mqttspec::report
