#include "conformance/executor/keep_alive.hpp"

#include <algorithm>

#include "conformance/executor/outbound.hpp"

namespace mqttspec::executor {
namespace {

bool can_ping(const Client& client) {
  if (!client.connected()) return false;
  const Connection& connection = *client.connection;
  return connection.ping_every > Duration::zero() && !connection.half_closed &&
         !connection.unreadable && connection.between_packets();
}

}  // namespace

void note_server_keep_alive(const Run& run, Connection& connection, const codec::Connack& connack) {
  const auto seconds = codec::get_integer(connack.properties, codec::PropertyId::server_keep_alive);
  // A script that sets a Keep Alive is about just that, and says itself what is sent when.
  if (!seconds || *seconds == 0 || !connection.connect || connection.connect->keep_alive != 0) {
    return;
  }
  connection.ping_every = std::chrono::seconds(*seconds) / 2;
  connection.next_ping = run.now + connection.ping_every;
}

Instant keep_alive_deadline(const Run& run) {
  Instant earliest = never;
  for (const auto& [name, client] : run.clients) {
    if (can_ping(client)) earliest = std::min(earliest, client.connection->next_ping);
  }
  return earliest;
}

void keep_alive(Run& run) {
  for (auto& [name, client] : run.clients) {
    if (!can_ping(client) || client.connection->next_ping > run.now) continue;
    client.connection->next_ping = run.now + client.connection->ping_every;
    send_own(run, client, codec::Pingreq{});
  }
}

}  // namespace mqttspec::executor
