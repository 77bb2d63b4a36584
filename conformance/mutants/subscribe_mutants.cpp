// Violations around SUBSCRIBE, UNSUBSCRIBE and topic matching.
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
using codec::Suback;
using codec::Subscribe;
using codec::Unsuback;
using codec::Unsubscribe;

// Leaves subscriptions alone but says that they are gone.
class IgnoresUnsubscribe final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    std::erase_if(packets, [&](const Packet& packet) {
      const auto* unsubscribe = std::get_if<Unsubscribe>(&packet);
      if (unsubscribe == nullptr) return false;
      Unsuback answer;
      answer.packet_identifier = unsubscribe->packet_identifier;
      answer.reason_codes.assign(unsubscribe->topic_filters.size(), codec::ReasonCode::success);
      context.send(connection, answer);
      return true;
    });
  }
};

// SUBACK says what was asked, but from the second SUBSCRIBE on QoS 0 is what counts.
class ServesLaterSubscriptionsAtQos0 final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr || first_.insert(connection).second) continue;
      asked_.note(connection, *subscribe);
      for (auto& subscription : subscribe->subscriptions) subscription.qos = 0;
    }
  }
  void on_action(Actions& actions, Context&) override { asked_.claim(actions); }

 private:
  std::set<ConnectionId> first_;
  AskedQos asked_;
};

// Of a filter that stands twice in a SUBSCRIBE the first entry counts.
class FirstEntryCounts final : public GrantsAsAsked {
  void rewrite(ConnectionId, Subscribe& subscribe) override {
    std::map<std::string, std::uint8_t> first;
    for (auto& each : subscribe.subscriptions) {
      each.qos = first.try_emplace(each.topic_filter, each.qos).first->second;
    }
  }
};

// Every UNSUBSCRIBE takes all subscriptions of its client away.
class UnsubscribesFromAll final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& each : subscribe->subscriptions) {
          filters_[connection].push_back(each.topic_filter);
        }
      } else if (std::holds_alternative<Unsubscribe>(packet) && !filters_[connection].empty()) {
        Unsubscribe all;
        all.packet_identifier = ours;
        all.topic_filters = filters_[connection];
        context.receive(connection, all);
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* unsuback = send != nullptr ? std::get_if<Unsuback>(&send->packet) : nullptr;
      return unsuback != nullptr && unsuback->packet_identifier == ours;
    });
  }

 private:
  static constexpr std::uint16_t ours = 0xFFF1;
  std::map<ConnectionId, std::vector<std::string>> filters_;
};

void lower_case(std::string& text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
}

}  // namespace

std::vector<MutantRow> subscribe_mutants() {
  return {
      {"suback-is-missing",
       {"5.0:MQTT-3.8.4-1", "3.1.1:MQTT-3.8.4-1"},
       "SUBSCRIBE has no answer",
       [] { return outgoing<Suback>([](Suback&, ConnectionId, Context&) { return Fate::drop; }); }},
      {"suback-comes-twice",
       {"5.0:MQTT-3.8.4-5", "3.1.1:MQTT-3.8.4-4"},
       "each SUBACK is sent twice",
       [] {
         return outgoing<Suback>([](Suback&, ConnectionId, Context&) { return Fate::twice; });
       }},
      {"first-entry-of-a-filter-counts",
       {"5.0:MQTT-3.8.4-5", "3.1.1:MQTT-3.8.4-4"},
       "of a filter that stands twice in a SUBSCRIBE the first entry counts",
       [] { return std::make_unique<FirstEntryCounts>(); }},
      {"unsuback-comes-twice",
       {"5.0:MQTT-3.10.4-6", "3.1.1:MQTT-3.10.4-6"},
       "each UNSUBACK is sent twice",
       [] {
         return outgoing<Unsuback>([](Unsuback&, ConnectionId, Context&) { return Fate::twice; });
       }},
      {"unsubscribe-removes-everything",
       {"5.0:MQTT-3.10.4-1", "3.1.1:MQTT-3.10.4-1"},
       "UNSUBSCRIBE takes all subscriptions of its client away",
       [] { return std::make_unique<UnsubscribesFromAll>(); }},
      {"suback-has-another-identifier",
       {"5.0:MQTT-2.2.1-6", "5.0:MQTT-3.8.4-2", "3.1.1:MQTT-2.3.1-7", "3.1.1:MQTT-3.8.4-2"},
       "SUBACK has the next Packet Identifier",
       [] {
         return outgoing<Suback>([](Suback& packet, ConnectionId, Context&) {
           ++packet.packet_identifier;
           return Fate::keep;
         });
       }},
      {"suback-lacks-a-code",
       {"5.0:MQTT-3.8.4-6", "3.1.1:MQTT-3.8.4-5", "5.0:MQTT-3.8.4-5", "3.1.1:MQTT-3.8.4-4"},
       "SUBACK answers only the first of several filters",
       [] {
         return outgoing<Suback>([](Suback& packet, ConnectionId, Context&) {
           if (packet.reason_codes.size() > 1) packet.reason_codes.resize(1);
           return Fate::keep;
         });
       }},
      {"suback-codes-are-reversed",
       {"5.0:MQTT-3.9.3-1", "3.1.1:MQTT-3.9.3-1"},
       "the codes of SUBACK are in the opposite order",
       [] {
         return outgoing<Suback>([](Suback& packet, ConnectionId, Context&) {
           packet.reason_codes = {packet.reason_codes.rbegin(), packet.reason_codes.rend()};
           return Fate::keep;
         });
       }},
      {"suback-has-an-unknown-code",
       {"5.0:MQTT-3.9.3-2", "3.1.1:MQTT-3.9.3-2", "5.0:MQTT-3.8.4-7", "3.1:V31-8"},
       "SUBACK grants QoS 3",
       [] {
         return outgoing<Suback>([](Suback& packet, ConnectionId, Context&) {
           for (auto& code : packet.reason_codes) {
             if (code == codec::ReasonCode::granted_qos_2) code = codec::ReasonCode{3};
           }
           return Fate::keep;
         });
       }},
      {"only-the-first-filter-counts",
       {"5.0:MQTT-3.8.4-5", "3.1.1:MQTT-3.8.4-4"},
       "further filters of a SUBSCRIBE are acknowledged, but have no effect",
       [] {
         return incoming<Subscribe>([](Subscribe& packet, ConnectionId, Context&) {
           for (std::size_t i = 1; i < packet.subscriptions.size(); ++i) {
             packet.subscriptions[i].topic_filter = "never-published/" + std::to_string(i);
           }
           return Fate::keep;
         });
       }},
      {"unsuback-is-missing",
       {"5.0:MQTT-3.10.4-4", "3.1.1:MQTT-3.10.4-4"},
       "UNSUBSCRIBE has no answer",
       [] {
         return outgoing<Unsuback>([](Unsuback&, ConnectionId, Context&) { return Fate::drop; });
       }},
      {"unsuback-only-if-something-was-removed",
       {"5.0:MQTT-3.10.4-5"},
       "UNSUBSCRIBE of an unknown filter has no answer",
       [] {
         return outgoing<Unsuback>([](Unsuback& packet, ConnectionId, Context&) {
           for (const auto code : packet.reason_codes) {
             if (code != codec::ReasonCode::no_subscription_existed) return Fate::keep;
           }
           return packet.reason_codes.empty() ? Fate::keep : Fate::drop;
         });
       }},
      {"unsuback-has-another-identifier",
       {"5.0:MQTT-2.2.1-6", "5.0:MQTT-3.10.4-5", "3.1.1:MQTT-2.3.1-7", "3.1.1:MQTT-3.10.4-4"},
       "UNSUBACK has the next Packet Identifier",
       [] {
         return outgoing<Unsuback>([](Unsuback& packet, ConnectionId, Context&) {
           ++packet.packet_identifier;
           return Fate::keep;
         });
       }},
      {"unsuback-always-says-success",
       {"5.0:V5-3.11.3-a"},
       "UNSUBACK says 0x00 where no subscription existed",
       [] {
         return outgoing<Unsuback>([](Unsuback& packet, ConnectionId, Context&) {
           for (auto& code : packet.reason_codes) code = codec::ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"unsuback-codes-are-in-another-order",
       {"5.0:MQTT-3.11.3-1"},
       "the first code of UNSUBACK comes last",
       [] {
         return outgoing<Unsuback>([](Unsuback& packet, ConnectionId, Context&) {
           auto& codes = packet.reason_codes;
           if (!codes.empty()) std::rotate(codes.begin(), codes.begin() + 1, codes.end());
           return Fate::keep;
         });
       }},
      {"unsubscribe-has-no-effect",
       {"5.0:MQTT-3.10.4-1", "3.1.1:MQTT-3.10.4-1", "5.0:MQTT-3.10.4-2", "3.1.1:MQTT-3.10.4-2"},
       "UNSUBSCRIBE is acknowledged, but the subscription stays",
       [] { return std::make_unique<IgnoresUnsubscribe>(); }},
      {"only-the-first-unsubscribed-filter-counts",
       {"5.0:MQTT-3.10.4-6", "3.1.1:MQTT-3.10.4-6"},
       "further filters of an UNSUBSCRIBE have no effect",
       [] {
         return incoming<Unsubscribe>([](Unsubscribe& packet, ConnectionId, Context&) {
           for (std::size_t i = 1; i < packet.topic_filters.size(); ++i) {
             packet.topic_filters[i] = "never-subscribed/" + std::to_string(i);
           }
           return Fate::keep;
         });
       }},
      {"hash-does-not-cover-the-parent",
       {"5.0:V5-4.7.1.2-a", "3.1.1:V311-4.7.1.2-a"},
       "'a/#' does not match 'a'",
       [] {
         return each_filter([](std::string& filter) {
           if (filter.ends_with("/#")) filter.insert(filter.size() - 1, "+/");
         });
       }},
      {"plus-covers-several-levels",
       {"5.0:V5-4.7.1.3-a", "3.1.1:V311-4.7.1.3-a"},
       "a '+' at the end of a filter matches deeper levels as well",
       [] {
         return each_filter([](std::string& filter) {
           if (filter.ends_with("/+")) filter.back() = '#';
         });
       }},
      {"topics-ignore-case",
       {"5.0:V5-4.7.3-a", "3.1.1:V311-4.7.3-a", "5.0:MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"},
       "topics that differ in case only are the same",
       [] {
         return both(each_filter(lower_case),
                     incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
                       lower_case(packet.topic_name);
                       return Fate::keep;
                     }));
       }},
      {"trailing-slash-is-ignored",
       {"5.0:V5-4.7.3-c", "3.1.1:V311-4.7.3-c"},
       "a topic with a slash at its end is the one without",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.topic_name.size() > 1 && packet.topic_name.ends_with('/')) {
             packet.topic_name.pop_back();
           }
           return Fate::keep;
         });
       }},
      {"overlapping-subscriptions-count-at-qos0",
       {"5.0:MQTT-3.3.4-2", "3.1.1:MQTT-3.3.5-1"},
       "a client's second and further subscriptions are granted as asked and served at QoS 0",
       [] { return std::make_unique<ServesLaterSubscriptionsAtQos0>(); }},
      {"subscription-identifiers-are-forgotten",
       {"5.0:MQTT-3.3.4-3", "5.0:MQTT-3.3.4-4", "5.0:V5-3.3.4-a"},
       "messages carry no Subscription Identifier",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::subscription_identifier);
           return Fate::keep;
         });
       }},
      {"subscription-identifiers-of-others-are-added",
       {"5.0:V5-3.3.4-c"},
       "a message carries a Subscription Identifier that its client never gave",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (context.version(connection) == codec::Version::v5_0) {
             packet.properties.push_back(
                 {PropertyId::subscription_identifier, std::uint32_t{4711}});
           }
           return Fate::keep;
         });
       }},
      {"subscription-identifiers-are-cut-to-one",
       {"5.0:MQTT-3.3.4-4"},
       "a single copy carries only the first Subscription Identifier",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           bool seen = false;
           std::erase_if(packet.properties, [&](const codec::Property& p) {
             return p.id == PropertyId::subscription_identifier && std::exchange(seen, true);
           });
           return Fate::keep;
         });
       }},
      {"shared-subscriptions-are-plain",
       {"5.0:V5-4.8.2-a"},
       "every member of a Shared Subscription gets every message",
       [] {
         return each_filter([](std::string& filter) {
           if (!filter.starts_with("$share/")) return;
           const auto end = filter.find('/', 7);
           if (end != std::string::npos) filter.erase(0, end + 1);
         });
       }},
  };
}

}  // namespace mqttspec::mutants
