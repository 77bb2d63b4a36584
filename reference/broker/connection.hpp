// A network connection and what its CONNECT agreed on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reference/broker/authentication_method.hpp"
#include "reference/broker/events.hpp"
#include "reference/broker/quota.hpp"
#include "reference/broker/rate.hpp"

namespace mqttspec::broker {

struct Session;

struct Connection {
  // `authenticating`: AUTH packets go to and fro; `verifying`: the verifier outside was asked.
  enum class Phase : std::uint8_t { opened, authenticating, verifying, connected };

  ConnectionId id = 0;
  std::string peer;
  std::string transport;
  std::string certificate_subject;
  codec::Version version = codec::Version::v3_1_1;
  Phase phase = Phase::opened;
  Session* session = nullptr;  // set while connected
  bool came_too_fast = false;  // above Config::connection_rate_limit

  // Kept until the decision on it, with what came behind it.
  std::unique_ptr<codec::Connect> connect;
  std::vector<codec::Packet> held;
  std::size_t held_size = 0;             // of their frames, in bytes
  bool identifier_was_assigned = false;  // by us, to a client that has none

  // Who it is, if that was verified, and the record of the password file that proved it.
  std::optional<std::string> user_name;
  std::shared_ptr<const PasswordRecord> record;
  bool user_is_known = true;  // the verifier outside is asked about a record that there is

  // Enhanced authentication: the method, and the exchange while one is under way.
  std::optional<std::string> authentication_method;
  std::unique_ptr<AuthenticationExchange> authentication;

  Instant keep_alive{0};  // how long the client may be silent; 0: for ever
  Instant last_received{0};

  // What the client can take.
  std::uint32_t maximum_packet_size = 0;  // bytes; 0: no limit
  std::uint16_t topic_alias_maximum = 0;
  bool request_problem_information = true;
  std::uint32_t connect_session_expiry = 0;  // seconds, as CONNECT asked
  Quota send_quota;
  // Aliases by topic; null until the first is given out.
  std::unique_ptr<std::unordered_map<std::string, std::uint16_t>> aliases_out;
  std::uint64_t on_their_way = 0;  // bytes sent and not yet drained, if anybody wants to know
  // What has waited for the client is sent in portions, as it reads.
  std::uint64_t unread = 0;    // bytes of messages that were sent and are not drained, at least
  bool wants_portion = false;  // there is more

  // What we can take from it.
  Rate packet_rate;
  Quota receive_quota;
  std::vector<std::string> aliases_in;  // by alias - 1; empty: no mapping
};

}  // namespace mqttspec::broker
