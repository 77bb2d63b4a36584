#include "conformance/profile/process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace mqttspec::profile {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ChildOptions shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, {}, "/tmp", "/dev/null"};
}

Child started(const ChildOptions& options) {
  auto child = Child::start(options);
  EXPECT_TRUE(child.ok()) << child.error();
  return std::move(*child);
}

// Reads one line that a child writes, so that tests wait for what happened and for no clock.
struct Pipe {
  int ends[2];
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }
  [[nodiscard]] std::string path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(ends[1]);
  }
  std::string line() {
    std::string text;
    for (char c = 0; c != '\n';) {
      pollfd waiting{ends[0], POLLIN, 0};
      if (poll(&waiting, 1, 10'000) != 1 || read(ends[0], &c, 1) != 1) return "nothing came";
      if (c != '\n') text += c;
    }
    return text;
  }
  // Waits until nobody else holds the writing end.
  bool abandoned() {
    close(std::exchange(ends[1], -1));
    pollfd waiting{ends[0], POLLIN, 0};
    return poll(&waiting, 1, 10'000) == 1 && (waiting.revents & POLLHUP) != 0;
  }
};

bool exists(int pid) {
  return kill(pid, 0) == 0;
}

TEST(Child, TellsTheStatusItExitedWith) {
  Child child = started(shell("exit 3"));
  ASSERT_TRUE(child.wait(seconds(10)));
  EXPECT_EQ(child.exited(), "exited with status 3");
  EXPECT_FALSE(child.succeeded());
}

TEST(Child, TellsTheSignalThatKilledIt) {
  Child child = started(shell("kill -SEGV $$"));
  ASSERT_TRUE(child.wait(seconds(10)));
  EXPECT_EQ(child.exited(), "was killed by signal 11 (Segmentation fault)");
}

TEST(Child, WaitingForOneThatRunsOnEndsAtTheLimit) {
  Child child = started(shell("exec tail -f /dev/null"));
  EXPECT_FALSE(child.wait(milliseconds(20)));
  EXPECT_TRUE(child.running());
}

TEST(Child, AProgramThatIsNotThereIsAnErrorThatNamesIt) {
  const auto child = Child::start({{"no-such-broker"}, {}, "/tmp", "/dev/null"});
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error(),
            "cannot start \"no-such-broker\": no such program; install it or give its full path");
}

TEST(Child, AFailureToExecuteIsAnError) {
  const auto child = Child::start({{"/bin/sh"}, {}, "/no/such/folder", "/dev/null"});
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error(), "cannot start \"/bin/sh\": No such file or directory");
}

TEST(Child, GetsItsEnvironmentOverOurs) {
  Pipe pipe;
  ChildOptions options = shell("echo \"$COLOUR $HOME\" > " + pipe.path());
  setenv("HOME", "/ours", 1);
  setenv("COLOUR", "ours", 1);
  options.environment = {{"COLOUR", "theirs"}};
  const Child child = started(options);
  EXPECT_EQ(pipe.line(), "theirs /ours");
}

TEST(Child, OneThatIgnoresSigtermIsStillKilled) {
  Pipe pipe;
  Child child = started(
      shell("trap '' TERM; echo ready > " + pipe.path() + "; while :; do tail -f /dev/null; done"));
  ASSERT_EQ(pipe.line(), "ready");
  child.terminate();
  EXPECT_FALSE(child.wait(milliseconds(50)));
  child.kill();
  EXPECT_EQ(child.exited(), "was killed by signal 9 (Killed)");
}

TEST(Child, TakesWhatItStartedWithIt) {
  Pipe pipe;
  Pipe held;  // by the grandchild, until it dies
  {
    const Child child = started(
        shell("tail -f /dev/null 9> " + held.path() + " & echo $! > " + pipe.path() + "; wait"));
    EXPECT_TRUE(exists(std::stoi(pipe.line())));
  }
  EXPECT_TRUE(held.abandoned());
}

TEST(Child, DiesWithUs) {
  Pipe pipe;
  Pipe held;  // by the child, until it dies
  const pid_t parent = fork();
  if (parent == 0) {
    const auto child = Child::start(shell("exec 9> " + held.path() + "; echo $$ > " + pipe.path() +
                                          "; exec tail -f /dev/null"));
    pollfd waiting{pipe.ends[0], POLLIN, 0};
    poll(&waiting, 1, 10'000);
    _exit(child.ok() ? 0 : 1);  // without any destructor, as a crash would
  }
  int status = 0;
  ASSERT_EQ(waitpid(parent, &status, 0), parent);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(held.abandoned());
}

}  // namespace
}  // namespace mqttspec::profile
