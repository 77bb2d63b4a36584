#include "conformance/executor/websocket_link.hpp"

#include "conformance/executor/inbound.hpp"

namespace mqttspec::executor {

namespace {

using State = WebSocket::State;

void send_raw(Run& run, Connection& connection, codec::Bytes bytes) {
  if (bytes.empty() || connection.half_closed) return;
  run.commands.push_back(SendCommand{connection.number, {std::move(bytes)}, {}});
  ++connection.sends_begun;
}

void declare_open(Run& run, Client& client) {
  client.connection->state = Connection::State::open;
  std::string text = client.transport;
  if (client.connection->websocket) {
    const auto& chosen = client.connection->websocket->subprotocol();
    text += chosen ? ", subprotocol " + *chosen : ", no subprotocol";
  }
  run.note(TraceEntry::Kind::opened, &client, std::move(text));
  run.watch.opened(client.connection->number, client.version, run.now);
}

// The broker breaks WebSocket's own rules, and MQTT's packets cannot be told any more.
void give_up(Run& run, Client& client) {
  client.connection->unreadable = true;
  const std::size_t place = run.note(TraceEntry::Kind::received, &client,
                                     "a frame of WebSocket; nothing behind it is read");
  run.trace[place].problem = client.connection->websocket->trouble();
}

void end(Run& run, Client& client, const std::string& how) {
  const ConnectionNumber number = client.connection->number;
  lose_connection(run, client, CloseKind::fin, how);
  run.commands.push_back(CloseCommand{number, CloseCommand::How::fin});
}

}  // namespace

bool uses_websocket(const Client& client) {
  return client.transport == "ws" || client.transport == "wss";
}

std::optional<std::string> read_transport(const Run& run, const scenario::Value& transport,
                                          Client& client) {
  const scenario::Value* named = transport.find("name");
  const std::string* name = (named != nullptr ? *named : transport).string();
  client.transport = run.options.transport;
  if (name != nullptr && *name != "any") client.transport = *name;
  if (const scenario::Value* query = transport.find("query")) {
    if (query->string() == nullptr) return "\"query\" is no string";
    client.query = *query->string();
  }
  const scenario::Value* offered = transport.find("subprotocols");
  if (offered == nullptr) return std::nullopt;
  if (offered->array() == nullptr) return "\"subprotocols\" is no list";
  client.subprotocols.clear();
  for (const scenario::Value& each : *offered->array()) {
    if (each.string() == nullptr) return "\"subprotocols\" is a list of strings";
    client.subprotocols.push_back(*each.string());
  }
  return std::nullopt;
}

std::unique_ptr<WebSocket> make_websocket(const Run& run, const Client& client,
                                          ConnectionNumber number) {
  if (!uses_websocket(client)) return nullptr;
  WebSocketOptions options;
  const auto address = run.options.websocket.find(client.transport);
  if (address != run.options.websocket.end()) {
    options.host = address->second.host;
    options.path = address->second.path;
  }
  options.query = client.query;
  options.subprotocols = client.subprotocols;
  options.seed = number;
  for (const char c : run.environment.ns()) {
    options.seed = options.seed * 131 + static_cast<std::uint8_t>(c);
  }
  return std::make_unique<WebSocket>(std::move(options));
}

void transport_opened(Run& run, Client& client) {
  Connection& connection = *client.connection;
  if (!connection.websocket) return declare_open(run, client);
  send_raw(run, connection, connection.websocket->request());
}

void receive_wire(Run& run, Client& client, codec::BytesView bytes) {
  Connection& connection = *client.connection;
  if (!connection.websocket) return receive_bytes(run, client, bytes);
  if (connection.gone()) return;
  WebSocket& websocket = *connection.websocket;
  const State before = websocket.state();
  if (before != State::connecting && before != State::open) return;
  const ConnectionNumber number = connection.number;
  WebSocket::Arrivals arrivals = websocket.receive(bytes);
  const State now = websocket.state();
  if (now == State::refused) {
    run.open_failure = websocket.trouble();
    return end(run, client, websocket.trouble());
  }
  if (before == State::connecting && now != State::connecting) declare_open(run, client);
  for (const WebSocket::Arrivals::Chunk& chunk : arrivals.chunks) {
    connection.frame_in = connection.in.buffered() == 0 || connection.frame_in != "text"
                              ? chunk.frame
                              : connection.frame_in;
    receive_bytes(run, client, chunk.bytes);
  }
  for (std::string& note : arrivals.notes) {
    run.note(TraceEntry::Kind::note, &client, std::move(note));
  }
  if (owner_of(run, number) != &client) return;
  send_raw(run, connection, std::move(arrivals.reply));
  if (now == State::closed) end(run, client, websocket.trouble());
  if (now == State::broken) give_up(run, client);
}

void say_goodbye(Run& run, Connection& connection) {
  if (connection.websocket == nullptr || connection.websocket->state() != State::open) return;
  send_raw(run, connection, connection.websocket->goodbye());
}

}  // namespace mqttspec::executor
