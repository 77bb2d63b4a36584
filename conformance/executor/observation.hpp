// What a step waits for, and what became of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

// Why an instance ends before its script does.
struct Ending {
  Verdict verdict = Verdict::blocked;  // of the checks that still needed a step
  std::string reason;
  bool scenario_error = false;
  // Checks that some step has decided keep what they have, also if they needed another one.
  bool undecided_only = false;
};

// What an observation, or an answer that was awaited, came to.
struct Decision {
  bool met = false;
  std::string expected;  // in words
  std::string received;
  std::string why;  // of unmet
  std::optional<Duration> elapsed;
  std::vector<std::size_t> trace;
  std::vector<std::pair<std::string, std::string>> gives;  // check -> grade, of what came
  std::optional<std::vector<scenario::Received>> taken;    // to be captured
  bool taken_is_list = false;
  std::optional<LateHope> hope;  // ran out of time: worth listening on
  bool by_time = false;          // decided by our clock alone
  std::optional<Ending> ending;  // ends the instance, whatever the checks
};

// `quiet`: all that arrives up to then has been given, and deadlines up to then are over. An
// observation that begins something new has to wait for another `quiet`, and resets it.
using Quiet = std::optional<Instant>;

class Observation {
 public:
  virtual ~Observation() = default;
  // Looks at what there is; decides, or goes on waiting.
  virtual std::optional<Decision> poll(Run& run, Quiet& quiet) = 0;
  [[nodiscard]] virtual Instant deadline() const = 0;
};

// Who is observed, and from when to when.
struct Frame {
  std::vector<Client*> clients;
  Instant since{};
  Duration within{};
  [[nodiscard]] Instant until() const { return since + within; }
  [[nodiscard]] Instant due(const Tolerance& tolerance) const {
    return until() + tolerance.patience;
  }
};

struct CountRange {
  std::int64_t min = 0;
  std::optional<std::int64_t> max;
  [[nodiscard]] bool contains(std::size_t count) const;
  [[nodiscard]] std::string in_words() const;  // "exactly 1", "1 to 3", "at least 2"
};
// From 3 or {"min", "max"}.
[[nodiscard]] scenario::Result<CountRange> parse_range(const scenario::Value& value);

[[nodiscard]] std::unique_ptr<Observation> make_expect(
    const Run& run, Frame frame, std::vector<scenario::Alternatives> expected);
[[nodiscard]] std::unique_ptr<Observation> make_count(const Run& run, Frame frame,
                                                      scenario::Alternatives counted,
                                                      CountRange range);
[[nodiscard]] std::unique_ptr<Observation> make_silence(const Run& run, Frame frame,
                                                        scenario::Alternatives unwanted);

// --- helpers that observations share ------------------------------------------------------------

// The oldest item (over all clients) that `wanted` accepts; nothing if there is none.
struct Found {
  Client* client = nullptr;
  std::size_t place = 0;
  [[nodiscard]] const scenario::Received& item() const { return client->inbox[place]; }
};
[[nodiscard]] std::optional<Found> find_oldest(
    const std::vector<Client*>& clients,
    const std::function<bool(const scenario::Received&)>& wanted);
[[nodiscard]] scenario::Received take(const Found& found);
// Nothing more can come from any of them.
[[nodiscard]] bool all_deaf(const std::vector<Client*>& clients);
// The trace's line for it; of CLOSED also its farewell.
[[nodiscard]] std::string in_words(const Run& run, const scenario::Received& received);
[[nodiscard]] scenario::ElapsedTolerance elapsed_tolerance(const Run& run);
// Does it match one of the alternatives in full?
[[nodiscard]] bool matches_fully(const scenario::Alternatives& alternatives,
                                 const scenario::Received& received, std::string_view ns,
                                 Duration elapsed, const scenario::ElapsedTolerance& tolerance);
// Is it of the kind and key of one of them?
[[nodiscard]] bool of_kind(const scenario::Alternatives& alternatives,
                           const scenario::Received& received, std::string_view ns);

}  // namespace mqttspec::executor
