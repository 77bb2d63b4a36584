// The lines that the engine's handlers write.
#pragma once

#include <string_view>

#include "reference/broker/connection.hpp"
#include "reference/broker/log.hpp"

namespace mqttspec::broker {

struct Core;

// The client has its CONNACK.
void log_connected(const Core& core, const Connection& connection, bool resumed);
// CONNECT was refused.
void log_refused(const Core& core, const Connection& connection, codec::ReasonCode reason,
                 std::string_view why);
// The server ends the connection.
void log_disconnected(const Core& core, const Connection& connection, codec::ReasonCode reason,
                      std::string_view why);
// The client has ended the connection: by DISCONNECT, or without a word.
void log_left(const Core& core, const Connection& connection, std::string_view how);
// Something was not permitted: "publish" or "subscribe".
void log_denied(const Core& core, const Connection& connection, std::string_view what,
                std::string_view topic);
// A packet came.
void log_packet(const Core& core, const Connection& connection, const codec::Packet& packet,
                std::size_t size);

}  // namespace mqttspec::broker
