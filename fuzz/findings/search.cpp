#include "fuzz/findings/search.hpp"

#include <cctype>
#include <utility>

namespace mqttspec::fuzz {

namespace {

// What kind of fault it is, so that the reducer does not slide from one into another: the words of
// the sentence, without names and numbers.
std::string kind_of(const std::string& fault) {
  std::string kind;
  for (const char c : fault) {
    if (c == ':' && kind.size() > 8) break;
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ' ') kind += c;
    if (kind.size() == 40) break;
  }
  return kind;
}

}  // namespace

Oracle oracle_of(MakeWrong wrong) {
  return [wrong = std::move(wrong)](const Program& program) -> std::optional<std::string> {
    const auto interceptor = wrong ? wrong() : nullptr;
    const auto verdict = run(program, {}, interceptor.get());
    if (verdict.faults.empty()) return std::nullopt;
    return verdict.faults.front();
  };
}

std::optional<Finding> shrink(const Program& program, const Oracle& oracle) {
  const auto fault = oracle(program);
  if (!fault) return std::nullopt;
  const std::string kind = kind_of(*fault);
  const auto shows = [&](const Program& candidate) {
    const auto other = oracle(candidate);
    return other && kind_of(*other) == kind;
  };
  auto reduced = reduce(program, shows);
  Finding finding;
  finding.program = std::move(reduced.program);
  finding.questions = reduced.questions;
  finding.fault = oracle(finding.program).value_or(*fault);
  return finding;
}

std::optional<Finding> search(const Oracle& oracle, std::uint64_t first, std::uint64_t most) {
  for (std::uint64_t runs = 0; runs < most; ++runs) {
    codec::SeededChoices choices(first + runs);
    auto finding = shrink(make_program(choices), oracle);
    if (!finding) continue;
    finding->seed = first + runs;
    finding->runs = runs + 1;
    return finding;
  }
  return std::nullopt;
}

}  // namespace mqttspec::fuzz
