// Violations around retained messages.
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Publish;
using codec::Subscribe;

// Forwards RETAIN 1 to those who had subscribed before.
class KeepsRetainFlag final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->retain) retained_.insert(publish->payload);
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish != nullptr && retained_.contains(publish->payload)) publish->retain = true;
    }
  }

 private:
  std::set<std::string> retained_;
};

template <class Edit>
InterceptorPointer each_subscription(Edit edit) {
  return incoming<Subscribe>([edit](Subscribe& packet, ConnectionId, Context&) {
    for (auto& subscription : packet.subscriptions) edit(subscription);
    return Fate::keep;
  });
}

}  // namespace

std::vector<MutantRow> retained_mutants() {
  return {
      {"retained-is-not-stored",
       {"5.0:MQTT-3.3.1-5", "3.1.1:MQTT-3.3.1-5", "3.1.1:MQTT-3.3.1-6", "5.0:MQTT-3.3.1-9",
        "5.0:V5-3.2.2.3.5-c", "3.1:V31-29"},
       "messages with RETAIN 1 are not kept",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           packet.retain = false;
           return Fate::keep;
         });
       }},
      {"retained-is-not-replaced",
       {"5.0:MQTT-3.3.1-5", "3.1.1:MQTT-3.3.1-6", "3.1.1:MQTT-3.3.1-7"},
       "a topic keeps its first retained message",
       [] {
         auto seen = std::make_shared<std::set<std::string>>();
         return incoming<Publish>([seen](Publish& packet, ConnectionId, Context&) {
           if (packet.retain && !packet.payload.empty()) {
             packet.retain = seen->insert(packet.topic_name).second;
           }
           return Fate::keep;
         });
       }},
      {"retained-is-not-deleted",
       {"5.0:MQTT-3.3.1-6", "3.1.1:MQTT-3.3.1-10"},
       "an empty payload with RETAIN 1 deletes nothing",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.payload.empty()) packet.retain = false;
           return Fate::keep;
         });
       }},
      {"retained-empty-is-swallowed",
       {"5.0:MQTT-3.3.1-6", "3.1.1:MQTT-3.3.1-10", "3.1.1:V311-3.3.1.3-a"},
       "an empty payload with RETAIN 1 is not forwarded",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (!packet.payload.empty() || packet.qos > 1) return Fate::keep;
           if (packet.packet_identifier) {
             context.receive(connection, codec::Puback{*packet.packet_identifier});
           }
           return Fate::drop;
         });
       }},
      {"plain-messages-are-retained",
       {"5.0:MQTT-3.3.1-8", "3.1.1:MQTT-3.3.1-12"},
       "messages with RETAIN 0 become the retained message",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           packet.retain = true;
           return Fate::keep;
         });
       }},
      {"retain-flag-is-kept-for-the-subscribed",
       {"5.0:MQTT-3.3.1-12", "3.1.1:MQTT-3.3.1-9"},
       "RETAIN 1 is forwarded to those who had subscribed before",
       [] { return std::make_unique<KeepsRetainFlag>(); }},
      {"retain-flag-is-cleared-for-new-subscribers",
       {"5.0:V5-3.3.1.3-a", "3.1.1:MQTT-3.3.1-8", "3.1:V31-29"},
       "retained messages are sent with RETAIN 0",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           packet.retain = false;
           return Fate::keep;
         });
       }},
      {"retain-as-published-is-ignored",
       {"5.0:MQTT-3.3.1-13"},
       "Retain As Published 1 has no effect",
       [] {
         return each_subscription(
             [](codec::Subscription& subscription) { subscription.retain_as_published = false; });
       }},
      {"retain-handling-is-always-0",
       {"5.0:MQTT-3.3.1-10", "5.0:MQTT-3.3.1-11"},
       "retained messages are sent whatever Retain Handling says",
       [] {
         return each_subscription(
             [](codec::Subscription& subscription) { subscription.retain_handling = 0; });
       }},
      {"retain-handling-is-always-2",
       {"5.0:MQTT-3.3.1-9", "5.0:MQTT-3.3.1-10", "5.0:MQTT-3.8.4-4"},
       "retained messages are never sent on SUBSCRIBE",
       [] {
         return each_subscription(
             [](codec::Subscription& subscription) { subscription.retain_handling = 2; });
       }},
      {"retained-is-sent-only-for-new-subscriptions",
       {"5.0:MQTT-3.8.4-4", "3.1.1:MQTT-3.8.4-3"},
       "subscribing again does not bring the retained messages again",
       [] {
         return each_subscription([](codec::Subscription& subscription) {
           if (subscription.retain_handling == 0) subscription.retain_handling = 1;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
