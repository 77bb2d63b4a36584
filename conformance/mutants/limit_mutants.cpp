// Violations of what the client announced, of flow control and of expiry.
#include <map>
#include <memory>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::PropertyId;
using codec::Publish;

InterceptorPointer connect_without(PropertyId id) {
  return incoming<Connect>([id](Connect& packet, ConnectionId, Context&) {
    remove(packet.properties, id);
    return Fate::keep;
  });
}

// Messages never expire, and show the interval that they came with.
class NeverExpires final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr) continue;
      const auto interval =
          codec::get_integer(publish->properties, PropertyId::message_expiry_interval);
      if (!interval) continue;
      intervals_[publish->payload] = *interval;
      remove(publish->properties, PropertyId::message_expiry_interval);
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || context.version(send->connection) != codec::Version::v5_0) continue;
      const auto known = intervals_.find(publish->payload);
      if (known == intervals_.end()) continue;
      publish->properties.push_back({PropertyId::message_expiry_interval, known->second});
    }
  }

 private:
  std::map<std::string, std::uint32_t> intervals_;
};

// Holds back everything while a message is open, not only PUBLISH.
class StallsWhileOpen final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr) return false;
      if (const auto* publish = std::get_if<Publish>(&send->packet)) {
        if (publish->packet_identifier) ++open_[send->connection];
        return false;
      }
      const bool answer = std::holds_alternative<codec::Suback>(send->packet) ||
                          std::holds_alternative<codec::Puback>(send->packet);
      return answer && open_[send->connection] >= 2;
    });
  }
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (std::holds_alternative<codec::Puback>(packet)) --open_[connection];
    }
  }

 private:
  std::map<ConnectionId, int> open_;
};

}  // namespace

std::vector<MutantRow> limit_mutants() {
  return {
      {"receive-maximum-is-ignored",
       {"5.0:MQTT-3.3.4-9", "5.0:MQTT-4.9.0-2"},
       "more messages are open than the client's Receive Maximum",
       [] { return connect_without(PropertyId::receive_maximum); }},
      {"answers-wait-behind-receive-maximum",
       {"5.0:MQTT-3.3.4-10", "5.0:MQTT-4.9.0-3"},
       "SUBACK and PUBACK are withheld while two messages are open",
       [] { return std::make_unique<StallsWhileOpen>(); }},
      {"puback-does-not-return-quota",
       {"5.0:V5-4.9-a", "5.0:MQTT-4.9.0-2"},
       "PUBACK does not make room for the next message",
       [] {
         return incoming<codec::Puback>(
             [](codec::Puback&, ConnectionId, Context&) { return Fate::drop; });
       }},
      {"maximum-packet-size-is-ignored",
       {"5.0:MQTT-3.1.2-24"},
       "packets larger than the client's Maximum Packet Size are sent",
       [] { return connect_without(PropertyId::maximum_packet_size); }},
      {"oversize-message-closes",
       {"5.0:MQTT-3.1.2-25"},
       "a message too large for a subscriber ends its connection",
       [] {
         return both(
             outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
               if (packet.payload.size() < 4000) return Fate::keep;
               context.close(connection);
               return Fate::drop;
             }),
             connect_without(PropertyId::maximum_packet_size));
       }},
      {"topic-alias-is-sent-unasked",
       {"5.0:MQTT-3.1.2-27", "5.0:MQTT-3.1.2-26", "5.0:MQTT-3.3.2-11", "5.0:V5-3.3.2.3.4-e"},
       "PUBLISH has a Topic Alias although the client allows none",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (context.version(connection) == codec::Version::v5_0) {
             packet.properties.insert(packet.properties.begin(),
                                      {PropertyId::topic_alias, std::uint32_t{1}});
           }
           return Fate::keep;
         });
       }},
      {"topic-alias-is-above-the-maximum",
       {"5.0:MQTT-3.1.2-26", "5.0:MQTT-3.3.2-11"},
       "PUBLISH has a Topic Alias that is larger than the client allows",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (context.version(connection) == codec::Version::v5_0) {
             remove(packet.properties, PropertyId::topic_alias);
             packet.properties.insert(packet.properties.begin(),
                                      {PropertyId::topic_alias, std::uint32_t{1000}});
           }
           return Fate::keep;
         });
       }},
      {"topic-alias-is-taken-whatever-its-value",
       {"5.0:MQTT-3.3.2-9", "5.0:V5-3.3.4-g", "5.0:MQTT-3.2.2-17"},
       "a Topic Alias above the server's maximum is passed over",
       [] {
         auto maximum = std::make_shared<std::map<ConnectionId, std::uint32_t>>();
         return both(
             outgoing<codec::Connack>([maximum](codec::Connack& packet, ConnectionId c, Context&) {
               (*maximum)[c] =
                   codec::get_integer(packet.properties, PropertyId::topic_alias_maximum)
                       .value_or(0);
               return Fate::keep;
             }),
             incoming<Publish>([maximum](Publish& packet, ConnectionId c, Context&) {
               const auto alias = codec::get_integer(packet.properties, PropertyId::topic_alias);
               if (alias && *alias > (*maximum)[c]) {
                 remove(packet.properties, PropertyId::topic_alias);
               }
               return Fate::keep;
             }));
       }},
      {"topic-alias-is-not-taken",
       {"5.0:MQTT-3.3.2-12", "5.0:V5-3.3.2.3.4-b"},
       "a Topic Alias stands for nothing: what is published by it alone is acknowledged and lost",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId c, Context& context) {
           if (codec::count(packet.properties, PropertyId::topic_alias) == 0) return Fate::keep;
           remove(packet.properties, PropertyId::topic_alias);
           if (!packet.topic_name.empty()) return Fate::keep;
           if (packet.packet_identifier) context.send(c, codec::Puback{*packet.packet_identifier});
           return Fate::drop;
         });
       }},
      {"topic-alias-keeps-its-first-topic",
       {"5.0:V5-3.3.2.3.4-c"},
       "a Topic Alias cannot be mapped again",
       [] {
         auto first =
             std::make_shared<std::map<std::pair<ConnectionId, std::uint32_t>, std::string>>();
         return incoming<Publish>([first](Publish& packet, ConnectionId connection, Context&) {
           const auto alias = codec::get_integer(packet.properties, PropertyId::topic_alias);
           if (!alias || *alias == 0) return Fate::keep;
           auto [known, fresh] = first->try_emplace({connection, *alias}, packet.topic_name);
           if (packet.topic_name.empty()) packet.topic_name = known->second;
           return Fate::keep;
         });
       }},
      {"message-never-expires",
       {"5.0:MQTT-3.3.2-5", "5.0:MQTT-3.3.2-6"},
       "Message Expiry Interval is passed on as it came and ends nothing",
       [] { return std::make_unique<NeverExpires>(); }},
      {"problem-information-is-always-given",
       {"5.0:MQTT-3.1.2-29"},
       "PUBACK has a Reason String whatever Request Problem Information says",
       [] {
         return outgoing<codec::Puback>([](codec::Puback& packet, ConnectionId connection,
                                           Context& context) {
           if (context.version(connection) == codec::Version::v5_0) {
             packet.properties.push_back({PropertyId::reason_string, std::string("as you wish")});
           }
           return Fate::keep;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
