#include "conformance/mutants/hooks.hpp"

#include <algorithm>

namespace mqttspec::mutants {
namespace {

class Tolerating final : public Interceptor {
 public:
  explicit Tolerating(const std::vector<codec::Rule>& rules) {
    for (const auto rule : rules) rules_.insert(rule);
  }
  OnError on_decode_error(ConnectionId, codec::BytesView, const codec::DecodeError& error,
                          codec::RuleSet& tolerated, Context&) override {
    if (!rules_.contains(error.rule)) return OnError::report;
    tolerated = rules_;
    return OnError::tolerate;
  }

 private:
  codec::RuleSet rules_;
};

class Both final : public Interceptor {
 public:
  Both(InterceptorPointer first, InterceptorPointer second)
      : first_(std::move(first)), second_(std::move(second)) {}

  void on_bytes_in(ConnectionId c, codec::Bytes& bytes, Context& context) override {
    first_->on_bytes_in(c, bytes, context);
    second_->on_bytes_in(c, bytes, context);
  }
  OnError on_decode_error(ConnectionId c, codec::BytesView frame, const codec::DecodeError& error,
                          codec::RuleSet& tolerated, Context& context) override {
    const OnError first = first_->on_decode_error(c, frame, error, tolerated, context);
    if (first != OnError::report) return first;
    return second_->on_decode_error(c, frame, error, tolerated, context);
  }
  void on_packet_in(ConnectionId c, std::vector<Packet>& packets, Context& context) override {
    first_->on_packet_in(c, packets, context);
    second_->on_packet_in(c, packets, context);
  }
  void on_action(Actions& actions, Context& context) override {
    first_->on_action(actions, context);
    second_->on_action(actions, context);
  }
  void on_bytes_out(ConnectionId c, codec::Bytes& bytes, Context& context) override {
    first_->on_bytes_out(c, bytes, context);
    second_->on_bytes_out(c, bytes, context);
  }
  void on_upgrade_out(ConnectionId c, codec::Bytes& response, Context& context) override {
    first_->on_upgrade_out(c, response, context);
    second_->on_upgrade_out(c, response, context);
  }
  void on_frame_in(ConnectionId c, node::WebSocketFrame& frame, Context& context) override {
    first_->on_frame_in(c, frame, context);
    second_->on_frame_in(c, frame, context);
  }
  void on_frame_out(ConnectionId c, std::vector<node::WebSocketFrame>& frames,
                    Context& context) override {
    first_->on_frame_out(c, frames, context);
    second_->on_frame_out(c, frames, context);
  }
  void on_opened(ConnectionId c, Context& context) override {
    first_->on_opened(c, context);
    second_->on_opened(c, context);
  }
  void on_closed(ConnectionId c, Context& context) override {
    first_->on_closed(c, context);
    second_->on_closed(c, context);
  }
  [[nodiscard]] Instant next_deadline() const override {
    return std::min(first_->next_deadline(), second_->next_deadline());
  }
  void on_deadline(Context& context) override {
    first_->on_deadline(context);
    second_->on_deadline(context);
  }

 private:
  InterceptorPointer first_;
  InterceptorPointer second_;
};

}  // namespace

InterceptorPointer tolerating(std::vector<codec::Rule> rules) {
  return std::make_unique<Tolerating>(rules);
}

InterceptorPointer both(InterceptorPointer first, InterceptorPointer second) {
  return std::make_unique<Both>(std::move(first), std::move(second));
}

void AskedQos::note(ConnectionId connection, const codec::Subscribe& subscribe) {
  auto& codes = codes_[{connection, subscribe.packet_identifier}];
  codes.clear();
  for (const auto& subscription : subscribe.subscriptions) {
    codes.push_back(static_cast<codec::ReasonCode>(subscription.qos));
  }
}

void AskedQos::claim(Actions& actions) const {
  for (auto& action : actions) {
    auto* send = std::get_if<broker::Send>(&action);
    auto* suback = send != nullptr ? std::get_if<codec::Suback>(&send->packet) : nullptr;
    if (suback == nullptr) continue;
    const auto asked = codes_.find({send->connection, suback->packet_identifier});
    if (asked != codes_.end()) suback->reason_codes = asked->second;
  }
}

void Delaying::at(Instant when, std::function<void(Context&)> action) {
  const auto place =
      std::upper_bound(later_.begin(), later_.end(), when,
                       [](Instant value, const auto& entry) { return value < entry.first; });
  later_.insert(place, {when, std::move(action)});
}

}  // namespace mqttspec::mutants
