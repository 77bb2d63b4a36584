#include "conformance/executor/observation.hpp"

#include <algorithm>

#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using scenario::Received;
using scenario::Result;
using scenario::Value;

bool CountRange::contains(std::size_t count) const {
  const auto number = static_cast<std::int64_t>(count);
  return number >= min && (!max || number <= *max);
}

std::string CountRange::in_words() const {
  if (max && *max == min) return "exactly " + std::to_string(min);
  if (!max) return "at least " + std::to_string(min);
  if (min == 0) return "at most " + std::to_string(*max);
  return std::to_string(min) + " to " + std::to_string(*max);
}

namespace {

Result<std::int64_t> whole_number(const Value& value) {
  if (const auto* integer = value.integer()) return *integer;
  if (const auto* number = value.number()) {
    const auto rounded = static_cast<std::int64_t>(*number);
    if (static_cast<double>(rounded) == *number) return rounded;
  }
  if (const auto* text = value.string()) {
    try {
      std::size_t used = 0;
      const std::int64_t parsed = std::stoll(*text, &used, 0);
      if (used == text->size()) return parsed;
    } catch (const std::exception&) {
      // Falls through: it is no number.
    }
  }
  return Result<std::int64_t>::failure("a count is a whole number, or {\"min\", \"max\"} of them");
}

}  // namespace

Result<CountRange> parse_range(const Value& value) {
  CountRange range;
  if (value.object() == nullptr) {
    const auto number = whole_number(value);
    if (!number) return Result<CountRange>::failure(number.error());
    range.min = *number;
    range.max = *number;
    return range;
  }
  for (const char* bound : {"min", "max"}) {
    const Value* stated = value.find(bound);
    if (stated == nullptr) continue;
    const auto number = whole_number(*stated);
    if (!number) return Result<CountRange>::failure(number.error());
    if (bound == std::string_view("min")) {
      range.min = *number;
    } else {
      range.max = *number;
    }
  }
  return range;
}

std::optional<Found> find_oldest(const std::vector<Client*>& clients,
                                 const std::function<bool(const Received&)>& wanted) {
  std::optional<Found> oldest;
  for (Client* client : clients) {
    for (std::size_t i = 0; i < client->inbox.size(); ++i) {
      if (oldest && client->inbox[i].trace > oldest->item().trace) break;
      if (!wanted(client->inbox[i])) continue;
      oldest = Found{client, i};
      break;
    }
  }
  return oldest;
}

Received take(const Found& found) {
  Received taken = std::move(found.client->inbox[found.place]);
  found.client->inbox.erase(found.client->inbox.begin() + static_cast<std::ptrdiff_t>(found.place));
  return taken;
}

bool all_deaf(const std::vector<Client*>& clients) {
  return std::all_of(clients.begin(), clients.end(), [](const Client* c) { return c->deaf(); });
}

std::string in_words(const Run& run, const Received& received) {
  if (!received.closed()) return run.trace[received.trace].text;
  std::string text = "CLOSED (" + run.trace[received.trace].text + ")";
  if (received.farewell == codec::PacketType::reserved) {
    text += " without a word";
  } else if (received.packet) {
    text += " after " + codec::print(*received.packet, received.version);
  } else {
    text += " after a " + std::string(codec::to_string(received.farewell)) + " that breaks a rule";
  }
  return text;
}

scenario::ElapsedTolerance elapsed_tolerance(const Run& run) {
  return {run.tolerance().granularity, run.tolerance().patience};
}

bool matches_fully(const scenario::Alternatives& alternatives, const Received& received,
                   std::string_view ns, Duration elapsed,
                   const scenario::ElapsedTolerance& tolerance) {
  return std::any_of(
      alternatives.patterns.begin(), alternatives.patterns.end(), [&](const auto& pattern) {
        return scenario::kind_and_key_match(pattern, received, ns) &&
               !scenario::mismatch(pattern, received, elapsed, tolerance).has_value();
      });
}

bool of_kind(const scenario::Alternatives& alternatives, const Received& received,
             std::string_view ns) {
  return std::any_of(
      alternatives.patterns.begin(), alternatives.patterns.end(),
      [&](const auto& pattern) { return scenario::kind_and_key_match(pattern, received, ns); });
}

}  // namespace mqttspec::executor
