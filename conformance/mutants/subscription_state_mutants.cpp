// Violations in what belongs to a subscription (identifiers, options) and when it is in force.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;
using codec::Subscribe;

template <class Edit>
InterceptorPointer each_identifier(Edit edit) {
  return outgoing<Publish>([edit](Publish& packet, ConnectionId, Context&) {
    for (auto& property : packet.properties) {
      if (property.id != PropertyId::subscription_identifier) continue;
      property.value = edit(std::get<std::uint32_t>(property.value));
    }
    return Fate::keep;
  });
}

// Calls `edit` for what goes to connections that resumed a session.
template <class Edit>
InterceptorPointer after_resuming(Edit edit) {
  auto resumed = std::make_shared<std::set<ConnectionId>>();
  return both(outgoing<codec::Connack>([resumed](codec::Connack& packet, ConnectionId c, Context&) {
                if (packet.session_present) resumed->insert(c);
                return Fate::keep;
              }),
              outgoing<Publish>([resumed, edit](Publish& packet, ConnectionId c, Context& context) {
                return resumed->contains(c) ? edit(packet, c, context) : Fate::keep;
              }));
}

// The identifier of a SUBSCRIBE comes only with messages on its first filter's topic.
InterceptorPointer identifier_for_the_first_only() {
  auto further = std::make_shared<std::set<std::string>>();
  return both(incoming<Subscribe>([further](Subscribe& packet, ConnectionId, Context&) {
                for (std::size_t i = 1; i < packet.subscriptions.size(); ++i) {
                  further->insert(packet.subscriptions[i].topic_filter);
                }
                return Fate::keep;
              }),
              outgoing<Publish>([further](Publish& packet, ConnectionId, Context&) {
                if (further->contains(packet.topic_name)) {
                  remove(packet.properties, PropertyId::subscription_identifier);
                }
                return Fate::keep;
              }));
}

// Adds the identifier that a Client Identifier once used for a topic, though it is long gone.
class RemembersIdentifiers final : public Interceptor {
 public:
  explicit RemembersIdentifiers(bool over_sessions) : over_sessions_(over_sessions) {}
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<codec::Connect>(&packet);
      if (connect != nullptr && !over_sessions_ && connect->clean_start) {
        known_.erase(connect->client_identifier);
      }
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      const auto id =
          codec::get_integer(subscribe->properties, PropertyId::subscription_identifier);
      if (!id) continue;
      for (const auto& s : subscribe->subscriptions) {
        known_[context.client_identifier(connection)][s.topic_filter] = *id;
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr) continue;
      const auto client = known_.find(context.client_identifier(send->connection));
      if (client == known_.end()) continue;
      const auto id = client->second.find(publish->topic_name);
      if (id == client->second.end() ||
          codec::count(publish->properties, PropertyId::subscription_identifier) > 0) {
        continue;
      }
      publish->properties.push_back({PropertyId::subscription_identifier, id->second});
    }
  }

 private:
  bool over_sessions_;
  std::map<std::string, std::map<std::string, std::uint32_t>> known_;
};

// The message that is published first after a SUBACK for several filters is lost.
class SubscribesLate final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      late_ = late_ || (subscribe != nullptr && subscribe->subscriptions.size() > 1);
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !late_) return false;
      late_ = false;
      settle(*publish, send->connection, context);
      return true;
    });
  }

 private:
  bool late_ = false;
};

// Cuts the Property Length out of a packet of this type.
class LeavesPropertyLengthOut final : public Interceptor {
 public:
  explicit LeavesPropertyLengthOut(codec::PacketType type) : type_(type) {}
  void on_bytes_out(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    const bool meant = bytes.size() > 5 && bytes[4] == 0 &&
                       (static_cast<unsigned char>(bytes[0]) >> 4) == static_cast<int>(type_);
    if (!meant || context.version(connection) != codec::Version::v5_0) return;
    bytes.erase(bytes.begin() + 4);
    --bytes[1];
  }

 private:
  codec::PacketType type_;
};

}  // namespace

std::vector<MutantRow> subscription_state_mutants() {
  return {
      {"subscription-identifiers-have-16-bits",
       {"5.0:V5-3.3.2.3.8-a"},
       "Subscription Identifiers above 65,535 are cut",
       [] {
         return each_identifier(
             [](std::uint32_t id) { return id > 0xFFFF ? id % 0xFFFF + 1 : id; });
       }},
      {"subscription-identifier-is-for-one-filter",
       {"5.0:V5-3.8.2.1.2-c"},
       "of several filters of a SUBSCRIBE only the first has its identifier",
       [] { return identifier_for_the_first_only(); }},
      {"subscription-identifiers-are-lost-on-resuming",
       {"5.0:V5-3.8.2.1.2-e"},
       "a resumed session has no Subscription Identifiers",
       [] {
         return after_resuming([](Publish& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::subscription_identifier);
           return Fate::keep;
         });
       }},
      {"subscription-identifiers-outlive-unsubscribe",
       {"5.0:V5-3.8.4-e"},
       "a filter keeps its identifier over UNSUBSCRIBE",
       [] { return std::make_unique<RemembersIdentifiers>(false); }},
      {"subscription-identifiers-outlive-the-session",
       {"5.0:V5-3.8.4-e"},
       "a filter keeps its identifier over Clean Start 1",
       [] { return std::make_unique<RemembersIdentifiers>(true); }},
      {"equal-subscription-identifiers-are-merged",
       {"5.0:V5-3.3.4-d"},
       "an identifier that two subscriptions share comes once",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           std::set<std::uint32_t> seen;
           std::erase_if(packet.properties, [&](const codec::Property& p) {
             return p.id == PropertyId::subscription_identifier &&
                    !seen.insert(std::get<std::uint32_t>(p.value)).second;
           });
           return Fate::keep;
         });
       }},
      {"no-local-is-lost-on-resuming",
       {"5.0:V5-3.8.3.1-d"},
       "a resumed session gets its own messages in spite of No Local",
       [] {
         auto resumed = std::make_shared<std::set<ConnectionId>>();
         return both(
             outgoing<codec::Connack>([resumed](codec::Connack& packet, ConnectionId c, Context&) {
               if (packet.session_present) resumed->insert(c);
               return Fate::keep;
             }),
             incoming<Publish>([resumed](Publish& packet, ConnectionId c, Context& context) {
               if (!resumed->contains(c)) return Fate::keep;
               Publish copy = packet;
               copy.qos = 0;
               copy.packet_identifier.reset();
               context.send(c, copy);
               return Fate::keep;
             }));
       }},
      {"retain-as-published-is-lost-on-resuming",
       {"5.0:V5-3.8.3.1-d"},
       "a resumed session sees RETAIN 0",
       [] {
         return after_resuming([](Publish& packet, ConnectionId, Context&) {
           packet.retain = false;
           return Fate::keep;
         });
       }},
      {"granted-qos-is-lost-on-resuming",
       {"5.0:V5-3.8.3.1-d"},
       "a resumed session gets its messages at QoS 0",
       [] {
         return after_resuming([](Publish& packet, ConnectionId c, Context& context) {
           settle(packet, c, context);
           packet.qos = 0;
           packet.dup = false;
           packet.packet_identifier.reset();
           return Fate::keep;
         });
       }},
      {"suback-comes-before-the-subscription",
       {"5.0:V5-3.9-a"},
       "the first message after a SUBACK for several filters is lost",
       [] { return std::make_unique<SubscribesLate>(); }},
      {"suback-lacks-its-property-length",
       {"5.0:V5-3.9.2-a"},
       "SUBACK of 5.0 is laid out as in 3.1.1",
       [] { return std::make_unique<LeavesPropertyLengthOut>(codec::PacketType::suback); }},
      {"unsuback-lacks-its-property-length",
       {"5.0:V5-3.11.2-a"},
       "UNSUBACK of 5.0 has no Property Length",
       [] { return std::make_unique<LeavesPropertyLengthOut>(codec::PacketType::unsuback); }},
  };
}

}  // namespace mqttspec::mutants
