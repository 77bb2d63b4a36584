#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {

void StaysOpen::on_action(Actions& actions, Context&) {
  std::erase_if(actions, [&](const broker::Action& action) {
    if (const auto* close = std::get_if<broker::Close>(&action)) {
      return spared_.contains(close->connection);
    }
    const auto* send = std::get_if<broker::Send>(&action);
    const auto* farewell =
        send != nullptr ? std::get_if<codec::Disconnect>(&send->packet) : nullptr;
    if (farewell == nullptr || !codes_.contains(farewell->reason_code)) return false;
    spared_.insert(send->connection);
    return true;
  });
}

void AfterConnack::on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                                Context& context) {
  const auto connack = connacks_.find(connection);
  if (connack == connacks_.end()) return;
  std::vector<Packet> kept;
  for (auto& packet : packets) {
    const Fate fate = meet(packet, connack->second, connection, context);
    if (fate == Fate::twice) kept.push_back(packet);
    if (fate != Fate::drop) kept.push_back(std::move(packet));
  }
  packets = std::move(kept);
}

void AfterConnack::on_action(Actions& actions, Context&) {
  for (const auto& action : actions) {
    const auto* send = std::get_if<broker::Send>(&action);
    const auto* connack = send != nullptr ? std::get_if<codec::Connack>(&send->packet) : nullptr;
    if (connack != nullptr) connacks_[send->connection] = *connack;
  }
}

std::uint32_t announced(const codec::Connack& connack, codec::PropertyId id,
                        std::uint32_t otherwise) {
  return codec::get_integer(connack.properties, id).value_or(otherwise);
}

void throw_out(ConnectionId connection, codec::ReasonCode code, Context& context) {
  if (context.version(connection) == codec::Version::v5_0) {
    codec::Disconnect farewell;
    farewell.reason_code = code;
    context.send(connection, farewell);
  }
  context.close(connection);
}

void settle(const codec::Publish& publish, ConnectionId connection, Context& context) {
  if (!publish.packet_identifier) return;
  if (publish.qos == 1) {
    context.receive(connection, codec::Puback{*publish.packet_identifier});
    return;
  }
  codec::Pubrec refusal{*publish.packet_identifier};
  refusal.reason_code = codec::ReasonCode::unspecified_error;
  context.receive(connection, refusal);
}

}  // namespace mqttspec::mutants
