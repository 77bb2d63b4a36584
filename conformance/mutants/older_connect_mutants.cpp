// Violations of what 3.1 says otherwise than 3.1.1 about CONNECT and the end of connections.
#include <memory>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/older.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::ReasonCode;
using codec::Version;

// The Connect Flags of a 3.1 CONNECT with one byte of Remaining Length; 0 of anything else.
unsigned connect_flags(const codec::Bytes& bytes) {
  return byte_at(bytes, 0) == 0x10 && byte_at(bytes, 3) == 6 && byte_at(bytes, 10) == 3
             ? byte_at(bytes, 11)
             : 0U;
}

// Answers CONNECT by itself: refused with `code`, or accepted and no more.
void answer(ConnectionId connection, std::uint8_t code, Context& context) {
  Connack connack;
  connack.reason_code = static_cast<ReasonCode>(code);
  context.send(connection, connack);
  if (code != 0) context.close(connection);
}

// Accepts a CONNECT that the codec refuses.
class AcceptsInvalidConnect final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError&, codec::RuleSet&, Context& context) override {
    const bool connect = frame.size() > 4 && static_cast<unsigned char>(frame[0]) == 0x10 &&
                         frame[3] == 6;  // the length of MQIsdp
    if (!connect) return OnError::report;
    answer(connection, 0, context);
    return OnError::ignore;
  }
};

}  // namespace

std::vector<MutantRow> older_connect_mutants() {
  return {
      {"older-is-refused",
       {"3.1:V31-1"},
       "MQIsdp with version 3 is refused with 0x01",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
           if (packet.protocol_version != 3) return Fate::keep;
           answer(connection, 1, context);
           return Fate::drop;
         });
       }},
      {"older-invalid-connect-is-accepted",
       {"3.1:V31-2", "3.1:V31-18", "3.1:V31-23"},
       "a 3.1 CONNECT that breaks its format gets return code 0",
       [] { return std::make_unique<AcceptsInvalidConnect>(); }},
      {"older-client-identifier-of-any-length",
       {"3.1:V31-3", "3.1:V31-4"},
       "a client gets return code 0 although its Client Identifier is refused",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           if (packet.reason_code == ReasonCode{2}) packet.reason_code = ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"older-refuses-with-an-unknown-code",
       {"3.1:V31-7"},
       "a CONNACK that refuses a Client Identifier has return code 6",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           if (packet.reason_code == ReasonCode{2}) packet.reason_code = ReasonCode{6};
           return Fate::keep;
         });
       }},
      {"older-counts-bytes-of-client-identifiers",
       {"3.1:V31-5"},
       "a 3.1 Client Identifier may have 23 bytes, not characters",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
           if (packet.protocol_version != 3 || packet.client_identifier.size() <= 23) {
             return Fate::keep;
           }
           answer(connection, 2, context);
           return Fate::drop;
         });
       }},
      {"older-will-bits-need-a-will",
       {"3.1:V31-16"},
       "a 3.1 CONNECT with Will QoS and no Will ends in a close",
       [] {
         return closes_on_bytes([](const codec::Bytes& bytes, Version) {
           const unsigned flags = connect_flags(bytes);
           return (flags & 0x04U) == 0 && (flags & 0x38U) != 0;
         });
       }},
      {"older-announced-credentials-must-come",
       {"3.1:V31-17"},
       "a 3.1 CONNECT whose announced credentials are missing ends in a close",
       [] {
         return closes_on_bytes([](const codec::Bytes& bytes, Version) {
           return (connect_flags(bytes) & 0xC0U) != 0 && bytes.size() == 16U + byte_at(bytes, 15);
         });
       }},
      {"older-lets-both-connections-live",
       {"3.1:V31-24"},
       "a 3.1 client that connects a second time leaves its first connection open",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId connection, Context&) {
           if (packet.protocol_version == 3) {
             packet.client_identifier = std::to_string(connection);
           }
           return Fate::keep;
         });
       }},
      {"older-does-not-close-after-disconnect",
       {"3.1:V31-38"},
       "a 3.1 DISCONNECT is passed over",
       [] {
         return from_older<codec::Disconnect>(
             [](codec::Disconnect&, ConnectionId, Context&) { return Fate::drop; });
       }},
      {"older-keep-alive-never-ends",
       {"3.1:V31-22"},
       "a silent 3.1 client is never cut off",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version == 3) packet.keep_alive = 0;
           return Fate::keep;
         });
       }},
      {"older-keep-alive-0-is-an-interval",
       {"3.1:V31-45"},
       "a 3.1 client with Keep Alive 0 is cut off soon",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version == 3 && packet.keep_alive == 0) packet.keep_alive = 1;
           return Fate::keep;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
