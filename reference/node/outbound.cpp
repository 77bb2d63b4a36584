// From actions to bytes, and what interceptors ask for.
#include <algorithm>
#include <utility>

#include "reference/node/impl.hpp"

namespace mqttspec::node {

void Node::Impl::note_acceptance(const broker::Action& action) {
  const auto* send = std::get_if<broker::Send>(&action);
  const auto* connack = send == nullptr ? nullptr : std::get_if<codec::Connack>(&send->packet);
  if (connack == nullptr || connack->reason_code != codec::ReasonCode::success) return;
  Link* link = find(send->connection);
  if (link == nullptr) return;
  // 5.0 [MQTT-3.2.2-15], [V5-3.2.2.3.6-b] The limit that CONNACK tells holds from then on, for
  // those who can be told; the others have the protocol's.
  const auto told = engine.config().maximum_packet_size;
  const bool is_told = link->spoken == codec::Version::v5_0 && told != 0;
  link->reader.set_limit(is_told ? told : codec::variable_byte_integer_max + std::size_t{5});
}

void Node::Impl::handle_actions() {
  if (interceptor == nullptr) {
    // Nothing can come in between: they are performed where they are.
    for (auto& action : fresh) {
      note_acceptance(action);
      perform(action);
    }
    fresh.clear();
    return;
  }
  std::move(fresh.begin(), fresh.end(), std::back_inserter(pending));
  fresh.clear();
  // A command of an interceptor can bring new actions while these are performed: they wait.
  if (performing) return;
  performing = true;
  while (!pending.empty()) {
    broker::Actions actions;
    actions.push_back(std::move(pending.front()));
    pending.pop_front();
    note_acceptance(actions.front());
    if (const auto* deliver = std::get_if<broker::Deliver>(&actions.front())) {
      actions.front() = broker::Send{deliver->connection,
                                     broker::to_publish(*deliver->message, deliver->delivery)};
    }
    interceptor->on_action(actions, *this);
    for (auto& action : actions) perform(action);
    run_commands();
  }
  performing = false;
}

void Node::Impl::perform(broker::Action& action) {
  if (const auto* send = std::get_if<broker::Send>(&action)) {
    send_packet(send->connection, send->packet);
  } else if (const auto* deliver = std::get_if<broker::Deliver>(&action)) {
    // Without an interceptor: otherwise it has become a Send.
    if (Link* link = find(deliver->connection)) {
      forms.append(deliver->message, deliver->delivery, link->answered, mqtt_output(*link));
    }
  } else if (const auto* close = std::get_if<broker::Close>(&action)) {
    close_link(close->connection);
  } else if (auto* store = std::get_if<broker::Store>(&action)) {
    records.push_back(std::move(store->record));
  } else if (auto* question = std::get_if<broker::Authenticate>(&action)) {
    questions.push_back(std::move(*question));
  }
}

void Node::Impl::send_packet(ConnectionId connection, const codec::Packet& packet) {
  Link* link = find(connection);
  if (link == nullptr) return;
  if (interceptor == nullptr) {
    codec::encode(packet, link->answered, mqtt_output(*link));
    return;
  }
  codec::Bytes bytes = codec::encode(packet, link->answered);
  // What the hooks ask for waits until this packet is out: handle_actions() sees to it.
  interceptor->on_bytes_out(connection, bytes, *this);
  append(*link, bytes);
}

void Node::Impl::append(Link& link, codec::BytesView bytes) {
  if (!bytes.empty()) mqtt_output(link).append(bytes);
}

codec::Bytes& Node::Impl::mqtt_output(Link& link) {
  Output& output = output_of(link);
  return link.websocket ? link.websocket->unframed : output.bytes;
}

Output& Node::Impl::output_of(Link& link) {
  if (link.output == 0) {
    outputs.push_back({link.id, {}, false});
    link.output = outputs.size();
  }
  return outputs[link.output - 1];
}

void Node::Impl::close_link(ConnectionId connection) {
  Link* link = find(connection);
  if (link == nullptr) return;
  if (link->websocket) say_goodbye(*link);
  output_of(*link).close = true;
  links.erase(connection);
  intercept([&](Interceptor& hooks) { hooks.on_closed(connection, *this); });
}

void Node::Impl::run_commands() {
  while (!commands.empty()) {
    Command command = std::move(commands.front());
    commands.pop_front();
    run(command);
  }
}

void Node::Impl::run(Command& command) {
  if (auto* sending = std::get_if<SendPacket>(&command)) {
    if (Link* link = find(sending->connection)) {
      append(*link, codec::encode(sending->packet, link->answered));
    }
  } else if (auto* raw = std::get_if<SendBytes>(&command)) {
    if (Link* link = find(raw->connection)) append(*link, raw->bytes);
  } else if (auto* received = std::get_if<Receive>(&command)) {
    const auto size = codec::encoded_size(received->packet, version(received->connection));
    feed(broker::PacketReceived{received->connection, std::move(received->packet), size});
  } else if (auto* closing = std::get_if<CloseLink>(&command)) {
    close_link(closing->connection);
    feed(broker::Closed{closing->connection});
  } else if (auto* losing = std::get_if<LoseLink>(&command)) {
    if (Link* link = find(losing->connection)) {
      output_of(*link).bytes.clear();
      link->websocket.reset();
    }
    close_link(losing->connection);
    feed(broker::Closed{losing->connection});
  }
}

}  // namespace mqttspec::node
