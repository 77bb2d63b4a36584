// Keeps connections and sessions apart and hands packets to the rules.
#include <fmt/format.h>

#include "conformance/monitor/judge.hpp"
#include "conformance/monitor/monitor.hpp"

namespace mqttspec::monitor {

using codec::PacketType;

struct Watch::Impl {
  World world;
  std::map<std::uint32_t, Connection> connections;
  std::map<std::string, std::shared_ptr<Session>> sessions;  // by Client Identifier

  void take_connect(Connection& connection, const codec::Connect& connect) {
    connection.connect = connect;
    const std::string& id = connect.client_identifier;
    if (id.empty()) {
      // An assigned identifier gives a session of its own, under a name that no client can have.
      connection.session->client_identifier =
          std::string(1, '\0') + fmt::format("{}", connection.number);
      return;
    }
    for (auto& [number, other] : connections) {
      if (number != connection.number && other.connect_sent &&
          other.connect.client_identifier == id) {
        other.superseded = true;
      }
    }
    auto& session = sessions[id];
    if (!session) {
      session = std::make_shared<Session>();
      session->client_identifier = id;
    } else if (connect.clean_start) {
      // What was open belongs to a session that is ending; late packets on the old connection still
      // see it.
      session = std::make_shared<Session>();
      session->client_identifier = id;
    }
    connection.session = session;
  }
};

Watch::Watch() : impl_(std::make_unique<Impl>()) {}
Watch::~Watch() = default;
Watch::Watch(Watch&&) noexcept = default;
Watch& Watch::operator=(Watch&&) noexcept = default;

void Watch::opened(std::uint32_t connection, codec::Version version, Instant) {
  auto& entry = impl_->connections[connection];
  entry = Connection{};
  entry.number = connection;
  entry.version = version;
}

void Watch::sent(std::uint32_t connection, codec::BytesView frame, bool illegal, Instant) {
  const auto found = impl_->connections.find(connection);
  if (found == impl_->connections.end() || frame.empty()) return;
  Connection& entry = found->second;
  const auto type = static_cast<PacketType>(static_cast<std::uint8_t>(frame[0]) >> 4);
  Judge& judge = impl_->world.judge;
  if (!entry.connect_sent) {
    judge.watch(Rule::our_connect_first, entry, type == PacketType::connect,
                [&] { return fmt::format("{} is the first packet", codec::to_string(type)); });
  } else if (type == PacketType::connect) {
    judge.watch(Rule::our_connect_once, entry, false,
                [] { return std::string("a second CONNECT on one connection"); });
  }
  const auto decoded = codec::decode(frame, entry.version, codec::Sender::client);
  const auto* packet = std::get_if<codec::Packet>(&decoded);
  if (packet == nullptr) {  // the codec's rules speak for themselves
    entry.damaged = true;
    entry.connect_sent = entry.connect_sent || type == PacketType::connect;
    return;
  }
  if (const auto* connect = std::get_if<codec::Connect>(packet);
      connect != nullptr && !entry.connect_sent) {
    entry.connect_sent = true;
    impl_->take_connect(entry, *connect);
  }
  judge_sent(impl_->world, entry, *packet, frame.size());
  entry.damaged = entry.damaged || illegal;
}

namespace {

// An answer to what was wrong of ours that is wrong in the same way: Packet Identifier 0 for 0, no
// codes for no filters. Whether the server had to refuse it instead is a question for a check.
bool echoes_our_fault(const Connection& connection, codec::Rule rule) {
  return connection.damaged &&
         (rule == codec::Rule::acknowledged_identifier_zero || rule == codec::Rule::suback_empty ||
          rule == codec::Rule::unsuback_empty);
}

// A CONNECT that is no CONNECT of the version it should be in leaves open which version the server
// takes it for, so that its refusal may be in any.
bool refuses_in_another_version(const Connection& connection, codec::BytesView frame) {
  if (connection.connack_received || !connection.damaged) return false;
  for (const auto version : {codec::Version::v3_1_1, codec::Version::v5_0}) {
    const auto decoded = codec::decode(frame, version, codec::Sender::server);
    const auto* packet = std::get_if<codec::Packet>(&decoded);
    if (packet == nullptr) continue;
    const auto* connack = std::get_if<codec::Connack>(packet);
    if (connack != nullptr && connack->reason_code != codec::ReasonCode::success) return true;
  }
  return false;
}

}  // namespace

void Watch::received(std::uint32_t connection, codec::BytesView frame, Instant) {
  const auto found = impl_->connections.find(connection);
  if (found == impl_->connections.end() || frame.empty()) return;
  Connection& entry = found->second;
  const auto decoded = codec::decode(frame, entry.version, codec::Sender::server);
  const auto* error = std::get_if<codec::DecodeError>(&decoded);
  Judge& judge = impl_->world.judge;
  judge.watch(Rule::well_formed, entry, true, [] { return std::string(); });
  if (error != nullptr && refuses_in_another_version(entry, frame)) return;
  if (error != nullptr && echoes_our_fault(entry, error->rule)) return;
  if (error != nullptr) {
    const Row& row = row_of(Rule::well_formed);
    std::string statement =
        codec::statement_of(*error, frame, entry.version, codec::Sender::server);
    if (statement.empty()) statement = statement_of(row, entry.version);
    const auto& broken = codec::row_of(error->rule);
    judge.find(row, std::move(statement), entry,
               fmt::format("{} (at byte {})", broken.sentence, error->offset));
    return;
  }
  judge_received(impl_->world, entry, std::get<codec::Packet>(decoded), frame.size());
}

void Watch::closed(std::uint32_t connection, bool, Instant) {
  const auto found = impl_->connections.find(connection);
  if (found == impl_->connections.end()) return;
  // The server may not have got our last acknowledgements, so it may repeat what we think is done.
  auto& done = found->second.completed_here;
  found->second.session->doubtful.insert(done.begin(), done.end());
  impl_->connections.erase(found);
}

std::vector<Finding> Watch::take_findings() {
  return impl_->world.judge.take_findings();
}

std::vector<Occasions> Watch::occasions() const {
  return impl_->world.judge.occasions();
}

std::vector<MonitorRow> monitor_table() {
  std::vector<MonitorRow> table;
  for (const Row& row : rows()) {
    table.push_back({row.slug, row.ours, row.statement_v3_1_1, row.statement_v5_0, row.sentence});
  }
  return table;
}

}  // namespace mqttspec::monitor
