// A scenario file as parsed: every key of the notation (scenarios/README.md) in its place, while
// packets, patterns and whatever may hold ${variables} stay Values until an instance runs them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/scenario/value.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::scenario {

using codec::Version;

enum class Level : std::uint8_t { may, should, must };  // weaker first
[[nodiscard]] std::string_view to_string(Level level);

struct CheckDefinition {
  std::string name;
  std::string note;
  Value level;       // a word, a ${variable}, or an object version -> word
  Value statements;  // list of strings; a ${variable} may bring in a list
  std::uint32_t line = 0;
};

struct ClientDefinition {
  std::string name;
  std::string note;
  Value version;    // null: ${version}
  Value transport;  // null: "any"; a name, or an object with it and a WebSocket's handshake
  bool automatic_acks = true;
  Value connect;  // object of CONNECT's fields, or null
  std::uint32_t line = 0;
};

enum class ActionKind : std::uint8_t {
  none,
  open,
  connect,
  subscribe,
  unsubscribe,
  publish,
  ping,
  send,
  disconnect,
  close,
  set,
  wait,
  broker,
  repeat,
  parallel,
};
[[nodiscard]] std::string_view to_string(ActionKind kind);
enum class ObservationKind : std::uint8_t { none, expect, silence, verify };

struct Step {
  std::string path;  // "steps[3].steps[0]"
  std::uint32_t line = 0;
  std::string note;
  std::string when;                  // condition, or empty
  std::vector<std::string> clients;  // names or ${variables}; several only to observe

  ActionKind action = ActionKind::none;
  Value argument;           // what stands behind the verb; for repeat: the count or the values
  std::vector<Step> steps;  // of repeat
  std::vector<std::vector<Step>> lanes;  // of parallel
  std::string illegal;
  Value segments;  // null, integer, list of integers or ${variable}
  std::string pause;
  std::string frame;

  ObservationKind observation = ObservationKind::none;
  Value pattern;       // of expect and silence, as written: pattern, {any_of}, or list of these
  std::string verify;  // name of the capture
  std::string verify_kind;  // "is", "every", "some", "distinct", "count"
  Value verify_argument;
  Value count;  // on expect; null: none

  std::string since;
  std::string within;
  std::string as;
  std::string mark;
  std::vector<std::string> checks;
};

struct Axis {
  std::string name;
  Value values;  // list, or a ${variable} that names one
};

struct Scenario {
  std::string id;
  std::string title;
  std::string note;
  std::vector<Version> versions;
  std::vector<Axis> matrix;
  Value vars;                             // object or null
  std::vector<std::string> requirements;  // key "requires"
  Value config;                           // object or null
  std::string exclusive;
  std::vector<CheckDefinition> checks;
  std::vector<ClientDefinition> clients;
  std::vector<Step> steps;
  std::uint32_t line = 0;
};

struct File {
  std::string path;  // as given to the parser, for messages
  std::string schema;
  std::string theme;
  std::string note;
  Value vars;
  std::vector<Scenario> scenarios;
};

// One thing wrong with a file.
struct Problem {
  std::string path;  // of the file
  std::uint32_t line = 0;
  std::string json_path;  // "scenarios[0].steps[3].expect.PUBREK"
  std::string message;    // "unknown packet; did you mean PUBREC?"
};
// "scenarios/qos2/x.json:41: scenarios[0].steps[3].expect.PUBREK: unknown packet; did you mean
// ...?"
[[nodiscard]] std::string to_string(const Problem& problem);

// Parses the text of a file: JSON, then structure. Whatever is wrong is appended to `problems`; a
// file is returned only if nothing was. At most 1 MiB of text and 64 levels.
[[nodiscard]] std::optional<File> parse_file(std::string_view text, std::string path,
                                             std::vector<Problem>& problems);

// The printed form: one step a line, keys in the order of the notation.
[[nodiscard]] std::string print_file(const File& file);

// --- instances ----------------------------------------------------------------------------------

struct Check {
  std::string name;
  Level level = Level::must;
  std::vector<std::string> statements;  // "5.0:MQTT-3.3.1-4"; those that count in this instance
  [[nodiscard]] bool asked() const { return !statements.empty(); }
};

// One combination of version and matrix values, ready to run. Points into its File.
struct Instance {
  std::shared_ptr<const File> file;
  const Scenario* scenario = nullptr;
  Version version = Version::v5_0;
  std::string id;                                        // "id@5.0[qos=1,case=qos-3]"
  std::vector<std::pair<std::string, Value>> variables;  // version, matrix values, vars; not ns
  std::vector<Check> checks;                             // levels and statements of this instance
};

// All instances of the file's scenarios, in order. Matrix variables are resolved; `problems` tells
// what could not be (an axis that is no list, a level that is no level ...).
[[nodiscard]] std::vector<Instance> expand(std::shared_ptr<const File> file,
                                           std::vector<Problem>& problems);

}  // namespace mqttspec::scenario
