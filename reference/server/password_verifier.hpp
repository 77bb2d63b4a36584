// Looks whether passwords fit their records, in threads of its own: that takes a tenth of a second
// each, during which the broker has better things to do.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "reference/broker/events.hpp"

namespace mqttspec::server {

class PasswordVerifier {
 public:
  using Answer = std::function<void(broker::ConnectionId, bool accepted)>;
  // `answer` is called by whoever runs `io`, and by nobody else.
  PasswordVerifier(boost::asio::io_context& io, Answer answer);
  // Waits for what is being computed. Whoever runs `io` after that may still meet its answers.
  ~PasswordVerifier();
  PasswordVerifier(const PasswordVerifier&) = delete;
  PasswordVerifier& operator=(const PasswordVerifier&) = delete;

  void ask(broker::Authenticate question);
  // The connection is gone: its question, if it waits, needs no answer.
  void forget(broker::ConnectionId connection);

 private:
  void work();

  boost::asio::io_context& io_;
  Answer answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<broker::Authenticate> waiting_;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mqttspec::server
