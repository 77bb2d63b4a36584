#include "conformance/profile/knock.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace mqttspec::profile {
namespace {

using Answer = Knock::Answer;

// A door, and who stands behind it.
class Door : public testing::Test {
 protected:
  void SetUp() override {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* place = reinterpret_cast<sockaddr*>(&address_);
    ASSERT_EQ(bind(listener_, place, size), 0);
    ASSERT_EQ(getsockname(listener_, place, &size), 0);
  }
  void TearDown() override {
    for (const int number : {listener_, guest_}) {
      if (number >= 0) close(number);
    }
  }
  [[nodiscard]] std::uint16_t port() const { return ntohs(address_.sin_port); }
  // Takes the client in and hears what it says.
  std::string let_in(Knock& knock) {
    guest_ = accept(listener_, nullptr, nullptr);
    while (knock.look() == Answer::none_yet && heard().empty()) std::this_thread::yield();
    return heard();
  }
  [[nodiscard]] std::string heard() const {
    std::array<char, 64> buffer{};
    const auto size = recv(guest_, buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  static Answer answer_of(Knock& knock) {
    while (knock.look() == Answer::none_yet) std::this_thread::yield();
    return knock.look();
  }
  int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int guest_ = -1;
  sockaddr_in address_{};
};

TEST_F(Door, ThatIsShutIsAnAnswer) {
  Knock knock(port(), "hello");
  EXPECT_EQ(answer_of(knock), Answer::closed);
}

TEST_F(Door, ThatOpensWithoutAWordIsNoAnswerYet) {
  ASSERT_EQ(listen(listener_, 5), 0);
  Knock knock(port(), "hello");
  EXPECT_EQ(let_in(knock), "hello");
  EXPECT_EQ(knock.look(), Answer::none_yet);
}

TEST_F(Door, BehindWhichSomebodySpeaksIsAnAnswer) {
  ASSERT_EQ(listen(listener_, 5), 0);
  Knock knock(port(), "hello");
  let_in(knock);
  ASSERT_EQ(send(guest_, "yes", 3, MSG_NOSIGNAL), 3);
  auto answer = knock.look();
  while (answer == Answer::none_yet) answer = knock.look();
  EXPECT_EQ(answer, Answer::some);
}

TEST_F(Door, ThatIsClosedAgainSendsAway) {
  ASSERT_EQ(listen(listener_, 5), 0);
  Knock knock(port(), "hello");
  let_in(knock);
  close(std::exchange(guest_, -1));
  EXPECT_EQ(answer_of(knock), Answer::closed);
}

}  // namespace
}  // namespace mqttspec::profile
