// Starts, stops and restarts a broker process without holding up the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/executor/live/tcp_connection.hpp"
#include "conformance/profile/broker_process.hpp"

namespace mqttspec::executor {

class BrokerKeeper {
 public:
  // Called from the loop; with a sentence if the broker does not come up.
  using Ready = std::function<void(std::optional<std::string> problem)>;

  BrokerKeeper(boost::asio::io_context& loop, std::unique_ptr<profile::BrokerProcess> process);

  // How the process ended, if it did so without being told to.
  [[nodiscard]] std::optional<std::string> died();
  [[nodiscard]] std::string last_words() const { return process_->last_words(); }

  void when_ready(Ready ready);
  void stop(std::function<void()> stopped);
  // Ends the broker if it still runs, in order or at once, and starts it again.
  void restart(bool at_once, Ready ready);

 private:
  void prepare();
  // From the port at that place on.
  void look_whether_ready(std::size_t place = 0);
  void look_whether_stopped();
  void start_again();

  boost::asio::io_context& loop_;
  std::unique_ptr<profile::BrokerProcess> process_;
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point deadline_;
  Ready ready_;
  std::function<void()> stopped_;
  bool down_on_purpose_ = false;
};

}  // namespace mqttspec::executor
