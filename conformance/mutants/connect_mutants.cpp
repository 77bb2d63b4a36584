// Violations around CONNECT, CONNACK, keep alive and take-over.
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::Disconnect;
using codec::PropertyId;
using codec::ReasonCode;

// Lets the old connection live when its Client Identifier connects again.
class KeepsOldConnection final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr) continue;
      for (const ConnectionId other : context.connections()) {
        if (other != connection && !connect->client_identifier.empty() &&
            context.client_identifier(other) == connect->client_identifier) {
          spared_.insert(other);
        }
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      if (const auto* close = std::get_if<broker::Close>(&action)) {
        return spared_.contains(close->connection);
      }
      const auto* send = std::get_if<broker::Send>(&action);
      return send != nullptr && spared_.contains(send->connection) &&
             std::holds_alternative<Disconnect>(send->packet);
    });
  }

 private:
  std::set<ConnectionId> spared_;
};

// Swallows every CONNECT after a connection's first.
class IgnoresSecondConnect final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      return std::holds_alternative<Connect>(packet) && !seen_.insert(connection).second;
    });
  }

 private:
  std::set<ConnectionId> seen_;
};

// Answers what comes before CONNECT by nothing and waits on.
class WaitsForConnect final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (std::holds_alternative<Connect>(packet)) connected_.insert(connection);
      return !connected_.contains(connection);
    });
  }

 private:
  std::set<ConnectionId> connected_;
};

}  // namespace

std::vector<MutantRow> connect_mutants() {
  return {
      {"connack-never-shows-a-session",
       {"5.0:MQTT-3.2.2-3", "3.1.1:MQTT-3.2.2-2", "5.0:V5-3.1.4-c", "5.0:V5-4.1-a",
        "3.1.1:V311-3.1.2.4-b"},
       "CONNACK has Session Present 0 although the session is resumed",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           packet.session_present = false;
           return Fate::keep;
         });
       }},
      {"connack-always-shows-a-session",
       {"5.0:MQTT-3.2.2-2", "5.0:MQTT-3.2.2-3", "3.1.1:MQTT-3.2.2-1", "3.1.1:MQTT-3.2.2-3",
        "3.1.1:MQTT-3.1.4-3", "5.0:MQTT-3.1.2-6"},
       "every accepting CONNACK has Session Present 1",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context& context) {
           (void)context;
           packet.session_present = packet.reason_code == ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"connack-sets-a-reserved-flag",
       {"5.0:MQTT-3.2.2-1", "3.1.1:V311-3.2.2.1-a", "3.1:V31-6"},
       "bit 7 of the Connect Acknowledge Flags is 1",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           packet.acknowledge_flags = packet.session_present ? 0x81 : 0x80;
           return Fate::keep;
         });
       }},
      {"connect-twice-is-ignored",
       {"5.0:MQTT-3.1.0-2", "3.1.1:MQTT-3.1.0-2", "3.1.1:MQTT-4.8.0-1"},
       "a second CONNECT on a connection is passed over",
       [] { return std::make_unique<IgnoresSecondConnect>(); }},
      {"connect-may-come-later",
       {"5.0:MQTT-3.1.0-1", "3.1.1:MQTT-3.1.0-1"},
       "packets before CONNECT are passed over",
       [] { return std::make_unique<WaitsForConnect>(); }},
      {"keep-alive-never-ends",
       {"5.0:MQTT-3.1.2-22", "3.1.1:MQTT-3.1.2-24"},
       "a silent client is never cut off",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           packet.keep_alive = 0;
           return Fate::keep;
         });
       }},
      {"keep-alive-is-half-as-long",
       {"5.0:MQTT-3.1.2-22", "3.1.1:MQTT-3.1.2-24", "3.1.1:V311-3.1.2.10-b", "5.0:V5-3.1.2.10-b"},
       "a client is cut off after half of the time that it has",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           packet.keep_alive = static_cast<std::uint16_t>(packet.keep_alive / 2);
           return Fate::keep;
         });
       }},
      {"ping-goes-unanswered",
       {"5.0:MQTT-3.12.4-1", "3.1.1:MQTT-3.12.4-1", "3.1.1:V311-3.1.2.10-d"},
       "PINGREQ has no answer",
       [] {
         return outgoing<codec::Pingresp>(
             [](codec::Pingresp&, ConnectionId, Context&) { return Fate::drop; });
       }},
      {"take-over-keeps-the-old-connection",
       {"5.0:MQTT-3.1.4-3", "3.1.1:MQTT-3.1.4-2"},
       "the old connection stays open when its Client Identifier connects again",
       [] { return std::make_unique<KeepsOldConnection>(); }},
      {"take-over-without-a-word",
       {"5.0:MQTT-3.1.4-3"},
       "the old connection is closed without DISCONNECT 0x8E",
       [] {
         return outgoing<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           return packet.reason_code == ReasonCode::session_taken_over ? Fate::drop : Fate::keep;
         });
       }},
      {"assigned-identifier-is-not-told",
       {"5.0:MQTT-3.1.3-7", "5.0:MQTT-3.2.2-16"},
       "CONNACK lacks the Assigned Client Identifier",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::assigned_client_identifier);
           return Fate::keep;
         });
       }},
      {"assigned-identifier-is-always-the-same",
       {"5.0:MQTT-3.2.2-16", "5.0:MQTT-3.1.3-6"},
       "every empty Client Identifier is assigned the same one",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           for (auto& property : packet.properties) {
             if (property.id == PropertyId::assigned_client_identifier) {
               property.value = std::string("same");
             }
           }
           return Fate::keep;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
