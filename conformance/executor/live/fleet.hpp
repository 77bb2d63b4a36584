// All brokers of one run and what runs on them: the one that most instances share, and, where the
// profile can start several, brokers of their own for those that need one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/station.hpp"

namespace mqttspec::executor {

class Fleet {
 public:
  Fleet(const LiveOptions& options, RunOptions run, std::size_t instances);

  // The outcome of the instance at that place.
  void report(std::size_t place, InstanceOutcome outcome);
  // Runs the jobs, in the order given. `process`: the broker at the end of `routes` if we started
  // it.
  void run(const std::vector<Job>& jobs, const Routes& routes,
           std::unique_ptr<profile::BrokerProcess> process);
  // Fills in outcomes, notes, wall and interrupted.
  void collect(LiveResult& result);

 private:
  void distribute(const std::vector<Job>& jobs);
  void begin_own_brokers();
  bool begin_own_broker(std::vector<Job> jobs);
  void heartbeat();
  [[nodiscard]] std::size_t running() const;

  const LiveOptions& options_;
  boost::asio::io_context loop_;
  RunClock clock_;
  boost::asio::steady_timer heartbeat_;
  RunContext context_;
  std::vector<std::unique_ptr<Station>> stations_;  // the shared broker's first
  std::deque<std::vector<Job>> waiting_;  // for a broker of their own, each with one configuration
  std::size_t own_at_once_ = 0;           // brokers beside the shared one
  std::size_t own_open_ = 0;
  bool shared_open_ = true;
  bool interrupted_ = false;
  std::vector<std::optional<InstanceOutcome>> outcomes_;
  std::vector<InstanceOutcome> run_outcomes_;
  std::vector<std::string> notes_;
  std::size_t finished_ = 0;
  Instant wall_{};
};

}  // namespace mqttspec::executor
