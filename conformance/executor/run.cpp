#include "conformance/executor/run.hpp"

#include <algorithm>

#include "conformance/executor/websocket_link.hpp"

namespace mqttspec::executor {

bool Run::disturbed(Instant from, Instant to) const {
  return std::any_of(disturbances.begin(), disturbances.end(), [&](const auto& disturbance) {
    return disturbance.second > tolerance().granularity && disturbance.first >= from &&
           disturbance.first - disturbance.second <= to;
  });
}

std::size_t Run::note(TraceEntry::Kind kind, const Client* client, std::string text) {
  TraceEntry entry;
  entry.kind = kind;
  entry.at = now;
  if (client != nullptr) {
    entry.client = client->name;
    entry.version = client->version;
  }
  entry.text = std::move(text);
  trace.push_back(std::move(entry));
  return trace.size() - 1;
}

void open_connection(Run& run, Client& client) {
  const auto number = static_cast<ConnectionNumber>(run.owners.size());
  run.owners.push_back(&client);
  client.inbox.clear();
  client.connection.emplace(number, client.version);
  client.connection->automatic_acks = client.automatic_acks;
  client.connection->websocket = make_websocket(run, client, number);
  run.commands.push_back(OpenCommand{number, client.name, client.transport});
}

Client* owner_of(Run& run, ConnectionNumber connection) {
  if (connection >= run.owners.size()) return nullptr;
  Client* client = run.owners[connection];
  if (client == nullptr || !client->connection) return nullptr;
  return client->connection->number == connection ? client : nullptr;
}

void close_connection(Run& run, Client& client, CloseCommand::How how) {
  Connection& connection = *client.connection;
  if (how == CloseCommand::How::fin && !connection.half_closed) say_goodbye(run, connection);
  run.commands.push_back(CloseCommand{connection.number, how});
  if (how == CloseCommand::How::half) {
    connection.half_closed = true;
    run.note(TraceEntry::Kind::note, &client, "our sending side is closed (FIN)");
    return;
  }
  connection.state = Connection::State::closed;
  connection.closed_by_us = true;
  connection.in_session = false;
  const std::size_t trace = run.note(TraceEntry::Kind::closed_by_us, &client,
                                     how == CloseCommand::How::fin ? "FIN" : "RST");
  run.watch.closed(connection.number, true, trace, run.now);
}

namespace {

scenario::Received closed_item(const Run& run, const Client& client) {
  const Connection& connection = *client.connection;
  scenario::Received closed;
  if (connection.farewell) {
    closed = *connection.farewell;
    closed.farewell = closed.type;
    closed.type = codec::PacketType::reserved;
  }
  closed.version = connection.version;
  closed.size = 0;
  closed.client = client.name;
  closed.at = run.now;
  closed.fields = scenario::fields_of(closed);
  if (closed.farewell != codec::PacketType::reserved && !closed.packet) {
    // A farewell that breaks a rule has no code, which is something else than no farewell.
    for (auto& [name, value] : std::get<scenario::Object>(closed.fields.data)) {
      if (name == "reason_code") value = scenario::Value("malformed");
    }
  }
  return closed;
}

}  // namespace

void lose_connection(Run& run, Client& client, CloseKind how, std::string text) {
  Connection& connection = *client.connection;
  if (connection.gone()) return;
  if (const auto rest = connection.in.pending(); !rest.empty() && !connection.unreadable) {
    TraceEntry entry;
    entry.kind = TraceEntry::Kind::received;
    entry.at = run.now;
    entry.client = client.name;
    entry.version = connection.version;
    entry.bytes = rest;
    entry.text = "part of a packet";
    entry.problem = "the connection ended in the middle of a packet";
    run.trace.push_back(std::move(entry));
  }
  connection.state = Connection::State::closed;
  connection.in_session = false;
  if (text.empty()) text = how == CloseKind::fin ? "FIN" : "RST";
  const std::size_t trace = run.note(TraceEntry::Kind::closed_by_broker, &client, std::move(text));
  run.watch.closed(connection.number, false, trace, run.now);
  scenario::Received closed = closed_item(run, client);
  closed.trace = trace;
  run.late.arrived(closed);
  client.inbox.push_back(std::move(closed));
}

}  // namespace mqttspec::executor
