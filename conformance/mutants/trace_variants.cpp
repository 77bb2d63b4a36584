// Legal variants by what they send and when: other reasons, other orders, other moments.
#include <algorithm>
#include <memory>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::ReasonCode;

// PUBLISH packets to clients go out a while after they are due; those for which `waits` says no do
// not wait. Whatever waits keeps its order.
class DeliversLate final : public Delaying {
 public:
  using Waits = bool (*)(const codec::Publish&);
  DeliversLate(std::chrono::milliseconds delay, Waits waits) : delay_(delay), waits_(waits) {}

  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](broker::Action& action) {
      auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send == nullptr ? nullptr : std::get_if<codec::Publish>(&send->packet);
      if (publish == nullptr || !waits_(*publish)) return false;
      at(context.now() + delay_, [c = send->connection, packet = std::move(send->packet)](
                                     Context& later) { later.send(c, packet); });
      return true;
    });
  }

 private:
  std::chrono::milliseconds delay_;
  Waits waits_;
};

// About every other topic; all messages of one topic alike.
bool is_of_a_slow_topic(const codec::Publish& publish) {
  unsigned sum = 0;
  for (const char byte : publish.topic_name) sum += static_cast<unsigned char>(byte);
  return sum % 2 == 1;
}

bool is_failure(ReasonCode code) {
  return static_cast<std::uint8_t>(code) >= 0x80;
}

// 0x80 instead of every reason why something was refused.
template <class P>
InterceptorPointer without_reason() {
  return outgoing<P>([](P& packet, ConnectionId c, Context& context) {
    const bool known = context.version(c) == codec::Version::v5_0;
    if (known && is_failure(packet.reason_code)) packet.reason_code = ReasonCode::unspecified_error;
    return Fate::keep;
  });
}

template <class P>
InterceptorPointer success_for_unknown_identifiers() {
  return outgoing<P>([](P& packet, ConnectionId, Context&) {
    if (packet.reason_code == ReasonCode::packet_identifier_not_found) {
      packet.reason_code = ReasonCode::success;
    }
    return Fate::keep;
  });
}

}  // namespace

std::vector<VariantRow> trace_variants() {
  return {
      {"delivers-late",
       "sends messages to subscribers after 0.3 s",
       "5.0 4.6, 3.1.1 4.6",
       [] {
         return std::make_unique<DeliversLate>(std::chrono::milliseconds(300),
                                               [](const codec::Publish&) { return true; });
       },
       {}},
      {"topics-overtake-each-other",
       "sends messages of one topic later than those of another",
       "5.0 4.6, 3.1.1 4.6",
       [] {
         return std::make_unique<DeliversLate>(std::chrono::milliseconds(50), is_of_a_slow_topic);
       },
       {}},
      {"counts-seconds-that-have-begun",
       "passes on a Message Expiry Interval that is a second less",
       "5.0 3.3.2.3.3",
       [] {
         return outgoing<codec::Publish>([](codec::Publish& packet, ConnectionId, Context&) {
           for (auto& property : packet.properties) {
             if (property.id != PropertyId::message_expiry_interval) continue;
             auto& seconds = std::get<std::uint32_t>(property.value);
             if (seconds > 1) --seconds;
           }
           return Fate::keep;
         });
       },
       {}},
      {"completes-unknown-identifiers",
       "answers PUBREL and PUBREC with 0x00 though it does not know their identifier",
       "5.0 3.6.2.1, 3.7.2.1",
       [] {
         return both(success_for_unknown_identifiers<codec::Pubcomp>(),
                     success_for_unknown_identifiers<codec::Pubrel>());
       },
       {},
       true},
      {"reveals-nothing-to-publishers",
       "refuses messages with 0x80 instead of the reason",
       "5.0 3.4.2.1, 3.5.2.1",
       [] { return both(without_reason<codec::Puback>(), without_reason<codec::Pubrec>()); },
       {},
       true},
      {"reveals-nothing-to-subscribers",
       "refuses subscriptions with 0x80 instead of the reason",
       "5.0 3.9.3",
       [] {
         return outgoing<codec::Suback>([](codec::Suback& packet, ConnectionId, Context&) {
           for (auto& code : packet.reason_codes) {
             if (is_failure(code)) code = ReasonCode::unspecified_error;
           }
           return Fate::keep;
         });
       },
       {},
       true},
      {"reveals-nothing-to-those-it-refuses",
       "refuses connections with 0x80 instead of the reason",
       "5.0 3.2.2.2",
       [] { return without_reason<codec::Connack>(); },
       {},
       true},
  };
}

}  // namespace mqttspec::mutants
