#include "conformance/bench/subject.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <sstream>
#include <system_error>

namespace mqttspec::bench {
namespace {

namespace fs = std::filesystem;
using profile::Line;

// Our own broker stands beside this program, installed as well as built.
std::string own_broker() {
  const std::string name = "mqttspec-broker";
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const auto& place : {folder / name, folder / "../../reference/server" / name}) {
    if (fs::exists(place, ignored)) return fs::weakly_canonical(place, ignored).string();
  }
  return name;  // somewhere in PATH
}

profile::Profile mosquitto() {
  profile::Profile profile;
  profile.name = "mosquitto";
  profile.start.emplace();
  profile.start->command = {"mosquitto", "-c", "${dir}/mosquitto.conf"};
  profile.start->files = {{"mosquitto.conf",
                           {{Line::Kind::plain, "listener ${port} 127.0.0.1", {}},
                            {Line::Kind::plain, "allow_anonymous true", {}},
                            {Line::Kind::when_root, "user root", {}}}}};
  return profile;
}

profile::Profile command(const std::string& name, profile::CommandLine words) {
  profile::Profile profile;
  profile.name = name;
  profile.start.emplace();
  profile.start->command = std::move(words);
  return profile;
}

}  // namespace

scenario::Result<Subject> started_subject(const std::string& what) {
  using Answer = scenario::Result<Subject>;
  if (what == "mosquitto") return Subject{what, std::nullopt, mosquitto()};
  if (what == "mqttspec-broker") {
    return Subject{what, std::nullopt,
                   command(what, {own_broker(), "--listen", "mqtt://127.0.0.1:${port}"})};
  }
  const bool is_command = what.find("${port}") != std::string::npos;
  if (what.ends_with(".json") && !is_command) {
    std::vector<scenario::Problem> problems;
    const auto loaded = profile::load_profile(what, problems);
    if (!loaded) return Answer::failure(to_string(problems.front()));
    if (!loaded->start) {
      return Answer::failure(what +
                             " does not say how to start the broker; give its address as "
                             "TARGET instead");
    }
    return Subject{loaded->name, std::nullopt, *loaded};
  }
  std::istringstream words(what);
  profile::CommandLine line;
  for (std::string word; words >> word;) line.push_back(word);
  if (line.empty() || !is_command) {
    return Answer::failure(fmt::format(
        "\"{}\" cannot be started: write mosquitto, mqttspec-broker, a profile (a file that ends "
        "in .json) or a command in which ${{port}} stands for a free port",
        what));
  }
  const std::string name = fs::path(line.front()).filename();
  return Subject{name, std::nullopt, command(name, std::move(line))};
}

scenario::Result<Station> occupy(const Subject& subject) {
  using Answer = scenario::Result<Station>;
  Station station;
  if (subject.running) {
    station.broker = *subject.running;
    return Answer(std::move(station));
  }
  auto process = profile::BrokerProcess::start(subject.profile, {});
  if (!process) return Answer::failure(process.error());
  station.process = std::move(*process);
  if (const auto problem = station.process->wait_until_ready()) return Answer::failure(*problem);
  const auto broker = resolve("127.0.0.1", station.process->port());
  if (!broker) return Answer::failure(broker.error());
  station.broker = *broker;
  station.broker.user_name = subject.profile.user_name;
  station.broker.password = subject.profile.password;
  return Answer(std::move(station));
}

}  // namespace mqttspec::bench
