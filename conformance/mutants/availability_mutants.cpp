// Brokers that grant what their CONNACK denies, or refuse what it does not deny.
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::PropertyId;
using codec::Publish;
using codec::ReasonCode;
using codec::Suback;
using codec::Subscribe;

// Serves what CONNACK has declared unavailable by asking the engine for something else.
InterceptorPointer grants_unavailable(PropertyId feature, void (*disguise)(Subscribe&)) {
  return after_connack<Subscribe>(
      [feature, disguise](Subscribe& packet, const Connack& connack, ConnectionId, Context&) {
        if (announced(connack, feature, 1) == 0) disguise(packet);
        return Fate::keep;
      });
}

// Refuses subscriptions of one kind, which CONNACK has not declared unavailable.
InterceptorPointer refuses(ReasonCode code, bool (*is_meant)(const Subscribe&)) {
  return incoming<Subscribe>(
      [code, is_meant](Subscribe& packet, ConnectionId connection, Context& context) {
        if (!is_meant(packet)) return Fate::keep;
        Suback answer;
        answer.packet_identifier = packet.packet_identifier;
        answer.reason_codes.assign(packet.subscriptions.size(), code);
        context.send(connection, answer);
        return Fate::drop;
      });
}

bool has_wildcards(const Subscribe& packet) {
  for (const auto& subscription : packet.subscriptions) {
    if (subscription.topic_filter.find_first_of("+#") != std::string::npos) return true;
  }
  return false;
}

std::vector<MutantRow> subscription_rows() {
  return {
      {"subscriptions-above-maximum-qos-are-refused",
       {"5.0:MQTT-3.2.2-10"},
       "a SUBSCRIBE at a QoS above the announced maximum is refused with 0x9B",
       [] {
         return after_connack<Subscribe>([](Subscribe& packet, const Connack& connack,
                                            ConnectionId connection, Context& context) {
           const auto maximum = announced(connack, PropertyId::maximum_qos, 2);
           Suback answer;
           answer.packet_identifier = packet.packet_identifier;
           bool refused = false;
           for (const auto& subscription : packet.subscriptions) {
             refused = refused || subscription.qos > maximum;
             answer.reason_codes.push_back(subscription.qos > maximum
                                               ? ReasonCode::unspecified_error
                                               : static_cast<ReasonCode>(subscription.qos));
           }
           if (!refused) return Fate::keep;
           context.send(connection, answer);
           return Fate::drop;
         });
       }},
      {"unavailable-wildcards-are-granted",
       {"5.0:V5-3.2.2.3.11-b"},
       "a filter with wildcards is granted by a server that has none",
       [] {
         return grants_unavailable(PropertyId::wildcard_subscription_available,
                                   [](Subscribe& packet) {
                                     for (auto& subscription : packet.subscriptions) {
                                       std::erase_if(subscription.topic_filter,
                                                     [](char c) { return c == '+' || c == '#'; });
                                     }
                                   });
       }},
      {"unavailable-subscription-identifiers-are-dropped",
       {"5.0:V5-3.2.2.3.12-b"},
       "a SUBSCRIBE with an identifier is granted without it by a server that has none",
       [] {
         return grants_unavailable(PropertyId::subscription_identifier_available,
                                   [](Subscribe& packet) {
                                     remove(packet.properties, PropertyId::subscription_identifier);
                                   });
       }},
      {"unavailable-shared-subscriptions-are-plain-topics",
       {"5.0:V5-3.2.2.3.13-b"},
       "a Shared Subscription is granted as an ordinary filter by a server that has none",
       [] {
         return grants_unavailable(PropertyId::shared_subscription_available,
                                   [](Subscribe& packet) {
                                     for (auto& subscription : packet.subscriptions) {
                                       subscription.topic_filter.replace(0, 1, "-");
                                     }
                                   });
       }},
      {"unavailable-subscriptions-are-refused-with-another-code",
       {"5.0:V5-3.2.2.3.11-b", "5.0:V5-3.2.2.3.12-b", "5.0:V5-3.2.2.3.13-b"},
       "an unavailable kind of subscription is refused as an administrative action",
       [] {
         return outgoing<codec::Disconnect>([](codec::Disconnect& packet, ConnectionId, Context&) {
           static const std::set<ReasonCode> meant = {
               ReasonCode::wildcard_subscriptions_not_supported,
               ReasonCode::subscription_identifiers_not_supported,
               ReasonCode::shared_subscriptions_not_supported};
           if (meant.contains(packet.reason_code)) {
             packet.reason_code = ReasonCode::administrative_action;
           }
           return Fate::keep;
         });
       }},
  };
}

std::vector<MutantRow> undenied_rows() {
  return {
      {"qos-is-refused-without-being-denied",
       {"5.0:V5-3.2.2.3.4-c", "5.0:MQTT-3.2.2-9"},
       "QoS 1 and 2 are refused with 0x9B although CONNACK has no Maximum QoS",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 0 || context.version(connection) != codec::Version::v5_0) {
             return Fate::keep;
           }
           throw_out(connection, ReasonCode::qos_not_supported, context);
           return Fate::drop;
         });
       }},
      {"qos1-and-2-are-answered-and-lost",
       {"5.0:V5-3.2.2.3.4-c"},
       "QoS 1 and 2 are acknowledged, but such messages reach nobody",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 0 || context.version(connection) != codec::Version::v5_0) {
             return Fate::keep;
           }
           if (packet.qos == 1) context.send(connection, codec::Puback{*packet.packet_identifier});
           if (packet.qos == 2) context.send(connection, codec::Pubrec{*packet.packet_identifier});
           return Fate::drop;
         });
       }},
      {"retain-is-refused-without-being-denied",
       {"5.0:V5-3.2.2.3.5-c"},
       "RETAIN 1 is refused with 0x9A although CONNACK has no Retain Available",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (!packet.retain || context.version(connection) != codec::Version::v5_0) {
             return Fate::keep;
           }
           throw_out(connection, ReasonCode::retain_not_supported, context);
           return Fate::drop;
         });
       }},
      {"wildcards-are-refused-without-being-denied",
       {"5.0:V5-3.2.2.3.11-d"},
       "filters with wildcards are refused although CONNACK does not deny them",
       [] { return refuses(ReasonCode::wildcard_subscriptions_not_supported, has_wildcards); }},
      {"subscription-identifiers-are-refused-without-being-denied",
       {"5.0:V5-3.2.2.3.11-d"},
       "Subscription Identifiers are refused although CONNACK does not deny them",
       [] {
         return refuses(
             ReasonCode::subscription_identifiers_not_supported, [](const Subscribe& packet) {
               return codec::count(packet.properties, PropertyId::subscription_identifier) > 0;
             });
       }},
      {"shared-subscriptions-are-granted-and-never-served",
       {"5.0:V5-3.2.2.3.11-d"},
       "a Shared Subscription is granted and gets nothing, although CONNACK does not deny it",
       [] {
         return incoming<Subscribe>([](Subscribe& packet, ConnectionId, Context&) {
           for (auto& subscription : packet.subscriptions) {
             if (subscription.topic_filter.starts_with("$share/")) {
               subscription.topic_filter += "/never-published";
             }
           }
           return Fate::keep;
         });
       }},
  };
}

}  // namespace

std::vector<MutantRow> availability_mutants() {
  auto all = subscription_rows();
  for (auto& row : undenied_rows()) all.push_back(std::move(row));
  return all;
}

}  // namespace mqttspec::mutants
