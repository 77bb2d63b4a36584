#include "conformance/executor/wire_watch.hpp"

namespace mqttspec::executor {

WireWatch::WireWatch(std::function<std::string(ConnectionNumber)> client_of)
    : client_of_(std::move(client_of)) {}

void WireWatch::opened(ConnectionNumber connection, codec::Version version, Instant now) {
  if (watching_) watch_.opened(connection, version, now);
}

std::vector<std::string> WireWatch::sent(ConnectionNumber connection, codec::BytesView frame,
                                         bool illegal, std::size_t trace, Instant now) {
  if (!watching_) return {};
  watch_.sent(connection, frame, illegal, now);
  return gather(trace);
}

void WireWatch::received(ConnectionNumber connection, codec::BytesView frame, std::size_t trace,
                         Instant now) {
  if (!watching_) return;
  watch_.received(connection, frame, now);
  gather(trace);
}

void WireWatch::closed(ConnectionNumber connection, bool by_us, std::size_t trace, Instant now) {
  if (!watching_) return;
  watch_.closed(connection, by_us, now);
  gather(trace);
}

// Findings about our own side are no findings about the broker: the caller judges them.
std::vector<std::string> WireWatch::gather(std::size_t trace) {
  std::vector<std::string> ours;
  for (monitor::Finding& finding : watch_.take_findings()) {
    if (finding.ours) {
      ours.push_back(finding.message + " (" + finding.statement + ")");
      continue;
    }
    broker_at_fault_ = true;
    findings_.push_back({std::move(finding.monitor), std::move(finding.statement),
                         client_of_(finding.connection), false, std::move(finding.message), trace});
  }
  return ours;
}

std::vector<MonitorOccasions> WireWatch::occasions() const {
  std::vector<MonitorOccasions> result;
  for (monitor::Occasions& seen : watch_.occasions()) {
    result.push_back({std::move(seen.monitor), std::move(seen.statement), seen.occasions});
  }
  return result;
}

}  // namespace mqttspec::executor
