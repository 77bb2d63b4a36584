// Violations of topic matching, and of what belongs to a subscription or to a topic for good.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/grants_as_asked.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;
using codec::Subscribe;
using codec::Unsubscribe;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

template <class Edit>
InterceptorPointer each_topic(Edit edit) {
  return incoming<Publish>([edit](Publish& packet, ConnectionId, Context&) {
    edit(packet.topic_name);
    return Fate::keep;
  });
}

// Without what stands behind the second wildcard level.
void forget_later_wildcards(std::string& filter) {
  const auto first = filter.find('+');
  if (first == std::string::npos) return;
  const auto second = filter.find_first_of("+#", first + 1);
  if (second != std::string::npos) filter[second] = 'x';
}

// Keeps the first QoS and identifier of a filter, whatever later SUBSCRIBE packets say.
class KeepsFirstSubscription final : public GrantsAsAsked {
  void rewrite(ConnectionId connection, Subscribe& subscribe) override {
    const auto id = codec::get_integer(subscribe.properties, PropertyId::subscription_identifier);
    for (auto& subscription : subscribe.subscriptions) {
      auto [known, fresh] =
          first_.try_emplace({connection, subscription.topic_filter}, First{subscription.qos, id});
      if (fresh) continue;
      subscription.qos = known->second.qos;
      remove(subscribe.properties, PropertyId::subscription_identifier);
      if (known->second.identifier) {
        subscribe.properties.push_back(
            {PropertyId::subscription_identifier, *known->second.identifier});
      }
    }
  }

  struct First {
    std::uint8_t qos;
    std::optional<std::uint32_t> identifier;
  };
  std::map<std::pair<ConnectionId, std::string>, First> first_;
};

// Serves a filter that is subscribed to again as if it stood there twice.
class AddsToSubscriptions final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      for (const auto& subscription : subscribe->subscriptions) {
        if (!known_.insert({connection, subscription.topic_filter}).second) {
          doubled_.insert({connection, subscription.topic_filter});
        }
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !doubled_.contains({send->connection, publish->topic_name})) {
        continue;
      }
      Publish copy = *publish;
      copy.qos = 0;
      copy.packet_identifier.reset();
      context.send(send->connection, copy);
    }
  }

 private:
  std::set<std::pair<ConnectionId, std::string>> known_;
  std::set<std::pair<ConnectionId, std::string>> doubled_;
};

// Answers no UNSUBSCRIBE of filters that nobody subscribed to.
class IgnoresUnknownFilters final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& each : subscribe->subscriptions) {
          known_.insert({connection, each.topic_filter});
        }
      }
      const auto* unsubscribe = std::get_if<Unsubscribe>(&packet);
      return unsubscribe != nullptr &&
             std::none_of(unsubscribe->topic_filters.begin(), unsubscribe->topic_filters.end(),
                          [&](const auto& filter) {
                            return known_.contains({connection, filter});
                          });
    });
  }

 private:
  std::set<std::pair<ConnectionId, std::string>> known_;
};

// Deletes the retained messages of a client that is gone as soon as another one connects.
class ForgetsRetainedOfTheGone final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->retain) topics_[connection].insert(publish->topic_name);
    }
  }
  void on_closed(ConnectionId connection, Context&) override {
    const auto topics = topics_.find(connection);
    if (topics == topics_.end()) return;
    gone_.merge(topics->second);
    topics_.erase(topics);
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || !std::holds_alternative<codec::Connack>(send->packet)) continue;
      for (const auto& topic : gone_) {
        Publish deletion;
        deletion.topic_name = topic;
        deletion.retain = true;
        context.receive(send->connection, deletion);
      }
      gone_.clear();
    }
  }

 private:
  std::map<ConnectionId, std::set<std::string>> topics_;
  std::set<std::string> gone_;
};

// Hands empty retained messages out to new subscribers.
class KeepsEmptyRetained final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->retain && publish->payload.empty()) {
        last_ = publish->topic_name;
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || !std::holds_alternative<codec::Suback>(send->packet)) continue;
      if (last_.empty()) continue;
      Publish empty;
      empty.topic_name = last_;
      empty.retain = true;
      context.send(send->connection, empty);
    }
  }

 private:
  std::string last_;
};

// Lets subscriptions end with their connection, although the session goes on.
class ForgetsSubscriptions final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      auto& filters = filters_[context.client_identifier(connection)];
      for (const auto& each : subscribe->subscriptions) filters.push_back(each.topic_filter);
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr) return false;
      if (const auto* connack = std::get_if<codec::Connack>(&send->packet)) {
        const auto known = filters_.find(context.client_identifier(send->connection));
        if (connack->session_present && known != filters_.end()) {
          Unsubscribe all;
          all.packet_identifier = ours;
          all.topic_filters = known->second;
          context.receive(send->connection, all);
        }
        return false;
      }
      const auto* unsuback = std::get_if<codec::Unsuback>(&send->packet);
      return unsuback != nullptr && unsuback->packet_identifier == ours;
    });
  }

 private:
  static constexpr std::uint16_t ours = 0xFFF0;
  std::map<std::string, std::vector<std::string>> filters_;
};

}  // namespace

std::vector<MutantRow> topic_mutants() {
  return {
      {"byte-order-mark-is-dropped-from-topics",
       {"5.0:MQTT-1.5.4-3", "3.1.1:MQTT-1.5.3-3", "5.0:MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"},
       "EF BB BF is taken out of Topic Names",
       [] {
         return each_topic([](std::string& topic) { replace_all(topic, byte_order_mark, ""); });
       }},
      {"byte-order-mark-is-dropped-from-properties",
       {"5.0:MQTT-1.5.4-3"},
       "EF BB BF is taken out of strings in properties",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           for (auto& property : packet.properties) {
             if (auto* text = std::get_if<std::string>(&property.value)) {
               replace_all(*text, byte_order_mark, "");
             }
           }
           return Fate::keep;
         });
       }},
      {"accents-are-normalized",
       {"5.0:MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"},
       "a letter and its accent in a Topic Name become one character",
       [] {
         return each_topic([](std::string& topic) { replace_all(topic, "e\xCC\x81", "\xC3\xA9"); });
       }},
      {"accents-are-taken-apart",
       {"5.0:MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"},
       "an accented letter in a Topic Name becomes a letter and its accent",
       [] {
         return each_topic([](std::string& topic) { replace_all(topic, "\xC3\xA9", "e\xCC\x81"); });
       }},
      {"adjacent-slashes-are-one",
       {"5.0:V5-4.7.1.1-a", "3.1.1:V311-4.7.1.1-a"},
       "empty levels are taken out of filters",
       [] { return each_filter([](std::string& filter) { replace_all(filter, "//", "/"); }); }},
      {"spaces-are-taken-out",
       {"5.0:V5-4.7.3-b", "3.1.1:V311-4.7.3-b"},
       "spaces are taken out of filters",
       [] { return each_filter([](std::string& filter) { std::erase(filter, ' '); }); }},
      {"only-the-first-wildcard-counts",
       {"5.0:V5-4.7.1.3-b", "3.1.1:V311-4.7.1.3-b"},
       "behind a '+' a further wildcard is a letter",
       [] { return each_filter(forget_later_wildcards); }},
      {"later-wildcards-match-anything",
       {"5.0:V5-4.7.1.3-b", "3.1.1:V311-4.7.1.3-b"},
       "behind a '+' anything matches",
       [] {
         return each_filter([](std::string& filter) {
           const auto first = filter.find("+/");
           if (first != std::string::npos) filter.replace(first, std::string::npos, "#");
         });
       }},
      {"hash-alone-is-one-level",
       {"5.0:V5-4.7.1.2-b", "3.1.1:V311-4.7.1.2-b"},
       "the filter '#' matches topics of one level only",
       [] {
         return each_filter([](std::string& filter) {
           if (filter == "#") filter = "+";
         });
       }},
      {"wildcards-match-dollar-topics",
       {"5.0:MQTT-4.7.2-1", "3.1.1:MQTT-4.7.2-1"},
       "messages on topics that begin with '$' go to everybody",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context& context) {
           if (!packet.topic_name.starts_with('$')) return Fate::keep;
           for (const ConnectionId each : context.connections()) {
             if (!context.client_identifier(each).empty()) context.send(each, packet);
           }
           return Fate::drop;
         });
       }},
      {"clients-exchange-dollar-topics",
       {"5.0:V5-4.7.2-a", "3.1.1:V311-4.7.2-a"},
       "what a client publishes on a topic that begins with '$' reaches others",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context& context) {
           if (!packet.topic_name.starts_with('$')) return Fate::keep;
           for (const ConnectionId each : context.connections()) {
             if (context.client_identifier(each).ends_with("spelled")) context.send(each, packet);
           }
           return Fate::drop;
         });
       }},
      {"first-subscription-counts",
       {"5.0:MQTT-3.8.4-3", "3.1.1:MQTT-3.8.4-3", "5.0:V5-3.8.2.1.2-d"},
       "subscribing again is acknowledged, but changes neither QoS nor identifier",
       [] { return std::make_unique<KeepsFirstSubscription>(); }},
      {"subscribing-again-adds",
       {"5.0:MQTT-3.8.4-3", "3.1.1:MQTT-3.8.4-3", "3.1.1:V311-1.2-a"},
       "a filter that is subscribed to twice brings every message twice",
       [] { return std::make_unique<AddsToSubscriptions>(); }},
      {"unsubscribe-of-nothing-goes-unanswered",
       {"5.0:MQTT-3.10.4-5", "3.1.1:MQTT-3.10.4-5"},
       "UNSUBSCRIBE of filters that are not subscribed has no answer",
       [] { return std::make_unique<IgnoresUnknownFilters>(); }},
      {"retained-messages-end-with-their-publisher",
       {"5.0:V5-4.1-d", "3.1.1:MQTT-3.1.2-7"},
       "retained messages are deleted when the connection of their publisher ends",
       [] { return std::make_unique<ForgetsRetainedOfTheGone>(); }},
      {"empty-retained-messages-are-kept",
       {"5.0:MQTT-3.3.1-7", "3.1.1:MQTT-3.3.1-11"},
       "an empty retained message goes to new subscribers",
       [] { return std::make_unique<KeepsEmptyRetained>(); }},
      {"subscriptions-end-with-the-connection",
       {"5.0:V5-4.1-b", "3.1.1:V311-3.1.2.4-c", "5.0:MQTT-3.1.2-5", "3.1.1:MQTT-3.1.2-4",
        "5.0:MQTT-3.1.2-23"},
       "a session that is resumed has no subscriptions any more",
       [] { return std::make_unique<ForgetsSubscriptions>(); }},
      {"large-messages-are-lost",
       {"5.0:V5-1.5.5-c", "3.1.1:V311-2.2.3-c"},
       "messages of more than 16,000 bytes are acknowledged and go nowhere",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.payload.size() > 16'000 ? Fate::drop : Fate::keep;
         });
       }},
      {"large-messages-are-lost-for-all",
       {"5.0:V5-3.1.2.11.4-c", "5.0:MQTT-3.1.2-25"},
       "messages of more than 200 bytes are acknowledged and go nowhere",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.payload.size() > 150 ? Fate::drop : Fate::keep;
         });
       }},
  };
}

}  // namespace mqttspec::mutants
