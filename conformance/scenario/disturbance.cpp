#include "conformance/scenario/disturbance.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/static_packets.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

// More than that in one scenario is a flood, and very large, on a broker that others work with.
constexpr std::uint64_t packets_most = 1'000;
constexpr std::size_t packet_size_most = 100'000;
// Of a repeat over a list no more values are looked into.
constexpr std::size_t turns_most = 64;

class Survey {
 public:
  explicit Survey(const Instance& instance) : instance_(instance) {
    for_each_step(instance.scenario->steps, [this](const Step& step) {
      if (!step.as.empty() && step.action != ActionKind::repeat) captured_.insert(step.as);
    });
  }

  std::vector<Disturbance> run() {
    StaticScope scope(instance_, captured_);
    walk(instance_.scenario->steps, scope, 1);
    if (packets_ > packets_most) {
      found_.push_back(
          {fmt::format("it floods the broker with {} packets", packets_), "", scenario_line()});
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::uint32_t scenario_line() const { return instance_.scenario->line; }

  // `times`: how often these steps are run, by the repeats that enclose them.
  void walk(const std::vector<Step>& steps, StaticScope& scope, std::uint64_t times) {
    for (const Step& step : steps) {
      if (!step.when.empty() && scope.holds(step.when) == false) continue;
      if (step.action == ActionKind::repeat) {
        repeat(step, scope, times);
      } else if (step.action == ActionKind::parallel) {
        for (const std::vector<Step>& lane : step.lanes) walk(lane, scope, times);
      } else {
        act(step, scope, times);
      }
      if (!step.as.empty() && step.action != ActionKind::repeat) scope.capture(step.as);
    }
  }

  void repeat(const Step& step, StaticScope& scope, std::uint64_t times) {
    const Resolution turns = scope.resolve(step.argument);
    Array values{Value(std::int64_t{1})};
    std::uint64_t each = times;
    if (const std::int64_t* count = turns.value.integer(); turns.ok() && count != nullptr) {
      // One turn stands for all: steps differ by their counter at most.
      each = multiplied(times, static_cast<std::uint64_t>(std::max<std::int64_t>(*count, 1)));
    } else if (const Array* list = turns.value.array(); turns.ok() && list != nullptr) {
      values = *list;
      if (values.size() > turns_most) {
        each = multiplied(times, values.size() / turns_most + 1);
        values.resize(turns_most);
      }
    }
    for (const Value& value : values) {
      if (!step.as.empty()) scope.set_counter(step.as, value);
      walk(step.steps, scope, each);
    }
    if (!step.as.empty()) scope.drop_counter(step.as);
  }

  static std::uint64_t multiplied(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
    return a > largest / b ? largest : a * b;
  }

  void act(const Step& step, const StaticScope& scope, std::uint64_t times) {
    if (step.action == ActionKind::broker) add(step, "it restarts the broker");
    if (!sends_packets(step.action)) {
      packets_ += step.action == ActionKind::ping ? times : 0;
      return;
    }
    const bool list = step.action == ActionKind::send && step.argument.array() != nullptr;
    const Array packets = list ? *step.argument.array() : Array{step.argument};
    packets_ += multiplied(times, std::max<std::uint64_t>(packets.size(), 1));
    for (const Value& packet : packets) {
      const Resolution resolved = scope.resolve(packet);
      if (resolved.ok()) look_at(step, scope, resolved.value);
    }
  }

  void look_at(const Step& step, const StaticScope& scope, const Value& value) {
    const ClientDefinition* client = client_of(step, scope);
    if (client == nullptr) return;
    const auto version = version_of(*client, scope, instance_.version);
    auto defaults = static_connect_defaults(*client, scope);
    if (!version || !defaults) return;
    const auto built = build_static(step.action, value, *version, std::move(*defaults));
    if (!built) return;  // lint says so
    if (built->bytes.size() > packet_size_most) {
      add(step, fmt::format("it sends a very large packet, {} bytes", built->bytes.size()));
    }
    if (built->packet && !built->altered) return reach(step, *built->packet);
    // Bytes may be a packet as well; what is none has no effect on others.
    const auto decoded = codec::decode(built->bytes, *version, codec::Sender::client);
    if (const auto* packet = std::get_if<codec::Packet>(&decoded)) reach(step, *packet);
  }

  const ClientDefinition* client_of(const Step& step, const StaticScope& scope) const {
    if (step.clients.empty()) return nullptr;
    const Resolution name = scope.resolve(Value(step.clients.front()));
    for (const ClientDefinition& client : instance_.scenario->clients) {
      if (name.ok() && name.value.string() != nullptr && *name.value.string() == client.name) {
        return &client;
      }
    }
    return nullptr;
  }

  // Does the packet reach beyond the namespace?
  void reach(const Step& step, const codec::Packet& packet) {
    if (const auto* connect = std::get_if<codec::Connect>(&packet)) {
      judge(step, connect->client_identifier, "it connects as {}, who may be somebody else");
      if (connect->will) judge(step, connect->will->topic, "its Will goes to {}, {}");
    } else if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
      judge(step, publish->topic_name, "it publishes to {}, {}");
    } else if (const auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
      for (const auto& subscription : subscribe->subscriptions) {
        judge(step, subscription.topic_filter, "it subscribes to {}, {}");
      }
    }
  }

  void judge(const Step& step, const std::string& text, std::string_view sentence) {
    if (text.empty() || is_within_namespace(text)) return;
    add(step, fmt::format(fmt::runtime(sentence), quoted(text), "which is not its own"));
  }

  void add(const Step& step, const std::string& what) {
    const auto same = [&](const Disturbance& other) { return other.what == what; };
    if (std::any_of(found_.begin(), found_.end(), same)) return;
    found_.push_back({what, step.path, step.line});
  }

  const Instance& instance_;
  std::set<std::string> captured_;
  std::uint64_t packets_ = 0;
  std::vector<Disturbance> found_;
};

}  // namespace

std::vector<Disturbance> disturbances(const Instance& instance) {
  return Survey(instance).run();
}

}  // namespace mqttspec::scenario
