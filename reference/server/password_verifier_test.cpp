#include "reference/server/password_verifier.hpp"

#include <gtest/gtest.h>

#include <map>

#include <boost/asio/executor_work_guard.hpp>

#include "reference/broker/passwords.hpp"

namespace mqttspec::server {
namespace {

using broker::make_record;

TEST(PasswordVerifier, AnswersEachQuestionOnTheLoopThatRuns) {
  boost::asio::io_context io;
  auto work = boost::asio::make_work_guard(io);
  std::map<broker::ConnectionId, bool> answers;
  const auto here = std::this_thread::get_id();
  PasswordVerifier verifier(io, [&](broker::ConnectionId id, bool accepted) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    answers[id] = accepted;
    if (answers.size() == 3) work.reset();
  });
  const auto record = std::make_shared<broker::PasswordRecord>(
      make_record("secret", "saltsalt", broker::iterations_minimum));
  verifier.ask({1, "anna", "secret", record});
  verifier.ask({2, "anna", "wrong", record});
  verifier.ask({3, "anna", "secret", nullptr});
  io.run();
  EXPECT_EQ(answers, (std::map<broker::ConnectionId, bool>{{1, true}, {2, false}, {3, false}}));
}

TEST(PasswordVerifier, WhoIsGoneNeedsNoAnswer) {
  boost::asio::io_context io;
  auto work = boost::asio::make_work_guard(io);
  std::vector<broker::ConnectionId> answered;
  PasswordVerifier verifier(io, [&](broker::ConnectionId id, bool) {
    answered.push_back(id);
    if (id == 100) work.reset();
  });
  const auto record = std::make_shared<broker::PasswordRecord>(
      make_record("secret", "saltsalt", broker::iterations_minimum));
  for (broker::ConnectionId id = 1; id <= 50; ++id) verifier.ask({id, "anna", "x", record});
  for (broker::ConnectionId id = 1; id <= 50; ++id) verifier.forget(id);
  verifier.ask({100, "anna", "x", record});
  io.run();
  EXPECT_LT(answered.size(), 50U);
}

TEST(PasswordVerifier, EndsWithQuestionsThatWait) {
  boost::asio::io_context io;
  const auto record = std::make_shared<broker::PasswordRecord>(
      make_record("secret", "saltsalt", broker::iterations_minimum));
  PasswordVerifier verifier(io, [](broker::ConnectionId, bool) { FAIL() << "nobody runs io"; });
  for (broker::ConnectionId id = 1; id <= 1'000; ++id) verifier.ask({id, "anna", "x", record});
}

}  // namespace
}  // namespace mqttspec::server
