// For tests: the real programs as children, with their output and with deadlines.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mqttspec::server::testing {

inline constexpr std::chrono::seconds patience{20};  // generous: the machine may be busy

// A child whose stdout and stderr are read as one text. It is ended, and waited for, with its
// owner.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Reads until the text has come; false if it ended or the patience was over before.
  bool wait_for(const std::string& text);
  // Reads until anything more has come.
  bool wait_for_more();
  // Reads until the child ends by itself; its exit code, or nothing if that took too long.
  std::optional<int> wait_for_end(std::chrono::seconds at_most = patience);
  void send_signal(int signal) const;
  [[nodiscard]] const std::string& output() const { return output_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  // Reads what comes next; false at the end of the output or when the time is over.
  bool read_more(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
};

// A broker on a free port of 127.0.0.1, and wherever else the options say.
class BrokerProcess {
 public:
  explicit BrokerProcess(std::vector<std::string> options = {});
  [[nodiscard]] const std::string& port() const { return port_; }
  // Where it listens on 127.0.0.1 for this scheme; empty if it does not.
  [[nodiscard]] std::string port_of(const std::string& scheme);
  Child& child() { return child_; }

 private:
  Child child_;
  std::string port_;
};

// A plain TCP connection, for what no client library would do.
class RawClient {
 public:
  RawClient(const std::string& host, const std::string& port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool is_connected() const { return socket_ >= 0; }
  // False if not everything could be sent without waiting.
  bool send(const std::string& bytes) const;
  void end_sending() const;
  // Exactly so many bytes, or fewer if the connection ended or the patience was over.
  [[nodiscard]] std::string receive(std::size_t size) const;
  // Everything up to the end of the connection; nothing if it does not end.
  [[nodiscard]] std::optional<std::string> receive_all() const;

 private:
  int socket_ = -1;
};

// A folder of its own, removed with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Of a file in it.
  [[nodiscard]] std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// The path of mqttspec-broker.
[[nodiscard]] std::string broker_program();

// Is there a program of this name to run?
[[nodiscard]] bool is_installed(const std::string& program);

}  // namespace mqttspec::server::testing
