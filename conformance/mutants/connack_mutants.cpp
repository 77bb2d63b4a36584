// Violations in CONNACK, accepting and refusing.
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::PropertyId;
using codec::ReasonCode;

InterceptorPointer connack_with(PropertyId id, codec::PropertyValue value) {
  return outgoing<Connack>([id, value](Connack& packet, ConnectionId connection, Context& context) {
    if (context.version(connection) == codec::Version::v5_0 &&
        packet.reason_code == ReasonCode::success && codec::count(packet.properties, id) == 0) {
      packet.properties.push_back({id, value});
    }
    return Fate::keep;
  });
}

template <class Edit>
InterceptorPointer refusing_connack(Edit edit) {
  return outgoing<Connack>([edit](Connack& packet, ConnectionId connection, Context& context) {
    if (context.version(connection) == codec::Version::v5_0 &&
        packet.reason_code != ReasonCode::success) {
      edit(packet);
    }
    return Fate::keep;
  });
}

// Sends the bytes of a 3.1.1 CONNACK to a 5.0 client.
class LaysOutAsOlder final : public Interceptor {
 public:
  void on_bytes_out(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    const bool connack = bytes.size() > 4 && (static_cast<unsigned char>(bytes[0]) >> 4) == 2;
    if (!connack || context.version(connection) != codec::Version::v5_0) return;
    bytes.resize(4);
    bytes[1] = 2;
  }
};

// Refuses, and leaves the connection open.
class StaysAfterRefusal final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      if (const auto* close = std::get_if<broker::Close>(&action)) {
        return refused_.contains(close->connection);
      }
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack != nullptr && connack->reason_code != ReasonCode::success) {
        refused_.insert(send->connection);
      }
      return false;
    });
  }

 private:
  std::set<ConnectionId> refused_;
};

// Refuses a CONNECT that has one of the optional fields and lacks another.
InterceptorPointer needs_credentials() {
  return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
    if (packet.protocol_version != 5 || !packet.will || packet.user_name) return Fate::keep;
    Connack refusal;
    refusal.reason_code = ReasonCode::malformed_packet;
    context.send(connection, refusal);
    context.close(connection);
    return Fate::drop;
  });
}

}  // namespace

std::vector<MutantRow> connack_mutants() {
  return {
      {"connack-is-laid-out-as-in-older-versions",
       {"5.0:V5-3.2.1-a"},
       "a 5.0 client gets a CONNACK without properties",
       [] { return std::make_unique<LaysOutAsOlder>(); }},
      {"connack-names-another-server-on-success",
       {"5.0:V5-3.2.2.3.16-b"},
       "an accepting CONNACK has a Server Reference",
       [] { return connack_with(PropertyId::server_reference, std::string("elsewhere:1883")); }},
      {"connack-assigns-an-identifier-to-everyone",
       {"5.0:V5-3.2.2.3.7-b"},
       "CONNACK has an Assigned Client Identifier although the client has brought one",
       [] {
         return connack_with(PropertyId::assigned_client_identifier, std::string("assigned"));
       }},
      {"response-information-is-given-unasked",
       {"5.0:V5-3.1.2.11.6-c", "5.0:MQTT-3.1.2-28"},
       "CONNACK has Response Information that nobody asked for",
       [] { return connack_with(PropertyId::response_information, std::string("answers/")); }},
      {"refusing-connack-has-a-session",
       {"5.0:MQTT-3.2.2-6"},
       "CONNACK has Session Present 1 beside a failure",
       [] { return refusing_connack([](Connack& packet) { packet.session_present = true; }); }},
      {"refusing-connack-has-an-unknown-code",
       {"5.0:MQTT-3.2.2-8"},
       "CONNACK refuses with 0x92, which it does not know",
       [] {
         return refusing_connack(
             [](Connack& packet) { packet.reason_code = ReasonCode::packet_identifier_not_found; });
       }},
      {"refused-connections-stay-open",
       {"5.0:MQTT-3.2.2-7", "5.0:MQTT-4.13.2-1"},
       "a refusing CONNACK is not followed by a close",
       [] { return std::make_unique<StaysAfterRefusal>(); }},
      {"connect-without-credentials-is-malformed",
       {"5.0:V5-3.1-a"},
       "a CONNECT with a Will and without User Name is refused as malformed",
       [] { return needs_credentials(); }},
  };
}

}  // namespace mqttspec::mutants
