// What a run of one instance gives: verdicts, the evidence for them, and the trace.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/scenario/model.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::executor {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::nanoseconds;  // since the run began
inline constexpr Instant never = Instant::max();

// Worst first (DESIGN section 6): the smaller value wins when verdicts are combined.
enum class Verdict : std::uint8_t {
  crash,
  fail,
  flaky,
  blocked,
  inconclusive,
  nonstrict,
  pass,
  info,
  not_applicable,
  not_asked,
};
[[nodiscard]] std::string_view to_string(Verdict verdict);  // "not applicable" ...
[[nodiscard]] inline Verdict worst(Verdict a, Verdict b) {
  return a < b ? a : b;
}

struct TraceEntry {
  enum class Kind : std::uint8_t {
    opened,    // transport open
    sent,      // by us: one packet or raw bytes
    received,  // one frame, or the bytes that no frame could be made of
    closed_by_us,
    closed_by_broker,
    note,  // anything else worth telling: "broker restarted"
  };
  Kind kind = Kind::note;
  Instant at{};
  std::string client;
  codec::Version version = codec::Version::v5_0;
  codec::Bytes bytes;   // of sent and received
  std::string text;     // packet in one line, or what happened ("FIN", "RST", "refused")
  std::string problem;  // why our codec refuses it; empty if it is fine
  std::string illegal;  // of sent: the rule broken on purpose, or empty
};

// One step that decided a check.
struct Evidence {
  std::string step;        // "steps[3]"
  std::uint32_t line = 0;  // in the scenario's file
  bool met = false;
  std::string expected;  // in words
  std::string received;  // in words; empty if nothing came
  std::string why;       // of unmet: "never", "late by 1.2 s", "qos is 1, expected 2", "closed"
  std::optional<Duration> elapsed;  // arrival minus since
  std::vector<std::size_t> trace;   // entries that belong to it
};

struct CheckOutcome {
  std::string name;
  scenario::Level level = scenario::Level::must;
  std::vector<std::string> statements;
  Verdict verdict = Verdict::not_asked;
  std::optional<bool> answer;  // of a MAY check: yes or no
  std::string why;             // why it is not pass; one sentence
  std::vector<Evidence> evidence;
};

struct MonitorFinding {
  std::string monitor;    // slug of the rule
  std::string statement;  // "5.0:MQTT-3.2.0-1"
  std::string client;
  bool ours = false;  // our own side broke it
  std::string message;
  std::size_t trace = 0;
};
// How often a monitor saw the situation it watches for; 0: its silence says nothing.
struct MonitorOccasions {
  std::string monitor;
  std::string statement;
  std::uint64_t occasions = 0;
};

struct InstanceOutcome {
  std::string id;        // "id@5.0[qos=1]"
  std::string scenario;  // "id"
  std::string file;
  codec::Version version = codec::Version::v5_0;
  Verdict verdict = Verdict::not_asked;  // the worst of its checks
  std::string reason;                    // why it is not applicable, or what ended it early
  // Faults of the script itself: an `illegal` missing or without ground, a name that stands for
  // nothing, a packet that cannot be built. They end the instance and prove nothing about the
  // broker: checks that were still open are inconclusive, and so is the instance. Lint runs every
  // instance against the reference and reports these as errors.
  std::vector<std::string> scenario_errors;
  std::vector<CheckOutcome> checks;
  std::vector<MonitorFinding> monitor_findings;
  std::vector<MonitorOccasions> monitor_occasions;
  std::vector<TraceEntry> trace;
  Duration duration{};  // virtual or real
};

}  // namespace mqttspec::executor
