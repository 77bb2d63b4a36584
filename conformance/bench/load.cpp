#include "conformance/bench/load.hpp"

#include <fmt/format.h>

namespace mqttspec::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t clients_maximum = 60'000;

Load pairs(std::string name, std::size_t count, std::uint8_t qos) {
  Load load;
  load.name = std::move(name);
  load.publishers = load.subscribers = load.topics = count;
  load.qos = qos;
  // mosquitto leaves QoS 2 messages without PUBREC for ever once more than 20 are open.
  if (qos == 2) load.window = 20;
  return load;
}

Load fan_out() {
  Load load;
  load.name = "fan-out";
  load.subscribers = 1'000;
  load.window = 20;
  return load;
}

// A thousand clients, each publishing ten messages a second and reading those of its neighbour.
Load active() {
  Load load;
  load.name = "active";
  load.publishers = load.topics = 1'000;
  load.subscribers = 0;
  load.everyone_subscribes = true;
  load.qos = 1;
  load.rate = 10;
  load.duration = seconds(30);
  return load;
}

std::string_view name_of(codec::Version version) {
  switch (version) {
    case codec::Version::v3_1:
      return "3.1";
    case codec::Version::v3_1_1:
      return "3.1.1";
    default:
      return "5.0";
  }
}

}  // namespace

std::string describe(const Load& load) {
  std::string text = load.everyone_subscribes
                         ? fmt::format("{} clients that publish and subscribe", load.publishers)
                         : fmt::format("{} publisher{}, {} subscriber{}", load.publishers,
                                       load.publishers == 1 ? "" : "s", load.subscribers,
                                       load.subscribers == 1 ? "" : "s");
  text += fmt::format(" on {} topic{}, QoS {}, {} bytes, window {}", load.topics,
                      load.topics == 1 ? "" : "s", load.qos, load.payload, load.window);
  if (load.rate > 0) text += fmt::format(", {} messages/s each", load.rate);
  return text + fmt::format(", MQTT {}", name_of(load.version));
}

std::optional<std::string> objection(const Load& load) {
  if (load.publishers == 0) return "without a publisher nothing can be measured";
  if (load.subscribers == 0 && !load.everyone_subscribes) {
    return "without a subscriber nothing can be measured";
  }
  if (load.publishers + load.subscribers > clients_maximum) {
    return fmt::format("more than {} clients have no room on one address", clients_maximum);
  }
  const std::size_t receivers = load.everyone_subscribes ? load.publishers : load.subscribers;
  if (load.topics == 0 || load.topics > load.publishers || load.topics > receivers) {
    return fmt::format("each topic needs a publisher and a subscriber: at most {} topics",
                       std::min(load.publishers, receivers));
  }
  if (load.qos > 2) return "QoS is 0, 1 or 2";
  if (load.payload < payload_minimum) {
    return fmt::format("a payload has at least {} bytes, which carry time and number",
                       payload_minimum);
  }
  if (load.payload > std::size_t{100} << 20U) return "a payload has at most 100 MiB";
  if (load.window == 0 || load.window > window_maximum) {
    return fmt::format("the window is 1 to {} messages", window_maximum);
  }
  if (load.rate < 0) return "the rate cannot be negative";
  if (load.messages == 0 && load.duration <= Duration::zero()) return "the duration is too short";
  return std::nullopt;
}

const std::vector<Load>& named_loads() {
  static const std::vector<Load> loads = {pairs("ten-pairs-qos0", 10, 0),
                                          pairs("ten-pairs-qos1", 10, 1),
                                          pairs("ten-pairs-qos2", 10, 2),
                                          pairs("one-pair-qos0", 1, 0),
                                          pairs("one-pair-qos1", 1, 1),
                                          pairs("one-pair-qos2", 1, 2),
                                          fan_out(),
                                          active()};
  return loads;
}

}  // namespace mqttspec::bench
