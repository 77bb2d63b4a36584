#include "conformance/executor/live/live_driver.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>

#include "conformance/executor/live/broker_routes.hpp"
#include "conformance/executor/live/fleet.hpp"
#include "conformance/executor/live/schedule.hpp"

namespace mqttspec::executor {

namespace {

// Every client of every instance under way holds a socket; a shell's usual limit of 1024 is not
// much.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string random_run_id() {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::string id;
  while (id.size() < 6) id += letters[random() % letters.size()];
  return id;
}

Tolerance tolerance_of(const LiveOptions& options) {
  if (options.tolerance) return *options.tolerance;
  Tolerance tolerance = Tolerance::live();
  if (options.profile == nullptr) return tolerance;
  const profile::Tolerances& own = options.profile->tolerance;
  tolerance.patience = own.patience.value_or(tolerance.patience);
  tolerance.quiet = own.quiet.value_or(tolerance.quiet);
  tolerance.granularity = own.granularity.value_or(tolerance.granularity);
  tolerance.lateness = own.lateness.value_or(tolerance.lateness);
  return tolerance;
}

bool starts_broker(const LiveOptions& options) {
  return !options.target && options.profile != nullptr && options.profile->start.has_value();
}

RunOptions run_options(const LiveOptions& options) {
  RunOptions result;
  result.tolerance = tolerance_of(options);
  result.user_name = options.user_name;
  result.password = options.password;
  if (const auto* profile = options.profile) {
    if (!result.user_name) result.user_name = profile->user_name;
    if (!result.password) result.password = profile->password;
  }
  return result;
}

// The broker that most instances share: started here, or there already.
struct Broker {
  Routes routes;
  std::unique_ptr<profile::BrokerProcess> process;
  std::string trouble;
};

Broker find_broker(const LiveOptions& options) {
  Broker broker;
  if (starts_broker(options)) {
    auto started = profile::BrokerProcess::start(*options.profile, scenario::Value());
    if (!started) {
      broker.trouble = started.error();
      return broker;
    }
    broker.process = std::move(*started);
    broker.trouble = broker.process->wait_until_ready(options.stop).value_or("");
    if (!broker.trouble.empty()) return broker;
  }
  auto routes = routes_to(options, broker.process.get());
  if (routes) {
    broker.routes = std::move(*routes);
  } else {
    broker.trouble = routes.error();
  }
  return broker;
}

Capabilities capabilities_of(const Preflight& preflight, const LiveOptions& options) {
  Capabilities capabilities = preflight.capabilities;
  capabilities["restart"] = starts_broker(options);
  if (options.profile != nullptr) {
    for (const auto& [name, value] : options.profile->capabilities) capabilities[name] = value;
  }
  return capabilities;
}

std::optional<std::string> cannot_configure(const LiveOptions& options,
                                            const scenario::Value& config) {
  if (config.is_null()) return std::nullopt;
  if (!starts_broker(options)) {
    return "it needs a broker with a configuration of its own, and this run starts none";
  }
  const auto configuration = profile::configure(*options.profile, config);
  return configuration ? std::nullopt : std::optional(configuration.error());
}

// Instances that are left out because nobody asked for them.
struct LeftOut {
  std::size_t slow = 0;
  std::size_t unsafe = 0;
};

std::string seconds_in_words(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

// Gives each instance its job, or the outcome of one that cannot be run here, or shall not.
std::vector<Job> make_jobs(const std::vector<scenario::Instance>& instances,
                           const LiveOptions& options, bool safe, const Capabilities& capabilities,
                           Fleet& fleet, LeftOut& left_out) {
  const std::string run_id = options.run_id.empty() ? random_run_id() : options.run_id;
  std::vector<Job> jobs;
  for (std::size_t place = 0; place < instances.size(); ++place) {
    const scenario::Instance& instance = instances[place];
    const auto skip = [&](const std::string& why, Verdict verdict = Verdict::not_applicable) {
      fleet.report(place, not_run(instance, verdict, why));
    };
    auto job = make_job(instance, place, run_id);
    if (!job) {
      fleet.report(place, not_run(instance, Verdict::inconclusive, job.error()));
      continue;
    }
    if (const auto why = missing_requirement(instance, with_config(capabilities, job->config))) {
      skip(*why);
    } else if (const auto why_not = cannot_configure(options, job->config)) {
      skip(*why_not);
    } else if (const auto danger = safe ? unsafe(instance) : std::nullopt) {
      ++left_out.unsafe;
      skip(*danger, Verdict::not_asked);
    } else if (job->wait >= options.wait_limit) {
      ++left_out.slow;
      skip("not run without --slow: it waits for " + seconds_in_words(job->wait),
           Verdict::not_asked);
    } else {
      jobs.push_back(std::move(*job));
    }
  }
  sort_by_wait(jobs);
  return jobs;
}

// Nothing is left out silently.
void tell(const LeftOut& left_out, const LiveOptions& options, std::vector<std::string>& notes) {
  const auto add = [&](std::size_t count, const std::string& those, const std::string& how) {
    if (count == 0) return;
    notes.push_back(std::to_string(count) + (count == 1 ? " instance " : " instances ") + those +
                    (count == 1 ? " was" : " were") + " not asked; " + how);
  };
  add(left_out.slow, "with a wait of " + seconds_in_words(options.wait_limit) + " or more",
      "--slow asks them");
  add(left_out.unsafe, "that others on the broker could notice", "--unsafe asks them");
}

}  // namespace

LiveResult run_live(const std::vector<scenario::Instance>& instances, const LiveOptions& options) {
  raise_descriptor_limit();
  LiveResult result;
  Broker broker = find_broker(options);
  result.trouble = broker.trouble;
  if (!result.trouble.empty()) return result;
  const Target& target = broker.routes.main_route().target;
  result.target = to_string(target);

  RunOptions run = run_options(options);
  result.preflight = preflight({broker.routes, run.user_name, run.password});
  result.trouble = result.preflight.message;
  if (!result.trouble.empty()) return result;
  result.capabilities = run.capabilities = capabilities_of(result.preflight, options);

  Fleet fleet(options, std::move(run), instances.size());
  const bool safe = options.safe || (!options.allow_unsafe && !is_loopback(target));
  LeftOut left_out;
  const std::vector<Job> jobs =
      make_jobs(instances, options, safe, result.capabilities, fleet, left_out);
  fleet.run(jobs, broker.routes, std::move(broker.process));
  for (const Job& job : jobs) result.longest_wait = std::max(result.longest_wait, job.wait);
  fleet.collect(result);
  result.notes.insert(result.notes.begin(), result.preflight.notes.begin(),
                      result.preflight.notes.end());
  tell(left_out, options, result.notes);
  return result;
}

}  // namespace mqttspec::executor
