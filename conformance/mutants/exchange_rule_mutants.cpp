// Violations of identifiers, order and expiry within QoS 1 and 2 exchanges, and of how packets and
// integers travel.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;
using codec::Pubrel;

// Of the PUBREL packets of a connection every first waits for the next and goes out behind it.
class SwapsPubrels final : public Delaying {
 public:
  void on_action(Actions& actions, Context& context) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* pubrel = send != nullptr ? std::get_if<Pubrel>(&send->packet) : nullptr;
      if (pubrel == nullptr) continue;
      if (const auto held = held_.find(send->connection); held != held_.end()) {
        context.send(send->connection, held->second);
        held_.erase(held);
        return;
      }
      held_.emplace(send->connection, *pubrel);
      at(context.now() + std::chrono::milliseconds(300),
         [this, c = send->connection](Context& later) {
           const auto left = held_.find(c);
           if (left == held_.end()) return;
           later.send(c, left->second);
           held_.erase(left);
         });
      actions.clear();
      return;
    }
  }

 private:
  std::map<ConnectionId, Pubrel> held_;
};

// Gives every second message the identifier of the one before, which is still open.
InterceptorPointer reuses_identifiers() {
  auto last = std::make_shared<std::map<ConnectionId, std::uint16_t>>();
  return outgoing<Publish>([last](Publish& packet, ConnectionId c, Context&) {
    if (packet.qos == 0 || packet.dup) return Fate::keep;
    const auto known = last->find(c);
    if (known == last->end()) {
      (*last)[c] = *packet.packet_identifier;
    } else {
      packet.packet_identifier = known->second;
      last->erase(known);
    }
    return Fate::keep;
  });
}

// Loses what comes in single bytes.
class LosesPieces final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    if (bytes.size() == 1 && !context.client_identifier(connection).empty()) bytes.clear();
  }
};

// Reads only the first of several packets that come together.
class LosesWhatFollows final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    if (bytes.size() < 2 || context.client_identifier(connection).empty()) return;
    const auto length = static_cast<unsigned char>(bytes[1]);
    if (length < 0x80 && bytes.size() > length + 2U) bytes.resize(length + 2U);
  }
};

std::uint32_t turned_round(std::uint32_t value) {
  return (value >> 24U) | ((value >> 8U) & 0xFF00U) | ((value << 8U) & 0xFF0000U) | (value << 24U);
}

std::vector<MutantRow> exchange_rows() {
  return {
      {"pubrels-come-out-of-order",
       {"3.1.1:MQTT-4.6.0-4", "3.1.1:MQTT-4.6.0-6"},
       "PUBREL packets are not sent in the order of their PUBREC packets",
       [] { return std::make_unique<SwapsPubrels>(); }},
      {"open-identifiers-are-used-again",
       {"3.1.1:MQTT-2.3.1-4", "5.0:MQTT-4.3.3-1", "5.0:MQTT-2.2.1-4"},
       "a message has the identifier of the one before, which is still open",
       [] { return reuses_identifiers(); }},
      {"identifier-is-part-of-the-payload",
       {"3.1.1:V311-3.3.2-a"},
       "a payload above QoS 0 begins with the Packet Identifier",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId c, Context& context) {
           if (packet.qos == 0 || context.version(c) != codec::Version::v3_1_1) return Fate::keep;
           const auto id = static_cast<unsigned>(*packet.packet_identifier);
           packet.payload.insert(0, {static_cast<char>(id >> 8U), static_cast<char>(id & 0xFFU)});
           return Fate::keep;
         });
       }},
      {"expired-exchange-is-given-up",
       {"5.0:MQTT-4.3.3-7"},
       "a QoS 2 message with an expiry is not sent again when its session is resumed",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           const bool expires =
               codec::count(packet.properties, PropertyId::message_expiry_interval) > 0;
           return packet.dup && expires ? Fate::drop : Fate::keep;
         });
       }},
      {"pubrel-of-an-expired-message-is-not-found",
       {"5.0:MQTT-4.3.3-13"},
       "PUBREL for a message that had an expiry is answered by 0x92",
       [] {
         auto expiring = std::make_shared<std::set<std::uint16_t>>();
         return both(
             incoming<Publish>([expiring](Publish& packet, ConnectionId, Context&) {
               if (packet.qos == 2 &&
                   codec::count(packet.properties, PropertyId::message_expiry_interval)) {
                 expiring->insert(*packet.packet_identifier);
               }
               return Fate::keep;
             }),
             outgoing<codec::Pubcomp>([expiring](codec::Pubcomp& packet, ConnectionId, Context&) {
               if (expiring->contains(packet.packet_identifier)) {
                 packet.reason_code = codec::ReasonCode::packet_identifier_not_found;
               }
               return Fate::keep;
             }));
       }},
      {"expiry-0-means-never",
       {"5.0:V5-3.3.2.3.3-c"},
       "a message with Message Expiry Interval 0 does not expire",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (codec::get_integer(packet.properties, PropertyId::message_expiry_interval) == 0U) {
             remove(packet.properties, PropertyId::message_expiry_interval);
           }
           return Fate::keep;
         });
       }},
      {"unknown-pubrel-has-no-answer",
       {"3.1.1:V311-4.3.3-c"},
       "a PUBREL whose identifier is not known is passed over",
       [] {
         return incoming<Pubrel>([](Pubrel& packet, ConnectionId connection, Context& context) {
           return context.version(connection) == codec::Version::v3_1_1 &&
                          packet.packet_identifier == 4660
                      ? Fate::drop
                      : Fate::keep;
         });
       }},
  };
}

std::vector<MutantRow> transport_rows() {
  return {
      {"packets-in-pieces-are-lost",
       {"3.1.1:MQTT-7.1.1-1", "5.0:MQTT-4.2.0-1", "5.0:V5-2.1.4-a"},
       "a packet that comes byte by byte is lost",
       [] { return std::make_unique<LosesPieces>(); }},
      {"packets-that-come-together-are-lost",
       {"3.1.1:MQTT-7.1.1-1", "5.0:MQTT-4.2.0-1", "5.0:V5-2.1.4-a"},
       "of packets that come in one piece only the first is read",
       [] { return std::make_unique<LosesWhatFollows>(); }},
      {"four-byte-integers-are-turned-round",
       {"5.0:V5-1.5.3-a"},
       "Message Expiry Interval is sent low byte first",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           for (auto& property : packet.properties) {
             if (property.id != PropertyId::message_expiry_interval) continue;
             property.value = turned_round(std::get<std::uint32_t>(property.value));
           }
           return Fate::keep;
         });
       }},
      {"identifiers-are-turned-round",
       {"3.1.1:V311-1.5.2-a"},
       "PUBACK has the bytes of its identifier the wrong way round",
       [] {
         return outgoing<codec::Puback>([](codec::Puback& packet, ConnectionId, Context&) {
           const unsigned id = packet.packet_identifier;
           packet.packet_identifier = static_cast<std::uint16_t>((id >> 8U) | ((id & 0xFFU) << 8U));
           return Fate::keep;
         });
       }},
      {"retained-messages-leave-with-the-last-client",
       {"3.1.1:V311-4.1-a"},
       "a retained message is kept as long as its publisher is connected",
       [] {
         auto owners = std::make_shared<std::map<std::string, ConnectionId>>();
         return both(incoming<Publish>([owners](Publish& packet, ConnectionId c, Context&) {
                       if (packet.retain) (*owners)[packet.topic_name] = c;
                       return Fate::keep;
                     }),
                     outgoing<Publish>([owners](Publish& packet, ConnectionId c, Context& context) {
                       const auto owner = owners->find(packet.topic_name);
                       if (!packet.retain || owner == owners->end()) return Fate::keep;
                       for (const ConnectionId other : context.connections()) {
                         if (other == owner->second) return Fate::keep;
                       }
                       settle(packet, c, context);
                       return Fate::drop;
                     }));
       }},
      {"wrong-protocol-names-are-accepted",
       {"3.1.1:MQTT-3.1.2-1"},
       "the Protocol Name of a 3.1.1 CONNECT is not looked at",
       [] { return tolerating({codec::Rule::protocol_name}); }},
  };
}

}  // namespace

std::vector<MutantRow> exchange_rule_mutants() {
  auto rows = exchange_rows();
  for (auto& row : transport_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
