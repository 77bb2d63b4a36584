// Violations around Will Messages.
#include <map>
#include <memory>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::Disconnect;
using codec::PropertyId;
using codec::Publish;

template <class Edit>
InterceptorPointer each_will(Edit edit) {
  return incoming<Connect>([edit](Connect& packet, ConnectionId, Context&) {
    if (packet.will) edit(*packet.will);
    return Fate::keep;
  });
}

// Publishes the Will of a connection through it, as though its client had done so.
void publish_will(ConnectionId from, const codec::Will& will, Context& context) {
  Publish publish;
  publish.topic_name = will.topic;
  publish.payload = will.payload;
  publish.retain = will.retain;
  context.receive(from, publish);
}

// Lets the Will out although its client has said goodbye.
class PublishesAfterDisconnect final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    std::erase_if(packets, [&](Packet& packet) {
      if (!std::holds_alternative<Disconnect>(packet)) return false;
      context.lose(connection);
      return true;
    });
  }
};

// A Will that waits for its delay is published all the same when its client comes back.
class NeverCancels final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr) continue;
      const auto left = left_behind_.find(connect->client_identifier);
      if (left != left_behind_.end()) {
        const codec::Will will = std::move(left->second);
        left_behind_.erase(left);
        publish_later_ = {connection, will};
      }
      if (connect->will) wills_[connection] = {connect->client_identifier, *connect->will};
    }
    (void)context;
  }
  void on_action(Actions& actions, Context& context) override {
    // Not before CONNACK: the connection must be in order to publish through it.
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || send->connection != publish_later_.first ||
          !std::holds_alternative<codec::Connack>(send->packet)) {
        continue;
      }
      publish_will(send->connection, publish_later_.second, context);
      publish_later_.first = 0;
    }
  }
  void on_closed(ConnectionId connection, Context&) override {
    const auto will = wills_.find(connection);
    if (will == wills_.end()) return;
    if (codec::count(will->second.second.properties, PropertyId::will_delay_interval) > 0) {
      left_behind_[will->second.first] = will->second.second;
    }
    wills_.erase(will);
  }

 private:
  std::map<ConnectionId, std::pair<std::string, codec::Will>> wills_;
  std::map<std::string, codec::Will> left_behind_;  // by Client Identifier
  std::pair<ConnectionId, codec::Will> publish_later_;
};

}  // namespace

std::vector<MutantRow> will_mutants() {
  return {
      {"will-is-never-published",
       {"5.0:MQTT-3.1.2-7", "5.0:MQTT-3.1.2-8", "3.1.1:MQTT-3.1.2-8", "5.0:V5-3.1.2.5-a",
        "3.1.1:V311-3.1.2.5-a", "5.0:V5-3.1.2.5-b", "3.1.1:V311-3.1.2.5-b", "5.0:V5-3.1.2.5-c",
        "3.1.1:V311-3.1.2.5-c", "5.0:V5-3.1.3.2.2-e", "3.1.1:V311-3.1.2.5-d"},
       "Will Messages are accepted and forgotten",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           packet.will.reset();
           return Fate::keep;
         });
       },
       "Whether a connection ended in order shows by its Will, which many scenarios go by."},
      {"will-is-published-in-spite-of-disconnect",
       {"5.0:MQTT-3.14.4-3", "3.1.1:MQTT-3.14.4-3", "5.0:MQTT-3.1.2-10", "3.1.1:MQTT-3.1.2-10"},
       "DISCONNECT does not stop the Will",
       [] { return std::make_unique<PublishesAfterDisconnect>(); }},
      {"will-is-dropped-on-disconnect-0x04",
       {"5.0:V5-3.1.2.5-d"},
       "DISCONNECT 0x04 stops the Will",
       [] {
         return incoming<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           packet.reason_code = codec::ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"will-delay-is-ignored",
       {"5.0:MQTT-3.1.2-8", "5.0:MQTT-3.1.3-9"},
       "a Will with a delay is published at once",
       [] {
         return each_will(
             [](codec::Will& will) { remove(will.properties, PropertyId::will_delay_interval); });
       }},
      {"will-delay-is-never-over",
       {"5.0:MQTT-3.1.2-8", "5.0:V5-3.1.2.5-e"},
       "a Will with a delay waits an hour longer",
       [] {
         return each_will([](codec::Will& will) {
           for (auto& property : will.properties) {
             if (property.id != PropertyId::will_delay_interval) continue;
             property.value = std::get<std::uint32_t>(property.value) + 3600;
           }
         });
       }},
      {"will-is-late",
       {"5.0:V5-3.1.2.5-e"},
       "a Will with a delay waits five seconds longer",
       [] {
         return each_will([](codec::Will& will) {
           for (auto& property : will.properties) {
             if (property.id != PropertyId::will_delay_interval) continue;
             property.value = std::get<std::uint32_t>(property.value) + 5;
           }
         });
       }},
      {"will-is-not-cancelled-by-reconnect",
       {"5.0:MQTT-3.1.3-9"},
       "a Will that waits is published when its client comes back",
       [] { return std::make_unique<NeverCancels>(); }},
      {"will-qos-is-always-0",
       {"5.0:V5-3.1.2.6-a", "3.1.1:V311-3.1.2.6-a", "5.0:V5-3.1.2.5-f"},
       "Wills are published at QoS 0",
       [] { return each_will([](codec::Will& will) { will.qos = 0; }); }},
      {"will-retain-is-ignored",
       {"5.0:MQTT-3.1.2-15", "3.1.1:MQTT-3.1.2-17"},
       "a Will with Will Retain 1 is not retained",
       [] { return each_will([](codec::Will& will) { will.retain = false; }); }},
      {"will-is-always-retained",
       {"5.0:MQTT-3.1.2-14", "3.1.1:MQTT-3.1.2-16"},
       "a Will with Will Retain 0 is retained",
       [] { return each_will([](codec::Will& will) { will.retain = true; }); }},
      {"will-loses-its-properties",
       {"5.0:V5-3.1.2.5-f", "5.0:MQTT-3.1.3-10"},
       "a Will is published without its properties",
       [] {
         return each_will([](codec::Will& will) {
           std::erase_if(will.properties, [](const codec::Property& p) {
             return p.id != PropertyId::will_delay_interval;
           });
         });
       }},
      {"will-comes-twice",
       {"5.0:MQTT-3.1.2-10", "3.1.1:MQTT-3.1.2-10"},
       "a Will is published a second time",
       [] {
         auto payloads = std::make_shared<std::map<std::string, bool>>();
         return both(incoming<Connect>([payloads](Connect& packet, ConnectionId, Context&) {
                       if (packet.will) (*payloads)[packet.will->payload] = true;
                       return Fate::keep;
                     }),
                     outgoing<Publish>(
                         [payloads](Publish& packet, ConnectionId connection, Context& context) {
                           if (!payloads->contains(packet.payload) || packet.retain)
                             return Fate::keep;
                           Publish copy = packet;
                           copy.qos = 0;
                           copy.packet_identifier.reset();
                           context.send(connection, copy);
                           return Fate::keep;
                         }));
       }},
  };
}

}  // namespace mqttspec::mutants
