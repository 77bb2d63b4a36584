#include "conformance/executor/request.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "conformance/executor/outbound.hpp"

namespace mqttspec::executor {

using codec::PacketType;
using codec::ReasonCode;
using scenario::Alternatives;
using scenario::Object;
using scenario::Pattern;
using scenario::Received;
using scenario::Value;

namespace {

constexpr std::uint8_t first_error = 0x80;

bool is_error(ReasonCode code) {
  return static_cast<std::uint8_t>(code) >= first_error;
}

std::string hex(ReasonCode code) {
  return fmt::format("0x{:02X}", static_cast<unsigned>(code));
}

std::vector<Alternatives> one(PacketType type, Object fields) {
  Pattern pattern;
  pattern.type = type;
  pattern.fields = std::move(fields);
  return {Alternatives{{std::move(pattern)}}};
}

Value below_error() {
  return Value(Object{{"max", Value("0x7F")}});
}

Object acknowledgement(std::uint16_t identifier) {
  return {{"packet_identifier", Value(static_cast<int>(identifier))},
          {"reason_code", below_error()}};
}

// A SUBACK or UNSUBACK whose codes must suit the filters that were sent.
class FilterAnswer : public Observation {
 public:
  FilterAnswer(const Run& run, const Frame& frame, PacketType type, std::uint16_t identifier,
               std::vector<std::uint8_t> asked)
      : asked_(std::move(asked)),
        answer_(make_expect(
            run, frame, one(type, {{"packet_identifier", Value(static_cast<int>(identifier))}}))) {}

  std::optional<Decision> poll(Run& run, Quiet& quiet) override {
    auto decision = answer_->poll(run, quiet);
    if (decision && decision->met) judge(*decision);
    return decision;
  }
  [[nodiscard]] Instant deadline() const override { return answer_->deadline(); }

 private:
  void judge(Decision& decision) const {
    const Received& received = decision.taken->back();
    if (const auto* suback = std::get_if<codec::Suback>(&*received.packet)) {
      decision.expected += " granting what was asked";
      judge_granted(decision, suback->reason_codes);
      return;
    }
    decision.expected += " with codes below 0x80";
    const auto& codes = std::get<codec::Unsuback>(*received.packet).reason_codes;
    if (received.version != codec::Version::v5_0) return;  // has no codes
    if (!right_number(decision, codes.size())) return;
    for (const ReasonCode code : codes) {
      if (is_error(code)) refuse(decision, "the broker refused with " + hex(code));
    }
  }

  bool right_number(Decision& decision, std::size_t codes) const {
    if (codes == asked_.size()) return true;
    refuse(decision, fmt::format("{} reason codes came for {} filters", codes, asked_.size()));
    return false;
  }

  void judge_granted(Decision& decision, const std::vector<ReasonCode>& codes) const {
    if (!right_number(decision, codes.size())) return;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto granted = static_cast<std::uint8_t>(codes[i]);
      if (is_error(codes[i])) {
        refuse(decision, "the broker refused with " + hex(codes[i]));
        return;
      }
      if (granted > asked_[i]) {
        refuse(decision, fmt::format("QoS {} was granted where {} was asked", granted, asked_[i]));
        return;
      }
    }
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto granted = static_cast<std::uint8_t>(codes[i]);
      if (granted == asked_[i]) continue;
      Ending ending;
      ending.verdict = Verdict::not_applicable;
      ending.undecided_only = true;
      ending.reason =
          fmt::format("QoS {} was asked for and {} granted, which is legal", asked_[i], granted);
      decision.ending = std::move(ending);
      return;
    }
  }

  static void refuse(Decision& decision, std::string why) {
    decision.met = false;
    decision.why = std::move(why);
  }

  std::vector<std::uint8_t> asked_;  // QoS of each filter, 0 for UNSUBSCRIBE
  std::unique_ptr<Observation> answer_;
};

// PUBREC, then PUBREL is sent, then PUBCOMP.
class ExactlyOnceAnswer : public Observation {
 public:
  ExactlyOnceAnswer(const Run& run, const Frame& frame, std::uint16_t identifier)
      : frame_(frame),
        identifier_(identifier),
        answer_(make_expect(run, frame, one(PacketType::pubrec, acknowledgement(identifier)))) {}

  std::optional<Decision> poll(Run& run, Quiet& quiet) override {
    auto decision = answer_->poll(run, quiet);
    if (!decision || !decision->met || released_) {
      if (decision) decision->trace.insert(decision->trace.begin(), trace_.begin(), trace_.end());
      return decision;
    }
    trace_ = decision->trace;
    codec::Pubrel pubrel;
    pubrel.packet_identifier = identifier_;
    trace_.push_back(run.trace.size());
    send_own(run, *frame_.clients.front(), pubrel);
    released_ = true;
    quiet.reset();
    const Frame from_now{frame_.clients, run.now, frame_.within};
    answer_ = make_expect(run, from_now, one(PacketType::pubcomp, acknowledgement(identifier_)));
    return poll(run, quiet);
  }
  [[nodiscard]] Instant deadline() const override { return answer_->deadline(); }

 private:
  Frame frame_;
  std::uint16_t identifier_;
  std::unique_ptr<Observation> answer_;
  bool released_ = false;
  std::vector<std::size_t> trace_;
};

}  // namespace

std::unique_ptr<Observation> make_answer(const Run& run, const Frame& frame,
                                         const codec::Packet& packet) {
  if (std::holds_alternative<codec::Connect>(packet)) {
    return make_expect(run, frame, one(PacketType::connack, {{"reason_code", Value("0x00")}}));
  }
  if (const auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
    std::vector<std::uint8_t> asked;
    for (const auto& subscription : subscribe->subscriptions) asked.push_back(subscription.qos);
    return std::make_unique<FilterAnswer>(run, frame, PacketType::suback,
                                          subscribe->packet_identifier, std::move(asked));
  }
  if (const auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
    return std::make_unique<FilterAnswer>(
        run, frame, PacketType::unsuback, unsubscribe->packet_identifier,
        std::vector<std::uint8_t>(unsubscribe->topic_filters.size(), 0));
  }
  if (std::holds_alternative<codec::Pingreq>(packet)) {
    return make_expect(run, frame, one(PacketType::pingresp, {}));
  }
  const auto* publish = std::get_if<codec::Publish>(&packet);
  if (publish == nullptr || !publish->packet_identifier) return nullptr;
  if (publish->qos == 1) {
    return make_expect(run, frame,
                       one(PacketType::puback, acknowledgement(*publish->packet_identifier)));
  }
  if (publish->qos != 2) return nullptr;
  return std::make_unique<ExactlyOnceAnswer>(run, frame, *publish->packet_identifier);
}

}  // namespace mqttspec::executor
