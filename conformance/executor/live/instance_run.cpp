#include "conformance/executor/live/instance_run.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace mqttspec::executor {

namespace {
// A broker that tolerates nothing (granularity 0) does not make our own timers exact.
constexpr std::chrono::milliseconds least_lateness_allowed{50};
constexpr std::chrono::seconds least_patience_for_tcp{2};
}  // namespace

InstanceRun::InstanceRun(boost::asio::io_context& loop, RunClock& clock, InstanceHost& host,
                         Job job, RunOptions options, const Routes& routes)
    : loop_(loop),
      clock_(clock),
      host_(host),
      job_(std::move(job)),
      lateness_allowed_(std::max<Duration>(options.tolerance.granularity, least_lateness_allowed)),
      patience_(std::max<Duration>(options.tolerance.patience, least_patience_for_tcp)),
      routes_(routes),
      interpreter_(*job_.instance, std::move(options)),
      timer_(loop),
      stalls_seen_(clock.stalls()),
      self_(std::make_shared<InstanceRun*>(this)) {}

InstanceRun::~InstanceRun() {
  *self_ = nullptr;
  for (auto& [number, connection] : connections_) {
    connection->forget_observer();
    connection->close(CloseCommand::How::fin);
  }
}

void InstanceRun::start() {
  const Instant now = stamp();
  interpreter_.start(now);
  pump();
}

// What arrives when a deadline has passed and has not been decided yet may have come before it: the
// timer may just be behind in the queue. It counts as in time, as does all that the kernel holds
// when the timer fires. Lateness that matters is told apart (clock_was_late).
Instant InstanceRun::stamp() {
  latest_ = std::max(latest_, std::min(clock_.now(), armed_));
  if (clock_.stalls() != stalls_seen_) {
    stalls_seen_ = clock_.stalls();
    tell_lateness(clock_.last_stall());
  }
  return latest_;
}

void InstanceRun::tell_lateness(Duration lateness) {
  if (lateness > lateness_allowed_ && !interpreter_.finished()) {
    interpreter_.clock_was_late(lateness, latest_);
  }
}

TcpConnection* InstanceRun::find(ConnectionNumber number) {
  const auto found = connections_.find(number);
  return found != connections_.end() ? found->second.get() : nullptr;
}

void InstanceRun::later(std::function<void()> action) {
  boost::asio::post(loop_, [self = self_, action = std::move(action)] {
    if (*self != nullptr) action();
  });
}

void InstanceRun::carry_out(Command& command) {
  if (auto* open = std::get_if<OpenCommand>(&command)) {
    const ConnectionNumber number = open->connection;
    const auto route = routes_.by_transport.find(open->transport);
    if (route == routes_.by_transport.end()) {
      const std::string why = "this run has no address of the broker for " + open->transport;
      return later([this, number, why] { on_open_failed(number, why, false); });
    }
    auto connection = std::make_shared<TcpConnection>(loop_, number, *this);
    connections_[number] = connection;
    connection->open(route->second.endpoints, patience_, new_tls(route->second));
  } else if (auto* send = std::get_if<SendCommand>(&command)) {
    if (auto* connection = find(send->connection)) return connection->send(std::move(*send));
    // Sending never fails: on a connection that is gone the bytes are lost.
    later([this, number = send->connection] { on_sent(number); });
  } else if (const auto* close = std::get_if<CloseCommand>(&command)) {
    if (auto* connection = find(close->connection)) connection->close(close->how);
    if (close->how != CloseCommand::How::half) connections_.erase(close->connection);
  } else if (const auto* reading = std::get_if<ReadingCommand>(&command)) {
    if (auto* connection = find(reading->connection)) connection->set_reading(reading->reading);
  } else if (const auto* broker = std::get_if<BrokerCommand>(&command)) {
    later([this, what = broker->what] { host_.on_broker_command(*this, what); });
  }
}

// Carries out what the interpreter wants until it wants nothing more.
void InstanceRun::pump() {
  if (pumping_) return;
  pumping_ = true;
  std::vector<Command> commands;
  for (;;) {
    commands.clear();
    interpreter_.take_commands(commands);
    if (commands.empty()) break;
    for (Command& command : commands) carry_out(command);
  }
  pumping_ = false;
  if (!interpreter_.finished()) return arm_timer();
  timer_.cancel();
  if (told_finished_) return;
  told_finished_ = true;
  later([this] { host_.on_finished(*this); });
}

void InstanceRun::arm_timer() {
  const Instant deadline = interpreter_.deadline();
  if (deadline == armed_) return;
  armed_ = deadline;
  if (armed_ == never) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(clock_.at(armed_));
  timer_.async_wait([self = self_, deadline](const boost::system::error_code& error) {
    if (!error && *self != nullptr && (*self)->armed_ == deadline) (*self)->time_is_up();
  });
}

void InstanceRun::time_is_up() {
  const Instant now = clock_.now();
  tell_lateness(now - armed_);
  drain_all();
  armed_ = never;
  const Instant decided = stamp();
  interpreter_.quiet(decided);
  pump();
}

void InstanceRun::drain_all() {
  std::vector<std::shared_ptr<TcpConnection>> all;
  for (const auto& [number, connection] : connections_) all.push_back(connection);
  for (const auto& connection : all) connection->drain();
}

void InstanceRun::abort(Verdict verdict, const std::string& why) {
  const Instant now = stamp();
  interpreter_.abort(verdict, why, now);
  pump();
}

void InstanceRun::go_on_refused() {
  for (const ConnectionNumber number : std::exchange(refused_, {})) {
    const Instant now = stamp();
    interpreter_.open_failed(number, "refused", now);
    pump();
  }
}

void InstanceRun::broker_ready() {
  drain_all();
  const Instant now = stamp();
  interpreter_.broker_ready(now);
  pump();
}

void InstanceRun::broker_failed(const std::string& why) {
  const Instant now = stamp();
  interpreter_.broker_failed(why, now);
  pump();
}

void InstanceRun::on_opened(ConnectionNumber connection) {
  const Instant now = stamp();
  interpreter_.opened(connection, now);
  pump();
}

void InstanceRun::on_open_failed(ConnectionNumber connection, const std::string& why,
                                 bool refused) {
  if (refused) {
    refused_.push_back(connection);
    return host_.on_refused(*this);
  }
  const Instant now = stamp();
  interpreter_.open_failed(connection, why, now);
  pump();
}

void InstanceRun::on_bytes(ConnectionNumber connection, codec::BytesView bytes) {
  const Instant now = stamp();
  interpreter_.bytes(connection, bytes, now);
  pump();
}

void InstanceRun::on_sent(ConnectionNumber connection) {
  const Instant now = stamp();
  interpreter_.sent(connection, now);
  pump();
}

void InstanceRun::on_closed(ConnectionNumber connection, CloseKind how) {
  const Instant now = stamp();
  interpreter_.closed(connection, how, now);
  pump();
}

}  // namespace mqttspec::executor
