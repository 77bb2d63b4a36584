// The words of results.json for the model's enumerations, in both directions.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

// In the order of Verdict's values: the worst first.
inline constexpr std::array all_verdicts = {
    Verdict::crash,          Verdict::fail,      Verdict::flaky, Verdict::blocked,
    Verdict::inconclusive,   Verdict::nonstrict, Verdict::pass,  Verdict::info,
    Verdict::not_applicable, Verdict::not_asked,
};

using TraceKind = executor::TraceEntry::Kind;

[[nodiscard]] std::string_view to_string(TraceKind kind);  // "sent", "closed_by_broker" ...

// nullopt: no such word.
[[nodiscard]] std::optional<Verdict> verdict_from(std::string_view word);
[[nodiscard]] std::optional<TraceKind> trace_kind_from(std::string_view word);
[[nodiscard]] std::optional<scenario::Level> level_from(std::string_view word);
[[nodiscard]] std::optional<codec::Version> version_from(std::string_view word);

// One sign for each verdict, so that colour is never the only difference.
[[nodiscard]] std::string_view sign_of(Verdict verdict);

}  // namespace mqttspec::report
