#include "conformance/executor/interpreter.hpp"

#include <algorithm>

#include "conformance/executor/check_book.hpp"
#include "conformance/executor/epilogue.hpp"
#include "conformance/executor/inbound.hpp"
#include "conformance/executor/keep_alive.hpp"
#include "conformance/executor/lane.hpp"
#include "conformance/executor/websocket_link.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

Tolerance Tolerance::reference() {
  return {Duration{}, Duration{}, Duration{}, std::chrono::seconds(60)};
}

Tolerance Tolerance::live() {
  return {std::chrono::seconds(2), std::chrono::milliseconds(100), std::chrono::seconds(1),
          std::chrono::seconds(5)};
}

struct Interpreter::Impl {
  Impl(scenario::Instance instance, RunOptions options)
      : run(std::move(instance), std::move(options)), book(run.instance), epilogue(run) {}

  enum class State : std::uint8_t { idle, script, listening, clearing, finished };

  std::optional<std::string> set_up_clients();
  void start();
  void advance(Quiet quiet);
  void script_over(std::optional<StepRun::End> end);
  void begin_clearing();
  void finish();
  [[nodiscard]] InstanceOutcome outcome();

  Run run;
  CheckBook book;
  Epilogue epilogue;
  std::unique_ptr<Lane> lane;
  State state = State::idle;
  std::optional<StepRun::End> end;
  std::optional<InstanceOutcome> without_run;
};

// --- life of an instance ------------------------------------------------------------------------

std::optional<std::string> Interpreter::Impl::set_up_clients() {
  const Scope scope;
  for (const scenario::ClientDefinition& definition : run.instance.scenario->clients) {
    Client client;
    client.name = definition.name;
    client.definition = &definition;
    client.automatic_acks = definition.automatic_acks;
    const auto version = run.environment.substitute(definition.version, scope);
    const auto transport = run.environment.substitute(definition.transport, scope);
    if (!version) return "client " + client.name + ": " + version.error();
    if (!transport) return "client " + client.name + ": " + transport.error();
    client.version = run.instance.version;
    if (const std::string* spoken = version->string()) {
      using codec::Version;
      for (const Version known : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
        if (codec::to_string(known) == *spoken) client.version = known;
      }
    }
    if (auto error = read_transport(run, *transport, client))
      return "client " + client.name + ": " + *error;
    run.clients.emplace(client.name, std::move(client));
  }
  return std::nullopt;
}

void Interpreter::Impl::start() {
  if (auto missing = missing_requirement(run.instance, run.options.capabilities)) {
    without_run = not_run(run.instance, Verdict::not_applicable, *missing);
    state = State::finished;
    return;
  }
  if (auto error = set_up_clients()) {
    without_run = not_run(run.instance, Verdict::inconclusive, *error);
    without_run->scenario_errors.push_back(*error);
    state = State::finished;
    return;
  }
  lane = std::make_unique<Lane>(run, book, run.instance.scenario->steps, nullptr);
  state = State::script;
  advance(std::nullopt);
}

// Goes as far as what has happened allows.
void Interpreter::Impl::advance(Quiet quiet) {
  if (state == State::script) {
    const Lane::State progress = lane->poll(quiet);
    if (progress == Lane::State::waiting) return;
    script_over(progress == Lane::State::ended ? std::optional(lane->end()) : std::nullopt);
    quiet.reset();
  }
  if (state == State::listening) {
    const bool deaf = std::all_of(run.clients.begin(), run.clients.end(),
                                  [](const auto& entry) { return entry.second.deaf(); });
    const auto until = run.late.until(*end->hope);
    if (until && !deaf && (!quiet || *quiet < *until)) return;
    run.late.give_up(*end->hope);
    begin_clearing();
    quiet.reset();
  }
  if (state == State::clearing && epilogue.poll(quiet)) finish();
}

void Interpreter::Impl::script_over(std::optional<StepRun::End> its_end) {
  end = std::move(its_end);
  if (end && end->ending.verdict == Verdict::crash) {
    finish();  // nobody is there to clear up with
    return;
  }
  if (end && end->hope && run.late.open(*end->hope)) {
    state = State::listening;
    return;
  }
  begin_clearing();
}

void Interpreter::Impl::begin_clearing() {
  state = State::clearing;
  epilogue.begin();
}

void Interpreter::Impl::finish() {
  for (auto& [name, client] : run.clients) {
    if (client.connection && !client.connection->gone()) {
      close_connection(run, client, CloseCommand::How::fin);
    }
  }
  state = State::finished;
}

InstanceOutcome Interpreter::Impl::outcome() {
  if (without_run) return std::move(*without_run);
  InstanceOutcome outcome;
  outcome.id = run.instance.id;
  outcome.scenario = run.instance.scenario->id;
  outcome.file = run.instance.file ? run.instance.file->path : "";
  outcome.version = run.instance.version;
  std::set<std::string> needed;
  if (end) {
    lane->collect_needed(needed);
    outcome.reason = end->ending.reason;
    if (end->ending.scenario_error) outcome.scenario_errors.push_back(end->ending.reason);
  }
  outcome.checks = book.close(end ? &end->ending : nullptr, needed);
  if (!epilogue.crash().empty()) {
    outcome.reason = epilogue.crash();
    for (CheckOutcome& check : outcome.checks) {
      if (check.verdict == Verdict::not_asked) continue;
      check.verdict = Verdict::crash;
      check.why = epilogue.crash();
    }
  }
  outcome.verdict = overall(outcome.checks);
  if (!epilogue.crash().empty()) outcome.verdict = Verdict::crash;
  if (end && (end->ending.scenario_error || end->ending.verdict == Verdict::crash)) {
    outcome.verdict = worst(outcome.verdict, end->ending.verdict);
  }
  outcome.monitor_findings = run.watch.take_findings();
  outcome.monitor_occasions = run.watch.occasions();
  outcome.trace = std::move(run.trace);
  outcome.duration = run.now - run.started;
  return outcome;
}

// --- the interface ------------------------------------------------------------------------------

Interpreter::Interpreter(scenario::Instance instance, RunOptions options)
    : impl_(std::make_unique<Impl>(std::move(instance), std::move(options))) {}
Interpreter::~Interpreter() = default;

void Interpreter::start(Instant now) {
  impl_->run.started = impl_->run.now = now;
  impl_->start();
}

void Interpreter::opened(ConnectionNumber connection, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  Client* client = owner_of(run, connection);
  if (client == nullptr || client->connection->state != Connection::State::opening) return;
  transport_opened(run, *client);
  impl_->advance(std::nullopt);
}

void Interpreter::open_failed(ConnectionNumber connection, const std::string& why, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  Client* client = owner_of(run, connection);
  if (client == nullptr || client->connection->state != Connection::State::opening) return;
  client->connection->state = Connection::State::refused;
  run.open_failure = "the broker takes no new connection: " + why;
  run.note(TraceEntry::Kind::note, client, "cannot connect: " + why);
  impl_->advance(std::nullopt);
}

void Interpreter::bytes(ConnectionNumber connection, codec::BytesView bytes, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  Client* client = owner_of(run, connection);
  if (client == nullptr) return;
  receive_wire(run, *client, bytes);
  impl_->advance(std::nullopt);
}

void Interpreter::sent(ConnectionNumber connection, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  Client* client = owner_of(run, connection);
  if (client == nullptr) return;
  ++client->connection->sends_done;
  impl_->advance(std::nullopt);
}

void Interpreter::closed(ConnectionNumber connection, CloseKind how, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  Client* client = owner_of(run, connection);
  if (client == nullptr || client->connection->gone()) return;
  lose_connection(run, *client, how);
  impl_->advance(std::nullopt);
}

void Interpreter::broker_ready(Instant now) {
  Run& run = impl_->run;
  run.now = now;
  for (auto& [name, client] : run.clients) {
    if (client.connection && !client.connection->gone()) {
      lose_connection(run, client, CloseKind::reset);
    }
  }
  run.broker = Run::Broker::up;
  impl_->advance(std::nullopt);
}

void Interpreter::broker_failed(const std::string& why, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  run.broker = Run::Broker::failed;
  run.broker_failure = "the broker did not come back: " + why;
  impl_->advance(std::nullopt);
}

void Interpreter::quiet(Instant now) {
  impl_->run.now = now;
  keep_alive(impl_->run);
  impl_->advance(now);
}

void Interpreter::abort(Verdict verdict, const std::string& why, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  if (impl_->state == Impl::State::finished) return;
  run.note(TraceEntry::Kind::note, nullptr, "given up: " + why);
  if (impl_->state == Impl::State::idle) {
    impl_->without_run = not_run(run.instance, verdict, why);
  } else if (!impl_->end) {
    // A script that has run to its end has its verdicts already.
    const bool script_was_over = impl_->state != Impl::State::script;
    if (!script_was_over) impl_->end = StepRun::End{Ending{verdict, why}, false, std::nullopt};
  }
  impl_->finish();
}

void Interpreter::clock_was_late(Duration lateness, Instant now) {
  Run& run = impl_->run;
  run.now = now;
  if (lateness <= run.tolerance().granularity) return;
  run.disturbances.emplace_back(now, lateness);
  run.note(TraceEntry::Kind::note, nullptr, "our own clock was late by " + in_words(lateness));
}

Instant Interpreter::deadline() const {
  const Instant ping = keep_alive_deadline(impl_->run);
  switch (impl_->state) {
    case Impl::State::script:
      return std::min(ping, impl_->lane->deadline());
    case Impl::State::listening:
      return std::min(ping, impl_->run.late.until(*impl_->end->hope).value_or(impl_->run.now));
    case Impl::State::clearing:
      return impl_->epilogue.deadline();
    case Impl::State::idle:
    case Impl::State::finished:
      break;
  }
  return never;
}

void Interpreter::take_commands(std::vector<Command>& out) {
  for (Command& command : impl_->run.commands) out.push_back(std::move(command));
  impl_->run.commands.clear();
}

bool Interpreter::finished() const {
  return impl_->state == Impl::State::finished;
}

InstanceOutcome Interpreter::take_outcome() {
  return impl_->outcome();
}

}  // namespace mqttspec::executor
