// One instance under way: its interpreter, its connections, its timer.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "conformance/executor/interpreter.hpp"
#include "conformance/executor/live/run_clock.hpp"
#include "conformance/executor/live/schedule.hpp"
#include "conformance/executor/live/tcp_connection.hpp"

namespace mqttspec::executor {

class InstanceRun;

// What an instance asks of whoever runs it. Called from the event loop, never from within a call of
// InstanceRun's.
class InstanceHost {
 public:
  virtual ~InstanceHost() = default;
  // It has come to its end; take_outcome() may be called, and the run be destroyed.
  virtual void on_finished(InstanceRun& run) = 0;
  // A connection was refused, which is how a broker looks that has died. The run waits for
  // go_on_refused() or abort().
  virtual void on_refused(InstanceRun& run) = 0;
  virtual void on_broker_command(InstanceRun& run, BrokerCommand::What what) = 0;
};

class InstanceRun final : public TcpObserver {
 public:
  InstanceRun(boost::asio::io_context& loop, RunClock& clock, InstanceHost& host, Job job,
              RunOptions options, const Routes& routes);
  ~InstanceRun() override;
  InstanceRun(const InstanceRun&) = delete;
  InstanceRun& operator=(const InstanceRun&) = delete;

  void start();
  [[nodiscard]] const Job& job() const { return job_; }
  [[nodiscard]] bool finished() const { return interpreter_.finished(); }
  [[nodiscard]] InstanceOutcome take_outcome() { return interpreter_.take_outcome(); }

  void abort(Verdict verdict, const std::string& why);
  void go_on_refused();
  void broker_ready();
  void broker_failed(const std::string& why);

  void on_opened(ConnectionNumber connection) override;
  void on_open_failed(ConnectionNumber connection, const std::string& why, bool refused) override;
  void on_bytes(ConnectionNumber connection, codec::BytesView bytes) override;
  void on_sent(ConnectionNumber connection) override;
  void on_closed(ConnectionNumber connection, CloseKind how) override;

 private:
  [[nodiscard]] Instant stamp();
  void tell_lateness(Duration lateness);
  void later(std::function<void()> action);  // from the event loop, if we are still there
  void drain_all();
  void carry_out(Command& command);
  void pump();
  void arm_timer();
  void time_is_up();
  TcpConnection* find(ConnectionNumber number);

  boost::asio::io_context& loop_;
  RunClock& clock_;
  InstanceHost& host_;
  Job job_;
  Duration lateness_allowed_;
  Duration patience_;
  Routes routes_;
  Interpreter interpreter_;
  boost::asio::steady_timer timer_;
  Instant armed_ = never;
  std::size_t stalls_seen_ = 0;
  Instant latest_{};  // the last instant that the interpreter was told
  // Without those that we closed; those that the broker closed still take bytes, and lose them.
  std::map<ConnectionNumber, std::shared_ptr<TcpConnection>> connections_;
  std::vector<ConnectionNumber> refused_;
  bool pumping_ = false;
  bool told_finished_ = false;
  std::shared_ptr<InstanceRun*> self_;  // to null when we go: what was posted then falls away
};

}  // namespace mqttspec::executor
