// The reference broker, sans-IO: events in, actions out.
#pragma once

#include <memory>

#include "reference/broker/config.hpp"
#include "reference/broker/events.hpp"

namespace mqttspec::broker {

class Engine {
 public:
  explicit Engine(Config config);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

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
