// The reference broker, sans-IO: events in, actions out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/broker/config.hpp"
#include "reference/broker/record.hpp"

namespace mqttspec::broker {

class Engine {
 public:
  explicit Engine(Config config);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // Before anything else: goes on from what a store has kept, and from now on asks to have every
  // durable change stored. `wall_clock` is the time since 1970 at `now`: what expires while no
  // broker runs has expired. Connections that were open when the records ended are lost now. Gives
  // what is wrong with the records; the engine is of no use then.
  [[nodiscard]] std::optional<std::string> restore(const std::vector<Record>& records,
                                                   Instant wall_clock, Instant now,
                                                   Actions& actions);

  // Handles one event at `now` (never earlier than in the call before); appends what is to be done,
  // in order.
  void handle(Event event, Instant now, Actions& actions);
  // When a Tick is due; `never` if nothing is waited for.
  [[nodiscard]] Instant next_deadline() const;

  // Version that the connection speaks: that of its CONNECT, 3.1.1 before it.
  [[nodiscard]] codec::Version version_of(ConnectionId connection) const;
  [[nodiscard]] const Config& config() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqttspec::broker
