// Violations of what 3.1 says otherwise than 3.1.1 about subscriptions, messages and sessions.
#include <map>
#include <memory>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/older.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::Publish;
using codec::ReasonCode;
using codec::Subscribe;
using codec::Version;

// Loses every message once a 3.1 client has sent something that the codec refuses.
class HarmsBystanders final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId connection, codec::BytesView, const codec::DecodeError&,
                          codec::RuleSet&, Context& context) override {
    harmed_ = harmed_ || context.version(connection) == Version::v3_1;
    return OnError::report;
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (!harmed_ || publish == nullptr) return false;
      settle(*publish, send->connection, context);
      return true;
    });
  }

 private:
  bool harmed_ = false;
};

std::vector<MutantRow> request_rows() {
  return {
      {"older-dup-is-reserved",
       {"3.1:V31-13"},
       "SUBSCRIBE, UNSUBSCRIBE or PUBREL of 3.1 with DUP 1 ends the connection",
       [] {
         return closes_on_bytes([](const codec::Bytes& bytes, Version version) {
           const unsigned first = byte_at(bytes, 0);
           return version == Version::v3_1 && (first == 0x8A || first == 0xAA || first == 0x6A);
         });
       }},
      {"older-remaining-length-leaves-the-identifier-out",
       {"3.1:V31-42"},
       "a 3.1 SUBSCRIBE whose Remaining Length counts the identifier ends the connection",
       [] {
         return closes_on_bytes([](const codec::Bytes& bytes, Version version) {
           return version == Version::v3_1 && byte_at(bytes, 0) == 0x82;
         });
       }},
      {"older-denied-subscribe-is-refused",
       {"3.1:V31-9"},
       "SUBACK of 3.1 says 0x80",
       [] {
         return to_older<codec::Suback>([](codec::Suback& packet, ConnectionId, Context&) {
           for (auto& code : packet.reason_codes) code = ReasonCode::unspecified_error;
           return Fate::keep;
         });
       }},
      {"older-denied-publish-closes",
       {"3.1:V31-10"},
       "a 3.1 PUBLISH to a topic that is forbidden ends the connection",
       [] {
         return from_older<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (!packet.topic_name.ends_with("/forbidden")) return Fate::keep;
           context.close(connection);
           return Fate::drop;
         });
       }},
      {"older-grants-qos-3",
       {"3.1:V31-31"},
       "a 3.1 SUBSCRIBE with QoS 3 is granted QoS 2",
       [] {
         return both(tolerating({codec::Rule::subscription_qos_3}),
                     from_older<Subscribe>([](Subscribe& packet, ConnectionId, Context&) {
                       for (auto& s : packet.subscriptions) {
                         if (s.qos == 3) s.qos = 2;
                         s.options.reset();
                       }
                       return Fate::keep;
                     }));
       }},
      {"older-delivers-qos-3",
       {"3.1:V31-32"},
       "a 3.1 PUBLISH with QoS 3 is delivered like one of QoS 2",
       [] {
         return both(tolerating({codec::Rule::publish_qos_3}),
                     from_older<Publish>([](Publish& packet, ConnectionId, Context&) {
                       if (packet.qos == 3) packet.qos = 2;
                       return Fate::keep;
                     }));
       }},
      {"older-matches-by-prefix",
       {"3.1:V31-41"},
       "'a#' of a 3.1 client matches every topic on its level",
       [] {
         return both(tolerating({codec::Rule::topic_filter_multi_level_wildcard}),
                     from_older<Subscribe>([](Subscribe& packet, ConnectionId, Context&) {
                       for (auto& s : packet.subscriptions) {
                         const auto slash = s.topic_filter.rfind('/');
                         if (s.topic_filter.ends_with('#') && slash != std::string::npos) {
                           s.topic_filter = s.topic_filter.substr(0, slash + 1) + "#";
                         }
                       }
                       return Fate::keep;
                     }));
       }},
      {"older-faults-harm-bystanders",
       {"3.1:V31-26"},
       "when a 3.1 client breaks the protocol all messages are lost from then on",
       [] { return std::make_unique<HarmsBystanders>(); }},
  };
}

std::vector<MutantRow> delivery_rows() {
  return {
      {"older-session-is-forgotten",
       {"3.1:V31-37", "3.1:V31-12"},
       "a 3.1 client always begins a new session",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version == 3) packet.clean_start = true;
           return Fate::keep;
         });
       }},
      {"older-open-messages-are-not-repeated",
       {"3.1:V31-12"},
       "a 3.1 client does not get its open messages again",
       [] {
         return to_older<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.dup ? Fate::drop : Fate::keep;
         });
       }},
      {"older-queue-comes-newest-first",
       {"3.1:V31-36"},
       "two messages that waited for a 3.1 client change places when they are repeated",
       [] {
         auto first = std::make_shared<std::map<ConnectionId, Publish>>();
         return to_older<Publish>([first](Publish& packet, ConnectionId c, Context& context) {
           if (!packet.dup) return Fate::keep;
           const auto held = first->find(c);
           if (held == first->end()) {
             (*first)[c] = packet;
             return Fate::drop;
           }
           context.send(c, held->second);
           return Fate::keep;
         });
       }},
      {"older-topic-is-named-as-the-filter",
       {"3.1:V31-46"},
       "a 3.1 client sees another Topic Name than the published one",
       [] {
         return to_older<Publish>([](Publish& packet, ConnectionId, Context&) {
           packet.topic_name += "/renamed";
           return Fate::keep;
         });
       }},
      {"older-identifier-is-0",
       {"3.1:V31-33"},
       "messages for 3.1 clients have Message ID 0",
       [] {
         return to_older<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.qos > 0) packet.packet_identifier = 0;
           return Fate::keep;
         });
       }},
      {"older-duplicates-are-swallowed",
       {"3.1:V31-34"},
       "a 3.1 QoS 1 PUBLISH with DUP 1 is passed over",
       [] {
         return from_older<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.qos == 1 && packet.dup ? Fate::drop : Fate::keep;
         });
       }},
      {"older-duplicates-are-acknowledged-only",
       {"3.1:V31-34"},
       "a 3.1 QoS 1 PUBLISH with DUP 1 is acknowledged and dropped",
       [] {
         return from_older<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos != 1 || !packet.dup) return Fate::keep;
           context.send(connection, codec::Puback{*packet.packet_identifier});
           return Fate::drop;
         });
       }},
      {"older-repeated-qos2-is-delivered-twice",
       {"3.1:V31-35"},
       "a 3.1 QoS 2 PUBLISH with DUP 1 is delivered again",
       [] {
         return from_older<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos != 2 || !packet.dup) return Fate::keep;
           Publish copy = packet;
           copy.qos = 0;
           copy.dup = false;
           copy.packet_identifier.reset();
           context.receive(connection, copy);
           return Fate::keep;
         });
       }},
      {"older-will-is-never-published",
       {"3.1:V31-21"},
       "a 3.1 Will is accepted and forgotten",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version == 3) packet.will.reset();
           return Fate::keep;
         });
       }},
      {"older-will-comes-after-disconnect",
       {"3.1:V31-21"},
       "a 3.1 DISCONNECT does not stop the Will",
       [] {
         return from_older<codec::Disconnect>(
             [](codec::Disconnect&, ConnectionId connection, Context& context) {
               context.lose(connection);
               return Fate::drop;
             });
       }},
      {"older-will-has-its-length-in-front",
       {"3.1:V31-20"},
       "the two length bytes of a 3.1 Will are published with it",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version != 3 || !packet.will) return Fate::keep;
           const auto size = packet.will->payload.size();
           packet.will->payload.insert(0, {'\0', static_cast<char>(size & 0xFFU)});
           return Fate::keep;
         });
       }},
  };
}

}  // namespace

std::vector<MutantRow> older_mutants() {
  auto rows = request_rows();
  for (auto& row : delivery_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
