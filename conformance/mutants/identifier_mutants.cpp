// Violations around Packet Identifiers: which are free, what is settled, what is sent again.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Puback;
using codec::Publish;
using codec::Pubrec;
using codec::Pubrel;
using Key = std::pair<ConnectionId, std::uint16_t>;

// Takes a QoS 1 PUBLISH under an identifier that was used before as a repetition.
class NeverFreesQos1 final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    std::erase_if(packets, [&](const Packet& packet) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr || publish->qos != 1 || !publish->packet_identifier) return false;
      if (used_.insert({connection, *publish->packet_identifier}).second) return false;
      context.send(connection, Puback{*publish->packet_identifier});
      return true;
    });
  }

 private:
  std::set<Key> used_;
};

// Takes no PUBLISH under an identifier that is open in the other direction.
class SharesIdentifiers final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish != nullptr && publish->packet_identifier) {
        open_.insert({send->connection, *publish->packet_identifier});
      }
    }
  }
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (const auto* puback = std::get_if<Puback>(&packet)) {
        open_.erase({connection, puback->packet_identifier});
      }
      const auto* publish = std::get_if<Publish>(&packet);
      return publish != nullptr && publish->packet_identifier &&
             open_.contains({connection, *publish->packet_identifier});
    });
  }

 private:
  std::set<Key> open_;
};

// Sends a QoS 2 PUBLISH again behind its PUBREL.
class RepeatsBehindPubrel final : public Interceptor {
 public:
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr) continue;
      const std::string client = context.client_identifier(send->connection);
      if (const auto* publish = std::get_if<Publish>(&send->packet)) {
        if (publish->qos == 2 && publish->packet_identifier) {
          sent_[{client, *publish->packet_identifier}] = *publish;
        }
      } else if (const auto* pubrel = std::get_if<Pubrel>(&send->packet)) {
        const auto known = sent_.find({client, pubrel->packet_identifier});
        if (known == sent_.end()) continue;
        // Once a connection: its PUBREC brings another PUBREL, which would go on for ever.
        if (!repeated_.insert({send->connection, pubrel->packet_identifier}).second) continue;
        Publish again = known->second;
        again.dup = true;
        context.send(send->connection, again);
      }
    }
  }

 private:
  std::map<std::pair<std::string, std::uint16_t>, Publish> sent_;
  std::set<std::pair<ConnectionId, std::uint16_t>> repeated_;
};

// Completes nothing any more once its subscriptions are gone.
class DropsWhatHasBegun final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (std::holds_alternative<codec::Unsubscribe>(packet)) gone_.insert(connection);
      return std::holds_alternative<Pubrec>(packet) && gone_.contains(connection);
    });
  }

 private:
  std::set<ConnectionId> gone_;
};

InterceptorPointer each_above_qos0(void (*edit)(Publish&)) {
  return outgoing<Publish>([edit](Publish& packet, ConnectionId, Context&) {
    if (packet.qos > 0) edit(packet);
    return Fate::keep;
  });
}

}  // namespace

std::vector<MutantRow> identifier_mutants() {
  return {
      {"qos1-identifier-is-never-free-again",
       {"5.0:MQTT-4.3.2-5", "3.1.1:MQTT-4.3.2-2", "5.0:V5-2.2.1-a", "3.1.1:V311-2.3.1-a"},
       "a QoS 1 PUBLISH under an identifier that was used before counts as a repetition",
       [] { return std::make_unique<NeverFreesQos1>(); }},
      {"both-directions-share-identifiers",
       {"5.0:V5-2.2.1-b", "3.1.1:V311-2.3.1-b"},
       "a PUBLISH under an identifier that is open in the other direction is lost",
       [] { return std::make_unique<SharesIdentifiers>(); }},
      {"publish-has-identifier-0",
       {"5.0:MQTT-2.2.1-4", "5.0:MQTT-4.3.2-1", "5.0:MQTT-4.3.3-1", "3.1.1:MQTT-4.3.2-1",
        "3.1.1:MQTT-4.3.3-1"},
       "a PUBLISH above QoS 0 has Packet Identifier 0",
       [] { return each_above_qos0([](Publish& packet) { packet.packet_identifier = 0; }); },
       "A PUBLISH with identifier 0 cannot be read: every check that waits for a message sees it."},
      {"first-publish-has-dup",
       {"5.0:MQTT-4.3.2-2", "5.0:MQTT-4.3.3-2", "3.1.1:MQTT-4.3.2-1", "3.1.1:MQTT-4.3.3-1"},
       "a PUBLISH above QoS 0 has DUP 1 from the start",
       [] { return each_above_qos0([](Publish& packet) { packet.dup = true; }); }},
      {"qos0-publish-has-dup",
       {"5.0:MQTT-3.3.1-2", "3.1.1:MQTT-3.3.1-2", "5.0:MQTT-4.3.1-1", "3.1.1:MQTT-4.3.1-1"},
       "a PUBLISH of QoS 0 has DUP 1",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           packet.dup = packet.dup || packet.qos == 0;
           return Fate::keep;
         });
       }},
      {"qos0-publish-has-an-identifier",
       {"5.0:MQTT-2.2.1-2", "3.1.1:MQTT-2.3.1-5"},
       "a PUBLISH of QoS 0 has a Packet Identifier",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.qos == 0) packet.packet_identifier = std::uint16_t{1};
           return Fate::keep;
         });
       }},
      {"puback-settles-nothing",
       {"5.0:MQTT-4.3.2-3", "3.1.1:MQTT-4.3.2-1"},
       "a message that was acknowledged by PUBACK is sent again in the next connection",
       [] {
         auto kept = std::make_shared<std::map<std::string, Publish>>();
         return both(
             outgoing<Publish>([kept](Publish& packet, ConnectionId c, Context& context) {
               if (packet.qos == 1) (*kept)[context.client_identifier(c)] = packet;
               return Fate::keep;
             }),
             outgoing<codec::Connack>([kept](codec::Connack&, ConnectionId c, Context& context) {
               const auto known = kept->find(context.client_identifier(c));
               if (known != kept->end()) context.send(c, known->second);
               return Fate::keep;
             }));
       }},
      {"publish-comes-again-behind-pubrel",
       {"5.0:MQTT-4.3.3-6", "3.1.1:MQTT-4.3.3-1"},
       "a QoS 2 PUBLISH is sent again behind its PUBREL",
       [] { return std::make_unique<RepeatsBehindPubrel>(); }},
      {"refusing-pubrec-settles-nothing",
       {"5.0:MQTT-4.4.0-2"},
       "a message that was refused by PUBREC is sent again when the session is resumed",
       [] {
         return incoming<Pubrec>([](Pubrec& packet, ConnectionId, Context&) {
           return static_cast<unsigned>(packet.reason_code) >= 0x80 ? Fate::drop : Fate::keep;
         });
       }},
      {"unsubscribe-drops-what-has-begun",
       {"5.0:MQTT-3.10.4-3", "3.1.1:MQTT-3.10.4-3"},
       "after UNSUBSCRIBE a QoS 2 delivery that has begun is not completed",
       [] { return std::make_unique<DropsWhatHasBegun>(); }},
  };
}

}  // namespace mqttspec::mutants
