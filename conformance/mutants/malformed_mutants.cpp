// Brokers that answer in the wrong way to what they must refuse. Those that do not notice it are in
// rule_mutants.cpp, string_mutants.cpp and property_mutants.cpp.
#include <memory>
#include <set>

#include "conformance/mutants/lenient.hpp"
#include "conformance/mutants/tables.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Disconnect;
using codec::PacketType;
using codec::ReasonCode;

InterceptorPointer code_instead(ReasonCode code, ReasonCode instead) {
  return outgoing<Disconnect>([code, instead](Disconnect& packet, ConnectionId, Context&) {
    if (packet.reason_code == code) packet.reason_code = instead;
    return Fate::keep;
  });
}

// Reads over a PINGREQ whose Remaining Length goes on after four bytes.
class SkipsLongLengths final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId, codec::Bytes& bytes, Context&) override {
    const std::string overlong("\xC0\x80\x80\x80\x80\x01");
    const auto place = bytes.find(overlong);
    if (place != codec::Bytes::npos) bytes.erase(place, overlong.size());
  }
};

// Says something to a 3.x client whose CONNECT cannot be read, before it closes.
class AnswersMalformedConnect final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError&, codec::RuleSet&, Context& context) override {
    const bool connect = !frame.empty() && (static_cast<unsigned char>(frame[0]) >> 4) == 1;
    if (connect) context.send_bytes(connection, codec::Bytes("\x20\x02\x00\x01", 4));
    return OnError::report;
  }
};

// Cuts everybody off when one client breaks the rules.
class ClosesEverybody final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId culprit, codec::BytesView, const codec::DecodeError&,
                          codec::RuleSet&, Context& context) override {
    for (const ConnectionId other : context.connections()) {
      if (other != culprit) context.close(other);
    }
    return OnError::report;
  }
};

// Says DISCONNECT where only CONNACK may refuse: before any CONNACK.
class DisconnectsBeforeConnack final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      if (auto* send = std::get_if<broker::Send>(&action)) {
        auto* connack = std::get_if<Connack>(&send->packet);
        if (connack == nullptr) continue;
        if (connack->reason_code == ReasonCode::success) {
          connected_.insert(send->connection);
        } else {
          Disconnect instead;
          instead.reason_code = connack->reason_code;
          told_.insert(send->connection);
          send->packet = instead;
        }
      } else if (const auto* close = std::get_if<broker::Close>(&action)) {
        const ConnectionId c = close->connection;
        if (connected_.contains(c) || !told_.insert(c).second) continue;
        actions.insert(actions.begin(), broker::Send{c, Disconnect{}});
        return;
      }
    }
  }

 private:
  std::set<ConnectionId> connected_;
  std::set<ConnectionId> told_;
};

// Carries out a PUBLISH that stands behind a CONNECT which it refuses.
class ServesBehindRefusedConnect final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId, codec::Bytes& bytes, Context& context) override {
    // CONNECT with its reserved flag set, then a QoS 0 PUBLISH, all in one piece.
    if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != 0x10) return;
    const std::size_t end = 2U + static_cast<unsigned char>(bytes[1]);
    if (end + 2 >= bytes.size() || (static_cast<unsigned char>(bytes[end]) >> 4) != 3) return;
    for (const auto version : {codec::Version::v5_0, codec::Version::v3_1_1}) {
      const auto result =
          codec::decode(codec::BytesView(bytes).substr(end), version, codec::Sender::client);
      const auto* packet = std::get_if<Packet>(&result);
      if (packet == nullptr) continue;
      publish_for_all(*packet, context);
      return;
    }
  }

 private:
  // Through whoever is there, since the one who sent it never gets in.
  static void publish_for_all(const Packet& packet, Context& context) {
    for (const ConnectionId other : context.connections()) {
      if (context.client_identifier(other).empty()) continue;
      context.receive(other, packet);
      return;
    }
  }
};

}  // namespace

std::vector<MutantRow> malformed_mutants() {
  return {
      {"malformed-connect-is-ignored",
       {"5.0:MQTT-3.1.4-1", "3.1.1:MQTT-3.1.4-1"},
       "a CONNECT that is malformed is passed over",
       [] {
         return passing_over(
             [](const Refused& refused) { return refused.type == PacketType::connect; });
       }},
      {"malformed-publish-is-ignored",
       {"5.0:MQTT-4.13.1-1", "3.1.1:MQTT-4.8.0-1"},
       "a PUBLISH that is malformed is passed over",
       [] {
         return passing_over(
             [](const Refused& refused) { return refused.type == PacketType::publish; });
       }},
      {"malformed-packets-close-with-the-wrong-code",
       {"5.0:V5-4.13.1-a"},
       "DISCONNECT says 0x97 where a packet was malformed",
       [] { return code_instead(ReasonCode::malformed_packet, ReasonCode::quota_exceeded); },
       "Malformed Packet is the code of most faults that there are, and each is asked for its "
       "own."},
      {"protocol-errors-close-with-the-wrong-code",
       {"5.0:V5-4.13.1-a"},
       "DISCONNECT says 0x97 where there was a Protocol Error",
       [] { return code_instead(ReasonCode::protocol_error, ReasonCode::quota_exceeded); }},
      {"topic-alias-errors-close-with-the-wrong-code",
       {"5.0:V5-3.3.4-g", "5.0:V5-4.13.1-a"},
       "DISCONNECT says 0x97 where a Topic Alias was wrong",
       [] { return code_instead(ReasonCode::topic_alias_invalid, ReasonCode::quota_exceeded); }},
      {"malformed-connect-gets-a-connack",
       {"3.1.1:MQTT-3.1.4-1", "3.1.1:MQTT-3.2.2-6"},
       "a CONNECT that is malformed is answered by CONNACK 0x01 before the close",
       [] { return std::make_unique<AnswersMalformedConnect>(); }},
      {"remaining-length-of-five-bytes-is-read-over",
       {"5.0:V5-1.5.5-a", "3.1.1:V311-2.2.3-b"},
       "a PINGREQ with a Remaining Length of five bytes is passed over",
       [] { return std::make_unique<SkipsLongLengths>(); }},
      {"an-error-closes-everybody",
       {"5.0:V5-4.13.1-c", "3.1.1:MQTT-3.12.4-1", "5.0:MQTT-3.12.4-1"},
       "one client's malformed packet ends the connections of all others",
       [] { return std::make_unique<ClosesEverybody>(); }},
      {"disconnect-comes-before-connack",
       {"5.0:MQTT-3.14.0-1"},
       "a connection that is refused gets DISCONNECT",
       [] { return std::make_unique<DisconnectsBeforeConnack>(); }},
      {"what-follows-a-refused-connect-is-served",
       {"5.0:MQTT-3.1.4-6", "3.1.1:MQTT-3.1.4-5"},
       "a PUBLISH behind a refused CONNECT is routed",
       [] { return std::make_unique<ServesBehindRefusedConnect>(); }},
      {"topic-alias-0-is-accepted",
       {"5.0:MQTT-3.3.2-8", "5.0:V5-3.3.4-g"},
       "Topic Alias 0 is passed over",
       [] {
         return both(
             tolerating({codec::Rule::topic_alias_zero}),
             incoming<codec::Publish>([](codec::Publish& packet, ConnectionId, Context&) {
               if (codec::get_integer(packet.properties, codec::PropertyId::topic_alias) == 0U) {
                 remove(packet.properties, codec::PropertyId::topic_alias);
               }
               return Fate::keep;
             }));
       }},
  };
}

}  // namespace mqttspec::mutants
