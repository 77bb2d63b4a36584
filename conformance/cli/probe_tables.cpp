#include "conformance/cli/probe_tables.hpp"

#include <array>

namespace mqttspec::cli {
namespace {

using codec::PropertyId;

// clang-format off
constexpr std::array features{
    ProbedFeature{"maximum_qos", "PUBLISH at QoS 1", "probe-maximum-qos", "1", 1,
                  "5.0:MQTT-3.2.2-9", "5.0:V5-3.2.2.3.4-b", ""},
    ProbedFeature{"maximum_qos", "PUBLISH at QoS 2", "probe-maximum-qos", "2", 2,
                  "5.0:MQTT-3.2.2-9", "5.0:V5-3.2.2.3.4-b", ""},
    ProbedFeature{"retain_available", "retained messages", "probe-retain", "", 1,
                  "5.0:V5-3.2.2.3.5-c", "5.0:V5-3.2.2.3.5-b", "3.1.1:MQTT-3.3.1-5"},
    ProbedFeature{"wildcard_subscription_available", "wildcards in filters", "probe-wildcards", "", 1,
                  "5.0:V5-3.2.2.3.11-d", "5.0:V5-3.2.2.3.11-b", ""},
    ProbedFeature{"subscription_identifier_available", "Subscription Identifiers",
                  "probe-subscription-identifiers", "", 1,
                  "5.0:V5-3.2.2.3.11-d", "5.0:V5-3.2.2.3.12-b", ""},
    ProbedFeature{"shared_subscription_available", "Shared Subscriptions",
                  "probe-shared-subscriptions", "", 1,
                  "5.0:V5-3.2.2.3.11-d", "5.0:V5-3.2.2.3.13-b", ""},
    ProbedFeature{"topic_alias_maximum", "Topic Aliases", "probe-topic-aliases", "", 1,
                  "5.0:MQTT-3.3.2-12", "5.0:MQTT-3.2.2-18", ""},
};

constexpr std::array limits{
    ProbedLimit{"maximum_qos", "Maximum QoS", PropertyId::maximum_qos, "", ""},
    ProbedLimit{"receive_maximum", "Receive Maximum", PropertyId::receive_maximum, "", ""},
    ProbedLimit{"maximum_packet_size", "Maximum Packet Size", PropertyId::maximum_packet_size,
                "bytes", "the protocol's limit"},
    ProbedLimit{"topic_alias_maximum", "Topic Alias Maximum", PropertyId::topic_alias_maximum,
                "", ""},
    ProbedLimit{"server_keep_alive", "Server Keep Alive", PropertyId::server_keep_alive, "s",
                "the client's own"},
    ProbedLimit{"session_expiry_interval", "Session Expiry Interval",
                PropertyId::session_expiry_interval, "s", "as long as the client asks for"},
};

constexpr std::array questions{
    ProbedQuestion{"probe-anonymous", "", "accepted", "clients without credentials",
                   "are served", "are refused", "", ""},
    ProbedQuestion{"probe-empty-client-identifier", "", "accepted", "an empty Client Identifier",
                   "is accepted", "is refused", "", ""},
    ProbedQuestion{"probe-empty-client-identifier", "", "assigned", "the identifier assigned",
                   "is told in CONNACK", "is not told", "", "5.0:MQTT-3.1.3-7"},
    ProbedQuestion{"probe-long-client-identifier", "24", "accepted",
                   "Client Identifiers of 24 bytes", "are accepted", "are refused", "", ""},
    ProbedQuestion{"probe-long-client-identifier", "100", "accepted",
                   "Client Identifiers of 100 bytes", "are accepted", "are refused", "", ""},
    ProbedQuestion{"probe-long-client-identifier", "1000", "accepted",
                   "Client Identifiers of 1000 bytes", "are accepted", "are refused", "", ""},
    ProbedQuestion{"probe-long-client-identifier-in-3-1", "", "accepted",
                   "Client Identifiers of 24 characters", "are accepted by 3.1", "are refused by 3.1",
                   "3.1:V31-3", ""},
    ProbedQuestion{"probe-sessions", "", "kept", "sessions", "outlive the connection",
                   "end with the connection", "", ""},
    ProbedQuestion{"probe-persistence", "", "kept", "sessions, when the broker restarts",
                   "are kept", "are lost", "", ""},
    ProbedQuestion{"probe-granted-qos", "1", "granted", "subscriptions at QoS 1",
                   "are granted", "are granted less", "", ""},
    ProbedQuestion{"probe-granted-qos", "2", "granted", "subscriptions at QoS 2",
                   "are granted", "are granted less", "", ""},
    ProbedQuestion{"probe-overlapping-subscriptions", "", "one-copy", "overlapping subscriptions",
                   "one copy of a message", "a copy for each", "", ""},
    ProbedQuestion{"probe-qos-2-forwarding", "", "before-pubrel", "a QoS 2 message goes on",
                   "at PUBLISH", "at PUBREL", "", ""},
    ProbedQuestion{"probe-qos-0-for-the-absent", "", "waits", "QoS 0 messages for the absent",
                   "are kept", "are dropped", "", ""},
    ProbedQuestion{"probe-retained-before-suback", "", "before", "retained messages come",
                   "before SUBACK", "behind SUBACK", "", ""},
    ProbedQuestion{"probe-statistics", "", "published", "statistics below $SYS",
                   "are published", "are not published", "", ""},
};
// clang-format on

}  // namespace

std::span<const ProbedFeature> probed_features() {
  return features;
}
std::span<const ProbedLimit> probed_limits() {
  return limits;
}
std::span<const ProbedQuestion> probed_questions() {
  return questions;
}

}  // namespace mqttspec::cli
