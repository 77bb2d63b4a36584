// A network connection and what its CONNECT agreed on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reference/broker/events.hpp"
#include "reference/broker/quota.hpp"

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

  // Kept until the decision on it, with what came behind it.
  std::unique_ptr<codec::Connect> connect;
  std::vector<codec::Packet> held;

  // Enhanced authentication: the method, and the next step of the exchange while one is under way.
  std::optional<std::string> authentication_method;
  std::optional<std::size_t> authentication_step;

  Instant keep_alive{0};  // how long the client may be silent; 0: for ever
  Instant last_received{0};

  // What the client can take.
  std::uint32_t maximum_packet_size = 0;  // bytes; 0: no limit
  std::uint16_t topic_alias_maximum = 0;
  bool request_problem_information = true;
  std::uint32_t connect_session_expiry = 0;  // seconds, as CONNECT asked
  Quota send_quota;
  std::unordered_map<std::string, std::uint16_t> aliases_out;
  std::uint64_t on_their_way = 0;  // bytes sent and not yet drained, if anybody wants to know

  // What we can take from it.
  Quota receive_quota;
  std::vector<std::string> aliases_in;  // by alias - 1; empty: no mapping
};

}  // namespace mqttspec::broker
