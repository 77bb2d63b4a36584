// What names stand for while an instance runs: variables, counters of repeats, captures and marks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/executor/outcome.hpp"
#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/matcher.hpp"

namespace mqttspec::executor {

// Counters of the repeats that enclose a step. Lanes of a parallel have scopes of their own.
struct Scope {
  const Scope* outer = nullptr;
  std::vector<std::pair<std::string, scenario::Value>> counters;
};

// What an observation took under a name.
struct Capture {
  std::vector<scenario::Received> packets;
  bool list = false;      // of an expected list or a count
  Instant since{};        // from which the capturing step counted `elapsed`
  scenario::Value value;  // as ${name} sees it
};

class Environment {
 public:
  Environment(const scenario::Instance& instance, std::string ns);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  [[nodiscard]] const std::string& ns() const { return ns_; }

  void capture(const std::string& name, std::vector<scenario::Received> packets, bool list,
               Instant since);
  [[nodiscard]] const Capture* captured(std::string_view name) const;
  void mark(const std::string& name, Instant moment);
  // Of a mark, or of the arrival of the (last) packet of a capture.
  [[nodiscard]] std::optional<Instant> moment(std::string_view name) const;

  // Valid as long as this and the scope are.
  [[nodiscard]] scenario::Lookup lookup(const Scope& scope) const;

  // The usual substitutions; errors are sentences.
  [[nodiscard]] scenario::Result<scenario::Value> substitute(const scenario::Value& value,
                                                             const Scope& scope) const;
  [[nodiscard]] scenario::Result<std::string> text(const std::string& text,
                                                   const Scope& scope) const;
  // Empty text: `otherwise`.
  [[nodiscard]] scenario::Result<Duration> duration(const std::string& text, const Scope& scope,
                                                    Duration otherwise) const;

 private:
  [[nodiscard]] const scenario::Value* find(std::string_view name, const Scope& scope) const;
  [[nodiscard]] std::vector<std::string> names(const Scope& scope) const;

  const scenario::Instance& instance_;
  std::string ns_;
  scenario::Value ns_value_;
  std::map<std::string, Capture, std::less<>> captures_;
  std::map<std::string, Instant, std::less<>> marks_;
};

}  // namespace mqttspec::executor
