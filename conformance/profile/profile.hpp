// A broker under test, as its profile (scenarios/profiles/*.json) describes it: where it is or how
// to start it, what it can do, how it is configured, how patient to be, and what is known to fail.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::profile {

using Duration = std::chrono::nanoseconds;

struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 1883;
};

// Where the broker listens beside its plain TCP address.
struct Listener {
  std::string transport;  // "tls", "ws", "wss"
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // not of a broker that we start: it gets a free one as ${tls_port} ...
  std::string path = "/mqtt";
  // Files; ${dir} may stand in them if we start the broker.
  std::string ca;           // that signed its certificate; empty: the system's
  std::string certificate;  // our own, for a broker that asks for one
  std::string key;
  bool insecure = false;  // any certificate will do
};

// One line of a configuration file; ${port}, ${tls_port}, ${dir} and, in a mapping, ${value} may
// stand in it.
struct Line {
  enum class Kind : std::uint8_t {
    plain,
    when_root,  // only if we run as root: mosquitto gives up its rights unless told not to
    each,  // once for each member of the value: ${name} and ${value} of an object's members, the
           // members' own names of a list's objects
  } kind = Kind::plain;
  std::string text;
  // Of `each`: only for members that have one of these values under these names (null: lack it).
  std::vector<std::pair<std::string, scenario::Array>> where;
};

struct ConfigFile {
  std::string name;  // relative to ${dir}
  std::vector<Line> lines;
};

using CommandLine = std::vector<std::string>;  // program and arguments

// What one key of a scenario's `config` ("maximum_qos") appends to configuration files.
struct ConfigMapping {
  std::string key;
  std::vector<ConfigFile> files;
  std::vector<CommandLine> prepare;   // what has to run, to its end, before the broker starts
  std::vector<scenario::Value> only;  // the values it can be set to; empty: any
};

struct Start {
  std::vector<CommandLine> prepare;  // what has to run, to its end, before the broker starts
  CommandLine command;
  std::vector<ConfigFile> files;
  std::vector<std::pair<std::string, std::string>> environment;
  // Names of further ports that it needs for itself, "epmd": ${epmd_port} is a free one.
  std::vector<std::string> ports;
  Duration ready_within = std::chrono::seconds(10);
  Duration stop_within = std::chrono::seconds(5);
  std::size_t at_once = 1;  // how many may run side by side on this machine
};

// What differs from the live defaults (scenarios/README.md, section 7).
struct Tolerances {
  std::optional<Duration> patience;
  std::optional<Duration> quiet;
  std::optional<Duration> granularity;
  std::optional<Duration> lateness;
};

struct KnownDeviation {
  std::string instance;  // glob over instance ids: "will-*@5.0*"
  std::string check;     // glob over check names
  std::string statement;
  std::string reason;  // what the broker does, and why that is its fault
};

struct Profile {
  std::string path;  // as given to the loader, for messages
  std::string name;
  std::string version;
  std::string note;
  std::optional<Address> address;  // of a broker that runs already
  std::vector<Listener> listeners;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  std::optional<Start> start;
  std::vector<ConfigMapping> config;
  scenario::Object capabilities;  // over what the preflight finds out
  Tolerances tolerance;
  std::vector<KnownDeviation> deviations;
};

// Parses a profile's text. Whatever is wrong is appended to `problems` (file, line, JSON path); a
// profile is returned only if nothing was.
[[nodiscard]] std::optional<Profile> parse_profile(std::string_view text, std::string path,
                                                   std::vector<scenario::Problem>& problems);
// Reads the file first; a file that cannot be read is a problem too.
[[nodiscard]] std::optional<Profile> load_profile(const std::string& path,
                                                  std::vector<scenario::Problem>& problems);

// What stands in a broker's directory, and what runs there, before it starts.
struct Configuration {
  std::vector<ConfigFile> files;  // plain lines, with only ${port} and ${dir} still to be filled in
  std::vector<CommandLine> prepare;
};
// For a scenario's `config` (substituted; null: none). A failure says which key the profile cannot
// set.
[[nodiscard]] scenario::Result<Configuration> configure(const Profile& profile,
                                                        const scenario::Value& config);

}  // namespace mqttspec::profile
