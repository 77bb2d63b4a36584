// Violations in whom a server takes for whom, in how it refuses, and in how long it waits for a
// CONNECT.
#include <memory>
#include <set>

#include "conformance/mutants/content_tables.hpp"
#include "conformance/mutants/edits.hpp"
#include "conformance/mutants/own_packets.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Bytes;
using codec::Connect;
using codec::ReasonCode;

constexpr std::size_t guaranteed_length = 23;

// Answers a CONNECT whose Client Identifier is longer than each server has to take.
template <class Answer>
InterceptorPointer refuses_long_ones(std::uint8_t version, Answer answer) {
  return incoming<Connect>(
      [version, answer](Connect& packet, ConnectionId connection, Context& context) {
        if (packet.protocol_version != version ||
            packet.client_identifier.size() <= guaranteed_length) {
          return Fate::keep;
        }
        answer(packet, connection, context);
        return Fate::drop;
      });
}

// Keeps connections open that bring no CONNECT.
class WaitsForEver final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    if (!packets.empty()) spoken_.insert(connection);
  }
  OnError on_decode_error(ConnectionId connection, codec::BytesView, const codec::DecodeError&,
                          codec::RuleSet&, Context&) override {
    spoken_.insert(connection);
    return OnError::report;
  }
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* close = std::get_if<broker::Close>(&action);
      return close != nullptr && !spoken_.contains(close->connection);
    });
  }

 private:
  std::set<ConnectionId> spoken_;
};

std::size_t byte_at(const Bytes& bytes, std::size_t place) {
  return place < bytes.size() ? static_cast<unsigned char>(bytes[place]) : 0U;
}

// Where the Will Properties of a short 5.0 CONNECT have to begin; 0 if it has no Will.
std::size_t will_properties_of(const Bytes& bytes) {
  constexpr std::size_t flags = 9;
  constexpr std::size_t properties = 12;
  const bool meant = byte_at(bytes, 0) == 0x10 && byte_at(bytes, 1) < 0x80 &&
                     byte_at(bytes, 8) == 5 && (byte_at(bytes, flags) & 0x04U) != 0;
  if (!meant) return 0;
  const std::size_t identifier = properties + 1 + byte_at(bytes, properties);
  return identifier + 2 + byte_at(bytes, identifier) * 256 + byte_at(bytes, identifier + 1);
}

// Reads a Will that begins with its topic as 3.1.1 has it.
class ReadsWillsOfOldForm final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId, Bytes& bytes, Context&) override {
    const std::size_t place = will_properties_of(bytes);
    if (place == 0 || place + 2 > bytes.size()) return;
    // The topic's length, with nothing in front of it, and not the empty property list.
    const std::size_t length = byte_at(bytes, place) * 256 + byte_at(bytes, place + 1);
    if (byte_at(bytes, place) != 0 || place + 2 + length + 2 > bytes.size()) return;
    if (byte_at(bytes, place + 2 + length) != 0) return;
    bytes.insert(place, 1, '\0');
    bytes[1] = static_cast<char>(byte_at(bytes, 1) + 1);
  }
};

// Knows no session that was begun over another WebSocket.
class KeepsSessionsByWebSocket final : public Interceptor {
 public:
  void on_upgrade_out(ConnectionId connection, Bytes&, Context&) override {
    websockets_.insert(connection);
  }
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    if (!websockets_.contains(connection)) return;
    for (auto& packet : packets) {
      if (auto* connect = std::get_if<Connect>(&packet)) connect->clean_start = true;
    }
  }

 private:
  std::set<ConnectionId> websockets_;
};

}  // namespace

std::vector<MutantRow> client_identifier_mutants() {
  return {
      {"clients-without-identifier-share-one",
       {"3.1.1:MQTT-3.1.3-6"},
       "every 3.1.1 client without a Client Identifier has the same one",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version == 4 && packet.client_identifier.empty()) {
             packet.client_identifier = "nobody";
           }
           return Fate::keep;
         });
       }},
      {"long-identifiers-are-refused-with-another-code",
       {"3.1.1:MQTT-3.1.3-9"},
       "a Client Identifier that the server does not want is refused as though it were not "
       "authorized",
       [] {
         return refuses_long_ones(
             4, [](const Connect& packet, ConnectionId connection, Context& context) {
               answer_connect(packet, connection, ReasonCode{5}, context);
               context.close(connection);
             });
       }},
      {"long-identifiers-are-refused-without-a-word",
       {"3.1.1:MQTT-3.1.3-9"},
       "a client with a Client Identifier that the server does not want is closed without CONNACK",
       [] {
         return refuses_long_ones(4, [](const Connect&, ConnectionId connection, Context& context) {
           context.close(connection);
         });
       }},
      {"refused-identifier-leaves-the-connection-open",
       {"5.0:MQTT-3.1.3-8"},
       "CONNACK 0x85 is not followed by a close",
       [] {
         return refuses_long_ones(
             5, [](const Connect& packet, ConnectionId connection, Context& context) {
               answer_connect(packet, connection, ReasonCode::client_identifier_not_valid, context);
             });
       }},
      {"empty-identifier-needs-clean-start",
       {"5.0:V5-3.1.3.1-c"},
       "an empty Client Identifier with Clean Start 0 is refused, as in 3.1.1",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
           if (packet.protocol_version != 5 || packet.clean_start ||
               !packet.client_identifier.empty()) {
             return Fate::keep;
           }
           answer_connect(packet, connection, ReasonCode::client_identifier_not_valid, context);
           context.close(connection);
           return Fate::drop;
         });
       }},
      {"silent-connections-stay",
       {"3.1.1:V311-3.1.4-a", "5.0:V5-3.1.4-a"},
       "a connection without CONNECT stays open for ever",
       [] { return std::make_unique<WaitsForEver>(); }},
      {"wills-of-the-old-form-are-read",
       {"5.0:V5-3.1.3.2-a"},
       "a 5.0 CONNECT may leave the Will Properties out",
       [] { return std::make_unique<ReadsWillsOfOldForm>(); }},
      {"sessions-belong-to-their-websocket",
       {"3.1.1:V311-6-a", "5.0:V5-6-a"},
       "a session that was begun over a WebSocket is not found again over another",
       [] { return std::make_unique<KeepsSessionsByWebSocket>(); }},
  };
}

}  // namespace mqttspec::mutants
