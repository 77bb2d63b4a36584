#include "reference/broker/engine_log.hpp"

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

bool wants(const Core& core, LogLevel level) {
  return core.config.log != nullptr && core.config.log->wants(level);
}

std::string_view client_of(const Connection& connection) {
  if (connection.session != nullptr) return connection.session->client_identifier;
  return connection.connect != nullptr ? std::string_view(connection.connect->client_identifier)
                                       : std::string_view();
}

std::string_view user_of(const Connection& connection) {
  return connection.user_name ? std::string_view(*connection.user_name) : std::string_view();
}

}  // namespace

void log_connected(const Core& core, const Connection& connection, bool resumed) {
  if (!wants(core, LogLevel::info)) return;
  core.config.log->write({LogLevel::info,
                          "connected",
                          {{"client", client_of(connection)},
                           {"user", user_of(connection)},
                           {"peer", connection.peer},
                           {"transport", connection.transport},
                           {"version", codec::to_string(connection.version)},
                           {"session", resumed ? "resumed" : "new"}}});
}

void log_refused(const Core& core, const Connection& connection, codec::ReasonCode reason,
                 std::string_view why) {
  if (!wants(core, LogLevel::warning)) return;
  core.config.log->write({LogLevel::warning,
                          "refused",
                          {{"client", client_of(connection)},
                           {"peer", connection.peer},
                           {"reason", codec::to_string(reason, codec::PacketType::connack)},
                           {"why", why}}});
}

void log_disconnected(const Core& core, const Connection& connection, codec::ReasonCode reason,
                      std::string_view why) {
  using codec::ReasonCode;
  // What is part of everyday work is no warning.
  const bool usual = reason == ReasonCode::keep_alive_timeout ||
                     reason == ReasonCode::session_taken_over ||
                     reason == ReasonCode::server_shutting_down;
  const auto level = usual ? LogLevel::info : LogLevel::warning;
  if (!wants(core, level)) return;
  core.config.log->write({level,
                          "disconnected",
                          {{"client", client_of(connection)},
                           {"peer", connection.peer},
                           {"reason", codec::to_string(reason, codec::PacketType::disconnect)},
                           {"why", why}}});
}

void log_left(const Core& core, const Connection& connection, std::string_view how) {
  if (!wants(core, LogLevel::info)) return;
  core.config.log->write(
      {LogLevel::info,
       "left",
       {{"client", client_of(connection)}, {"peer", connection.peer}, {"how", how}}});
}

void log_denied(const Core& core, const Connection& connection, std::string_view what,
                std::string_view topic) {
  if (!wants(core, LogLevel::info)) return;
  core.config.log->write({LogLevel::info,
                          "denied",
                          {{"client", client_of(connection)},
                           {"user", user_of(connection)},
                           {"what", what},
                           {"topic", topic}}});
}

void log_packet(const Core& core, const Connection& connection, const codec::Packet& packet,
                std::size_t size) {
  if (!wants(core, LogLevel::debug)) return;
  const auto* publish = std::get_if<codec::Publish>(&packet);
  const std::string_view topic =
      publish != nullptr ? std::string_view(publish->topic_name) : std::string_view();
  core.config.log->write({LogLevel::debug,
                          "packet",
                          {{"client", client_of(connection)},
                           {"peer", connection.peer},
                           {"type", codec::to_string(codec::type_of(packet))},
                           {"topic", topic},
                           {"bytes", std::uint64_t{size}}}});
}

}  // namespace mqttspec::broker
