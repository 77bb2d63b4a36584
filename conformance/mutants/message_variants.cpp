// Freedoms that concern single messages, topics, subscriptions and clients. Each row uses its own
// on something that only the scenario about it has, so that no other one asks in vain.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/edits.hpp"
#include "conformance/mutants/own_packets.hpp"
#include "conformance/mutants/variant_tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::Publish;
using codec::ReasonCode;
using codec::Suback;
using codec::Subscribe;
using codec::Version;

// Refuses a CONNECT, in the words of its version, and closes.
void refuse(const Connect& packet, ConnectionId connection, ReasonCode v5, std::uint8_t v3,
            Context& context) {
  answer_connect(packet, connection, packet.protocol_version == 5 ? v5 : ReasonCode{v3}, context);
  context.close(connection);
}

// What clients call "former-name" is called "present-name" by the server.
InterceptorPointer renames_topics() {
  return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
    const auto at = packet.topic_name.rfind("/former-name");
    if (at != std::string::npos) packet.topic_name.replace(at, std::string::npos, "/present-name");
    return Fate::keep;
  });
}

// Sends a message that goes to ".../inbox" below a Client Identifier to that client.
InterceptorPointer subscribes_for_clients() {
  return incoming<Publish>([](Publish& packet, ConnectionId, Context& context) {
    constexpr std::string_view inbox = "/inbox";
    if (!packet.topic_name.ends_with(inbox)) return Fate::keep;
    const auto owner = packet.topic_name.substr(0, packet.topic_name.size() - inbox.size());
    for (const ConnectionId c : context.connections()) {
      if (context.client_identifier(c) != owner) continue;
      Publish copy;
      copy.topic_name = packet.topic_name;
      copy.payload = packet.payload;
      context.send(c, copy);
    }
    return Fate::keep;
  });
}

// Publications at QoS 1 come twice where QoS 0 was granted. Which ones they are shows in the
// acknowledgement that is under way.
class DoublesOnTheWayDown final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* publish = std::get_if<Publish>(&packet)) qos_ = publish->qos;
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->qos != 0 || publish->retain || qos_ != 1) continue;
      if (publish->topic_name.starts_with("$")) continue;
      const bool v5 = context.version(send->connection) == Version::v5_0;
      if (v5) context.send(send->connection, *publish);
    }
  }

 private:
  std::uint8_t qos_ = 0;
};

// PUBLISH to and SUBSCRIBE for a topic that nobody has set up are refused.
InterceptorPointer knows_its_topics() {
  return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
    if (!packet.topic_name.ends_with("/nobody/has/set/this/up") || packet.qos != 1) {
      return Fate::keep;
    }
    codec::Puback answer{*packet.packet_identifier};
    answer.reason_code = ReasonCode::topic_name_invalid;
    context.send(connection, answer);
    return Fate::drop;
  });
}

bool is_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
    if (text.substr(i).starts_with("\xEF\xBF\xBF")) return true;
  }
  return false;
}

// Closes on a topic with a control character or non-character in it.
InterceptorPointer refuses_control_characters() {
  return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
    if (!is_control(packet.topic_name)) return Fate::keep;
    if (context.version(connection) == Version::v5_0) {
      throw_out(connection, ReasonCode::malformed_packet, context);
    } else {
      context.close(connection);
    }
    return Fate::drop;
  });
}

// Grants other codes than were asked for, where `edit` says so: it may change the SUBSCRIBE before
// it is carried out, and then the SUBACK.
template <class P, class Test>
InterceptorPointer refuses_filters(Test test, ReasonCode code) {
  auto refused = std::make_shared<
      std::map<std::pair<ConnectionId, std::uint16_t>, std::vector<std::size_t>>>();
  return both(incoming<P>([refused, test](P& packet, ConnectionId connection, Context& context) {
                if (context.version(connection) != Version::v5_0) return Fate::keep;
                auto& places = (*refused)[{connection, packet.packet_identifier}];
                places.clear();
                for (std::size_t i = 0; i < packet.subscriptions.size(); ++i) {
                  auto& filter = packet.subscriptions[i].topic_filter;
                  if (!test(filter)) continue;
                  places.push_back(i);
                  filter = "never/used/" + std::to_string(i);
                }
                return Fate::keep;
              }),
              outgoing<Suback>([refused, code](Suback& packet, ConnectionId connection, Context&) {
                const auto found = refused->find({connection, packet.packet_identifier});
                if (found == refused->end()) return Fate::keep;
                for (const std::size_t i : found->second) packet.reason_codes[i] = code;
                return Fate::keep;
              }));
}

bool is_deep_wildcard(const std::string& filter) {
  return filter.ends_with("/#") && std::count(filter.begin(), filter.end(), '/') >= 4;
}

// The members of a Shared Subscription are granted no more than QoS 1.
InterceptorPointer shares_at_qos_1() {
  return incoming<Subscribe>([](Subscribe& packet, ConnectionId, Context&) {
    for (auto& subscription : packet.subscriptions) {
      if (subscription.topic_filter.starts_with("$share/")) {
        subscription.qos = std::min<std::uint8_t>(subscription.qos, 1);
      }
    }
    return Fate::keep;
  });
}

// A 3.1 client that subscribes to everything gets a topic of the server's as well.
InterceptorPointer shows_its_topics() {
  return incoming<Subscribe>([](Subscribe& packet, ConnectionId c, Context& context) {
    if (context.version(c) == Version::v3_1 && packet.subscriptions.front().topic_filter == "#") {
      Publish own;
      own.topic_name = "$SYS/broker/version";
      own.payload = "1";
      context.send(c, own);
    }
    return Fate::keep;
  });
}

// Sends a client whose identifier ends so to another server.
InterceptorPointer sends_elsewhere() {
  return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
    if (packet.protocol_version != 5 || !packet.client_identifier.ends_with("elsewhere")) {
      return Fate::keep;
    }
    refuse(packet, connection, ReasonCode::use_another_server, 3, context);
    return Fate::drop;
  });
}

// Serves 3.1.1 and 5.0 only, of which its capabilities say nothing.
InterceptorPointer forgets_old_versions() {
  return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
    const bool meant = packet.protocol_version == 3 && packet.client_identifier.ends_with("old");
    if (!meant) return Fate::keep;
    refuse(packet, connection, ReasonCode::unsupported_protocol_version, 1, context);
    return Fate::drop;
  });
}

}  // namespace

std::vector<VariantRow> message_variants() {
  return {
      {"renames-a-topic",
       "delivers messages of one topic under another name",
       "5.0 3.3.2.1, 3.1.1 3.3.2.1",
       renames_topics,
       {}},
      {"subscribes-for-its-clients",
       "sends each client what is published to its inbox",
       "3.1.1 4.5",
       subscribes_for_clients,
       {}},
      {"doubles-messages-that-go-down-to-qos-0",
       "delivers a QoS 1 message twice where QoS 0 was granted",
       "5.0 3.8.4",
       [] { return std::make_unique<DoublesOnTheWayDown>(); },
       {}},
      {"knows-its-topics",
       "refuses messages on a topic that was not set up",
       "5.0 4.7.3",
       knows_its_topics,
       {}},
      {"refuses-control-characters",
       "closes on control characters in a Topic Name",
       "5.0 1.5.4, 3.1.1 1.5.3",
       refuses_control_characters,
       {}},
      {"refuses-deep-wildcards",
       "refuses a filter with # below four levels by 0xA2",
       "5.0 3.2.2.3.11",
       [] {
         return refuses_filters<Subscribe>(is_deep_wildcard,
                                           ReasonCode::wildcard_subscriptions_not_supported);
       },
       {}},
      {"shares-at-qos-1",
       "grants members of a Shared Subscription no more than QoS 1",
       "5.0 4.8.2",
       shares_at_qos_1,
       {}},
      {"shows-its-topics-to-old-clients",
       "lets # match topics below $SYS for 3.1 clients",
       "3.1 p.41",
       shows_its_topics,
       {}},
      {"sends-a-client-elsewhere",
       "sends one client to another server by 0x9C",
       "5.0 4.11",
       sends_elsewhere,
       {}},
      {"serves-no-old-version",
       "refuses one client of MQTT 3.1",
       "5.0 3.1.4, 3.1.1 3.1.4",
       forgets_old_versions,
       {}},
      {"takes-client-identifiers-of-23-bytes",
       "refuses Client Identifiers of more than 23 bytes",
       "5.0 3.1.3.1, 3.1.1 3.1.3.1",
       {},
       [](broker::Config& config) { config.client_identifier_length_maximum = 23; }},
  };
}

}  // namespace mqttspec::mutants
