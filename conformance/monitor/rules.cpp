#include "conformance/monitor/rules.hpp"

#include <array>
#include <string>

namespace mqttspec::monitor {
namespace {

constexpr bool server = false;
constexpr bool our = true;

// clang-format off
constexpr std::array table{
    Row{Rule::well_formed, "well-formed", server, "V311-7.1.1-a", "V5-2.1.2-c",
        "every packet of the server decodes without fault (the finding names the broken rule's own statement)"},
    Row{Rule::connack_first, "connack-first", server, "MQTT-3.2.0-1", "MQTT-3.2.0-1",
        "nothing but AUTH comes before CONNACK"},
    Row{Rule::connack_once, "connack-once", server, "V311-3.2-a", "MQTT-3.2.0-2",
        "a connection sees one CONNACK"},
    Row{Rule::session_present_needs_old_session, "session-present-needs-old-session", server, "MQTT-3.2.2-1", "MQTT-3.2.2-2",
        "CONNACK to Clean Start 1 has Session Present 0"},
    Row{Rule::answers_carry_a_pending_identifier, "answers-carry-a-pending-identifier", server, "MQTT-2.3.1-7", "MQTT-2.2.1-6",
        "SUBACK and UNSUBACK repeat the identifier of a request that waits for its answer"},
    Row{Rule::one_code_per_filter, "one-code-per-filter", server, "MQTT-3.8.4-5", "MQTT-3.8.4-6",
        "SUBACK has one code for each filter"},
    Row{Rule::acknowledges_our_publish, "acknowledges-our-publish", server, "MQTT-2.3.1-6", "MQTT-2.2.1-5",
        "PUBACK, PUBREC, PUBREL and PUBCOMP repeat the identifier of an open exchange"},
    Row{Rule::acknowledgement_fits_qos, "acknowledgement-fits-qos", server, "MQTT-3.3.4-1", "MQTT-3.3.4-1",
        "QoS 1 is answered by PUBACK, QoS 2 by PUBREC"},
    Row{Rule::identifier_is_free, "identifier-is-free", server, "MQTT-2.3.1-4", "MQTT-2.2.1-4",
        "a new PUBLISH has an identifier that no open exchange uses"},
    Row{Rule::first_delivery_without_dup, "first-delivery-without-dup", server, "MQTT-3.3.1-3", "MQTT-3.3.1-3",
        "a message that was never sent before has DUP 0"},
    Row{Rule::repetition_with_dup, "repetition-with-dup", server, "MQTT-3.3.1-1", "MQTT-3.3.1-1",
        "a repeated PUBLISH has DUP 1"},
    Row{Rule::no_repetition_while_connected, "no-repetition-while-connected", server, "", "MQTT-4.4.0-1",
        "an open PUBLISH is repeated only after the session was resumed"},
    Row{Rule::receive_maximum, "receive-maximum", server, "", "MQTT-3.3.4-9",
        "no more QoS 1 and 2 messages are open than our Receive Maximum"},
    Row{Rule::maximum_packet_size, "maximum-packet-size", server, "", "MQTT-3.1.2-24",
        "no packet is larger than our Maximum Packet Size"},
    Row{Rule::topic_alias_maximum, "topic-alias-maximum", server, "", "MQTT-3.1.2-26",
        "no Topic Alias is above our Topic Alias Maximum"},
    Row{Rule::topic_alias_known, "topic-alias-known", server, "", "V5-3.3.4-h",
        "an alias without topic was mapped before"},
    Row{Rule::granted_qos, "granted-qos", server, "MQTT-3.8.4-6", "MQTT-3.8.4-8",
        "no message comes at a QoS above the highest granted to a matching subscription"},
    Row{Rule::subscription_identifier_is_ours, "subscription-identifier-is-ours", server, "", "V5-3.3.4-c",
        "each Subscription Identifier was given with a matching subscription"},
    Row{Rule::no_local, "no-local", server, "", "MQTT-3.8.3-3",
        "our own message does not come back where every matching subscription has No Local"},
    Row{Rule::order, "order", server, "MQTT-4.6.0-6", "MQTT-4.6.0-5",
        "messages of one publisher, topic and QoS come in the order in which they were published"},
    Row{Rule::problem_information, "problem-information", server, "", "MQTT-3.1.2-29",
        "after Request Problem Information 0 only PUBLISH, CONNACK and DISCONNECT explain themselves"},
    Row{Rule::response_information, "response-information", server, "", "MQTT-3.1.2-28",
        "CONNACK has Response Information only if asked for"},
    Row{Rule::authentication_only_if_asked, "authentication-only-if-asked", server, "", "MQTT-4.12.0-6",
        "without Authentication Method in CONNECT neither AUTH nor a method comes"},
    Row{Rule::pingresp_only_if_asked, "pingresp-only-if-asked", server, "V311-3.13-a", "",
        "there are no more PINGRESP than PINGREQ"},
    Row{Rule::nothing_after_disconnect, "nothing-after-disconnect", server, "", "MQTT-3.14.4-1",
        "nothing follows the server's DISCONNECT"},

    Row{Rule::our_connect_first, "our-connect-first", our, "MQTT-3.1.0-1", "MQTT-3.1.0-1",
        "our first packet is CONNECT"},
    Row{Rule::our_connect_once, "our-connect-once", our, "MQTT-3.1.0-2", "MQTT-3.1.0-2",
        "we send one CONNECT on a connection"},
    Row{Rule::our_identifier_is_free, "our-identifier-is-free", our, "MQTT-2.3.1-2", "MQTT-2.2.1-3",
        "our Packet Identifier is not in use"},
    Row{Rule::our_acknowledgement_has_a_cause, "our-acknowledgement-has-a-cause", our, "MQTT-2.3.1-6", "MQTT-2.2.1-5",
        "we acknowledge only what is open"},
    Row{Rule::our_repetition_with_dup, "our-repetition-with-dup", our, "MQTT-3.3.1-1", "MQTT-3.3.1-1",
        "our repeated PUBLISH has DUP 1"},
    Row{Rule::our_no_repetition_while_connected, "our-no-repetition-while-connected", our, "", "MQTT-4.4.0-1",
        "we repeat an open PUBLISH only after the session was resumed"},
    Row{Rule::our_receive_maximum, "our-receive-maximum", our, "", "MQTT-3.3.4-7",
        "we open no more QoS 1 and 2 messages than the server's Receive Maximum"},
    Row{Rule::our_maximum_packet_size, "our-maximum-packet-size", our, "", "MQTT-3.2.2-15",
        "we send nothing larger than the server's Maximum Packet Size"},
    Row{Rule::our_topic_alias_maximum, "our-topic-alias-maximum", our, "", "MQTT-3.2.2-17",
        "we use no Topic Alias above the server's Topic Alias Maximum"},
    Row{Rule::our_topic_alias_known, "our-topic-alias-known", our, "", "V5-3.3.4-h",
        "an alias that we send without topic was mapped before"},
    Row{Rule::our_maximum_qos, "our-maximum-qos", our, "", "MQTT-3.2.2-11",
        "we do not publish above the server's Maximum QoS"},
    Row{Rule::our_retain_available, "our-retain-available", our, "", "MQTT-3.2.2-14",
        "we do not retain where Retain Available is 0"},
    Row{Rule::our_wildcards_available, "our-wildcards-available", our, "", "V5-3.2.2.3.11-b",
        "we use wildcards only where they are available"},
    Row{Rule::our_identifiers_available, "our-identifiers-available", our, "", "V5-3.2.2.3.12-b",
        "we use Subscription Identifiers only where they are available"},
    Row{Rule::our_shared_available, "our-shared-available", our, "", "V5-3.2.2.3.13-b",
        "we use Shared Subscriptions only where they are available"},
    Row{Rule::our_authentication, "our-authentication", our, "", "MQTT-4.12.0-7",
        "we send AUTH only after a CONNECT with an Authentication Method, and with that method"},
    Row{Rule::our_nothing_after_disconnect, "our-nothing-after-disconnect", our, "MQTT-3.14.4-2", "MQTT-3.14.4-1",
        "we send nothing after DISCONNECT"},
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].rule) != i) return false;
  }
  return true;
}
static_assert(in_order(), "row_of() finds a row by its rule's value");

}  // namespace

std::span<const Row> rows() {
  return table;
}

const Row& row_of(Rule rule) {
  return table[static_cast<std::size_t>(rule)];
}

std::string statement_of(const Row& row, codec::Version version) {
  const std::string_view id = version == codec::Version::v5_0     ? row.statement_v5_0
                              : version == codec::Version::v3_1_1 ? row.statement_v3_1_1
                                                                  : std::string_view{};
  if (id.empty()) return {};
  return std::string(codec::to_string(version)) + ":" + std::string(id);
}

}  // namespace mqttspec::monitor
