// Violations around PUBLISH: acknowledgement, delivery, what is forwarded, order.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/grants_as_asked.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Puback;
using codec::Publish;
using codec::Subscribe;

// Every second message of a topic waits for the next one and goes out behind it; a message that is
// left over follows after a while.
class SwapsNeighbours final : public Delaying {
 public:
  void on_action(Actions& actions, Context& context) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->dup || publish->retain) continue;
      const Key key{send->connection, publish->topic_name};
      if (const auto held = held_.find(key); held != held_.end()) {
        context.send(send->connection, std::move(held->second));
        held_.erase(held);
        return;
      }
      held_.emplace(key, std::move(*publish));
      actions.clear();
      at(context.now() + std::chrono::milliseconds(300), [this, key](Context& later) {
        const auto left = held_.find(key);
        if (left == held_.end()) return;
        later.send(key.first, std::move(left->second));
        held_.erase(left);
      });
      return;
    }
  }

 private:
  using Key = std::pair<ConnectionId, std::string>;
  std::map<Key, Publish> held_;
};

// Passes the DUP flag of what came in on to what goes out.
class PassesDupOn final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->dup) repeated_.insert(publish->payload);
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish != nullptr && publish->qos > 0 && repeated_.contains(publish->payload)) {
        publish->dup = true;
      }
    }
  }

 private:
  std::set<std::string> repeated_;
};

// Grants what is asked and delivers everything at the QoS it was published with.
class DeliversAboveGranted final : public GrantsAsAsked {
  void rewrite(ConnectionId, Subscribe& subscribe) override {
    for (auto& subscription : subscribe.subscriptions) subscription.qos = 2;
  }
};

// Calls `edit` for what goes out, with the properties as a mutant wants them.
InterceptorPointer without_property(PropertyId id) {
  return outgoing<Publish>([id](Publish& packet, ConnectionId, Context&) {
    remove(packet.properties, id);
    return Fate::keep;
  });
}

}  // namespace

std::vector<MutantRow> publish_mutants() {
  return {
      {"puback-is-missing",
       {"5.0:MQTT-3.3.4-1", "3.1.1:MQTT-3.3.4-1", "5.0:MQTT-4.3.2-4", "3.1.1:MQTT-4.3.2-2"},
       "a QoS 1 PUBLISH is not acknowledged",
       [] { return outgoing<Puback>([](Puback&, ConnectionId, Context&) { return Fate::drop; }); }},
      {"puback-has-another-identifier",
       {"5.0:MQTT-2.2.1-5", "3.1.1:MQTT-2.3.1-6", "5.0:MQTT-4.3.2-4", "3.1.1:MQTT-4.3.2-2"},
       "PUBACK has the next Packet Identifier",
       [] {
         return outgoing<Puback>([](Puback& packet, ConnectionId, Context&) {
           ++packet.packet_identifier;
           return Fate::keep;
         });
       }},
      {"puback-twice",
       {"5.0:MQTT-2.2.1-5", "3.1.1:MQTT-2.3.1-6"},
       "each PUBACK is sent twice",
       [] {
         return outgoing<Puback>([](Puback&, ConnectionId, Context&) { return Fate::twice; });
       }},
      {"qos0-is-acknowledged",
       {"5.0:MQTT-3.3.4-1", "3.1.1:MQTT-3.3.4-1", "5.0:V5-4.3.1-a", "3.1.1:V311-4.3.1-a"},
       "a QoS 0 PUBLISH is answered by PUBACK 1",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 0) context.send(connection, Puback{1});
           return Fate::keep;
         });
       }},
      {"qos0-is-lost",
       {"5.0:V5-3.3.4-a", "3.1.1:MQTT-4.5.0-1", "5.0:MQTT-4.5.0-1"},
       "QoS 0 messages reach nobody",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.qos == 0 ? Fate::drop : Fate::keep;
         });
       }},
      {"qos0-comes-twice",
       {"5.0:V5-4.3.1-a", "3.1.1:V311-4.3.1-a"},
       "QoS 0 messages are delivered twice",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.qos == 0 ? Fate::twice : Fate::keep;
         });
       }},
      {"delivery-ignores-the-granted-qos",
       {"5.0:MQTT-3.8.4-8", "3.1.1:MQTT-3.8.4-6"},
       "messages come at the QoS they were published with, whatever was granted",
       [] { return std::make_unique<DeliversAboveGranted>(); }},
      {"delivery-is-always-qos0",
       {"5.0:MQTT-3.8.4-8", "3.1.1:MQTT-3.8.4-6", "5.0:MQTT-3.3.4-2", "3.1.1:MQTT-3.3.5-1",
        "5.0:MQTT-4.3.2-1", "3.1.1:MQTT-4.3.2-1", "5.0:MQTT-2.2.1-4"},
       "every message is delivered at QoS 0",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 0 || !packet.packet_identifier) return Fate::keep;
           const std::uint16_t id = *packet.packet_identifier;
           if (packet.qos == 1) {
             context.receive(connection, Puback{id});
           } else {
             codec::Pubrec refusal{id};
             refusal.reason_code = codec::ReasonCode::unspecified_error;
             context.receive(connection, refusal);
           }
           packet.qos = 0;
           packet.dup = false;
           packet.packet_identifier.reset();
           return Fate::keep;
         });
       }},
      {"dup-is-passed-on",
       {"5.0:MQTT-3.3.1-3", "3.1.1:MQTT-3.3.1-3"},
       "a message that came with DUP 1 is forwarded with DUP 1",
       [] { return std::make_unique<PassesDupOn>(); }},
      {"payload-loses-its-last-byte",
       {"3.1.1:V311-3.3.3-b", "5.0:V5-3.3.4-a", "5.0:MQTT-4.5.0-1", "3.1.1:MQTT-4.5.0-1"},
       "forwarded payloads are cut by a byte",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (!packet.payload.empty()) packet.payload.pop_back();
           return Fate::keep;
         });
       }},
      {"order-is-lost",
       {"5.0:MQTT-4.6.0-5", "5.0:MQTT-4.6.0-6", "3.1.1:MQTT-4.6.0-5", "3.1.1:MQTT-4.6.0-6"},
       "neighbouring messages of a topic change places",
       [] { return std::make_unique<SwapsNeighbours>(); }},
      {"user-properties-are-dropped",
       {"5.0:MQTT-3.3.2-17"},
       "User Properties of a PUBLISH are not forwarded",
       [] { return without_property(PropertyId::user_property); }},
      {"user-properties-change-their-order",
       {"5.0:MQTT-3.3.2-18", "5.0:MQTT-3.1.3-10"},
       "the first User Property is forwarded behind the others",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           std::vector<codec::Property> users;
           for (const auto& p : packet.properties) {
             if (p.id == PropertyId::user_property) users.push_back(p);
           }
           remove(packet.properties, PropertyId::user_property);
           if (!users.empty()) std::rotate(users.begin(), users.begin() + 1, users.end());
           packet.properties.insert(packet.properties.end(), users.begin(), users.end());
           return Fate::keep;
         });
       }},
      {"payload-format-is-dropped",
       {"5.0:MQTT-3.3.2-4"},
       "the Payload Format Indicator is not forwarded",
       [] { return without_property(PropertyId::payload_format_indicator); }},
      {"content-type-is-dropped",
       {"5.0:MQTT-3.3.2-20"},
       "the Content Type is not forwarded",
       [] { return without_property(PropertyId::content_type); }},
      {"response-topic-is-dropped",
       {"5.0:MQTT-3.3.2-15", "5.0:V5-4.10-a"},
       "the Response Topic is not forwarded",
       [] { return without_property(PropertyId::response_topic); }},
      {"correlation-data-is-dropped",
       {"5.0:MQTT-3.3.2-16", "5.0:V5-4.10-a"},
       "Correlation Data is not forwarded",
       [] { return without_property(PropertyId::correlation_data); }},
      {"message-expiry-is-invented",
       {"5.0:V5-3.3.2.3.3-b"},
       "messages without Message Expiry Interval are forwarded with one",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (context.version(connection) == codec::Version::v5_0 &&
               codec::count(packet.properties, PropertyId::message_expiry_interval) == 0) {
             packet.properties.push_back(
                 {PropertyId::message_expiry_interval, std::uint32_t{3600}});
           }
           return Fate::keep;
         });
       }},
      {"own-messages-come-back",
       {"5.0:MQTT-3.8.3-3"},
       "No Local is ignored",
       [] {
         return incoming<Subscribe>([](Subscribe& packet, ConnectionId, Context&) {
           for (auto& subscription : packet.subscriptions) subscription.no_local = false;
           return Fate::keep;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
