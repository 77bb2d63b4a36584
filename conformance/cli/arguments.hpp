// The command line of mqttspec as data: what main() parsed, before anything is read or run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mqttspec::cli {

// Exit codes (DESIGN: verdicts). All commands use them alike.
inline constexpr int exit_ok = 0;
inline constexpr int exit_findings =
    1;  // the broker, a scenario file or a mutant is not as it should be
inline constexpr int exit_could_not_run = 2;  // wrong arguments, no broker, nothing to say

struct RunArguments {
  std::string target;  // empty: the profile's broker, else builtin:
  std::vector<std::string> protocols;
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::string profile;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::string transport;  // empty: the target's, or tcp
  std::string ca;         // of TLS: files
  std::string cert;
  std::string key;
  bool insecure = false;
  bool safe = false;
  bool unsafe = false;
  bool slow = false;
  bool strict = false;
  std::string scenarios;  // directory; empty: the embedded ones
  std::string out;        // directory
  std::string json;
  std::string junit;
  std::string markdown;
  std::string html;
  bool quiet = false;
  bool verbose = false;
};

struct ListArguments {
  std::string what;  // "statements", "scenarios", "mutants", "variants"
  std::string scenarios;
  bool json = false;
};

struct ExplainArguments {
  std::string id;
  std::string scenarios;
};

struct CheckArguments {
  std::vector<std::string> files;
};

struct MutantsArguments {
  std::vector<std::string> only;
  bool full = false;
  std::optional<std::size_t> combinations;  // of variants; absent: some, but none with `only`
  std::uint64_t seed = 1;                   // that chooses them
  std::string json;
  std::string scenarios;
};

struct ProbeArguments {
  RunArguments broker;  // of it: target, credentials, TLS, safe and unsafe
  std::string out;      // file; "-": stdout; empty: no profile is written
};

struct BenchArguments {
  std::string target;              // a broker that runs; or
  std::vector<std::string> start;  // those to start, each for itself
  bool compare = false;            // mosquitto with mqttspec-broker, if `start` is empty
  std::vector<std::string> loads;  // by name; or put together from these:
  std::optional<std::size_t> publishers;
  std::optional<std::size_t> subscribers;
  std::optional<std::size_t> topics;
  std::optional<unsigned> qos;
  std::optional<std::size_t> payload;
  std::optional<std::size_t> window;
  std::optional<double> rate;
  std::optional<double> seconds;
  std::optional<std::uint64_t> messages;
  std::string protocol;
  std::size_t idle = 0;  // connections; 0: measure messages
  std::optional<std::size_t> rounds;
  std::string json;
};

struct ReportArguments {
  std::vector<std::string> files;
  std::string html;
  std::string junit;
  std::string markdown;
  std::string badge;
  std::string matrix;
  std::string kills;
  bool strict = false;
};

struct DiffArguments {
  std::string before;
  std::string after;
  std::string markdown;
};

struct PublishArguments {
  std::vector<std::string> files;
  std::string folder = "reports/published";
};

using Arguments =
    std::variant<RunArguments, ListArguments, ExplainArguments, CheckArguments, MutantsArguments,
                 ProbeArguments, BenchArguments, ReportArguments, DiffArguments, PublishArguments>;

// What is to be done; or, if there is nothing (help, version, a mistake), the exit code, after the
// text for the person was written.
struct Parsed {
  std::optional<Arguments> arguments;
  int exit_code = exit_ok;
};
[[nodiscard]] Parsed parse_arguments(int argc, const char* const* argv);

}  // namespace mqttspec::cli
