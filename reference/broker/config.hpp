// Everything that a server may choose, each with the standard's default.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::broker {

class AccessList;
class Log;
struct Passwords;

// What is refused, and to whom; empty client or action: to everyone, for both.
struct Denial {
  enum class Action : std::uint8_t { both, publish, subscribe };
  std::string client_identifier;  // exact; empty: every client
  Action action = Action::both;
  std::string topic_filter;
  bool operator==(const Denial&) const = default;
};

// The scripted authentication method of section 4.12: the client's data and the server's answer,
// step by step; the last answer is absent: accepted.
struct ScriptedAuthentication {
  struct Step {
    std::string client_data;
    std::optional<std::string> server_data;
    bool operator==(const Step&) const = default;
  };
  std::string method;
  std::vector<Step> exchange;
  bool operator==(const ScriptedAuthentication&) const = default;
};

// Clients are sent to another server (section 4.11).
struct Redirection {
  // Who is told: everyone who connects, or those who are connected when the server shuts down.
  enum class When : std::uint8_t { connect, shutdown } when = When::connect;
  bool permanently = false;      // 0x9D Server moved instead of 0x9C Use another server
  std::string server_reference;  // "" : the client has to know where to go
  bool operator==(const Redirection&) const = default;
};

struct Config {
  // Versions that CONNECT may ask for.
  std::vector<codec::Version> versions = {codec::Version::v3_1, codec::Version::v3_1_1,
                                          codec::Version::v5_0};
  // Announced in CONNACK (section 3.2.2.3), where they differ from the standard's default.
  std::uint8_t maximum_qos = 2;
  bool retain_available = true;
  bool wildcard_subscription_available = true;
  bool subscription_identifier_available = true;
  bool shared_subscription_available = true;
  std::uint16_t receive_maximum = 65'535;
  std::uint16_t topic_alias_maximum = 65'535;            // aliases that we accept
  std::uint32_t maximum_packet_size = 0;                 // bytes; 0: only the protocol's limit
  std::optional<std::uint16_t> server_keep_alive;        // seconds; overrides the client's
  std::optional<std::uint32_t> session_expiry_interval;  // seconds; upper limit, overrides
  std::optional<std::string> response_information;       // offered to those who request it
  // User Properties of every CONNACK that accepts, in order (section 3.2.2.3.10).
  std::vector<std::pair<std::string, std::string>> connack_user_properties;
  std::optional<Redirection> redirect;

  // Section 3.1.2.10: the connection is closed after this many Keep Alive periods of silence.
  double keep_alive_factor = 1.5;
  // A connection without CONNECT is closed after this long (section 3.1.4); 0: never.
  std::chrono::milliseconds connect_timeout{10'000};

  // Use Topic Aliases towards clients that allow them (section 3.3.2.3.4).
  bool use_topic_aliases = false;
  // Send DISCONNECT with a reason before closing a 5.0 connection (4.13.1: SHOULD).
  bool disconnect_before_close = true;
  // Answer a refused 5.0 CONNECT with a CONNACK before closing (4.13.1: MAY).
  bool connack_before_close = true;
  // Overlapping subscriptions: one copy per message (true) or one per subscription (section 3.3.4).
  bool one_copy_for_overlapping = true;
  // Forward a QoS 2 message on PUBLISH (true, method A of figure 4.3) or on PUBREL (false).
  bool forward_qos2_on_publish = true;
  // Keep QoS 0 messages for an absent client (section 4.4 leaves it open).
  bool queue_qos0_for_absent = false;
  // Highest QoS granted in SUBACK (section 3.8.4 permits less than asked).
  std::uint8_t maximum_granted_qos = 2;
  // Retain QoS 0 messages (section 3.3.1.3 permits to discard them at any time).
  bool keep_retained_qos0 = true;
  // Retained messages for a new subscription before its SUBACK (section 3.8.4: MAY).
  bool retained_before_suback = false;
  // A 5.0 publisher is told 0x10 when nobody has subscribed (sections 3.4.2.1, 3.5.2.1: MAY).
  bool no_matching_subscribers_code = true;
  // Reason Strings for people in 5.0 packets that report a failure (section 3.2.2.3.9 and others).
  bool reason_strings = true;
  // A payload that is flagged as UTF-8 and is not is refused with 0x99 (section 3.3.2.3.2: MAY).
  bool check_payload_format = false;
  // A client that publishes where it may not is disconnected instead of acknowledged: 3.1.1 without
  // a word, 5.0 with 0x87
  // (3.1.1 section 3.3.5 permits both; 3.1 does not).
  bool close_on_denied_publish = false;
  // A QoS 1 message of a Shared Subscription goes to another member as soon as the connection of
  // the chosen one is lost, not only when its session ends (section 4.8.2 permits both).
  bool redeliver_shared_on_disconnect = false;
  // Let clients use topics that begin with '$' among themselves (section 4.7.2: SHOULD NOT).
  bool exchange_on_dollar_topics = false;
  // Who of a Shared Subscription gets a message: its members in turn, or one at random
  // (section 4.8.2 leaves the choice to the server).
  enum class SharedChoice : std::uint8_t {
    in_turn,
    at_random
  } shared_choice = SharedChoice::in_turn;
  // Retained messages of the server itself, topic -> payload.
  std::map<std::string, std::string> system_topics = {
      {"$SYS/broker/version", "mqttspec reference broker"}};

  // How often the broker's own statistics below $SYS are published while a client that is connected
  // has subscribed to them; whoever subscribes gets what holds then. 0: there are none.
  std::chrono::milliseconds sys_interval{10'000};

  // Messages kept for an absent or slow client, QoS 1 and 2; nothing: no limit.
  std::optional<std::size_t> queue_limit;
  enum class Drop : std::uint8_t { newest, oldest } queue_drop = Drop::newest;
  // QoS 1 and 2 messages that are open towards one client at most, though its Receive Maximum may
  // permit more; nothing: only that counts (section 4.9).
  std::optional<std::uint16_t> inflight_limit;
  // What a 3.1 client has not acknowledged for so long is repeated (3.1, "Message delivery retry":
  // should); later versions repeat on a new connection only. 0: never.
  std::chrono::milliseconds retry_interval{20'000};
  // Retained messages that are thrown away after so many seconds, if they do not expire earlier;
  // nothing: they stay until they are replaced or deleted.
  std::optional<std::uint32_t> retained_expiry;
  // Limits that are answered with 0x97 Quota exceeded: retained messages of all topics,
  // subscriptions of one client, connections.
  std::optional<std::size_t> retained_limit;
  std::optional<std::size_t> subscription_limit;
  std::optional<std::size_t> connection_limit;
  // A client for whom more bytes than this are on their way reads slowly: QoS 0 messages for it are
  // dropped, QoS 1 and 2 wait in its queue. 0: no limit. Needs Drained events.
  std::size_t slow_reader_limit = 0;

  // Longest Client Identifier of 3.1.1 and 5.0 that is accepted, in bytes, at least 23 (section
  // 3.1.3.1 lets a server stop there); nothing: any. 3.1 has its own limit of 23 characters.
  std::optional<std::size_t> client_identifier_length_maximum;
  // Give an identifier to a 3.1.1 or 5.0 client that has none, or refuse it (section 3.1.3.1).
  bool assign_client_identifiers = true;

  // Ask for every CONNECT whether it is good by an Authenticate action, and wait for Authenticated.
  bool external_authentication = false;
  // User name -> password; nobody else may connect. Absent, as are `passwords`: everyone may.
  std::optional<std::map<std::string, std::string>> users;
  // The same with salted hashes (see passwords.hpp), which are too slow to be looked at here: the
  // engine asks by an Authenticate action. Offers the method SCRAM-SHA-256 as well.
  std::shared_ptr<const Passwords> passwords;
  // Clients with neither User Name nor Password are served although there are users or passwords.
  bool allow_anonymous = false;
  // Nobody continues or takes over the session of another user: such a CONNECT is not authorized.
  bool sessions_belong_to_users = true;
  // What of a verified client certificate takes the place of the User Name; then no Password is
  // asked for.
  enum class CertificateUser : std::uint8_t {
    none,
    subject,
    common_name
  } certificate_user_name = CertificateUser::none;
  // Refuse clients without a verified certificate.
  bool require_certificate = false;
  // Who may publish and subscribe to what (see access_list.hpp). Absent: everyone everything,
  // `deny` excepted.
  std::shared_ptr<const AccessList> access_list;
  std::vector<Denial> deny;
  std::optional<ScriptedAuthentication> authentication;

  // Connections a second, counted over all clients; more are refused with 0x9F, or 0x03 where the
  // version knows only that. Nothing: no limit.
  std::optional<std::uint32_t> connection_rate_limit;
  // Packets a second of one client, twice as many at once; more end its connection with 0x96.
  std::optional<std::uint32_t> packet_rate_limit;

  // Prefix of Client Identifiers that the server assigns, followed by a counter.
  std::string assigned_client_identifier_prefix = "mqttspec-";
  // For what is chosen at random (see shared_choice).
  std::uint64_t seed = 0;
  // What nonces are made of, so that nobody can foresee them; empty: of the seed, for tests.
  std::string secret;
  // Hears what happens; may be null, and must outlive the engine.
  Log* log = nullptr;

  bool operator==(const Config&) const = default;
};

}  // namespace mqttspec::broker
