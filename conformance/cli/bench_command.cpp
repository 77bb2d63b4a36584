#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <stdexcept>

#include "conformance/bench/comparison.hpp"
#include "conformance/bench/idle.hpp"
#include "conformance/bench/subject.hpp"
#include "conformance/bench/traffic.hpp"
#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/interrupt.hpp"
#include "conformance/cli/target.hpp"

namespace mqttspec::cli {
namespace {

constexpr std::size_t rounds_of_a_comparison = 5;

template <typename T>
T value_of(scenario::Result<T> result) {
  if (!result) throw std::runtime_error(result.error());
  return std::move(*result);
}

bench::Subject running_subject(const std::string& text) {
  const auto target = value_of(parse_target(text));
  if (target.builtin) throw std::runtime_error("bench needs a broker with an address, or --start");
  if (target.transport != "tcp") {
    throw std::runtime_error(without_password(text) +
                             ": bench speaks plain MQTT over TCP only; give it an address with "
                             "mqtt://");
  }
  auto broker = value_of(bench::resolve(target.host, target.port));
  broker.user_name = target.user_name;
  broker.password = target.password;
  return {without_password(text), broker, {}};
}

std::vector<bench::Subject> subjects_of(const BenchArguments& arguments) {
  if (!arguments.target.empty()) return {running_subject(arguments.target)};
  std::vector<std::string> names = arguments.start;
  if (names.empty() && arguments.compare) names = {"mosquitto", "mqttspec-broker"};
  if (names.empty()) {
    throw std::runtime_error("say which broker: an address, --start or --compare");
  }
  std::vector<bench::Subject> subjects;
  for (const auto& name : names) subjects.push_back(value_of(bench::started_subject(name)));
  return subjects;
}

template <typename T, typename From>
void change(T& setting, const std::optional<From>& wanted) {
  if (wanted) setting = static_cast<T>(*wanted);
}

bool has_changes(const BenchArguments& arguments) {
  return arguments.publishers || arguments.subscribers || arguments.topics || arguments.qos ||
         arguments.payload || arguments.window || arguments.rate || arguments.messages;
}

codec::Version version_of(const std::string& name) {
  if (name == "3.1") return codec::Version::v3_1;
  return name == "5.0" ? codec::Version::v5_0 : codec::Version::v3_1_1;
}

// The load with the options that change it.
bench::Load changed(bench::Load load, const BenchArguments& arguments) {
  change(load.publishers, arguments.publishers);
  change(load.subscribers, arguments.subscribers);
  const bool other_clients = arguments.publishers || arguments.subscribers;
  if (other_clients) {
    load.topics =
        load.everyone_subscribes ? load.publishers : std::min(load.publishers, load.subscribers);
  }
  change(load.topics, arguments.topics);
  // Three would be cut to something legal on its way.
  if (arguments.qos) load.qos = static_cast<std::uint8_t>(std::min(*arguments.qos, 3U));
  change(load.payload, arguments.payload);
  change(load.window, arguments.window);
  change(load.rate, arguments.rate);
  change(load.messages, arguments.messages);
  if (arguments.seconds) {
    load.duration = std::chrono::duration_cast<bench::Duration>(
        std::chrono::duration<double>(std::clamp(*arguments.seconds, 0.0, 86'400.0)));
  }
  if (!arguments.protocol.empty()) load.version = version_of(arguments.protocol);
  if (has_changes(arguments)) load.name.clear();
  return load;
}

std::vector<bench::Load> loads_of(const BenchArguments& arguments) {
  std::vector<bench::Load> loads;
  for (const auto& load : bench::named_loads()) {
    const bool named = std::find(arguments.loads.begin(), arguments.loads.end(), load.name) !=
                       arguments.loads.end();
    const bool all = arguments.compare && arguments.loads.empty() && !has_changes(arguments);
    if (named || (all && load.rate <= 0)) loads.push_back(changed(load, arguments));
  }
  if (loads.empty()) loads.push_back(changed({}, arguments));
  for (const auto& load : loads) {
    if (const auto why_not = bench::objection(load)) throw std::runtime_error(*why_not);
  }
  return loads;
}

bench::Comparison measure(const std::vector<bench::Subject>& subjects, const bench::Load& load,
                          std::size_t rounds) {
  bench::Comparison comparison{
      load, {}, std::vector<std::vector<bench::Measurement>>(subjects.size())};
  for (const auto& subject : subjects) comparison.brokers.push_back(subject.name);
  // In turn, so that whatever else the machine does meets all of them alike.
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (interrupted()) throw std::runtime_error("interrupted");
      const auto station = value_of(bench::occupy(subjects[i]));
      bench::TrafficOptions options;
      options.broker_pid = station.pid();
      auto measured = bench::run_load(station.broker, load, options);
      if (!measured) throw std::runtime_error(subjects[i].name + ": " + measured.error());
      comparison.rounds[i].push_back(*measured);
    }
  }
  return comparison;
}

int measure_idle(const BenchArguments& arguments, const std::vector<bench::Subject>& subjects,
                 std::ostream& out) {
  for (const auto& subject : subjects) {
    const auto station = value_of(bench::occupy(subject));
    const auto measured = bench::run_idle(station.broker, *station.pid(), arguments.idle,
                                          version_of(arguments.protocol));
    if (!measured) throw std::runtime_error(subject.name + ": " + measured.error());
    fmt::print(out,
               "{}: {} idle connections after {:.2f} s; resident memory {:.1f} -> {:.1f} MiB, "
               "{:.0f} bytes per connection\n",
               subject.name, measured->connections, measured->seconds,
               static_cast<double>(measured->resident_before) / (1U << 20U),
               static_cast<double>(measured->resident_after) / (1U << 20U),
               measured->bytes_per_connection());
  }
  return exit_ok;
}

}  // namespace

int bench_command(const BenchArguments& arguments, std::ostream& out) {
  watch_for_interrupts();
  const auto subjects = subjects_of(arguments);
  if (arguments.idle > 0) return measure_idle(arguments, subjects, out);
  const auto loads = loads_of(arguments);
  const std::size_t rounds = std::max<std::size_t>(
      arguments.rounds.value_or(arguments.compare ? rounds_of_a_comparison : 1), 1);
  std::vector<bench::Comparison> all;
  bool lost = false;
  bench::print_heading(out);
  for (const auto& load : loads) {
    all.push_back(measure(subjects, load, rounds));
    bench::print(out, all.back());
    for (const auto& broker : all.back().rounds) {
      for (const auto& round : broker) lost = lost || round.lost > 0;
    }
  }
  if (!arguments.json.empty()) {
    write_file(arguments.json, [&](std::ostream& file) { file << bench::to_json(all); });
  }
  return lost ? exit_findings : exit_ok;
}

}  // namespace mqttspec::cli
