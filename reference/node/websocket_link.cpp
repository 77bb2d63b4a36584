// How a WebSocket stands between the transport and the rest of the node.
#include <utility>

#include "reference/node/impl.hpp"

namespace mqttspec::node {
namespace {

// What waits may be large; no client has to take it in one frame.
constexpr std::size_t frame_payload_maximum = std::size_t{1} << 20U;

}  // namespace

void Node::Impl::take_websocket_bytes(ConnectionId connection, codec::BytesView bytes) {
  find(connection)->websocket->push(bytes);
  while (Link* link = find(connection)) {
    auto result = link->websocket->next(interceptor != nullptr);
    if (std::holds_alternative<codec::NeedMore>(result)) return;
    if (auto* answer = std::get_if<UpgradeAnswer>(&result)) {
      take_upgrade(connection, std::move(*answer));
    } else if (const auto* part = std::get_if<WebSocketPart>(&result)) {
      take_part(connection, *part);
    } else {
      end_websocket(*link, close_frame(std::get<WebSocketStatus>(result)));
    }
  }
}

void Node::Impl::take_upgrade(ConnectionId connection, UpgradeAnswer answer) {
  intercept([&](Interceptor& hooks) { hooks.on_upgrade_out(connection, answer.response, *this); });
  Link* link = find(connection);
  if (link == nullptr) return;
  output_of(*link).bytes.append(answer.response);
  link->websocket->overhead += answer.response.size();
  if (answer.accepted) return;
  output_of(*link).close = true;
  end_link(connection);
}

void Node::Impl::take_part(ConnectionId connection, WebSocketPart part) {
  WebSocketFrame frame;
  if (interceptor != nullptr) {
    frame = {part.opcode, part.fin, codec::Bytes(part.payload)};
    intercept([&](Interceptor& hooks) { hooks.on_frame_in(connection, frame, *this); });
    part = {frame.opcode, frame.fin, true, true, frame.payload};
  }
  Link* link = find(connection);
  if (link == nullptr) return;
  auto meaning = link->websocket->judge(part);
  if (std::holds_alternative<WebSocket::Data>(meaning)) {
    take_bytes(connection, part.payload);
  } else if (auto* reply = std::get_if<WebSocket::Reply>(&meaning)) {
    send_frame(*link, std::move(reply->frame));
    run_commands();
  } else if (auto* end = std::get_if<WebSocket::End>(&meaning)) {
    end_websocket(*link, std::move(end->frame));
  }
}

void Node::Impl::frame_output(Link& link) {
  if (!link.websocket || link.websocket->unframed.empty()) return;
  const codec::Bytes bytes = std::exchange(link.websocket->unframed, {});
  // Before the upgrade there is nothing that frames could be sent to.
  if (!link.websocket->is_open()) return;
  for (std::size_t begin = 0; begin < bytes.size(); begin += frame_payload_maximum) {
    const auto payload = codec::BytesView(bytes).substr(begin, frame_payload_maximum);
    if (interceptor != nullptr) {
      send_frame(link, {WebSocketOpcode::binary, true, codec::Bytes(payload)});
      continue;
    }
    // 5.0 [MQTT-6.0.0-1], 3.1.1 [MQTT-6.0.0-1] Packets travel in binary frames.
    auto& out = output_of(link).bytes;
    const auto size = out.size();
    append_frame(out, WebSocketOpcode::binary, true, payload);
    link.websocket->overhead += out.size() - size - payload.size();
  }
}

void Node::Impl::frame_all_output() {
  for (bool again = true; again;) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      Link* link = find(outputs[i].connection);
      if (link != nullptr) frame_output(*link);
    }
    // What hooks asked for can be output for connections that were passed already.
    again = !commands.empty();
    run_commands();
  }
}

void Node::Impl::send_frame(Link& link, WebSocketFrame frame) {
  frame_output(link);
  std::vector<WebSocketFrame> frames;
  frames.push_back(std::move(frame));
  // What the hook asks for waits, as for on_bytes_out.
  if (interceptor != nullptr) interceptor->on_frame_out(link.id, frames, *this);
  for (const auto& each : frames) {
    auto& out = output_of(link).bytes;
    const auto size = out.size();
    append_frame(out, each);
    const bool is_mqtt = !is_control(each.opcode);
    link.websocket->overhead += out.size() - size - (is_mqtt ? each.payload.size() : 0);
  }
}

void Node::Impl::end_websocket(Link& link, WebSocketFrame frame) {
  send_frame(link, std::move(frame));
  output_of(link).close = true;
  end_link(link.id);
}

void Node::Impl::say_goodbye(Link& link) {
  if (link.websocket->is_open()) {
    send_frame(link, close_frame(going_down ? WebSocketStatus::going_away
                                            : WebSocketStatus::normal_closure));
  } else {
    output_of(link).bytes.append(
        refuse_upgrade(408, "no WebSocket was asked for in time").response);
  }
}

void Node::Impl::end_link(ConnectionId connection) {
  links.erase(connection);
  feed(broker::Closed{connection});
  intercept([&](Interceptor& hooks) { hooks.on_closed(connection, *this); });
}

}  // namespace mqttspec::node
