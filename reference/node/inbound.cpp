// From bytes to packets to the engine.
#include <utility>

#include "reference/node/connect_version.hpp"
#include "reference/node/impl.hpp"

namespace mqttspec::node {
namespace {

using codec::PacketType;
using codec::Version;

void read_connect(Link& link, const codec::Connect& connect) {
  if (link.named) return;
  link.named = true;
  link.client_identifier = connect.client_identifier;
  if (connect.protocol_version >= 3 && connect.protocol_version <= 5) {
    link.spoken = static_cast<Version>(connect.protocol_version);
  }
}

}  // namespace

void Node::Impl::take_bytes(ConnectionId connection, codec::BytesView bytes) {
  Link* link = find(connection);
  if (link == nullptr) return;
  if (interceptor != nullptr) {
    codec::Bytes changed(bytes);
    intercept([&](Interceptor& hooks) { hooks.on_bytes_in(connection, changed, *this); });
    link = find(connection);
    if (link == nullptr) return;
    link->reader.push(changed);
  } else {
    // Mostly whole packets come: they are read where they are.
    link->reader.borrow(bytes);
  }
  // 5.0 [MQTT-3.1.4-6], 3.1.1 [MQTT-3.1.4-5], [V5-3.14.4-b] The link is gone as soon as the
  // connection is closed: nothing behind that packet is looked at.
  while ((link = find(connection)) != nullptr) {
    const auto result = link->reader.next();
    if (std::holds_alternative<codec::NeedMore>(result)) return;
    if (const auto* frame = std::get_if<codec::Frame>(&result)) {
      take_frame(connection, frame->bytes);
    } else {
      const auto& broken = std::get<codec::FrameError>(result);
      report(connection, broken.head, broken.error);
      // There is no telling where the next frame begins.
      return;
    }
  }
}

void Node::Impl::take_frame(ConnectionId connection, codec::BytesView frame) {
  const Version version = find(connection)->spoken;
  const std::size_t size = frame.size();
  auto result = codec::decode(frame, version, codec::Sender::client);
  if (const auto* error = std::get_if<codec::DecodeError>(&result)) {
    auto answer = Interceptor::OnError::report;
    codec::RuleSet tolerated;
    intercept([&](Interceptor& hooks) {
      answer = hooks.on_decode_error(connection, frame, *error, tolerated, *this);
    });
    if (find(connection) == nullptr || answer == Interceptor::OnError::ignore) return;
    if (answer == Interceptor::OnError::tolerate) {
      result = codec::decode(frame, version, codec::Sender::client, tolerated);
    }
  }
  if (const auto* error = std::get_if<codec::DecodeError>(&result)) {
    report(connection, frame, *error);
  } else {
    take_packet(connection, std::move(std::get<codec::Packet>(result)), size);
  }
}

void Node::Impl::take_packet(ConnectionId connection, codec::Packet&& packet, std::size_t size) {
  if (const auto* connect = std::get_if<codec::Connect>(&packet)) {
    Link& link = *find(connection);
    read_connect(link, *connect);
    // 5.0 [MQTT-6.0.0-4], 3.1.1 [MQTT-6.0.0-4] The subprotocol of these versions is "mqtt" alone.
    if (link.spoken != Version::v3_1 && link.websocket &&
        link.websocket->subprotocol() == "mqttv3.1") {
      end_websocket(link, close_frame(WebSocketStatus::protocol_error));
      return;
    }
  }
  if (interceptor == nullptr) {
    feed(broker::PacketReceived{connection, std::move(packet), size});
    return;
  }
  std::vector<codec::Packet> packets;
  packets.push_back(std::move(packet));
  intercept([&](Interceptor& hooks) { hooks.on_packet_in(connection, packets, *this); });
  for (auto& each : packets) {
    if (find(connection) == nullptr) return;
    feed(broker::PacketReceived{connection, std::move(each), size});
  }
}

void Node::Impl::report(ConnectionId connection, codec::BytesView frame,
                        const codec::DecodeError& error) {
  broker::Malformed event{connection, PacketType::reserved, error, std::nullopt};
  if (!frame.empty()) {
    event.type = static_cast<PacketType>(static_cast<unsigned char>(frame.front()) >> 4U);
  }
  Link& link = *find(connection);
  if (event.type == PacketType::connect && !link.named) event.version = connect_version(frame);
  feed(std::move(event));
}

void Node::Impl::feed(broker::Event&& event) {
  ConnectionId speaker = 0;
  if (const auto* packet = std::get_if<broker::PacketReceived>(&event))
    speaker = packet->connection;
  if (const auto* fault = std::get_if<broker::Malformed>(&event)) speaker = fault->connection;
  engine.handle(std::move(event), time, fresh);
  if (Link* link = speaker == 0 ? nullptr : find(speaker)) {
    const auto now_answered = engine.version_of(speaker);
    // The engine forgets a connection that it has closed; an interceptor may have kept it open.
    if (!fresh.empty() || now_answered != Version::v3_1_1) link->answered = now_answered;
  }
  handle_actions();
}

}  // namespace mqttspec::node
