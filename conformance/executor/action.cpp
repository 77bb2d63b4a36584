#include "conformance/executor/action.hpp"

#include "conformance/executor/connect_fields.hpp"
#include "conformance/executor/inbound.hpp"
#include "conformance/executor/outbound.hpp"
#include "conformance/executor/send_style.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using codec::PacketType;
using scenario::ActionKind;
using scenario::BuildContext;
using scenario::BuiltPacket;
using scenario::Result;
using scenario::Value;

Action::Error Action::begin(Run& run) {
  switch (step_.action) {
    case ActionKind::open:
      return begin_open(run);
    case ActionKind::connect:
      return begin_connect(run);
    case ActionKind::subscribe:
      return begin_request(run, PacketType::subscribe);
    case ActionKind::unsubscribe:
      return begin_request(run, PacketType::unsubscribe);
    case ActionKind::publish:
      return begin_request(run, PacketType::publish);
    case ActionKind::ping:
      return begin_request(run, PacketType::pingreq);
    case ActionKind::send:
      return begin_send(run);
    case ActionKind::disconnect:
      return begin_disconnect(run);
    case ActionKind::close:
      return begin_close(run);
    case ActionKind::set:
      return begin_set(run);
    case ActionKind::wait:
      return begin_wait(run);
    case ActionKind::broker:
      return begin_broker(run);
    case ActionKind::none:
    case ActionKind::repeat:
    case ActionKind::parallel:
      break;
  }
  return std::nullopt;
}

std::optional<Action::Done> Action::poll(Run& run, Quiet& quiet) {
  switch (waiting_) {
    case Waiting::nothing:
      return Done{};
    case Waiting::opening: {
      const Connection& connection = *client().connection;
      if (connection.state == Connection::State::opening) {
        if (!quiet || *quiet < deadline_) return std::nullopt;
        return Done{Ending{Verdict::blocked, "the broker accepts the connection of client " +
                                                 client().name +
                                                 " and does not answer its WebSocket handshake"}};
      }
      if (connection.state == Connection::State::refused) {
        return Done{Ending{Verdict::crash, run.open_failure}};
      }
      deadline_ = never;
      if (step_.action == ActionKind::open) return Done{};
      waiting_ = Waiting::nothing;
      if (auto error = begin_request(run, PacketType::connect)) {
        return Done{Ending{Verdict::inconclusive, std::move(*error), true}};
      }
      return poll(run, quiet);
    }
    case Waiting::handing_over:
      if (client().connection->done(ticket_)) return Done{};
      if (!quiet || *quiet < deadline_) return std::nullopt;
      run.note(TraceEntry::Kind::note, &client(),
               "the broker takes no more bytes; what was sent last has not left in full");
      return Done{};
    case Waiting::time:
      if (!quiet || *quiet < deadline_) return std::nullopt;
      return Done{};
    case Waiting::broker:
      if (run.broker == Run::Broker::restarting) return std::nullopt;
      if (run.broker == Run::Broker::up) return Done{};
      return Done{Ending{Verdict::crash, run.broker_failure}};
  }
  return std::nullopt;
}

void Action::wait_for(Run& run, Ticket ticket, Duration pauses) {
  if (ticket == 0) return;
  ticket_ = ticket;
  waiting_ = Waiting::handing_over;
  deadline_ = run.now + pauses + run.tolerance().patience + run.tolerance().lateness;
}

Result<BuildContext> Action::context(Run& run) const {
  BuildContext context;
  context.version = client().version;
  context.next_packet_identifier = [client = &client()] {
    return client->take_packet_identifier();
  };
  if (step_.action == ActionKind::connect || mentions_connect(step_.argument)) {
    auto fields = connect_fields(run, client(), scope_);
    if (!fields) return Result<BuildContext>::failure(fields.error());
    context.connect_defaults = std::move(*fields);
  }
  return context;
}

Action::Error Action::begin_open(Run& run) {
  if (client().connection && !client().connection->gone()) {
    return "client " + client().name + " has an open connection already";
  }
  begin_opening(run);
  return std::nullopt;
}

// Only a WebSocket's handshake can stay away: opening what is below is the driver's, which gives up
// earlier.
void Action::begin_opening(Run& run) {
  open_connection(run, client());
  waiting_ = Waiting::opening;
  deadline_ = run.now + run.tolerance().patience + run.tolerance().lateness;
}

Action::Error Action::begin_connect(Run& run) {
  if (client().connected()) {
    if (client().connection->connect) {
      return "client " + client().name +
             " has sent CONNECT on this connection already; a second one is a \"send\"";
    }
    return begin_request(run, PacketType::connect);
  }
  begin_opening(run);
  return std::nullopt;
}

Action::Error Action::begin_request(Run& run, PacketType type) {
  auto build = context(run);
  if (!build) return build.error();
  auto argument = run.environment.substitute(step_.argument, scope_);
  if (!argument) return argument.error();
  auto built = type == PacketType::pingreq ? scenario::build_packet(Value("PINGREQ"), *build)
                                           : scenario::build_request(type, *argument, *build);
  if (!built) return built.error();
  if (step_.observation == scenario::ObservationKind::none) request_ = built->packet;
  return transmit(run, {std::move(*built)});
}

Action::Error Action::begin_send(Run& run) {
  auto build = context(run);
  if (!build) return build.error();
  const auto argument = run.environment.substitute(step_.argument, scope_);
  if (!argument) return argument.error();
  std::vector<BuiltPacket> packets;
  const scenario::Array* list = argument->array();
  for (std::size_t i = 0; i < (list != nullptr ? list->size() : 1); ++i) {
    const Value& packet = list != nullptr ? (*list)[i] : *argument;
    // What a variable brought in may be a CONNECT as well.
    if (build->connect_defaults.empty() && mentions_connect(packet)) {
      auto fields = connect_fields(run, client(), scope_);
      if (!fields) return fields.error();
      (*build).connect_defaults = std::move(*fields);
    }
    auto built = scenario::build_packet(packet, *build);
    if (!built) return built.error();
    packets.push_back(std::move(*built));
  }
  return transmit(run, packets);
}

Action::Error Action::begin_disconnect(Run& run) {
  if (client().connection && client().connection->state == Connection::State::closed &&
      !client().connection->closed_by_us) {
    run.note(TraceEntry::Kind::note, &client(), "the broker has closed this connection already");
    return std::nullopt;
  }
  if (auto error = begin_request(run, PacketType::disconnect)) return error;
  request_.reset();  // nothing answers a DISCONNECT
  close_connection(run, client(), CloseCommand::How::fin);
  trace_.push_back(run.trace.size() - 1);
  waiting_ = Waiting::nothing;
  return std::nullopt;
}

Action::Error Action::begin_close(Run& run) {
  const std::string* how = step_.argument.string();
  auto text = run.environment.text(how != nullptr ? *how : "", scope_);
  if (!text) return text.error();
  if (!client().connection) return "client " + client().name + " has not opened a connection";
  if (client().connection->gone()) return std::nullopt;  // the broker was faster
  using How = CloseCommand::How;
  if (*text != "fin" && *text != "half" && *text != "reset") {
    return "\"close\" is \"fin\", \"half\" or \"reset\", not \"" + *text + "\"";
  }
  close_connection(run, client(),
                   *text == "fin" ? How::fin : (*text == "half" ? How::half : How::reset));
  trace_.push_back(run.trace.size() - 1);
  return std::nullopt;
}

Action::Error Action::begin_set(Run& run) {
  auto argument = run.environment.substitute(step_.argument, scope_);
  if (!argument) return argument.error();
  if (!client().connection) return "client " + client().name + " has no connection to set this for";
  Connection& connection = *client().connection;
  if (const Value* reading = argument->find("reading"); reading != nullptr && reading->boolean()) {
    connection.reading = *reading->boolean();
    if (connection.open()) {
      run.commands.push_back(ReadingCommand{connection.number, connection.reading});
    }
  }
  if (const Value* acks = argument->find("acks"); acks != nullptr && acks->string()) {
    connection.automatic_acks = *acks->string() == "auto";
    const std::size_t before = run.trace.size();
    if (connection.automatic_acks) wait_for(run, settle_debts(run, client()), Duration{});
    for (std::size_t i = before; i < run.trace.size(); ++i) trace_.push_back(i);
  }
  return std::nullopt;
}

Action::Error Action::begin_wait(Run& run) {
  const std::string* text = step_.argument.string();
  const auto duration = run.environment.duration(text != nullptr ? *text : "", scope_, Duration{});
  if (!duration) return duration.error();
  Instant since = began_;
  if (!step_.since.empty()) {
    const auto moment = run.environment.moment(step_.since);
    if (!moment) return "there is no mark or capture \"" + step_.since + "\" yet";
    since = *moment;
  }
  deadline_ = since + *duration;
  waiting_ = Waiting::time;
  return std::nullopt;
}

Action::Error Action::begin_broker(Run& run) {
  const bool kill = step_.argument == Value("kill");
  run.commands.push_back(
      BrokerCommand{kill ? BrokerCommand::What::kill : BrokerCommand::What::restart});
  trace_.push_back(run.note(TraceEntry::Kind::note, nullptr,
                            kill ? "the broker is killed" : "the broker is restarted"));
  run.broker = Run::Broker::restarting;
  waiting_ = Waiting::broker;
  return std::nullopt;
}

Action::Error Action::transmit(Run& run, const std::vector<BuiltPacket>& packets) {
  auto style = send_style(run, step_, scope_);
  if (!style) return style.error();
  auto sent = send_script(run, client(), packets, *style);
  if (!sent) return sent.error();
  trace_.insert(trace_.end(), sent->trace.begin(), sent->trace.end());
  wait_for(run, sent->ticket, style->pause * static_cast<std::int64_t>(sent->pauses));
  return std::nullopt;
}

}  // namespace mqttspec::executor
