// Proves that nothing is on its way any more: every other client in a session exchanges PINGREQ and
// PINGRESP, then the observed ones do, then the quiet window passes (section 7).
#pragma once

#include "conformance/executor/observation.hpp"

namespace mqttspec::executor {

class Barrier {
 public:
  explicit Barrier(std::vector<Client*> observed) : observed_(std::move(observed)) {}

  // True once it is over; then `failure` tells whether a PINGRESP stayed away.
  bool poll(Run& run, Quiet& quiet);
  [[nodiscard]] Instant deadline() const { return deadline_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Ping {
    Client* client = nullptr;
    ConnectionNumber connection = 0;
    std::uint64_t number = 0;
  };
  enum class Phase : std::uint8_t { begin, others, observed, window, over };

  void ping(Run& run, const std::vector<Client*>& clients);
  [[nodiscard]] std::vector<Client*> others(Run& run) const;
  bool all_answered();

  std::vector<Client*> observed_;
  Phase phase_ = Phase::begin;
  std::vector<Ping> pings_;
  Instant deadline_ = never;
  std::string failure_;
};

}  // namespace mqttspec::executor
