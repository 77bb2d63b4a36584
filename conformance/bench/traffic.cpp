#include "conformance/bench/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "conformance/bench/process_usage.hpp"

namespace mqttspec::bench {
namespace {

using codec::PacketType;
using std::chrono::seconds;

constexpr Duration second = seconds(1);

struct Publisher {
  PublishForm form;
  std::size_t receivers;  // of its topic
  std::uint32_t sent = 0;
  std::uint32_t acknowledged = 0;  // completely; QoS 0: all
  std::uint64_t delivered = 0;     // to any of its receivers
  bool may_go_on = false;          // is in `Traffic::going_on_`
};

class Traffic {
 public:
  Traffic(const Broker& broker, const Load& load, const TrafficOptions& options);
  [[nodiscard]] scenario::Result<Measurement> run();

 private:
  [[nodiscard]] std::size_t receivers() const {
    return load_.everyone_subscribes ? load_.publishers : load_.subscribers;
  }
  [[nodiscard]] std::vector<Crowd::Member> members() const;
  void take(std::size_t member, codec::BytesView frame, Instant at);
  void take_publish(std::size_t member, codec::BytesView frame, Instant at);
  void complete(std::size_t member, codec::BytesView frame);
  void go_on(std::size_t publisher);
  void publish(Publisher& publisher, std::size_t index);
  [[nodiscard]] bool is_settled(const Publisher& publisher) const;
  [[nodiscard]] std::uint32_t quota_of(std::size_t publisher) const;
  [[nodiscard]] Instant due(std::size_t publisher, std::uint32_t number) const;
  void wake_publishers();
  [[nodiscard]] Crowd::Complaint pass(Instant until, bool settle);
  void begin_measuring();
  [[nodiscard]] Measurement end_measuring();

  const Load& load_;
  const TrafficOptions& options_;
  Crowd crowd_;
  std::vector<Publisher> publishers_;
  // By receiver, then by publisher of its topic: the number that comes next.
  std::vector<std::vector<std::uint32_t>> expected_;
  std::vector<std::size_t> going_on_;
  std::string fault_;  // found within a callback
  bool stopped_ = false;
  bool measuring_ = false;
  Instant start_{0};
  std::uint64_t woken_ = 0;  // messages that were due, with a rate
  Instant measured_from_{0};
  double own_cpu_ = 0;
  std::optional<Usage> broker_usage_;
  Histogram latencies_;
  Measurement result_;
};

Traffic::Traffic(const Broker& broker, const Load& load, const TrafficOptions& options)
    : load_(load), options_(options), crowd_(broker, load.version) {
  for (std::size_t i = 0; i < load.publishers; ++i) {
    const std::size_t topic = i % load.topics;
    const std::size_t share = (receivers() - topic + load.topics - 1) / load.topics;
    publishers_.push_back({PublishForm(fmt::format("bench/{}", topic), load), share});
  }
  for (std::size_t i = 0; i < receivers(); ++i) {
    expected_.emplace_back((load.publishers + load.topics - 1) / load.topics, 0);
  }
}

// Publishers first, then those who only subscribe.
std::vector<Crowd::Member> Traffic::members() const {
  std::vector<Crowd::Member> all;
  for (std::size_t i = 0; i < load_.publishers; ++i) {
    const auto topic = (i + 1) % load_.topics;
    all.push_back(load_.everyone_subscribes
                      ? Crowd::Member{fmt::format("bench/{}", topic), load_.qos}
                      : Crowd::Member{});
  }
  for (std::size_t i = 0; i < load_.subscribers; ++i) {
    all.push_back({fmt::format("bench/{}", i % load_.topics), load_.qos});
  }
  return all;
}

void Traffic::take(std::size_t member, codec::BytesView frame, Instant at) {
  const auto type = static_cast<PacketType>(static_cast<unsigned char>(frame[0]) >> 4U);
  switch (type) {
    case PacketType::publish:
      return take_publish(member, frame, at);
    case PacketType::pubrec:
      if (is_refusal(frame)) return complete(member, frame);
      return append_acknowledgement(crowd_.output_of(member), PacketType::pubrel,
                                    read_identifier(frame));
    case PacketType::pubrel:
      return append_acknowledgement(crowd_.output_of(member), PacketType::pubcomp,
                                    read_identifier(frame));
    case PacketType::puback:
    case PacketType::pubcomp:
      return complete(member, frame);
    default:
      fault_ = fmt::format("client {}: the broker has sent a packet of type {}", member + 1,
                           static_cast<unsigned>(type));
  }
}

void Traffic::take_publish(std::size_t member, codec::BytesView frame, Instant at) {
  const auto view = read_publish(frame, load_.version);
  const std::size_t receiver = load_.everyone_subscribes ? member : member - load_.publishers;
  if (!view || view->stamp.publisher >= publishers_.size() || receiver >= expected_.size()) {
    fault_ = fmt::format("client {}: a message came that was not sent", member + 1);
    return;
  }
  if (view->qos > 0) {
    append_acknowledgement(crowd_.output_of(member),
                           view->qos == 1 ? PacketType::puback : PacketType::pubrec,
                           view->identifier);
  }
  auto& next = expected_[receiver][view->stamp.publisher / load_.topics];
  if (view->stamp.number < next) {
    ++result_.repeated;
    return;
  }
  const std::uint32_t gap = view->stamp.number - next;
  result_.lost += gap;
  next = view->stamp.number + 1;
  // What is lost would hold up its publisher for ever.
  publishers_[view->stamp.publisher].delivered += gap + 1;
  go_on(view->stamp.publisher);
  if (!measuring_) return;
  ++result_.delivered;
  latencies_.record(at - Instant(view->stamp.sent));
}

void Traffic::complete(std::size_t member, codec::BytesView frame) {
  if (member >= publishers_.size()) {
    fault_ = fmt::format("client {}: an acknowledgement came for nothing", member + 1);
    return;
  }
  if (is_refusal(frame)) {
    fault_ = fmt::format("client {}: the broker refuses a message with reason 0x{:02X}", member + 1,
                         static_cast<unsigned>(static_cast<unsigned char>(frame[4])));
    return;
  }
  ++publishers_[member].acknowledged;
  go_on(member);
}

void Traffic::go_on(std::size_t publisher) {
  if (std::exchange(publishers_[publisher].may_go_on, true)) return;
  going_on_.push_back(publisher);
}

// When message number `number` of a publisher is to be sent: all publishers take turns.
Instant Traffic::due(std::size_t publisher, std::uint32_t number) const {
  const double turns = static_cast<double>(number) * static_cast<double>(publishers_.size()) +
                       static_cast<double>(publisher);
  const double per_second = load_.rate * static_cast<double>(publishers_.size());
  return start_ + Duration(static_cast<Duration::rep>(turns / per_second * 1e9));
}

std::uint32_t Traffic::quota_of(std::size_t publisher) const {
  if (load_.messages == 0) return UINT32_MAX;
  const std::uint64_t share = load_.messages / publishers_.size();
  return static_cast<std::uint32_t>(share +
                                    (publisher < load_.messages % publishers_.size() ? 1 : 0));
}

void Traffic::publish(Publisher& publisher, std::size_t index) {
  const std::uint32_t quota = quota_of(index);
  const Instant at = now();
  // 5.0: what the broker is ready to take may be less.
  const std::size_t window =
      load_.qos == 0 ? load_.window : std::min(load_.window, crowd_.receive_maximum_of(index));
  const auto room_in_window = [&] {
    const std::uint64_t settled = publisher.delivered / publisher.receivers;
    const std::uint64_t done =
        load_.qos == 0 ? settled : std::min<std::uint64_t>(settled, publisher.acknowledged);
    return publisher.sent - done < window;
  };
  codec::Bytes* out = nullptr;
  while (!stopped_ && publisher.sent < quota && room_in_window()) {
    const Instant when = load_.rate > 0 ? due(index, publisher.sent) : at;
    if (when > at) break;
    if (out == nullptr) out = &crowd_.output_of(index);
    const auto identifier = static_cast<std::uint16_t>(publisher.sent % 65'535 + 1);
    publisher.form.append(*out, identifier,
                          {when.count(), static_cast<std::uint32_t>(index), publisher.sent});
    ++publisher.sent;
  }
}

bool Traffic::is_settled(const Publisher& publisher) const {
  return publisher.delivered >= std::uint64_t{publisher.sent} * publisher.receivers &&
         (load_.qos == 0 || publisher.acknowledged >= publisher.sent);
}

void Traffic::wake_publishers() {
  if (load_.rate <= 0) return;
  const Instant at = now();
  const auto count = publishers_.size();
  while (due(woken_ % count, static_cast<std::uint32_t>(woken_ / count)) <= at) {
    go_on(woken_++ % count);
  }
}

// Moves messages until `until`; with `settle`, until everything that was sent has arrived.
Crowd::Complaint Traffic::pass(Instant until, bool settle) {
  const auto on_frame = [this](std::size_t member, codec::BytesView frame, Instant at) {
    take(member, frame, at);
  };
  std::vector<std::size_t> going_on;
  for (;;) {
    const Instant at = now();
    if (!settle && at >= until) return std::nullopt;
    wake_publishers();
    std::swap(going_on, going_on_);
    for (const auto index : going_on) {
      publishers_[index].may_go_on = false;
      publish(publishers_[index], index);
    }
    going_on.clear();
    const bool settled = std::all_of(publishers_.begin(), publishers_.end(),
                                     [&](const auto& each) { return is_settled(each); });
    if (settle && settled) return std::nullopt;
    Duration limit = settle ? second : until - at;
    if (load_.rate > 0 && !stopped_) limit = std::min<Duration>(limit, second / 1'000);
    if (auto complaint = crowd_.turn(std::min(limit, second), on_frame)) return complaint;
    if (!fault_.empty()) return fault_;
    if (!settled && now() - crowd_.last_heard() > options_.patience) {
      return fmt::format(
          "nothing has come from the broker for {:.0f} s, although messages are "
          "under way: it has lost some",
          std::chrono::duration<double>(options_.patience).count());
    }
  }
}

void Traffic::begin_measuring() {
  measuring_ = true;
  own_cpu_ = own_cpu_seconds();
  if (options_.broker_pid) broker_usage_ = usage_of(*options_.broker_pid);
  measured_from_ = now();
}

Measurement Traffic::end_measuring() {
  measuring_ = false;
  Measurement result = result_;
  result.seconds = std::chrono::duration<double>(now() - measured_from_).count();
  result.own_cpu_seconds = own_cpu_seconds() - own_cpu_;
  const auto usage =
      broker_usage_ ? usage_of(*options_.broker_pid) : std::optional<Usage>(std::nullopt);
  if (usage) {
    result.broker_cpu_seconds = usage->cpu_seconds - broker_usage_->cpu_seconds;
    result.broker_resident_bytes = usage->resident_bytes;
  }
  result.latency_p50 = latencies_.quantile(0.5);
  result.latency_p99 = latencies_.quantile(0.99);
  result.latency_max = latencies_.maximum();
  return result;
}

scenario::Result<Measurement> Traffic::run() {
  using Answer = scenario::Result<Measurement>;
  if (auto complaint = crowd_.gather(members())) return Answer::failure(*complaint);
  const bool counted = load_.messages != 0;
  start_ = now();
  for (std::size_t i = 0; i < publishers_.size(); ++i) go_on(i);
  if (!counted) {
    if (auto complaint = pass(start_ + options_.warm_up, false)) return Answer::failure(*complaint);
  }
  begin_measuring();
  const Instant until = measured_from_ + load_.duration;
  if (auto complaint = pass(until, counted)) return Answer::failure(*complaint);
  Measurement measured = end_measuring();
  stopped_ = true;
  if (auto complaint = pass(until, true)) return Answer::failure(*complaint);
  measured.lost = result_.lost;
  measured.repeated = result_.repeated;
  return measured;
}

}  // namespace

scenario::Result<Measurement> run_load(const Broker& broker, const Load& load,
                                       const TrafficOptions& options) {
  if (const auto why_not = objection(load)) {
    return scenario::Result<Measurement>::failure(*why_not);
  }
  return Traffic(broker, load, options).run();
}

}  // namespace mqttspec::bench
