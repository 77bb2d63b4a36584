// What all parts of the interpreter share while one instance runs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/executor/client.hpp"
#include "conformance/executor/environment.hpp"
#include "conformance/executor/footprint.hpp"
#include "conformance/executor/late_watch.hpp"
#include "conformance/executor/wire_watch.hpp"

namespace mqttspec::executor {

struct Run {
  Run(scenario::Instance its_instance, RunOptions its_options)
      : instance(std::move(its_instance)),
        options(std::move(its_options)),
        environment(instance, options.ns),
        watch([this](ConnectionNumber number) {
          return number < owners.size() ? owners[number]->name : std::string();
        }) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  const scenario::Instance instance;
  const RunOptions options;
  Instant started{};
  Instant now{};
  std::vector<Command> commands;
  std::vector<TraceEntry> trace;
  Environment environment;
  WireWatch watch;
  LateWatches late;
  Footprint footprint;

  std::map<std::string, Client, std::less<>> clients;
  std::vector<Client*> owners = {nullptr};  // by ConnectionNumber; 0 is nobody's

  // A transport that could not be opened, and why: the broker takes no new connection.
  std::string open_failure;
  enum class Broker : std::uint8_t { up, restarting, failed } broker = Broker::up;
  std::string broker_failure;

  // Moments at which our own clock was late, and by how much.
  std::vector<std::pair<Instant, Duration>> disturbances;
  [[nodiscard]] bool disturbed(Instant from, Instant to) const;

  [[nodiscard]] const Tolerance& tolerance() const { return options.tolerance; }
  // Adds to the trace; returns the entry's place.
  std::size_t note(TraceEntry::Kind kind, const Client* client, std::string text);
};

// --- connections --------------------------------------------------------------------------------

// Opens a new connection for the client: its inbox is emptied, everything starts anew.
void open_connection(Run& run, Client& client);
// The current connection of that number, or nothing if its client has another one by now.
[[nodiscard]] Client* owner_of(Run& run, ConnectionNumber connection);
// Closes from our side; the inbox learns nothing of it.
void close_connection(Run& run, Client& client, CloseCommand::How how);
// The broker or the network closed: CLOSED goes into the inbox. `text` tells how; empty: FIN or
// RST.
void lose_connection(Run& run, Client& client, CloseKind how, std::string text = "");

}  // namespace mqttspec::executor
