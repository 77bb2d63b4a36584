// Violations in the course of a connection: what comes before and after CONNACK, refusals, whose
// connection it is, and its end.
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/lenient.hpp"
#include "conformance/mutants/tables.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::Disconnect;
using codec::PropertyId;
using codec::ReasonCode;

bool refuses(const Connack& packet) {
  return packet.reason_code != ReasonCode::success;
}

// Leaves connections open that CONNACK has refused.
class KeepsRefusedOpen final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      if (const auto* close = std::get_if<broker::Close>(&action)) {
        return refused_.contains(close->connection);
      }
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack != nullptr && refuses(*connack)) refused_.insert(send->connection);
      return false;
    });
  }

 private:
  std::set<ConnectionId> refused_;
};

// Puts a PINGRESP before each CONNACK.
class SpeaksBeforeConnack final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    for (auto it = actions.begin(); it != actions.end(); ++it) {
      const auto* send = std::get_if<broker::Send>(&*it);
      if (send == nullptr || !std::holds_alternative<Connack>(send->packet)) continue;
      actions.insert(it, broker::Send{send->connection, codec::Pingresp{}});
      return;
    }
  }
};

// Throws away what a client sends in one piece with its CONNECT.
class DropsWhatFollowsConnect final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId, codec::Bytes& bytes, Context&) override {
    if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != 0x10) return;
    const auto length = static_cast<unsigned char>(bytes[1]);
    if (length < 0x80 && bytes.size() > 2U + length) bytes.resize(2U + length);
  }
};

// Carries out what stands behind DISCONNECT in one piece with it, by taking it first.
class ServesBehindDisconnect final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId, codec::Bytes& bytes, Context&) override {
    const codec::Bytes disconnect("\xE0\x00", 2);
    if (bytes.size() > 2 && bytes.starts_with(disconnect)) {
      bytes = bytes.substr(2) + disconnect;
    }
  }
};

// A CONNECT that is refused for its form ends the connection of whoever has its Client Identifier.
class TakesOverBeforeChecking final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError&, codec::RuleSet&, Context& context) override {
    const auto lenient =
        codec::decode(frame, codec::Version::v5_0, codec::Sender::client, codec::RuleSet::all());
    const auto* packet = std::get_if<Packet>(&lenient);
    const auto* connect = packet != nullptr ? std::get_if<Connect>(packet) : nullptr;
    if (connect == nullptr || connect->client_identifier.empty()) return OnError::report;
    for (const ConnectionId other : context.connections()) {
      if (other != connection && context.client_identifier(other) == connect->client_identifier) {
        context.close(other);
      }
    }
    return OnError::report;
  }
};

// A connection without Will has the one that its client brought along last.
class RemembersWills final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr) continue;
      auto& last = wills_[connect->client_identifier];
      if (connect->will) last = connect->will;
      connect->will = last;
    }
  }

 private:
  std::map<std::string, std::optional<codec::Will>> wills_;
};

void refuse(ConnectionId connection, const Connect& packet, Context& context) {
  Connack answer;
  answer.reason_code =
      packet.protocol_version == 5 ? ReasonCode::client_identifier_not_valid : ReasonCode{2};
  context.send(connection, answer);
  context.close(connection);
}

std::vector<MutantRow> connack_rows() {
  return {
      {"connack-comes-twice",
       {"5.0:MQTT-3.2.0-2", "3.1.1:V311-3.2-a"},
       "CONNACK is sent twice",
       [] {
         return outgoing<Connack>([](Connack&, ConnectionId, Context&) { return Fate::twice; });
       }},
      {"second-connect-is-answered",
       {"5.0:MQTT-3.2.0-2", "3.1.1:V311-3.2-a"},
       "a second CONNECT gets a CONNACK before the connection ends",
       [] {
         auto seen = std::make_shared<std::set<ConnectionId>>();
         return incoming<Connect>([seen](Connect& packet, ConnectionId c, Context& context) {
           if (seen->insert(c).second) return Fate::keep;
           refuse(c, packet, context);
           return Fate::drop;
         });
       }},
      {"something-precedes-connack",
       {"5.0:MQTT-3.2.0-1", "3.1.1:MQTT-3.2.0-1"},
       "PINGRESP comes before CONNACK",
       [] { return std::make_unique<SpeaksBeforeConnack>(); }},
      {"refusing-connack-shows-a-session",
       {"5.0:MQTT-3.2.2-6", "3.1.1:MQTT-3.2.2-4"},
       "a CONNACK that refuses has Session Present 1",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           packet.session_present = refuses(packet);
           return Fate::keep;
         });
       }},
      {"refused-connection-stays-open",
       {"5.0:MQTT-3.2.2-7", "3.1.1:MQTT-3.2.2-5"},
       "the connection is not closed after a CONNACK that refuses",
       [] { return std::make_unique<KeepsRefusedOpen>(); }},
      {"refusing-connack-has-another-code",
       {"3.1.1:MQTT-3.1.3-8", "3.1.1:MQTT-3.1.2-2"},
       "a 3.1.1 CONNACK that refuses always has code 0x03",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId c, Context& context) {
           if (refuses(packet) && context.version(c) != codec::Version::v5_0) {
             packet.reason_code = ReasonCode{3};
           }
           return Fate::keep;
         });
       }},
      {"response-information-comes-unasked",
       {"5.0:MQTT-3.1.2-28"},
       "CONNACK has Response Information whether or not the client wants it",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId c, Context& context) {
           if (context.version(c) == codec::Version::v5_0) {
             packet.properties.push_back({PropertyId::response_information, std::string("r")});
           }
           return Fate::keep;
         });
       }},
  };
}

std::vector<MutantRow> course_rows() {
  return {
      {"what-follows-connect-is-dropped",
       {"5.0:V5-3.1.4-b", "3.1.1:V311-3.1.4-c"},
       "packets sent in one piece with CONNECT are lost",
       [] { return std::make_unique<DropsWhatFollowsConnect>(); }},
      {"what-follows-disconnect-is-served",
       {"5.0:V5-3.14.4-b", "3.1.1:MQTT-3.14.4-2"},
       "packets behind DISCONNECT are carried out",
       [] { return std::make_unique<ServesBehindDisconnect>(); }},
      {"rejected-connect-takes-over",
       {"5.0:V5-3.1.4-f"},
       "a CONNECT that is refused ends the old connection of its Client Identifier all the same",
       [] { return std::make_unique<TakesOverBeforeChecking>(); }},
      {"will-of-an-earlier-connection-stays",
       {"5.0:V5-3.1.2.5-g", "3.1.1:MQTT-3.1.2-12"},
       "a connection without Will has the one of the connection before it",
       [] { return std::make_unique<RemembersWills>(); }},
      {"client-identifiers-ignore-case",
       {"5.0:MQTT-3.1.3-2", "3.1.1:MQTT-3.1.3-2", "5.0:V5-3.1.3.1-b"},
       "Client Identifiers that differ in case only are the same",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           for (char& c : packet.client_identifier) {
             if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
           }
           return Fate::keep;
         });
       }},
      {"sessions-are-all-the-same",
       {"5.0:MQTT-3.1.3-2", "3.1.1:MQTT-3.1.3-2"},
       "messages for one client reach the client that connected after it as well",
       [] {
         return outgoing<codec::Publish>(
             [](codec::Publish& packet, ConnectionId connection, Context& context) {
               for (const ConnectionId other : context.connections()) {
                 if (other == connection || context.client_identifier(other).empty()) continue;
                 codec::Publish copy = packet;
                 copy.qos = 0;
                 copy.dup = false;
                 copy.packet_identifier.reset();
                 context.send(other, copy);
               }
               return Fate::keep;
             });
       }},
      {"client-identifiers-of-23-bytes-are-refused",
       {"5.0:MQTT-3.1.3-5", "3.1.1:MQTT-3.1.3-5"},
       "Client Identifiers of 23 bytes are refused",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId c, Context& context) {
           if (packet.client_identifier.size() != 23) return Fate::keep;
           refuse(c, packet, context);
           return Fate::drop;
         });
       }},
      {"pings-do-not-keep-alive",
       {"5.0:V5-3.1.2.10-b", "3.1.1:V311-3.1.2.10-b"},
       "PINGREQ is answered, but does not count for Keep Alive",
       [] {
         return incoming<codec::Pingreq>([](codec::Pingreq&, ConnectionId c, Context& context) {
           context.send(c, codec::Pingresp{});
           return Fate::drop;
         });
       }},
      {"pingresp-comes-unasked",
       {"3.1.1:V311-3.13-a"},
       "each PUBACK is followed by a PINGRESP",
       [] {
         return outgoing<codec::Puback>([](codec::Puback&, ConnectionId c, Context& context) {
           context.send(c, codec::Pingresp{});
           return Fate::keep;
         });
       }},
      {"disconnect-does-not-close",
       {"5.0:V5-3.14.4-a", "3.1.1:V311-3.14.4-a"},
       "the connection stays open after DISCONNECT",
       [] {
         return incoming<Disconnect>(
             [](Disconnect&, ConnectionId, Context&) { return Fate::drop; });
       }},
      {"disconnect-keeps-the-session-expiry",
       {"5.0:V5-3.14.2.2.2-c"},
       "the Session Expiry Interval of DISCONNECT is ignored",
       [] {
         return incoming<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::session_expiry_interval);
           return Fate::keep;
         });
       }},
  };
}

}  // namespace

std::vector<MutantRow> handshake_mutants() {
  auto rows = connack_rows();
  auto more = course_rows();
  std::move(more.begin(), more.end(), std::back_inserter(rows));
  return rows;
}

}  // namespace mqttspec::mutants
