// A broker that runs as our child: in a directory of its own, on a free loopback port, in a process
// group of its own. It ends with this object, and with us, however we end.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/profile/knock.hpp"
#include "conformance/profile/process.hpp"
#include "conformance/profile/profile.hpp"

namespace mqttspec::profile {

class BrokerProcess {
 public:
  // Writes the files of `profile.start` as `config` (null: none) wants them; runs nothing yet.
  // A failure says what could not be done.
  [[nodiscard]] static scenario::Result<std::unique_ptr<BrokerProcess>> begin(
      const Profile& profile, const scenario::Value& config);
  // Runs what prepares the broker and then the broker itself, one after the other, and waits for
  // none of it: to be called again and again until it says that the broker runs, or why it cannot.
  [[nodiscard]] scenario::Result<bool> go_on();
  // Both, for those who may wait. Does not wait until the broker accepts.
  [[nodiscard]] static scenario::Result<std::unique_ptr<BrokerProcess>> start(
      const Profile& profile, const scenario::Value& config);
  ~BrokerProcess();  // kill() and the directory is removed
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;

  [[nodiscard]] std::uint16_t port() const { return ports_.front().second; }
  // Of a transport that the profile names; "tcp" is the plain one.
  [[nodiscard]] std::uint16_t port(const std::string& transport) const;
  [[nodiscard]] std::vector<std::uint16_t> ports() const;
  // ${port}, ${tls_port} ..., those of `Start::ports` and ${dir} in place.
  [[nodiscard]] std::string fill_in(std::string text) const;
  [[nodiscard]] int pid() const { return child_ ? child_->pid() : -1; }
  [[nodiscard]] const std::string& directory() const { return directory_; }

  [[nodiscard]] Duration ready_within() const { return start_.ready_within; }
  [[nodiscard]] Duration stop_within() const { return start_.stop_within; }

  // How the process ended ("exited with status 1", "was killed by signal 11 (Segmentation fault)");
  // nothing while it runs. Does not wait.
  [[nodiscard]] std::optional<std::string> exited();
  // Waits until all ports accept. Nothing if it does, else why not, with the broker's last words.
  // `give_up` is asked now and then.
  [[nodiscard]] std::optional<std::string> wait_until_ready(
      const std::function<bool()>& give_up = {});
  [[nodiscard]] bool accepts() const;  // all ports, one attempt each, which does not wait long
  // Does it answer a CONNECT? A broker that goes on sending strangers away without a word is taken
  // to do so from then on. To be called again and again; never waits.
  [[nodiscard]] bool answers();

  void ask_to_stop();  // SIGTERM; does not wait
  // SIGTERM; SIGKILL to the whole group if it has not ended within `stop_within`. Returns when
  // ended.
  void stop();
  void kill();  // SIGKILL to the whole group; returns when ended
  // Starts the ended broker again in the same directory and on the same port.
  [[nodiscard]] std::optional<std::string> start_again();
  // The last lines that the broker wrote to standard output and error, to be put behind a message;
  // empty if it wrote nothing.
  [[nodiscard]] std::string last_words() const;

 private:
  BrokerProcess() = default;
  [[nodiscard]] std::optional<std::string> write_files(const Profile& profile,
                                                       const scenario::Value& config);
  [[nodiscard]] ChildOptions child_options(const CommandLine& words) const;
  [[nodiscard]] std::optional<std::string> spawn();

  Start start_;
  std::string name_;  // of the broker, for messages
  std::string directory_;
  std::vector<std::pair<std::string, std::uint16_t>> ports_;          // by transport, "tcp" first
  std::vector<std::pair<std::string, std::uint16_t>> further_ports_;  // nobody waits for these
  std::deque<CommandLine> preparations_;  // what has still to run; the first may be under way
  std::chrono::steady_clock::time_point preparation_ends_;  // at the latest
  std::optional<Child> child_;                              // the broker, or what prepares it
  std::string greeting_;  // CONNECT with the credentials of the profile
  std::unique_ptr<Knock> knock_;
  std::optional<std::chrono::steady_clock::time_point> knocking_since_;
  std::chrono::steady_clock::time_point next_knock_;
};

}  // namespace mqttspec::profile
