// Several brokers under the same loads, in turn and several times, and what that says.
#pragma once

#include <ostream>

#include "conformance/bench/load.hpp"

namespace mqttspec::bench {

// All measurements of one load: by broker, then by round.
struct Comparison {
  Load load;
  std::vector<std::string> brokers;
  std::vector<std::vector<Measurement>> rounds;
};

// Messages per second of one broker in relation to another, round by round.
struct Ratio {
  double median = 0;
  double least = 0;
  double most = 0;
};
[[nodiscard]] Ratio ratio(const std::vector<Measurement>& of, const std::vector<Measurement>& to);
[[nodiscard]] double median(std::vector<double> values);

// A table for people: one line a broker (medians of its rounds), each with its ratio to the first.
void print_heading(std::ostream& out);
void print(std::ostream& out, const Comparison& comparison);
// [{"load": {...}, "brokers": [{"name", "ratio", "rounds": [{...}]}]}]
[[nodiscard]] std::string to_json(const std::vector<Comparison>& comparisons);

}  // namespace mqttspec::bench
