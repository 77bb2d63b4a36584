#include "conformance/bench/comparison.hpp"

#include <fmt/ostream.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mqttspec::bench {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::duration;

constexpr const char* line = "{:<16} {:>11} {:>21} {:>9} {:>9} {:>9} {:>6} {:>6} {:>6}\n";

double milliseconds(Duration time) {
  return duration<double, std::milli>(time).count();
}

template <typename Of>
double median_of(const std::vector<Measurement>& rounds, Of of) {
  std::vector<double> values;
  for (const auto& round : rounds) values.push_back(of(round));
  return median(values);
}

// 1234567 as 1,234,567.
std::string grouped(double value) {
  std::string digits = fmt::format("{:.0f}", value);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
}

std::string percent(double seconds, double of) {
  return of <= 0 ? "" : fmt::format("{:.0f}%", 100 * seconds / of);
}

Json json_of(const Measurement& measured) {
  Json json = {{"seconds", measured.seconds},
               {"delivered", measured.delivered},
               {"messages_per_second", measured.per_second()},
               {"lost", measured.lost},
               {"repeated", measured.repeated},
               {"latency_p50_ms", milliseconds(measured.latency_p50)},
               {"latency_p99_ms", milliseconds(measured.latency_p99)},
               {"latency_max_ms", milliseconds(measured.latency_max)},
               {"generator_cpu_seconds", measured.own_cpu_seconds}};
  if (measured.broker_cpu_seconds) json["broker_cpu_seconds"] = *measured.broker_cpu_seconds;
  if (measured.broker_resident_bytes) {
    json["broker_resident_bytes"] = *measured.broker_resident_bytes;
  }
  return json;
}

Json json_of(const Load& load) {
  return {{"name", load.name},
          {"publishers", load.publishers},
          {"subscribers", load.subscribers},
          {"topics", load.topics},
          {"everyone_subscribes", load.everyone_subscribes},
          {"qos", load.qos},
          {"payload", load.payload},
          {"window", load.window},
          {"rate", load.rate},
          {"seconds", duration<double>(load.duration).count()},
          {"messages", load.messages},
          {"protocol_version", static_cast<int>(load.version)}};
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Ratio ratio(const std::vector<Measurement>& of, const std::vector<Measurement>& to) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(of.size(), to.size()); ++i) {
    if (to[i].per_second() > 0) ratios.push_back(of[i].per_second() / to[i].per_second());
  }
  if (ratios.empty()) return {};
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  return {median(ratios), *least, *most};
}

void print_heading(std::ostream& out) {
  fmt::print(out, line, "broker", "messages/s", "ratio (least, most)", "p50 ms", "p99 ms", "max ms",
             "CPU", "ours", "lost");
}

void print(std::ostream& out, const Comparison& comparison) {
  const std::string name = comparison.load.name.empty() ? "load" : comparison.load.name;
  fmt::print(out, "{}: {}\n", name, describe(comparison.load));
  for (std::size_t i = 0; i < comparison.brokers.size(); ++i) {
    const auto& rounds = comparison.rounds[i];
    std::string compared;
    if (i > 0) {
      const Ratio against = ratio(rounds, comparison.rounds[0]);
      compared =
          fmt::format("{:.2f} ({:.2f}, {:.2f})", against.median, against.least, against.most);
    }
    const auto latency = [&](Duration Measurement::*which) {
      return fmt::format("{:.2f}", median_of(rounds, [which](const Measurement& round) {
                           return milliseconds(round.*which);
                         }));
    };
    const double seconds = median_of(rounds, [](const auto& round) { return round.seconds; });
    const double broker =
        median_of(rounds, [](const auto& round) { return round.broker_cpu_seconds.value_or(0); });
    const double own = median_of(rounds, [](const auto& round) { return round.own_cpu_seconds; });
    std::uint64_t lost = 0;
    for (const auto& round : rounds) lost += round.lost;
    const bool known = !rounds.empty() && rounds.front().broker_cpu_seconds;
    fmt::print(out, line, comparison.brokers[i],
               grouped(median_of(rounds, [](const auto& round) { return round.per_second(); })),
               compared, latency(&Measurement::latency_p50), latency(&Measurement::latency_p99),
               latency(&Measurement::latency_max), known ? percent(broker, seconds) : "",
               percent(own, seconds), lost);
  }
  out.flush();
}

std::string to_json(const std::vector<Comparison>& comparisons) {
  Json json = Json::array();
  for (const auto& comparison : comparisons) {
    Json brokers = Json::array();
    for (std::size_t i = 0; i < comparison.brokers.size(); ++i) {
      const Ratio against = ratio(comparison.rounds[i], comparison.rounds[0]);
      Json rounds = Json::array();
      for (const auto& round : comparison.rounds[i]) rounds.push_back(json_of(round));
      brokers.push_back(
          {{"name", comparison.brokers[i]},
           {"ratio",
            {{"median", against.median}, {"least", against.least}, {"most", against.most}}},
           {"rounds", std::move(rounds)}});
    }
    json.push_back({{"load", json_of(comparison.load)}, {"brokers", std::move(brokers)}});
  }
  return json.dump(1) + "\n";
}

}  // namespace mqttspec::bench
