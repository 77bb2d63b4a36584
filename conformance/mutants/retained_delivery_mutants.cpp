// Violations in how many retained messages come, until when, at which QoS and for whom.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;
using codec::Subscribe;

// Sends the first retained message of a topic along with the newest.
class KeepsHistory final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->retain) oldest_.emplace(publish->topic_name, *publish);
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !publish->retain) continue;
      const auto oldest = oldest_.find(publish->topic_name);
      if (oldest == oldest_.end() || oldest->second.payload == publish->payload) continue;
      Publish copy = oldest->second;
      copy.qos = 0;
      copy.packet_identifier.reset();
      context.send(send->connection, copy);
    }
  }

 private:
  std::map<std::string, Publish> oldest_;
};

// Brings the message back that an expired one had replaced.
class FallsBackToOlder final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->retain) remember(*publish, context.now());
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      for (const auto& subscription : subscribe->subscriptions) {
        const auto lost = expires_.find(subscription.topic_filter);
        if (lost == expires_.end() || context.now() < lost->second) continue;
        Publish copy = older_[subscription.topic_filter];
        copy.qos = 0;
        copy.packet_identifier.reset();
        context.send(connection, copy);
      }
    }
  }

 private:
  void remember(const Publish& publish, Instant now) {
    const auto interval =
        codec::get_integer(publish.properties, PropertyId::message_expiry_interval);
    if (interval && older_.contains(publish.topic_name)) {
      expires_[publish.topic_name] = now + std::chrono::seconds(*interval);
    } else {
      older_[publish.topic_name] = publish;
    }
  }
  std::map<std::string, Publish> older_;
  std::map<std::string, Instant> expires_;  // topics whose retained message was replaced so
};

}  // namespace

std::vector<MutantRow> retained_delivery_mutants() {
  return {
      {"retained-history-is-sent",
       {"5.0:V5-3.3.1.3-b"},
       "the first retained message of a topic is sent along with the newest",
       [] { return std::make_unique<KeepsHistory>(); }},
      {"retained-comes-from-one-topic-only",
       {"5.0:V5-3.3.1.3-b", "3.1.1:V311-3.8.4-b"},
       "of several topics that match a filter only one brings its retained message",
       [] {
         auto brought = std::make_shared<std::map<ConnectionId, std::string>>();
         return both(
             incoming<Subscribe>([brought](Subscribe&, ConnectionId c, Context&) {
               brought->erase(c);
               return Fate::keep;
             }),
             outgoing<Publish>([brought](Publish& packet, ConnectionId c, Context& context) {
               if (!packet.retain) return Fate::keep;
               const auto first = brought->try_emplace(c, packet.topic_name).first;
               if (first->second == packet.topic_name) return Fate::keep;
               settle(packet, c, context);
               return Fate::drop;
             }));
       }},
      {"new-filter-displaces-the-older-ones",
       {"3.1.1:V311-3.8.4-b"},
       "a SUBSCRIBE ends the client's earlier subscriptions",
       [] {
         auto filters = std::make_shared<std::map<ConnectionId, std::vector<std::string>>>();
         return incoming<Subscribe>(
             [filters](Subscribe& packet, ConnectionId connection, Context& context) {
               auto& earlier = (*filters)[connection];
               if (!earlier.empty()) {
                 codec::Unsubscribe end;
                 end.packet_identifier = packet.packet_identifier;
                 end.topic_filters = earlier;
                 context.receive(connection, end);
               }
               earlier.clear();
               for (const auto& s : packet.subscriptions) earlier.push_back(s.topic_filter);
               return Fate::keep;
             });
       }},
      {"retained-qos0-leaves-the-older-one",
       {"3.1.1:MQTT-3.3.1-7", "5.0:V5-3.3.1.3-c"},
       "a QoS 0 message with RETAIN 1 does not touch what is retained",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.qos == 0) packet.retain = false;
           return Fate::keep;
         });
       }},
      {"retained-message-outlives-its-expiry",
       {"5.0:V5-3.3.1.3-d"},
       "retained messages do not expire",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.retain) remove(packet.properties, PropertyId::message_expiry_interval);
           return Fate::keep;
         });
       }},
      {"older-retained-message-returns-after-expiry",
       {"5.0:V5-3.3.1.3-d"},
       "when a retained message expires the one before it is back",
       [] { return std::make_unique<FallsBackToOlder>(); }},
      {"retained-comes-at-qos0",
       {"5.0:V5-3.3.1.3-e"},
       "retained messages are delivered at QoS 0",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (!packet.retain || packet.qos == 0) return Fate::keep;
           settle(packet, connection, context);
           packet.qos = 0;
           packet.dup = false;
           packet.packet_identifier.reset();
           return Fate::keep;
         });
       }},
      {"retain-handling-2-silences-live-messages",
       {"5.0:V5-3.8.3.1-c"},
       "a subscription with Retain Handling 2 gets no message that was published with RETAIN 1",
       [] {
         auto silent = std::make_shared<std::set<ConnectionId>>();
         auto retained = std::make_shared<std::set<std::string>>();
         return both(
             both(incoming<Subscribe>([silent](Subscribe& packet, ConnectionId c, Context&) {
                    for (const auto& s : packet.subscriptions) {
                      if (s.retain_handling == 2) silent->insert(c);
                    }
                    return Fate::keep;
                  }),
                  incoming<Publish>([retained](Publish& packet, ConnectionId, Context&) {
                    if (packet.retain) retained->insert(packet.topic_name);
                    return Fate::keep;
                  })),
             outgoing<Publish>(
                 [silent, retained](Publish& packet, ConnectionId c, Context& context) {
                   if (!silent->contains(c) || !retained->contains(packet.topic_name)) {
                     return Fate::keep;
                   }
                   settle(packet, c, context);
                   return Fate::drop;
                 }));
       }},
      {"shared-subscriptions-bring-retained-messages",
       {"5.0:V5-3.8.4-c"},
       "a Shared Subscription brings what was retained on its topic",
       [] {
         auto retained = std::make_shared<std::map<std::string, Publish>>();
         return both(
             incoming<Publish>([retained](Publish& packet, ConnectionId, Context&) {
               if (packet.retain) (*retained)[packet.topic_name] = packet;
               return Fate::keep;
             }),
             incoming<Subscribe>([retained](Subscribe& packet, ConnectionId c, Context& context) {
               for (const auto& s : packet.subscriptions) {
                 const auto shared = codec::split_shared_filter(s.topic_filter);
                 if (!shared) continue;
                 const auto known = retained->find(std::string(shared->filter));
                 if (known == retained->end()) continue;
                 Publish copy = known->second;
                 copy.qos = 0;
                 copy.packet_identifier.reset();
                 context.send(c, copy);
               }
               return Fate::keep;
             }));
       }},
  };
}

}  // namespace mqttspec::mutants
