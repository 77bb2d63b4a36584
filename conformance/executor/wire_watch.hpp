// Shows the monitors every frame, and gathers what they find, with its place in the trace.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/monitor/monitor.hpp"

namespace mqttspec::executor {

class WireWatch {
 public:
  // `client_of` tells whose connection a number is.
  explicit WireWatch(std::function<std::string(ConnectionNumber)> client_of);

  void opened(ConnectionNumber connection, codec::Version version, Instant now);
  // What our own side breaks by sending this, in sentences.
  [[nodiscard]] std::vector<std::string> sent(ConnectionNumber connection, codec::BytesView frame,
                                              bool illegal, std::size_t trace, Instant now);
  void received(ConnectionNumber connection, codec::BytesView frame, std::size_t trace,
                Instant now);
  void closed(ConnectionNumber connection, bool by_us, std::size_t trace, Instant now);

  // What follows clears up and is not judged.
  void stop() { watching_ = false; }
  // Has the broker broken a rule so far?
  [[nodiscard]] bool broker_at_fault() const { return broker_at_fault_; }
  [[nodiscard]] std::vector<MonitorFinding> take_findings() { return std::move(findings_); }
  [[nodiscard]] std::vector<MonitorOccasions> occasions() const;

 private:
  std::vector<std::string> gather(std::size_t trace);

  std::function<std::string(ConnectionNumber)> client_of_;
  monitor::Watch watch_;
  std::vector<MonitorFinding> findings_;
  bool watching_ = true;
  bool broker_at_fault_ = false;
};

}  // namespace mqttspec::executor
