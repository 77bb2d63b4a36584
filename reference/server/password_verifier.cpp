#include "reference/server/password_verifier.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "reference/broker/passwords.hpp"

namespace mqttspec::server {
namespace {

// One core is left to the broker's loop.
unsigned thread_count() {
  return std::clamp(std::thread::hardware_concurrency(), 2U, 5U) - 1U;
}

}  // namespace

PasswordVerifier::PasswordVerifier(boost::asio::io_context& io, Answer answer)
    : io_(io), answer_(std::move(answer)) {
  for (unsigned i = 0; i < thread_count(); ++i) threads_.emplace_back([this] { work(); });
}

PasswordVerifier::~PasswordVerifier() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void PasswordVerifier::ask(broker::Authenticate question) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(question));
  }
  changed_.notify_one();
}

void PasswordVerifier::forget(broker::ConnectionId connection) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [connection](const broker::Authenticate& question) {
    return question.connection == connection;
  });
}

void PasswordVerifier::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (ends_) return;
    const auto question = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const bool accepted = question.record != nullptr &&
                          broker::fits(*question.record, question.password.value_or(""));
    boost::asio::post(
        io_, [answer = answer_, id = question.connection, accepted] { answer(id, accepted); });
    lock.lock();
  }
}

}  // namespace mqttspec::server
