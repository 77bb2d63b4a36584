// Which probing scenario answers what, as data.
#pragma once

#include <span>
#include <string_view>

#include "reference/codec/property.hpp"

namespace mqttspec::cli {

// A feature that a CONNACK of 5.0 announces and a scenario tries: its check "works", or, where it
// was not announced, "taken": not refused.
struct ProbedFeature {
  std::string_view capability;
  std::string_view subject;     // for people: "Shared Subscriptions"
  std::string_view scenario;    // id
  std::string_view value;       // of its matrix; empty: it works if it does in any instance
  std::int64_t announced_from;  // it is announced if the capability is at least this (flags: 1)
  std::string_view offered;     // what is broken if it is announced and does not work
  std::string_view unoffered;   // if it works and is not announced
  std::string_view always;      // if it does not work in 3.1.1, which knows no announcements; or ""
};
[[nodiscard]] std::span<const ProbedFeature> probed_features();

// A limit that is only announced.
struct ProbedLimit {
  std::string_view capability;
  std::string_view subject;
  codec::PropertyId property;
  std::string_view unit;      // "bytes", "s" or ""
  std::string_view unstated;  // in words, what its absence means
};
[[nodiscard]] std::span<const ProbedLimit> probed_limits();

// A freedom of the standard, or what is none: a statement makes the answer a finding.
struct ProbedQuestion {
  std::string_view scenario;
  std::string_view value;  // of its matrix, or ""
  std::string_view check;
  std::string_view subject;
  std::string_view yes;
  std::string_view no;
  std::string_view against_yes;
  std::string_view against_no;
};
[[nodiscard]] std::span<const ProbedQuestion> probed_questions();

}  // namespace mqttspec::cli
