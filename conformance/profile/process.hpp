// Child processes: found, started, waited for and ended without ever waiting longer than told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/scenario/expression.hpp"

namespace mqttspec::profile {

struct ChildOptions {
  std::vector<std::string> command;  // program (looked up in PATH and the sbin folders), arguments
  std::vector<std::pair<std::string, std::string>> environment;  // over our own
  std::string directory;                                         // where it runs
  std::string log;  // file that its standard output and error are appended to
};

// A child in a process group of its own, so that what it starts ends with it and so that Ctrl-C
// ends us and not it. The kernel kills it when we die.
class Child {
 public:
  [[nodiscard]] static scenario::Result<Child> start(const ChildOptions& options);
  ~Child();  // kill()
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] bool running() { return !exited().has_value(); }
  // How it ended: "exited with status 1", "was killed by signal 11 (Segmentation fault)"; nothing
  // while it runs.
  [[nodiscard]] std::optional<std::string> exited();
  [[nodiscard]] bool succeeded() const { return succeeded_; }  // exited with status 0
  // Waits for its end; false if it still runs when the limit is reached.
  bool wait(std::chrono::nanoseconds limit);
  void terminate() const;  // SIGTERM
  void kill();             // SIGKILL to the group; returns when the child has ended

 private:
  explicit Child(int pid, int handle) : pid_(pid), handle_(handle) {}
  int pid_ = -1;     // -1: moved from
  int handle_ = -1;  // pidfd: becomes readable when the child ends; -1: this kernel has none
  bool succeeded_ = false;
  std::string ending_;  // empty while it runs
};

}  // namespace mqttspec::profile
