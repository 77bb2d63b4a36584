#include "conformance/executor/live/fleet.hpp"

#include <algorithm>

#include "conformance/executor/live/broker_routes.hpp"

namespace mqttspec::executor {

Fleet::Fleet(const LiveOptions& options, RunOptions run, std::size_t instances)
    : options_(options),
      heartbeat_(loop_),
      context_{
          loop_,
          clock_,
          std::move(run),
          std::max<std::size_t>(options.parallel, 1),
          [this](std::size_t place, InstanceOutcome outcome) { report(place, std::move(outcome)); },
          [this](InstanceOutcome outcome) { run_outcomes_.push_back(std::move(outcome)); },
          [this](std::string note) { notes_.push_back(std::move(note)); }},
      outcomes_(instances) {}

void Fleet::report(std::size_t place, InstanceOutcome outcome) {
  outcomes_[place] = std::move(outcome);
  ++finished_;
  if (options_.progress) {
    options_.progress({finished_, outcomes_.size(), running(), &*outcomes_[place]});
  }
}

std::size_t Fleet::running() const {
  std::size_t sum = 0;
  for (const auto& station : stations_) sum += station->running();
  return sum;
}

// What shares a broker goes to the first station. What needs one alone gets one of its own if that
// can run beside; otherwise the configurations come one after the other, and what only wants to be
// alone is run by the first station when all others are through.
void Fleet::distribute(const std::vector<Job>& jobs) {
  Station& shared = *stations_.front();
  for (const Job& job : jobs) {
    if (!job.alone || (job.config.is_null() && own_at_once_ == 0)) {
      shared.add(job);
      continue;
    }
    const auto same_config = std::find_if(
        waiting_.begin(), waiting_.end(),
        [&](const std::vector<Job>& group) { return group.front().config == job.config; });
    if (own_at_once_ == 0 && same_config != waiting_.end()) {
      same_config->push_back(job);
    } else {
      waiting_.push_back({job});
    }
  }
}

void Fleet::run(const std::vector<Job>& jobs, const Routes& routes,
                std::unique_ptr<profile::BrokerProcess> process) {
  if (process) own_at_once_ = options_.profile->start->at_once - 1;
  auto keeper = process ? std::make_unique<BrokerKeeper>(loop_, std::move(process)) : nullptr;
  stations_.push_back(std::make_unique<Station>(
      context_, [routes] { return scenario::Result<Routes>(routes); }, std::move(keeper)));
  distribute(jobs);
  const Instant begun = clock_.now();
  heartbeat();
  stations_.front()->begin([this] {
    shared_open_ = false;
    begin_own_brokers();
  });
  begin_own_brokers();
  while (shared_open_ || own_open_ > 0) loop_.run_one();
  heartbeat_.cancel();
  wall_ = clock_.now() - begun;
}

// One may always run when the shared broker has been stopped.
void Fleet::begin_own_brokers() {
  const std::size_t most = own_at_once_ + (shared_open_ ? 0 : 1);
  while (!waiting_.empty() && own_open_ < most && !interrupted_) {
    std::vector<Job> jobs = std::move(waiting_.front());
    waiting_.pop_front();
    if (begin_own_broker(std::move(jobs))) ++own_open_;
  }
}

bool Fleet::begin_own_broker(std::vector<Job> jobs) {
  const auto give_up = [&](const std::string& why) {
    for (const Job& job : jobs) {
      report(job.place, not_run(*job.instance, Verdict::inconclusive, why));
    }
    return false;
  };
  auto process = profile::BrokerProcess::begin(*options_.profile, jobs.front().config);
  if (!process) return give_up(process.error());
  // Certificates are there only when it is ready.
  const auto find_routes = [this, broker = process->get()] { return routes_to(options_, broker); };
  auto keeper = std::make_unique<BrokerKeeper>(loop_, std::move(*process));
  auto station = std::make_unique<Station>(context_, find_routes, std::move(keeper));
  for (Job& job : jobs) station->add(std::move(job));
  stations_.push_back(std::move(station));
  stations_.back()->begin([this] {
    --own_open_;
    begin_own_brokers();
  });
  return true;
}

void Fleet::heartbeat() {
  (void)clock_.now();  // notices when we were kept from running
  if (!interrupted_ && options_.stop && options_.stop()) {
    interrupted_ = true;
    waiting_.clear();
    for (const auto& station : stations_) station->interrupt();
  }
  for (const auto& station : stations_) station->check();
  heartbeat_.expires_after(RunClock::heartbeat);
  heartbeat_.async_wait([this](const boost::system::error_code& error) {
    if (!error) heartbeat();
  });
}

void Fleet::collect(LiveResult& result) {
  for (auto& outcome : outcomes_) {
    if (outcome) result.instances.push_back(std::move(*outcome));
  }
  for (InstanceOutcome& outcome : run_outcomes_) result.instances.push_back(std::move(outcome));
  result.notes = std::move(notes_);
  result.interrupted = interrupted_;
  result.wall = wall_;
}

}  // namespace mqttspec::executor
