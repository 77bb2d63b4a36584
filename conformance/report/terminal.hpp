// What a person sees while a run goes on and when it is over. A progress line only where there is a
// terminal; failures last, each with the one command that replays it.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

struct TerminalOptions {
  bool terminal = false;  // progress line
  bool colour = false;
  bool quiet = false;    // failures and one closing line only
  bool verbose = false;  // a line for every instance, and whole traces with failures
  bool strict = false;
  std::size_t width = 100;
  // Progress and width if `fd` is a terminal; colours too, unless NO_COLOR is set or TERM is dumb.
  static TerminalOptions detect(int fd);
};

struct WrittenReport {
  std::string name;  // "HTML"
  std::string path;
};

class Terminal {
 public:
  Terminal(std::ostream& out, TerminalOptions options);

  // The head line. `result` needs only what describes the run.
  void begin(const RunResult& result, std::size_t instances);
  // One line between others: "profile mosquitto.json: ..."
  void say(const std::string& line);
  void started(const std::string& instance_id);
  void finished(const executor::InstanceOutcome& instance);
  // Redraws the progress line; `elapsed` is real time since begin().
  void tick(executor::Duration elapsed);
  // Failures, then the closing summary.
  void end(const RunResult& result, const std::vector<WrittenReport>& reports);

 private:
  void clear_progress();
  void draw_progress();

  std::ostream& out_;
  TerminalOptions options_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  Counts counts_;
  std::vector<std::string> running_;
  executor::Duration elapsed_{};
  std::string drawn_;  // the progress line that stands there now
};

}  // namespace mqttspec::report
