// One broker and the instances that run against it: first those that share it, side by side, then
// those that need it alone, one after the other. Finds out when the broker dies, and who did it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/executor/live/broker_keeper.hpp"
#include "conformance/executor/live/instance_run.hpp"

namespace mqttspec::executor {

// What the stations of one run share.
struct RunContext {
  boost::asio::io_context& loop;
  RunClock& clock;
  RunOptions options;  // `ns` and what a configuration changes are filled in for each instance
  std::size_t parallel = 1;
  std::function<void(std::size_t place, InstanceOutcome outcome)> report;
  // Something that happened to the run as a whole and decides no check of an instance.
  std::function<void(InstanceOutcome outcome)> report_run;
  std::function<void(std::string note)> note;
};

class Station final : public InstanceHost {
 public:
  // Asked when the broker is ready: what leads to it (its certificates) may be made with it.
  using FindRoutes = std::function<scenario::Result<Routes>()>;
  Station(RunContext& context, FindRoutes find_routes, std::unique_ptr<BrokerKeeper> keeper);

  void add(Job job);
  // Waits for the broker if we started it, runs all jobs, stops the broker; `done` is called last.
  void begin(std::function<void()> done);
  // Has the broker died in silence? Asked now and then.
  void check();
  // Gives up: what is running is blocked, what has not begun is left out.
  void interrupt();
  [[nodiscard]] std::size_t running() const { return runs_.size(); }

  void on_finished(InstanceRun& run) override;
  void on_refused(InstanceRun& run) override;
  void on_broker_command(InstanceRun& run, BrokerCommand::What what) override;

 private:
  enum class State : std::uint8_t { down, up, over };
  struct Running {
    std::size_t number = 0;  // never used again, as an address would be
    std::unique_ptr<InstanceRun> run;
    std::optional<InstanceOutcome> outcome;  // it has finished, but is the broker still there?
  };

  void fill();
  void launch(Job job);
  void accept(Running& running);
  void verify(std::size_t number, std::function<void(Running& running)> alive);
  void look(std::size_t number, std::function<void(Running& running)> alive);
  void broker_died(const std::string& how);
  void give_up(const std::string& why);
  void recover(const std::string& how, std::vector<Job> suspects);
  void settle_suspicion();
  void acquit_others();
  [[nodiscard]] Running& find(const InstanceRun& run);
  [[nodiscard]] Running* find(std::size_t number);

  RunContext& context_;
  FindRoutes find_routes_;
  Routes routes_;
  std::unique_ptr<BrokerKeeper> keeper_;  // nullptr: somebody else's broker
  std::function<void()> done_;
  State state_ = State::down;
  std::deque<Job> shared_;
  std::deque<Job> alone_;
  std::deque<Job> suspects_;  // in flight when the broker died; run singly
  std::vector<Running> runs_;
  std::size_t launched_ = 0;
  std::string suspicion_;  // how the broker died, while nobody has been found guilty
  std::string suspect_names_;
};

}  // namespace mqttspec::executor
