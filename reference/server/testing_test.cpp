// The helpers of testing.hpp, with tests of their own.
#include "reference/server/testing.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdlib>

extern char** environ;

namespace mqttspec::server::testing {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

bool becomes_readable(int descriptor, Clock::time_point until) {
  pollfd wanted{descriptor, POLLIN, 0};
  return poll(&wanted, 1, milliseconds_until(until)) == 1;
}

std::vector<std::string> broker_command(std::vector<std::string> options) {
  options.insert(options.begin(), {broker_program(), "--listen", "mqtt://127.0.0.1:0"});
  return options;
}

}  // namespace

std::string broker_program() {
  return std::string(MQTTSPEC_BINARY_DIR) + "/reference/server/mqttspec-broker";
}

Child::Child(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  if (posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) {
    pid_ = -1;
    output_ = "cannot run " + command[0];
  }
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  pipe_ = ends[0];
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  ::close(pipe_);
}

bool Child::read_more(Clock::time_point until) {
  if (!becomes_readable(pipe_, until)) return false;
  char buffer[4096];
  const auto size = read(pipe_, buffer, sizeof buffer);
  if (size <= 0) return false;
  output_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

bool Child::wait_for_more() {
  return read_more(Clock::now() + patience);
}

bool Child::wait_for(const std::string& text) {
  const auto until = Clock::now() + patience;
  while (output_.find(text) == std::string::npos) {
    if (!read_more(until)) return false;
  }
  return true;
}

std::optional<int> Child::wait_for_end(std::chrono::seconds at_most) {
  if (pid_ <= 0) return std::nullopt;
  const auto until = Clock::now() + at_most;
  while (read_more(until)) {
  }
  // The output ends when the child does, unless it is out of time.
  if (Clock::now() >= until) return std::nullopt;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Child::send_signal(int signal) const {
  kill(pid_, signal);
}

BrokerProcess::BrokerProcess(std::vector<std::string> options)
    : child_(broker_command(std::move(options))), port_(port_of("mqtt")) {}

std::string BrokerProcess::port_of(const std::string& scheme) {
  const std::string prefix = "listening on " + scheme + "://127.0.0.1:";
  if (!child_.wait_for(prefix)) {
    ADD_FAILURE() << "the broker did not start: " << child_.output();
    return {};
  }
  const auto begin = child_.output().find(prefix) + prefix.size();
  std::string port;
  for (std::size_t i = begin; i < child_.output().size() || child_.wait_for_more(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(child_.output()[i])) == 0) break;
    port += child_.output()[i];
  }
  return port;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = ::testing::TempDir() + "mqttspec_XXXXXX";
  path_ = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

RawClient::RawClient(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* address = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &address) != 0) return;
  socket_ = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ >= 0 && connect(socket_, address->ai_addr, address->ai_addrlen) != 0) {
    ::close(socket_);
    socket_ = -1;
  }
  freeaddrinfo(address);
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(const std::string& bytes) const {
  const auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return size == static_cast<ssize_t>(bytes.size());
}

void RawClient::end_sending() const {
  shutdown(socket_, SHUT_WR);
}

std::string RawClient::receive(std::size_t size) const {
  std::string bytes;
  const auto until = Clock::now() + patience;
  while (bytes.size() < size && becomes_readable(socket_, until)) {
    char buffer[4096];
    const auto got = recv(socket_, buffer, std::min(sizeof buffer, size - bytes.size()), 0);
    if (got <= 0) break;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  return bytes;
}

std::optional<std::string> RawClient::receive_all() const {
  std::string bytes;
  const auto until = Clock::now() + patience;
  while (becomes_readable(socket_, until)) {
    char buffer[65536];
    const auto got = recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

bool is_installed(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::string folders = path == nullptr ? "" : path;
  folders += ":";
  for (std::size_t begin = 0, end = 0; (end = folders.find(':', begin)) != std::string::npos;
       begin = end + 1) {
    const auto file = folders.substr(begin, end - begin) + "/" + program;
    if (access(file.c_str(), X_OK) == 0) return true;
  }
  return false;
}

namespace {

TEST(Child, IsReadUntilATextComesAndTellsItsExitCode) {
  Child child({"sh", "-c", "echo one; echo two >&2; exit 3"});
  EXPECT_TRUE(child.wait_for("two"));
  EXPECT_EQ(child.wait_for_end(), 3);
  EXPECT_FALSE(child.wait_for("three"));
}

TEST(Child, EndsWithItsOwner) {
  pid_t pid = 0;
  {
    Child child({"sh", "-c", "echo ready; read line"});
    ASSERT_TRUE(child.wait_for("ready"));
    pid = child.pid();
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST(Child, AProgramThatDoesNotExistIsReported) {
  Child child({"mqttspec-no-such-program"});
  EXPECT_EQ(child.wait_for_end(), std::nullopt);
  EXPECT_THAT(child.output(), ::testing::HasSubstr("cannot run"));
  EXPECT_FALSE(is_installed("mqttspec-no-such-program"));
  EXPECT_TRUE(is_installed("sh"));
  EXPECT_TRUE(is_installed("/bin/sh"));
}

}  // namespace
}  // namespace mqttspec::server::testing
