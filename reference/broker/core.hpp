// The engine's state, and the functions that its handlers share. One handle_<packet>.cpp per
// packet; a handler that closes the connection returns at once, since the connection is gone then.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reference/broker/config.hpp"
#include "reference/broker/connection.hpp"
#include "reference/broker/deadlines.hpp"
#include "reference/broker/engine_log.hpp"
#include "reference/broker/events.hpp"
#include "reference/broker/retained.hpp"
#include "reference/broker/session.hpp"
#include "reference/broker/subscriptions.hpp"

namespace mqttspec::broker {

class Journal;
struct Record;
class AccessRights;

// A session that a message goes to, and how.
struct Target {
  Session* session = nullptr;
  Delivery delivery;
};

// What the broker tells about itself below $SYS (system_topics.cpp).
struct Statistics {
  std::optional<Instant> started;  // when the first event came
  std::uint64_t packets_received = 0;
  std::uint64_t publishes_received = 0;
  std::uint64_t publishes_sent = 0;
  std::uint64_t bytes_received = 0;  // of packets that were understood
  std::uint64_t bytes_sent = 0;      // as far as Drained told
  std::vector<std::shared_ptr<const Message>> published;
  bool watched = false;  // a deadline is set
};

struct Core {
  explicit Core(Config settings);
  Core(const Core&) = delete;
  ~Core();

  Config config;
  Instant now{0};
  Actions* actions = nullptr;  // of the call that is under way

  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections;
  // Connections closed by this call, so that their last packets can still be encoded.
  std::vector<std::pair<ConnectionId, codec::Version>> just_closed;

  std::unordered_map<std::string, std::unique_ptr<Session>> sessions;  // by Client Identifier
  std::unordered_map<std::uint64_t, Session*> sessions_by_number;
  std::uint64_t last_session_number = 0;
  std::uint64_t last_assigned = 0;
  std::size_t connected = 0;     // sessions whose client is there
  std::size_t own_retained = 0;  // of the retained messages, those of the broker itself
  Statistics statistics;

  Subscriptions subscriptions;
  Retained retained;
  Deadlines deadlines;

  Subscriptions::Matches matches;  // scratch of route()
  std::vector<Target> targets;     // likewise
  std::uint64_t last_routed = 0;
  std::mt19937_64 random;            // seeded by the configuration
  std::unique_ptr<Journal> journal;  // null: nothing is durable
  std::uint64_t nonces = 0;          // given so far
  Rate connection_rate;
};

// Whether one of ours speaks 5.0: only that version has reason codes and properties.
[[nodiscard]] inline bool is_v5(const Connection& connection) {
  return connection.version == codec::Version::v5_0;
}

// --- outbox.cpp: what goes out, and how a connection ends
// ------------------------------------------

// Sends a packet other than PUBLISH. One that is larger than the client takes loses its Reason
// String and User Properties; if that does not help the connection is closed and false returned.
bool send(Core& core, Connection& connection, codec::Packet packet);
// Property list with a Reason String, if the client may be told; else empty.
[[nodiscard]] codec::Properties reason_string(const Core& core, const Connection& connection,
                                              codec::PacketType type, std::string_view text);
// Refuses the CONNECT: CONNACK where the version has a code for it, then close.
void refuse(Core& core, Connection& connection, codec::ReasonCode reason, std::string_view why);
// 0x9C or 0x9D, as the configuration says.
[[nodiscard]] codec::ReasonCode redirection_code(const Redirection& redirection);
// Ends a connection for a fault of the client or a decision of ours: DISCONNECT where the version
// has it, then close. The Will is published.
void disconnect(Core& core, Connection& connection, codec::ReasonCode reason, std::string_view why);
// The transport is to be closed without a word; the Will stays as it is.
void close(Core& core, Connection& connection);

// --- sessions.cpp
// ---------------------------------------------------------------------------------

[[nodiscard]] Session* find_session(Core& core, const std::string& client_identifier);
Session& create_session(Core& core, const std::string& client_identifier);
// The connection is gone: Will, Session Expiry, or the end of the session. `connection` is erased.
void forget(Core& core, Connection& connection);
// The session's client is absent from now on.
void detach(Core& core, Session& session);
// Ends the session: a Will that waits is published, subscriptions and messages are dropped.
void end_session(Core& core, Session& session);

// --- wills.cpp
// ------------------------------------------------------------------------------------

// The connection ended without DISCONNECT 0x00: publishes the Will now or when its delay is over.
void release_will(Core& core, Session& session);
void publish_will(Core& core, Session& session);
void forget_will(Core& core, Session& session);

// --- access.cpp
// -----------------------------------------------------------------------------------

// What this client may do; nullptr: everything.
[[nodiscard]] std::shared_ptr<const AccessRights> rights_of(
    const Config& config, std::string_view client_identifier,
    const std::optional<std::string>& user_name);
[[nodiscard]] bool may_publish(const Config& config, const Session& session,
                               std::string_view topic);
[[nodiscard]] bool may_subscribe(const Session& session, std::string_view filter);
// Is a message on this topic delivered, whatever filter has matched?
[[nodiscard]] bool may_receive(const Session& session, std::string_view topic);
void change_access(Core& core, std::shared_ptr<const Passwords> passwords,
                   std::shared_ptr<const AccessList> access_list);

// --- identity.cpp
// ---------------------------------------------------------------------------------

// Does anybody look whether a client is the user that it says?
[[nodiscard]] bool verifies_users(const Config& config);
// Is the password that the connection was verified by still that of its user?
[[nodiscard]] bool is_current(const Core& core, const Connection& connection);
// The CONNECT that was kept passed every other check: who is it?
void identify(Core& core, Connection& connection);
// The verifier outside has answered.
void verified(Core& core, Connection& connection, bool accepted);
// It is known who the client is: goes on with the CONNECT that was kept. `data`: what the method of
// enhanced authentication says at its end.
void authenticated(Core& core, Connection& connection,
                   const std::optional<std::string>& data = std::nullopt);

// --- message.cpp
// ----------------------------------------------------------------------------------

// The Application Message in a PUBLISH (its topic already resolved) or in a Will.
[[nodiscard]] std::shared_ptr<const Message> make_message(const Core& core, codec::Publish publish,
                                                          std::string publisher);
[[nodiscard]] std::shared_ptr<const Message> make_message(const Core& core, const codec::Will& will,
                                                          std::string publisher);
// Seconds that are left of the Message Expiry Interval, rounded up.
[[nodiscard]] std::optional<std::uint32_t> seconds_left(const Message& message, Instant now);
[[nodiscard]] bool is_expired(const Message& message, Instant now);
// False if Payload Format Indicator says UTF-8 and the payload is something else.
[[nodiscard]] bool payload_format_holds(const codec::Properties& properties,
                                        std::string_view payload);

// --- delivery.cpp, route.cpp
// ----------------------------------------------------------------------

// Stores it if it is to be retained and gives it to everyone who subscribed; false if nobody did.
bool route(Core& core, const std::shared_ptr<const Message>& message);
// May this topic have a retained message? What replaces another always finds its place.
[[nodiscard]] bool has_room_for_retained(Core& core, std::string_view topic);
// How long a retained message is kept: until it expires itself or the server's own limit is
// reached.
[[nodiscard]] std::optional<Instant> retained_until(const Core& core, const Message& message);
// Only the second half of it: to everyone who subscribed.
bool distribute(Core& core, const std::shared_ptr<const Message>& message);
// Only to a member of this Shared Subscription.
void route_to_group(Core& core, SharedGroup& group, const std::shared_ptr<const Message>& message);
// So much is on its way to the client that it gets no more for now.
[[nodiscard]] bool reads_slowly(const Core& core, const Connection& connection);
// Sends a PUBLISH; false if it is too large for the client.
bool transmit(Core& core, Connection& connection, const Outgoing& outgoing, bool dup);
// Sends it, or queues it as the client's state and the configuration demand.
void deliver(Core& core, Session& session, Outgoing outgoing);
// Sends what the Receive Maximum now permits and the client reads: repeats first, then what waits.
void pump(Core& core, Session& session);
// So much was drained of the connection: goes on where the client had too much on its way.
void drain(Core& core, Connection& connection, std::uint64_t bytes);
// The session was resumed: repeats what was not acknowledged, then sends what waits.
void resume(Core& core, Session& session);
// The exchange is over: frees its identifier and quota and sends what waits.
void complete(Core& core, Session& session, std::uint16_t identifier);

// --- retry.cpp
// ------------------------------------------------------------------------------------

// If the client speaks 3.1, what is open now is repeated when it is not acknowledged in time.
void watch_retry(Core& core, Session& session);
void retry(Core& core, Session& session);

// --- hand_out.cpp
// ---------------------------------------------------------------------------------

// The subscription gets what is retained now, behind all that waits already; pump() does it.
void begin_hand_out(Core& core, Session& session, const std::string& topic_filter,
                    const SubscriptionOptions& options);
// Nothing more is handed out because of this filter.
void cancel_hand_out(Core& core, Session& session, std::string_view topic_filter);
// The next message that the client gets, and how; nothing: that was all.
[[nodiscard]] std::optional<Outgoing> next_of(const Core& core, const Session& session,
                                              HandOut& hand_out);
// It is over, or was cancelled, and leaves its line.
void end_hand_out(Core& core, Session& session, const HandOut& hand_out);

// --- deadlines, by kind
// ---------------------------------------------------------------------------

// Handles everything that is due at `core.now`.
void run_deadlines(Core& core);
void watch_keep_alive(Core& core, Connection& connection);
// Closes the connection unless it gets further within the time that is meant for CONNECT.
void watch_connect(Core& core, const Connection& connection);
void watch_retained(Core& core);

// --- restore.cpp
// ----------------------------------------------------------------------------------

// Rebuilds the state out of what a store has kept; the journal is there already. Gives what is
// wrong with the records.
[[nodiscard]] std::optional<std::string> restore(Core& core, const std::vector<Record>& records);

// --- system_topics.cpp
// ----------------------------------------------------------------------------

// Somebody subscribes: if the filter is about $SYS, the statistics are brought up to date.
void prepare_system_topics(Core& core, std::string_view filter);
// The client is back: if it has subscribed to statistics they are published again.
void resume_system_topics(Core& core, const Session& session);
// Their interval is over.
void publish_system_topics(Core& core);

// --- handle_<packet>.cpp
// --------------------------------------------------------------------------

void handle(Core& core, Connection& connection, codec::Connect& packet);
void handle(Core& core, Connection& connection, codec::Publish& packet);
void handle(Core& core, Connection& connection, codec::Puback& packet);
void handle(Core& core, Connection& connection, codec::Pubrec& packet);
void handle(Core& core, Connection& connection, codec::Pubrel& packet);
void handle(Core& core, Connection& connection, codec::Pubcomp& packet);
void handle(Core& core, Connection& connection, codec::Subscribe& packet);
void handle(Core& core, Connection& connection, codec::Unsubscribe& packet);
void handle(Core& core, Connection& connection, codec::Pingreq& packet);
void handle(Core& core, Connection& connection, codec::Disconnect& packet);
void handle(Core& core, Connection& connection, codec::Auth& packet);
// Any packet, in whatever phase the connection is.
void handle_packet(Core& core, Connection& connection, codec::Packet& packet);
void handle_malformed(Core& core, Connection& connection, const Malformed& event);

// Gives the client of the CONNECT that was kept an identifier that no session has, if it has none.
void assign_identifier(Core& core, Connection& connection);
// The CONNECT that was kept passed every check: session, CONNACK, what waits. `data` as above.
void accept(Core& core, Connection& connection, const std::optional<std::string>& data);
// From now on the client may be silent for so long, as Keep Alive Factor stretches it.
void start_keep_alive(Core& core, Connection& connection, std::uint16_t seconds);
// The CONNECT that was kept names a method: starts its exchange.
void begin_authentication(Core& core, Connection& connection, std::string method);

}  // namespace mqttspec::broker
