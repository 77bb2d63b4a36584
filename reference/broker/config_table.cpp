#include "reference/broker/config_table.hpp"

#include <array>

#include "reference/broker/config_reader.hpp"

namespace mqttspec::broker {
namespace {

using nlohmann::json;

template <typename Choice>
using Choices = std::array<std::pair<std::string_view, Choice>, 2>;

constexpr Choices<Config::SharedChoice> shared_choices = {
    {{"in_turn", Config::SharedChoice::in_turn}, {"at_random", Config::SharedChoice::at_random}}};
constexpr std::array<std::pair<std::string_view, Config::CertificateUser>, 3> certificate_users = {
    {{"none", Config::CertificateUser::none},
     {"subject", Config::CertificateUser::subject},
     {"common_name", Config::CertificateUser::common_name}}};
constexpr Choices<Config::Drop> drop_choices = {
    {{"newest", Config::Drop::newest}, {"oldest", Config::Drop::oldest}}};

#define ROW(name, schema, standard, example, reading, meaning)                     \
  ConfigRow {                                                                      \
    name, schema, standard, example,                                               \
        [](const ConfigReader& at, const json& v, Config& c) { reading; }, meaning \
  }
#define FLAG(name, standard, example, meaning) \
  ROW(#name, R"({"type": "boolean"})", #standard, #example, read_value(at, v, c.name), meaning)
#define VALUE(name, schema, standard, example, meaning) \
  ROW(#name, schema, standard, example, read_value(at, v, c.name), meaning)
#define PRESENT(name, schema, example, meaning) \
  ROW(#name, schema, "null", example, read_present(at, v, c.name), meaning)
#define RANGE(minimum, maximum) "\"minimum\": " #minimum ", \"maximum\": " #maximum "}"
#define NUMBER(name, minimum, maximum, standard, example, meaning)                    \
  ROW(#name, "{\"type\": \"integer\", " RANGE(minimum, maximum), #standard, #example, \
      read_number(at, v, minimum, maximum, c.name), meaning)
#define LIMIT(key, name, minimum, maximum, example, meaning)                                 \
  ROW(key, "{\"type\": [\"integer\", \"null\"], " RANGE(minimum, maximum), "null", #example, \
      read_number(at, v, minimum, maximum, c.name), meaning)
#define CHOICE(name, choices, first, second, meaning)                                              \
  ROW(#name, "{\"enum\": [\"" #first "\", \"" #second "\"]}", "\"" #first "\"", "\"" #second "\"", \
      read_choice<decltype(c.name)>(at, v, choices, c.name), meaning)
#define DURATION(name, standard, example, meaning)                                           \
  VALUE(name, R"({"type": "string", "pattern": "^[0-9]+(ms|s|min|h)$"})", standard, example, \
        meaning)

constexpr std::string_view string_or_null = R"({"type": ["string", "null"]})";
constexpr std::string_view strings =
    R"({"type": "object", "additionalProperties": {"type": "string"}})";

// Whole numbers end at 2^53: more than that not every JSON library can hold.
constexpr std::array rows = {
    VALUE(versions,
          R"({"type": "array", "items": {"enum": ["3.1", "3.1.1", "5.0"]}, "minItems": 1})",
          R"(["3.1", "3.1.1", "5.0"])", R"(["5.0"])", "Versions that clients may speak."),
    NUMBER(maximum_qos, 0, 2, 2, 1, "Highest QoS that is served; told to 5.0 clients below 2."),
    FLAG(retain_available, true, false, "Are retained messages supported?"),
    FLAG(wildcard_subscription_available, true, false, "May Topic Filters have wildcards?"),
    FLAG(subscription_identifier_available, true, false,
         "May subscriptions have Subscription Identifiers?"),
    FLAG(shared_subscription_available, true, false, "Are there Shared Subscriptions?"),
    NUMBER(receive_maximum, 1, 65535, 65535, 10,
           "QoS 1 and 2 messages that a 5.0 client may have open towards the broker."),
    NUMBER(topic_alias_maximum, 0, 65535, 65535, 5, "Topic Aliases that are accepted; 0: none."),
    NUMBER(maximum_packet_size, 0, 4294967295, 0, 1000,
           "Largest packet that is accepted, in bytes; 0: only the protocol's own limit holds."),
    LIMIT("server_keep_alive", server_keep_alive, 0, 65535, 60,
          "Keep Alive in seconds that 5.0 clients have to use instead of their own; 0: none."),
    LIMIT("session_expiry_interval", session_expiry_interval, 0, 4294967295, 3600,
          "Longest Session Expiry Interval of 5.0 clients, in seconds."),
    PRESENT(response_information, string_or_null, R"("answers/")",
            "Response Information for the clients that request it."),
    VALUE(connack_user_properties,
          R"({"type": "array", "items": {"type": "array", "items": {"type": "string"},)"
          R"( "minItems": 2, "maxItems": 2}})",
          "[]", R"([["region", "north"]])",
          "User Properties of every CONNACK that accepts a 5.0 client, in order."),
    PRESENT(redirect,
            R"({"type": ["object", "null"], "additionalProperties": false, "properties": {)"
            R"("when": {"enum": ["connect", "shutdown"]}, "permanently": {"type": "boolean"},)"
            R"( "server_reference": {"type": "string"}}})",
            R"({"when": "shutdown", "permanently": true, "server_reference": "other:1883"})",
            "Clients are sent to another server, when they connect or when this one shuts down: "
            "0x9C Use another server, or 0x9D Server moved. 3.x clients are only refused."),
    ROW("keep_alive_factor", R"({"type": "number", "minimum": 1})", "1.5", "2",
        read_value(at, v, c.keep_alive_factor),
        "A client may be silent for this many Keep Alive periods; the standard wants 1.5."),
    DURATION(connect_timeout, R"("10s")", R"("500ms")",
             "A connection without CONNECT is closed after this time; \"0s\": never."),
    FLAG(use_topic_aliases, false, true, "Use Topic Aliases towards clients that allow them?"),
    FLAG(disconnect_before_close, true, false,
         "Send a 5.0 client DISCONNECT with a reason before its connection is closed?"),
    FLAG(connack_before_close, true, false,
         "Answer a 5.0 CONNECT that is refused with CONNACK before the connection is closed?"),
    FLAG(one_copy_for_overlapping, true, false,
         "One copy of a message for all subscriptions of a client that match, or one for each?"),
    FLAG(forward_qos2_on_publish, true, false,
         "Forward a QoS 2 message when its PUBLISH comes, or when its PUBREL comes?"),
    FLAG(queue_qos0_for_absent, false, true, "Keep QoS 0 messages for absent clients?"),
    NUMBER(maximum_granted_qos, 0, 2, 2, 1, "Highest QoS that is granted to a subscription."),
    FLAG(keep_retained_qos0, true, false,
         "Retain messages of QoS 0? Otherwise they delete what their topic has."),
    FLAG(retained_before_suback, false, true,
         "Send retained messages for a new subscription before its SUBACK?"),
    FLAG(no_matching_subscribers_code, true, false,
         "Tell a 5.0 publisher when nobody has subscribed (0x10)?"),
    FLAG(reason_strings, true, false, "Explain refusals by Reason Strings?"),
    FLAG(check_payload_format, false, true,
         "Refuse a payload that is said to be UTF-8 and is not (0x99)?"),
    FLAG(close_on_denied_publish, false, true,
         "Close the connection of a client that publishes where it may not? Otherwise the "
         "message is acknowledged and dropped."),
    FLAG(redeliver_shared_on_disconnect, false, true,
         "Give a QoS 1 message of a Shared Subscription to another member as soon as the "
         "connection of the chosen one is lost? Otherwise when its session ends."),
    FLAG(exchange_on_dollar_topics, false, true,
         "May clients exchange messages on topics that begin with '$'?"),
    CHOICE(shared_choice, shared_choices, in_turn, at_random,
           "Which member of a Shared Subscription gets a message?"),
    VALUE(system_topics, strings, R"({"$SYS/broker/version": "mqttspec reference broker"})",
          R"({"$SYS/broker/site": "north"})", "Retained messages of the broker itself."),
    DURATION(sys_interval, R"("10s")", R"("1s")",
             "How often the statistics below $SYS/broker/ are published to connected subscribers; "
             "\"0s\": there are none."),
    LIMIT("queue", queue_limit, 0, 9007199254740992, 1000,
          "Messages that wait for one absent or slow client at most."),
    CHOICE(queue_drop, drop_choices, newest, oldest,
           "Which message is dropped when the queue is full?"),
    LIMIT("inflight_limit", inflight_limit, 1, 65535, 20,
          "QoS 1 and 2 messages that are open towards one client at most, though its Receive "
          "Maximum may permit more."),
    DURATION(
        retry_interval, R"("20s")", R"("1s")",
        "What a 3.1 client has not acknowledged for this time is repeated; \"0s\": never. Later "
        "versions repeat on a new connection only."),
    LIMIT("retained_expiry", retained_expiry, 1, 4294967295, 86400,
          "Seconds after which a retained message is thrown away, if it does not expire earlier."),
    LIMIT("retained_limit", retained_limit, 0, 9007199254740992, 10000,
          "Retained messages of all topics at most; a message beyond is refused (0x97)."),
    LIMIT("subscription_limit", subscription_limit, 0, 9007199254740992, 100,
          "Subscriptions of one client at most; one beyond is refused (0x97)."),
    LIMIT("connection_limit", connection_limit, 0, 9007199254740992, 1000,
          "Connected clients at most; a CONNECT beyond is refused (0x97; 3.x: 3)."),
    NUMBER(slow_reader_limit, 0, 9007199254740992, 0, 1048576,
           "With more bytes than this on their way to a client, QoS 0 messages for it are dropped "
           "and the others wait in its queue; 0: no limit."),
    LIMIT("client_identifier_length_maximum", client_identifier_length_maximum, 23, 65535, 64,
          "Longest Client Identifier in bytes; 3.1 has its own limit of 23 characters."),
    FLAG(assign_client_identifiers, true, false,
         "Give a Client Identifier to a client that has none? Otherwise it is refused."),
    PRESENT(users, R"({"type": ["object", "null"], "additionalProperties": {"type": "string"}})",
            R"({"anna": "secret"})",
            "User names and passwords; nobody else may connect. null: everyone may."),
    FLAG(allow_anonymous, false, true,
         "Serve clients with neither User Name nor Password although there are users or a password "
         "file? Without those everybody is served."),
    FLAG(sessions_belong_to_users, true, false,
         "Refuse a user who wants to continue or take over the session of another user (0x87)?"),
    ROW("certificate_user_name", R"({"enum": ["none", "subject", "common_name"]})", R"("none")",
        R"("common_name")",
        read_choice<Config::CertificateUser>(at, v, certificate_users, c.certificate_user_name),
        "What of a client's TLS certificate takes the place of its User Name; such a client needs "
        "no Password."),
    FLAG(require_certificate, false, true,
         "Refuse clients without a verified TLS certificate (0x87)?"),
    VALUE(deny,
          R"({"type": "array", "items": {"type": "object", "additionalProperties": false,)"
          R"( "required": ["topic_filter"], "properties": {"client": {"type": "string"},)"
          R"( "action": {"enum": ["publish", "subscribe"]}, "topic_filter": {"type": "string"}}}})",
          "[]", R"([{"client": "meter", "action": "publish", "topic_filter": "admin/#"}])",
          "What is forbidden, and to whom: without client to everyone, without action both."),
    PRESENT(authentication,
            R"({"type": ["object", "null"], "additionalProperties": false,)"
            R"( "required": ["method", "exchange"], "properties": {"method": {"type": "string"},)"
            R"( "exchange": {"type": "array", "minItems": 1, "items": {"type": "array",)"
            R"( "items": {"type": ["string", "null"]}, "minItems": 2, "maxItems": 2}}}})",
            R"({"method": "ask", "exchange": [["hello", "password?"], ["secret", null]]})",
            "An authentication method by script: the client's data and the broker's answer, step "
            "by step; null as the last answer: accepted."),
    LIMIT("connection_rate_limit", connection_rate_limit, 1, 1000000, 100,
          "Connections a second over all clients, twice as many at once; more are refused (0x9F; "
          "3.x: 3)."),
    LIMIT("packet_rate_limit", packet_rate_limit, 1, 1000000, 1000,
          "Packets a second of one client, twice as many at once; more end its connection (0x96)."),
    VALUE(assigned_client_identifier_prefix, R"({"type": "string"})", R"("mqttspec-")",
          R"("auto-")", "How Client Identifiers begin that the broker assigns."),
    NUMBER(seed, 0, 9007199254740992, 0, 42, "For whatever is chosen at random."),
};

}  // namespace

std::span<const ConfigRow> config_table() {
  return rows;
}

}  // namespace mqttspec::broker
