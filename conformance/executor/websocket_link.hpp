// What stands between a client's connection and the wire if its transport is a WebSocket: the
// handshake before anything else, frames around what is sent and received, the close.
#pragma once

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

// Does the client speak MQTT over WebSocket?
[[nodiscard]] bool uses_websocket(const Client& client);
// Takes over a client's `transport`, substituted. An error says what is wrong with the script.
[[nodiscard]] std::optional<std::string> read_transport(const Run& run,
                                                        const scenario::Value& transport,
                                                        Client& client);
// The WebSocket of a new connection; nullptr if the client needs none.
[[nodiscard]] std::unique_ptr<WebSocket> make_websocket(const Run& run, const Client& client,
                                                        ConnectionNumber number);

// The transport below is open: sends the handshake's request, or, without WebSocket, declares the
// connection open.
void transport_opened(Run& run, Client& client);
// What the transport below brought.
void receive_wire(Run& run, Client& client, codec::BytesView bytes);
// Our side is about to close in order.
void say_goodbye(Run& run, Connection& connection);

}  // namespace mqttspec::executor
