// Violations around session state and what is repeated when it is resumed.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::PropertyId;
using codec::Publish;

// Turns Clean Start 1 into 0 and hides it in CONNACK.
class KeepsCleanedSession final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr || !connect->clean_start || connect->client_identifier.empty())
        continue;
      connect->clean_start = false;
      asked_clean_.insert(connection);
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack != nullptr && asked_clean_.contains(send->connection)) {
        connack->session_present = false;
      }
    }
  }

 private:
  std::set<ConnectionId> asked_clean_;
};

// Loses the PUBREL that a resumed session owes.
class DoesNotRepeatPubrel final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr) return false;
      const auto* pubrel = std::get_if<codec::Pubrel>(&send->packet);
      if (pubrel == nullptr) return false;
      // One that answers a PUBREC of this connection is no repetition.
      return answered_.erase({send->connection, pubrel->packet_identifier}) == 0;
    });
  }
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
        answered_.insert({connection, pubrec->packet_identifier});
      }
    }
  }

 private:
  std::set<std::pair<ConnectionId, std::uint16_t>> answered_;
};

// Swaps the first two PUBLISH packets that a resumed session repeats.
class RepeatsOutOfOrder final : public Interceptor {
 public:
  void on_action(Actions& actions, Context& context) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !publish->dup || done_.contains(send->connection)) continue;
      auto held = held_.find(send->connection);
      if (held == held_.end()) {
        held_.emplace(send->connection, *publish);
        actions.clear();
        return;
      }
      done_.insert(send->connection);
      context.send(send->connection, held->second);
      held_.erase(held);
      return;
    }
  }

 private:
  std::map<ConnectionId, Publish> held_;
  std::set<ConnectionId> done_;
};

// Drops, as though acknowledged, what a resumed session sends before anything else comes in.
class DropsWhatWaited final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    resuming_ = 0;
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<Connect>(&packet);
      if (connect != nullptr && !connect->clean_start) resuming_ = connection;
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->dup || send->connection != resuming_) return false;
      if (publish->packet_identifier) acknowledge(*publish, send->connection, context);
      return true;
    });
  }

 private:
  static void acknowledge(const Publish& publish, ConnectionId connection, Context& context) {
    if (publish.qos == 1) {
      context.receive(connection, codec::Puback{*publish.packet_identifier});
    } else {
      codec::Pubrec refusal{*publish.packet_identifier};
      refusal.reason_code = codec::ReasonCode::unspecified_error;
      context.receive(connection, refusal);
    }
  }
  ConnectionId resuming_ = 0;
};

}  // namespace

std::vector<MutantRow> session_mutants() {
  return {
      {"session-survives-clean-start",
       {"5.0:MQTT-3.1.2-4", "3.1.1:MQTT-3.1.2-6", "5.0:MQTT-3.1.4-4", "3.1.1:MQTT-3.1.4-3"},
       "Clean Start 1 does not end the old session",
       [] { return std::make_unique<KeepsCleanedSession>(); }},
      {"session-is-forgotten",
       {"5.0:MQTT-3.1.2-5", "3.1.1:MQTT-3.1.2-4", "5.0:MQTT-3.1.2-23", "3.1.1:MQTT-3.1.2-5",
        "3.1.1:MQTT-4.1.0-1", "5.0:V5-4.1-a", "3.1.1:V311-3.1.2.4-b"},
       "Clean Start 0 begins a new session, and CONNACK says so",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           packet.clean_start = true;
           return Fate::keep;
         });
       }},
      {"session-expiry-is-ignored",
       {"5.0:MQTT-3.1.2-23", "5.0:V5-3.14.2.2.2-d"},
       "every session ends with its connection",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::session_expiry_interval);
           return Fate::keep;
         });
       }},
      {"session-never-expires",
       {"5.0:MQTT-4.1.0-2", "5.0:V5-3.1.2.11.2-b", "5.0:V5-3.1.3.2.2-c"},
       "every session is kept for ever",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::session_expiry_interval);
           if (packet.protocol_version == 5) {
             packet.properties.push_back(
                 {PropertyId::session_expiry_interval, std::uint32_t{0xFFFFFFFF}});
           }
           return Fate::keep;
         });
       }},
      {"unacknowledged-publish-is-not-repeated",
       {"5.0:MQTT-4.4.0-1", "3.1.1:MQTT-4.4.0-1", "5.0:MQTT-4.3.3-3", "3.1.1:V311-3.1.2.4-d",
        "5.0:MQTT-4.8.2-4"},
       "PUBLISH packets that are open are not sent again when the session is resumed",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.dup ? Fate::drop : Fate::keep;
         });
       }},
      {"unacknowledged-pubrel-is-not-repeated",
       {"5.0:MQTT-4.4.0-1", "3.1.1:MQTT-4.4.0-1", "5.0:MQTT-4.3.3-5", "5.0:MQTT-4.8.2-4"},
       "PUBREL packets that are open are not sent again when the session is resumed",
       [] { return std::make_unique<DoesNotRepeatPubrel>(); }},
      {"repetition-has-dup-0",
       {"5.0:MQTT-3.3.1-1", "3.1.1:MQTT-3.3.1-1"},
       "a repeated PUBLISH has DUP 0",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           packet.dup = false;
           return Fate::keep;
         });
       }},
      {"repetition-has-another-identifier",
       {"5.0:MQTT-4.4.0-1", "3.1.1:MQTT-4.4.0-1"},
       "a repeated PUBLISH has a new Packet Identifier",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.dup && packet.packet_identifier) {
             packet.packet_identifier =
                 static_cast<std::uint16_t>(*packet.packet_identifier + 1000);
           }
           return Fate::keep;
         });
       }},
      {"repetitions-come-out-of-order",
       {"3.1.1:MQTT-4.6.0-1", "3.1.1:MQTT-4.6.0-6", "5.0:V5-4.4-a"},
       "the first two PUBLISH packets of a resumed session change places",
       [] { return std::make_unique<RepeatsOutOfOrder>(); }},
      {"absent-clients-get-nothing",
       {"5.0:MQTT-4.5.0-1", "3.1.1:MQTT-4.5.0-1", "3.1.1:V311-3.1.2.4-e", "5.0:V5-4.1-b"},
       "messages that waited for a client are dropped when it comes back",
       [] { return std::make_unique<DropsWhatWaited>(); }},
  };
}

}  // namespace mqttspec::mutants
