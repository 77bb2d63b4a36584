#include "conformance/executor/live/station.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <set>
#include <sstream>

#include "conformance/executor/live/address.hpp"

namespace mqttspec::executor {

namespace {

constexpr std::chrono::seconds probe_patience{3};
constexpr std::size_t names_told = 10;

// A process that dies may close its connections before its listening socket.
constexpr std::chrono::milliseconds second_look{50};

// What went wrong may have gone wrong because the broker was dying, and a connection that the
// broker closed may have been closed by its death, even where the script wanted it closed.
bool may_be_due_to_death(const InstanceOutcome& outcome) {
  return outcome.verdict <= Verdict::nonstrict ||
         std::any_of(outcome.trace.begin(), outcome.trace.end(), [](const TraceEntry& entry) {
           return entry.kind == TraceEntry::Kind::closed_by_broker;
         });
}

// The outcome of an instance that was over, or nearly, when its broker turned out to be dead.
void mark_crash(InstanceOutcome& outcome, const std::string& how) {
  const auto mark = [&](Verdict least_bad) {
    bool any = false;
    for (CheckOutcome& check : outcome.checks) {
      if (check.verdict > least_bad || check.verdict == Verdict::crash) continue;
      check.verdict = Verdict::crash;
      check.why = how;
      any = true;
    }
    return any;
  };
  if (!mark(Verdict::inconclusive)) mark(Verdict::info);
  outcome.verdict = Verdict::crash;
  outcome.reason = how;
}

// When it last said something to the broker while that still listened, farewells aside. Whoever
// spoke last is likely to have brought the death about.
Instant last_word(const InstanceOutcome& outcome) {
  Instant last{};
  std::set<std::string> closed;
  for (const TraceEntry& entry : outcome.trace) {
    if (entry.kind == TraceEntry::Kind::opened) closed.erase(entry.client);
    if (entry.kind == TraceEntry::Kind::closed_by_broker) closed.insert(entry.client);
    const bool counts = entry.kind == TraceEntry::Kind::sent && !closed.contains(entry.client);
    if (counts && !entry.text.starts_with("DISCONNECT")) last = entry.at;
  }
  return last;
}

// A death that no instance brings about by itself is nobody's check, and must not get lost.
InstanceOutcome death_of_unknown_cause(const std::string& how, const std::string& suspects) {
  InstanceOutcome outcome;
  outcome.id = outcome.scenario = "run-as-a-whole";
  outcome.verdict = Verdict::crash;
  outcome.reason = "the broker " + how;
  outcome.reason += suspects.empty() ? " while no instance was running"
                                     : " while several instances ran side by side (" + suspects +
                                           "); none of them brings that about when it runs alone";
  CheckOutcome check;
  check.name = "broker-survives";
  check.verdict = Verdict::crash;
  check.why = outcome.reason;
  outcome.checks.push_back(std::move(check));
  return outcome;
}

}  // namespace

Station::Station(RunContext& context, FindRoutes find_routes, std::unique_ptr<BrokerKeeper> keeper)
    : context_(context), find_routes_(std::move(find_routes)), keeper_(std::move(keeper)) {}

void Station::add(Job job) {
  (job.alone ? alone_ : shared_).push_back(std::move(job));
}

void Station::begin(std::function<void()> done) {
  done_ = std::move(done);
  const auto is_up = [this] {
    auto routes = find_routes_();
    if (!routes) return give_up(routes.error());
    routes_ = std::move(*routes);
    state_ = State::up;
    fill();
  };
  if (!keeper_) return is_up();
  keeper_->when_ready([this, is_up](const std::optional<std::string>& problem) {
    if (problem) return give_up(*problem);
    is_up();
  });
}

void Station::fill() {
  while (state_ == State::up) {
    std::deque<Job>* queue = nullptr;
    if (!suspects_.empty()) {
      queue = runs_.empty() ? &suspects_ : nullptr;
    } else if (!suspicion_.empty() && runs_.empty()) {
      settle_suspicion();
      continue;
    } else if (suspicion_.empty() && !shared_.empty() && runs_.size() < context_.parallel) {
      queue = &shared_;
    } else if (suspicion_.empty() && shared_.empty() && !alone_.empty() && runs_.empty()) {
      queue = &alone_;
    }
    if (queue == nullptr) break;
    Job job = std::move(queue->front());
    queue->pop_front();
    launch(std::move(job));
  }
  if (state_ != State::up || !runs_.empty()) return;
  check();
  if (state_ != State::up) return;
  state_ = State::over;
  if (keeper_) return keeper_->stop(done_);
  boost::asio::post(context_.loop, done_);
}

void Station::launch(Job job) {
  RunOptions options = context_.options;
  options.ns = job.ns;
  routes_.describe(options);
  options.capabilities = with_config(std::move(options.capabilities), job.config);
  runs_.push_back({++launched_,
                   std::make_unique<InstanceRun>(context_.loop, context_.clock, *this,
                                                 std::move(job), std::move(options), routes_),
                   std::nullopt});
  runs_.back().run->start();
}

Station::Running& Station::find(const InstanceRun& run) {
  return *std::find_if(runs_.begin(), runs_.end(),
                       [&](const Running& running) { return running.run.get() == &run; });
}

Station::Running* Station::find(std::size_t number) {
  const auto found = std::find_if(runs_.begin(), runs_.end(),
                                  [&](const Running& running) { return running.number == number; });
  return found != runs_.end() ? &*found : nullptr;
}

void Station::on_finished(InstanceRun& run) {
  Running& running = find(run);
  running.outcome = run.take_outcome();
  if (state_ != State::up || !may_be_due_to_death(*running.outcome)) return accept(running);
  verify(running.number, [this](Running& survivor) { accept(survivor); });
}

void Station::on_refused(InstanceRun& run) {
  verify(find(run).number, [](Running& survivor) { survivor.run->go_on_refused(); });
}

// Is the broker still there, and a moment later too? If so, `alive` goes on with the run.
void Station::verify(std::size_t number, std::function<void(Running& running)> alive) {
  look(number, [this, alive = std::move(alive)](Running& running) {
    auto timer = std::make_shared<boost::asio::steady_timer>(context_.loop, second_look);
    timer->async_wait([this, number = running.number, alive, timer](const auto&) {
      if (find(number) != nullptr) look(number, alive);
    });
  });
}

void Station::look(std::size_t number, std::function<void(Running& running)> alive) {
  if (keeper_) {
    if (const auto how = keeper_->died()) return broker_died(*how);
  }
  probe(context_.loop, routes_.main_route().endpoints, probe_patience,
        [this, number, alive = std::move(alive)](const std::optional<std::string>& why_not) {
          Running* running = find(number);
          if (running == nullptr) return;  // its fate has been decided meanwhile
          if (!why_not) return alive(*running);
          const auto how = keeper_ ? keeper_->died() : std::nullopt;
          broker_died(how                    ? *how
                      : why_not == "refused" ? "takes no new connection any more"
                                             : "takes no new connection: " + *why_not);
        });
}

void Station::accept(Running& running) {
  Running gone = std::move(running);
  runs_.erase(runs_.begin() + (&running - runs_.data()));
  context_.report(gone.run->job().place, std::move(*gone.outcome));
  fill();
}

void Station::check() {
  if (state_ != State::up || !keeper_) return;
  if (const auto how = keeper_->died()) broker_died(*how);
}

// Everything in flight is suspect. A single suspect is guilty; several are run again, one at a
// time.
void Station::broker_died(const std::string& how) {
  if (state_ != State::up) return;
  state_ = State::down;
  std::vector<Running> in_flight = std::move(runs_);
  runs_.clear();
  for (Running& running : in_flight) {
    if (running.outcome) continue;
    running.run->abort(Verdict::crash, "the broker " + how);
    running.outcome = running.run->take_outcome();
  }
  std::stable_sort(in_flight.begin(), in_flight.end(), [](const Running& a, const Running& b) {
    return last_word(*a.outcome) > last_word(*b.outcome);
  });
  std::vector<Job> suspects;
  for (Running& running : in_flight) suspects.push_back(running.run->job());
  const bool guilty = suspects.size() == 1;
  if (suspects.empty()) context_.report_run(death_of_unknown_cause(how, ""));
  if (guilty || !keeper_) {
    for (Running& running : in_flight) {
      mark_crash(*running.outcome, "the broker " + how);
      context_.report(running.run->job().place, std::move(*running.outcome));
    }
    suspects.clear();
  }
  in_flight.clear();
  if (!keeper_) return give_up("the broker " + how);
  if (guilty) acquit_others();
  recover(how, std::move(suspects));
}

// The one that does it is found; the others need not wait for each other any longer.
void Station::acquit_others() {
  suspicion_.clear();
  for (; !suspects_.empty(); suspects_.pop_back()) {
    auto& queue = suspects_.back().alone ? alone_ : shared_;
    queue.push_front(std::move(suspects_.back()));
  }
}

void Station::recover(const std::string& how, std::vector<Job> suspects) {
  if (suspects.empty()) {
    context_.note("the broker " + how + "; it is started again");
  } else {
    suspicion_ = how;
    suspect_names_.clear();
    for (std::size_t i = 0; i < std::min(suspects.size(), names_told); ++i) {
      suspect_names_ += (i == 0 ? "" : ", ") + suspects[i].instance->id;
    }
    if (suspects.size() > names_told) suspect_names_ += " ...";
    context_.note("the broker " + how + " with " + std::to_string(suspects.size()) +
                  " instances in flight; it is started again, and they are run again, one at a " +
                  "time, to find out which does it: " + suspect_names_);
  }
  std::istringstream words(keeper_->last_words());
  for (std::string line; std::getline(words, line);) {
    line.erase(0, line.find_first_not_of("; "));
    if (!line.empty()) context_.note(line);
  }
  for (Job& job : suspects) suspects_.push_back(std::move(job));
  keeper_->restart(true, [this](const std::optional<std::string>& problem) {
    if (problem) return give_up(*problem);
    state_ = State::up;
    fill();
  });
}

void Station::settle_suspicion() {
  context_.report_run(death_of_unknown_cause(suspicion_, suspect_names_));
  suspicion_.clear();
}

void Station::give_up(const std::string& why) {
  state_ = State::over;
  for (auto* queue : {&suspects_, &shared_, &alone_}) {
    for (const Job& job : *queue) {
      context_.report(job.place, not_run(*job.instance, Verdict::blocked, why));
    }
    queue->clear();
  }
  if (keeper_) return keeper_->stop(done_);
  boost::asio::post(context_.loop, done_);
}

void Station::interrupt() {
  for (auto* queue : {&suspects_, &shared_, &alone_}) queue->clear();
  suspicion_.clear();
  for (Running& running : runs_) {
    if (!running.outcome) running.run->abort(Verdict::blocked, "interrupted");
  }
}

void Station::on_broker_command(InstanceRun& run, BrokerCommand::What what) {
  if (!keeper_) return run.broker_failed("the broker was not started by this run");
  keeper_->restart(what == BrokerCommand::What::kill,
                   [this, number = find(run).number](const std::optional<std::string>& problem) {
                     Running* running = find(number);
                     if (running == nullptr) return;
                     if (problem) return running->run->broker_failed(*problem);
                     running->run->broker_ready();
                   });
}

}  // namespace mqttspec::executor
