// Violations in the payload and the time of Wills, and in what a refused CONNECT leaves behind.
#include <map>
#include <memory>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::PropertyId;
using codec::Publish;

template <class Edit>
InterceptorPointer each_will(Edit edit) {
  return incoming<Connect>([edit](Connect& packet, ConnectionId, Context&) {
    if (packet.will) edit(*packet.will, packet);
    return Fate::keep;
  });
}

void set(codec::Properties& properties, PropertyId id, std::uint32_t value) {
  remove(properties, id);
  properties.push_back({id, value});
}

// Publishes the Will of a CONNECT that the codec refuses; its text is known from the bytes.
class PublishesRefusedWill final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId, codec::BytesView frame, const codec::DecodeError& error,
                          codec::RuleSet& tolerated, Context& context) override {
    codec::RuleSet all = tolerated;
    all.insert(error.rule);
    const auto decoded = codec::decode(frame, codec::Version::v3_1_1, codec::Sender::client, all);
    const auto* packet = std::get_if<Packet>(&decoded);
    if (packet != nullptr) publish(*packet, context);
    return OnError::report;
  }
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context& context) override {
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<Connect>(&packet);
      if (connect != nullptr && connect->client_identifier.empty() && !connect->clean_start) {
        publish(packet, context);
      }
    }
  }

 private:
  static void publish(const Packet& packet, Context& context) {
    const auto* connect = std::get_if<Connect>(&packet);
    if (connect == nullptr || !connect->will) return;
    Publish will;
    will.topic_name = connect->will->topic;
    will.payload = connect->will->payload;
    for (const ConnectionId c : context.connections()) {
      if (!context.client_identifier(c).empty()) context.send(c, will);
    }
  }
};

}  // namespace

std::vector<MutantRow> will_rule_mutants() {
  return {
      {"will-payload-is-text",
       {"3.1.1:V311-3.1.3.3-a", "5.0:V5-3.1.3.4-a"},
       "bytes of a Will that are no ASCII become question marks, and an empty one a blank",
       [] {
         return each_will([](codec::Will& will, Connect&) {
           for (char& c : will.payload) {
             if (static_cast<unsigned char>(c) > 0x7F) c = '?';
           }
           if (will.payload.empty()) will.payload = " ";
         });
       }},
      {"will-topic-and-payload-change-places",
       {"3.1.1:MQTT-3.1.3-1"},
       "the fields of CONNECT are read in another order",
       [] {
         return each_will([](codec::Will& will, Connect&) {
           if (will.payload.empty()) will.payload = "x";
           std::swap(will.topic, will.payload);
         });
       }},
      {"will-takes-a-minute",
       {"3.1.1:V311-3.1.2.5-e"},
       "Wills are held back for a minute",
       [] {
         class Hook final : public Delaying {
          public:
           void on_action(Actions& actions, Context& context) override {
             std::erase_if(actions, [&](broker::Action& action) {
               auto* send = std::get_if<broker::Send>(&action);
               auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
               if (publish == nullptr || !publish->topic_name.ends_with("/will")) return false;
               at(context.now() + std::chrono::seconds(60),
                  [c = send->connection, packet = *publish](Context& later) {
                    later.send(c, packet);
                  });
               return true;
             });
           }
         };
         return InterceptorPointer(new Hook());
       }},
      {"will-without-delay-waits-for-the-session",
       {"5.0:V5-3.1.3.2.2-b"},
       "a Will without Will Delay Interval is published when its session ends",
       [] {
         return each_will([](codec::Will& will, Connect& connect) {
           const auto expiry =
               codec::get_integer(connect.properties, PropertyId::session_expiry_interval);
           if (expiry && codec::count(will.properties, PropertyId::will_delay_interval) == 0) {
             set(will.properties, PropertyId::will_delay_interval, *expiry);
           }
         });
       }},
      {"will-gets-an-expiry",
       {"5.0:V5-3.1.3.2.4-c"},
       "a Will without Message Expiry Interval is published with one",
       [] {
         return each_will([](codec::Will& will, Connect& connect) {
           if (connect.protocol_version == 5 &&
               codec::count(will.properties, PropertyId::message_expiry_interval) == 0) {
             set(will.properties, PropertyId::message_expiry_interval, 3600);
           }
         });
       }},
      {"will-delay-counts-against-its-expiry",
       {"5.0:V5-3.1.3.2.4-b"},
       "the Will Delay Interval shortens the Message Expiry Interval",
       [] {
         return each_will([](codec::Will& will, Connect&) {
           const auto delay = codec::get_integer(will.properties, PropertyId::will_delay_interval);
           const auto expiry =
               codec::get_integer(will.properties, PropertyId::message_expiry_interval);
           if (delay && expiry) {
             set(will.properties, PropertyId::message_expiry_interval, *expiry - *delay);
           }
         });
       }},
      {"delayed-will-is-dropped-with-its-session",
       {"5.0:V5-3.1.3.2.2-d"},
       "a Will that waits is dropped when its client begins a new session",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           // Resuming cancels the Will; Clean Start would let it out.
           if (packet.protocol_version == 5) packet.clean_start = false;
           return Fate::keep;
         });
       }},
      {"will-of-a-refused-connect-is-published",
       {"3.1.1:V311-3.1.2.5-f"},
       "the Will of a CONNECT that is refused is published",
       [] { return std::make_unique<PublishesRefusedWill>(); }},
      {"empty-identifier-without-clean-session-is-accepted",
       {"3.1.1:MQTT-3.1.3-8"},
       "a 3.1.1 client without identifier may ask for a kept session",
       [] {
         return both(tolerating({codec::Rule::client_identifier_empty}),
                     incoming<Connect>([](Connect& packet, ConnectionId connection, Context&) {
                       if (packet.protocol_version == 4 && packet.client_identifier.empty()) {
                         packet.client_identifier = std::to_string(connection);
                       }
                       return Fate::keep;
                     }));
       }},
  };
}

}  // namespace mqttspec::mutants
