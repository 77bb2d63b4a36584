#include "conformance/executor/inbound.hpp"

#include "conformance/executor/keep_alive.hpp"
#include "conformance/executor/outbound.hpp"

namespace mqttspec::executor {

using codec::PacketType;
using scenario::Received;

namespace {

std::string problem_of(const codec::DecodeError& error, codec::BytesView frame,
                       codec::Version version) {
  const codec::RuleRow& row = codec::row_of(error.rule);
  std::string problem(row.sentence);
  problem += ", at byte " + std::to_string(error.offset);
  const std::string statement = codec::statement_of(error, frame, version, codec::Sender::server);
  if (!statement.empty()) problem += " (" + statement + ")";
  return problem;
}

// A frame that breaks a rule is still shown as far as it can be understood.
std::string best_effort_text(codec::BytesView frame, codec::Version version, PacketType type) {
  const auto lenient = codec::decode(frame, version, codec::Sender::either, codec::RuleSet::all());
  if (const auto* packet = std::get_if<codec::Packet>(&lenient)) {
    return codec::print(*packet, version);
  }
  return std::string(codec::to_string(type)) + " that cannot be read, " +
         std::to_string(frame.size()) + " bytes";
}

// The topic that an alias stands for replaces the empty Topic Name.
void resolve_alias(Connection& connection, codec::Packet& packet) {
  auto* publish = std::get_if<codec::Publish>(&packet);
  if (publish == nullptr) return;
  const auto number = codec::get_integer(publish->properties, codec::PropertyId::topic_alias);
  if (!number) return;
  const auto alias = static_cast<std::uint16_t>(*number);
  if (!publish->topic_name.empty()) {
    connection.aliases_in[alias] = publish->topic_name;
  } else if (const auto mapped = connection.aliases_in.find(alias);
             mapped != connection.aliases_in.end()) {
    publish->topic_name = mapped->second;
  }
}

void note_debt(Connection& connection, const codec::Packet& packet) {
  if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    if (publish->qos == 0 || !publish->packet_identifier) return;
    connection.owed.push_back(
        {publish->qos == 1 ? PacketType::puback : PacketType::pubrec, *publish->packet_identifier});
  } else if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
    connection.owed.push_back({PacketType::pubcomp, pubrel->packet_identifier});
  }
}

// What matchers see of the WebSocket that a packet came over.
void note_websocket(const Connection& connection, scenario::Object& fields) {
  if (!connection.websocket) return;
  fields.emplace_back("frame", scenario::Value(connection.frame_in));
  if (const auto& chosen = connection.websocket->subprotocol()) {
    fields.emplace_back("subprotocol", scenario::Value(*chosen));
  }
}

// Returns whether the packet is for the script's eyes.
bool take_note(Run& run, Client& client, const Received& received) {
  Connection& connection = *client.connection;
  if (received.type == PacketType::disconnect) connection.farewell = received;
  if (received.type == PacketType::pingresp && !connection.pings.empty()) {
    const Origin origin = connection.pings.front();
    connection.pings.pop_front();
    ++connection.pings_answered;
    if (origin == Origin::own) return false;
  }
  if (!received.packet) return true;
  if (const auto* connack = std::get_if<codec::Connack>(&*received.packet)) {
    if (connack->reason_code != codec::ReasonCode::success) {
      connection.farewell = received;
    } else if (!connection.in_session) {
      connection.in_session = true;
      leave_tracks_of_session(run.footprint, connection, *connack);
      note_server_keep_alive(run, connection, *connack);
    }
  }
  note_debt(connection, *received.packet);
  return true;
}

void receive_frame(Run& run, Client& client, codec::BytesView frame) {
  Connection& connection = *client.connection;
  Received received;
  received.version = connection.version;
  received.type = static_cast<PacketType>(static_cast<std::uint8_t>(frame[0]) >> 4);
  received.size = frame.size();
  received.client = client.name;
  received.at = run.now;
  received.trace = run.trace.size();

  TraceEntry entry;
  entry.kind = TraceEntry::Kind::received;
  entry.at = run.now;
  entry.client = client.name;
  entry.version = connection.version;
  entry.bytes = frame;
  auto decoded = codec::decode(frame, connection.version, codec::Sender::server);
  if (auto* packet = std::get_if<codec::Packet>(&decoded)) {
    entry.text = codec::print(*packet, connection.version);
    resolve_alias(connection, *packet);
    received.packet = std::move(*packet);
  } else {
    entry.text = best_effort_text(frame, connection.version, received.type);
    entry.problem = problem_of(std::get<codec::DecodeError>(decoded), frame, connection.version);
  }
  run.trace.push_back(std::move(entry));
  run.watch.received(connection.number, frame, received.trace, run.now);

  received.fields = scenario::fields_of(received);
  note_websocket(connection, std::get<scenario::Object>(received.fields.data));
  if (!take_note(run, client, received)) return;
  run.late.arrived(received);
  client.inbox.push_back(std::move(received));
}

void give_up_reading(Run& run, Client& client, const codec::FrameError& error) {
  Connection& connection = *client.connection;
  connection.unreadable = true;
  TraceEntry entry;
  entry.kind = TraceEntry::Kind::received;
  entry.at = run.now;
  entry.client = client.name;
  entry.version = connection.version;
  entry.bytes = error.head;
  entry.text = "bytes that no packet can be made of; nothing behind them is read";
  entry.problem = problem_of(error.error, error.head, connection.version);
  run.trace.push_back(std::move(entry));
}

}  // namespace

void receive_bytes(Run& run, Client& client, codec::BytesView bytes) {
  Connection& connection = *client.connection;
  if (connection.gone() || connection.unreadable) return;
  connection.in.push(bytes);
  for (;;) {
    const codec::FrameResult next = connection.in.next();
    if (std::holds_alternative<codec::NeedMore>(next)) break;
    if (const auto* error = std::get_if<codec::FrameError>(&next)) {
      give_up_reading(run, client, *error);
      break;
    }
    receive_frame(run, client, std::get<codec::Frame>(next).bytes);
  }
  if (connection.automatic_acks) settle_debts(run, client);
}

Ticket settle_debts(Run& run, Client& client) {
  Connection& connection = *client.connection;
  if (!connection.open() || connection.half_closed || !connection.between_packets()) return 0;
  Ticket last = 0;
  while (!connection.owed.empty()) {
    const Owed debt = connection.owed.front();
    connection.owed.pop_front();
    codec::Packet packet = codec::make_packet(debt.type);
    std::visit(
        [&](auto& acknowledgement) {
          if constexpr (
              requires { acknowledgement.packet_identifier = std::uint16_t{}; } &&
              requires { acknowledgement.reason_code; }) {
            acknowledgement.packet_identifier = debt.packet_identifier;
          }
        },
        packet);
    last = send_own(run, client, packet);
  }
  return last;
}

}  // namespace mqttspec::executor
