#include "conformance/mutants/matrix/combinations.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "conformance/executor/virtual/random.hpp"
#include "conformance/mutants/hooks.hpp"

namespace mqttspec::mutants {
namespace {

constexpr std::array clashes{
    Clash{"grants-at-most-qos1", "grants-at-most-qos0", "the QoS that is granted at most"},
    Clash{"announces-small-limits", "announces-no-topic-aliases", "the Topic Alias Maximum"},
    Clash{"one-message-is-open-at-a-time", "delivers-late",
          "delays that add up, one message after the other, beyond any patience"},
    Clash{"statistics-come-often", "has-no-topics-of-its-own", "what is published below $SYS"},
};

constexpr std::size_t fewest = 2;
constexpr std::size_t most = 6;
// Where few variants are left to choose from, most draws give what was there already.
constexpr std::size_t draws_per_combination = 64;

using Rows = std::vector<const VariantRow*>;

// Variants in a random order, from the front, as long as they go together.
Rows draw(const Rows& all, executor::Random& random) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const std::size_t wanted = fewest + random.below(most - fewest + 1);
  std::vector<std::size_t> chosen;
  for (const std::size_t candidate : order) {
    if (chosen.size() == wanted) break;
    const bool fits = std::none_of(chosen.begin(), chosen.end(), [&](std::size_t other) {
      return clash(all[candidate]->slug, all[other]->slug);
    });
    if (fits) chosen.push_back(candidate);
  }
  std::sort(chosen.begin(), chosen.end());  // one name for one combination
  Rows rows;
  for (const std::size_t place : chosen) rows.push_back(all[place]);
  return rows;
}

}  // namespace

std::span<const Clash> variant_clashes() {
  return clashes;
}

bool clash(std::string_view one, std::string_view other) {
  return std::any_of(clashes.begin(), clashes.end(), [&](const Clash& pair) {
    return (pair.first == one && pair.second == other) ||
           (pair.first == other && pair.second == one);
  });
}

VariantRow combine(const std::vector<const VariantRow*>& rows) {
  VariantRow result;
  bool intercepts = false;
  for (const VariantRow* row : rows) {
    const bool first = result.slug.empty();
    result.slug += (first ? "" : "+") + row->slug;
    result.sentence += (first ? "" : "; ") + row->sentence;
    result.section += (first ? "" : "; ") + row->section;
    result.against_a_should = result.against_a_should || row->against_a_should;
    intercepts = intercepts || row->make;
  }
  if (intercepts) {
    result.make = [rows] {
      InterceptorPointer all;
      for (const VariantRow* row : rows) {
        if (!row->make) continue;
        all = all ? both(std::move(all), row->make()) : row->make();
      }
      return all;
    };
  }
  result.configure = [rows](broker::Config& config) {
    for (const VariantRow* row : rows) {
      if (row->configure) row->configure(config);
    }
  };
  return result;
}

std::vector<VariantRow> random_combinations(
    std::size_t count, std::uint64_t seed,
    const std::function<bool(const std::string& slug)>& selected) {
  Rows all;
  for (const VariantRow& row : variant_table()) {
    if (!selected || selected(row.slug)) all.push_back(&row);
  }
  executor::Random random(seed);
  std::vector<VariantRow> result;
  std::set<std::string> known;
  for (std::size_t left = count * draws_per_combination; left > 0; --left) {
    if (result.size() == count) break;
    const Rows rows = draw(all, random);
    if (rows.size() < fewest) continue;
    VariantRow row = combine(rows);
    if (known.insert(row.slug).second) result.push_back(std::move(row));
  }
  return result;
}

}  // namespace mqttspec::mutants
