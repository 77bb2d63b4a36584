#include "conformance/executor/live/broker_keeper.hpp"

#include <boost/asio/post.hpp>

#include "conformance/executor/live/address.hpp"

namespace mqttspec::executor {

namespace {
constexpr std::chrono::milliseconds look_again{5};
constexpr std::chrono::seconds probe_patience{1};
}  // namespace

BrokerKeeper::BrokerKeeper(boost::asio::io_context& loop,
                           std::unique_ptr<profile::BrokerProcess> process)
    : loop_(loop), process_(std::move(process)), timer_(loop) {}

std::optional<std::string> BrokerKeeper::died() {
  return down_on_purpose_ ? std::nullopt : process_->exited();
}

void BrokerKeeper::when_ready(Ready ready) {
  ready_ = std::move(ready);
  prepare();
}

// Whatever prepares the broker runs beside us: others have brokers that are up already.
void BrokerKeeper::prepare() {
  const auto runs = process_->go_on();
  if (!runs) return std::exchange(ready_, {})(runs.error());
  if (*runs) {
    deadline_ = std::chrono::steady_clock::now() + process_->ready_within();
    return look_whether_ready();
  }
  timer_.expires_after(look_again);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) prepare();
  });
}

void BrokerKeeper::look_whether_ready(std::size_t place) {
  const Endpoints endpoints = loopback_endpoints(process_->ports().at(place));
  probe(loop_, endpoints, probe_patience, [this, place](const std::optional<std::string>& why_not) {
    if (!why_not && place + 1 < process_->ports().size()) return look_whether_ready(place + 1);
    if (!why_not && process_->answers()) {
      down_on_purpose_ = false;
      return std::exchange(ready_, {})(std::nullopt);
    }
    const auto ending = process_->exited();
    if (!ending && std::chrono::steady_clock::now() < deadline_) {
      timer_.expires_after(look_again);
      timer_.async_wait([this, place](const boost::system::error_code& error) {
        if (!error) look_whether_ready(place);
      });
      return;
    }
    std::exchange(ready_, {})("the broker " +
                              (ending ? *ending + " instead of accepting connections"
                                      : "does not accept connections in time") +
                              process_->last_words());
  });
}

void BrokerKeeper::stop(std::function<void()> stopped) {
  stopped_ = std::move(stopped);
  down_on_purpose_ = true;
  process_->ask_to_stop();
  deadline_ = std::chrono::steady_clock::now() + process_->stop_within();
  look_whether_stopped();
}

void BrokerKeeper::look_whether_stopped() {
  if (!process_->exited() && std::chrono::steady_clock::now() < deadline_) {
    timer_.expires_after(look_again);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) look_whether_stopped();
    });
    return;
  }
  process_->kill();  // if it is still there
  boost::asio::post(loop_, std::exchange(stopped_, {}));
}

void BrokerKeeper::restart(bool at_once, Ready ready) {
  ready_ = std::move(ready);
  if (at_once) process_->kill();
  stop([this] { start_again(); });
}

void BrokerKeeper::start_again() {
  if (const auto problem = process_->start_again()) {
    return std::exchange(ready_, {})("the broker cannot be started again: " + *problem);
  }
  when_ready(std::exchange(ready_, {}));
}

}  // namespace mqttspec::executor
