// Violations of the QoS 2 exchange, in both directions.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Pubcomp;
using codec::Publish;
using codec::Pubrec;
using codec::Pubrel;

// Keeps identifiers in use for ever: a PUBREL is answered, but ends nothing.
class NeverReleases final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    std::erase_if(packets, [&](const Packet& packet) {
      const auto* pubrel = std::get_if<Pubrel>(&packet);
      if (pubrel == nullptr) return false;
      context.send(connection, Pubcomp{pubrel->packet_identifier});
      return true;
    });
  }
};

// Forgets a received identifier as soon as PUBREC is out, so that PUBREL finds nothing.
class SkipsPubcompAfterReconnect final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* publish = std::get_if<Publish>(&packet)) {
        if (publish->packet_identifier) seen_.insert({connection, *publish->packet_identifier});
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* pubcomp = send != nullptr ? std::get_if<Pubcomp>(&send->packet) : nullptr;
      return pubcomp != nullptr && !seen_.contains({send->connection, pubcomp->packet_identifier});
    });
  }

 private:
  std::set<std::pair<ConnectionId, std::uint16_t>> seen_;
};

}  // namespace

std::vector<MutantRow> qos2_mutants() {
  return {
      {"qos2-forwards-a-repeated-publish",
       {"5.0:MQTT-4.3.3-10", "3.1.1:MQTT-4.3.3-2"},
       "a QoS 2 PUBLISH with DUP 1 is forwarded again",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 2 && packet.dup) {
             Publish copy = packet;
             copy.qos = 0;
             copy.dup = false;
             copy.packet_identifier.reset();
             context.receive(connection, copy);
           }
           return Fate::keep;
         });
       }},
      {"qos2-is-delivered-twice",
       {"5.0:MQTT-4.3.3-10", "3.1.1:MQTT-4.3.3-2"},
       "each QoS 2 message is forwarded a second time at QoS 0",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 2 && !packet.dup) {
             Publish copy = packet;
             copy.qos = 0;
             copy.packet_identifier.reset();
             context.receive(connection, copy);
           }
           return Fate::keep;
         });
       }},
      {"pubrec-is-missing",
       {"5.0:MQTT-3.3.4-1", "3.1.1:MQTT-3.3.4-1", "5.0:MQTT-4.3.3-8", "3.1.1:MQTT-4.3.3-2"},
       "a QoS 2 PUBLISH has no answer",
       [] { return outgoing<Pubrec>([](Pubrec&, ConnectionId, Context&) { return Fate::drop; }); }},
      {"pubrec-for-a-repetition-is-missing",
       {"5.0:MQTT-4.3.3-10", "3.1.1:MQTT-4.3.3-2"},
       "a repeated QoS 2 PUBLISH has no answer",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.qos == 2 && packet.dup ? Fate::drop : Fate::keep;
         });
       }},
      {"pubrec-has-another-identifier",
       {"5.0:MQTT-2.2.1-5", "3.1.1:MQTT-2.3.1-6", "5.0:MQTT-4.3.3-8"},
       "PUBREC has the next Packet Identifier",
       [] {
         return outgoing<Pubrec>([](Pubrec& packet, ConnectionId, Context&) {
           ++packet.packet_identifier;
           return Fate::keep;
         });
       }},
      {"pubcomp-is-missing",
       {"5.0:MQTT-4.3.3-11", "3.1.1:MQTT-4.3.3-2"},
       "PUBREL has no answer",
       [] {
         return outgoing<Pubcomp>([](Pubcomp&, ConnectionId, Context&) { return Fate::drop; });
       }},
      {"pubcomp-only-where-publish-was-seen",
       {"5.0:MQTT-4.3.3-11", "3.1.1:MQTT-4.3.3-2"},
       "a PUBREL is answered only on the connection of its PUBLISH",
       [] { return std::make_unique<SkipsPubcompAfterReconnect>(); }},
      {"qos2-identifier-is-never-free-again",
       {"5.0:MQTT-4.3.3-12", "3.1.1:MQTT-4.3.3-2", "5.0:V5-2.2.1-a", "3.1.1:V311-2.3.1-a"},
       "after PUBCOMP the identifier still counts as in use",
       [] { return std::make_unique<NeverReleases>(); }},
      {"pubrel-is-missing",
       {"5.0:MQTT-4.3.3-4", "3.1.1:MQTT-4.3.3-1"},
       "PUBREC is not answered by PUBREL",
       [] { return outgoing<Pubrel>([](Pubrel&, ConnectionId, Context&) { return Fate::drop; }); }},
      {"pubrel-has-another-identifier",
       {"5.0:MQTT-2.2.1-5", "3.1.1:MQTT-2.3.1-6", "5.0:MQTT-4.3.3-4"},
       "PUBREL has the next Packet Identifier",
       [] {
         return outgoing<Pubrel>([](Pubrel& packet, ConnectionId, Context&) {
           ++packet.packet_identifier;
           return Fate::keep;
         });
       }},
      {"qos2-goes-down-to-qos1",
       {"5.0:MQTT-3.8.4-8", "3.1.1:MQTT-3.8.4-6"},
       "QoS 2 messages are delivered at QoS 1",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos != 2 || !packet.packet_identifier) return Fate::keep;
           codec::Pubrec settled{*packet.packet_identifier};
           settled.reason_code = codec::ReasonCode::unspecified_error;
           context.receive(connection, settled);
           packet.qos = 1;
           return Fate::keep;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
