#include "conformance/profile/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace mqttspec::profile {

namespace {

using Clock = std::chrono::steady_clock;

// The file to execute, or nothing. A broker is a daemon, and /usr/sbin is seldom in a user's PATH.
std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return access(name.c_str(), X_OK) == 0 ? std::optional(name) : std::nullopt;
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "/usr/bin:/bin") +
                             ":/usr/local/sbin:/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& additions) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced = std::any_of(additions.begin(), additions.end(),
                                      [&](const auto& addition) { return addition.first == name; });
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [name, value] : additions) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// What happens between fork and exec: nothing here may allocate, since another thread of ours may
// have held the allocator's lock when we forked.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment,
                         const char* directory, int log, int failure_pipe, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // we died before the line above took effect
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, 0);
  dup2(log, 1);
  dup2(log, 2);
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (chdir(directory) == 0) execve(program, arguments, environment);
  const int error = errno;
  [[maybe_unused]] const auto written = write(failure_pipe, &error, sizeof error);
  _exit(127);
}

std::string describe(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return "exited with status " + std::to_string(info.si_status);
  return "was killed by signal " + std::to_string(info.si_status) + " (" +
         strsignal(info.si_status) + ")";
}

// Whether the child has ended, without taking its exit status away: as long as it is not reaped,
// its number and that of its group belong to nobody else.
std::optional<siginfo_t> ended(int pid) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    if (errno != EINTR) return std::nullopt;
  }
  return info.si_pid != 0 ? std::optional(info) : std::nullopt;
}

}  // namespace

scenario::Result<Child> Child::start(const ChildOptions& options) {
  using Failure = scenario::Result<Child>;
  if (options.command.empty()) return Failure::failure("there is no command to run");
  const std::string& name = options.command.front();
  const auto program = find_program(name);
  if (!program) {
    return Failure::failure("cannot start \"" + name +
                            "\": no such program; install it or give its full path");
  }
  const int log = open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) return Failure::failure("cannot write " + options.log + ": " + std::strerror(errno));
  int failure_pipe[2];
  if (pipe2(failure_pipe, O_CLOEXEC) != 0) {
    close(log);
    return Failure::failure(std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  std::vector<std::string> arguments = options.command;
  std::vector<std::string> environment = environment_with(options.environment);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    become(program->c_str(), argument_pointers.data(), environment_pointers.data(),
           options.directory.c_str(), log, failure_pipe[1], parent);
  }
  const int fork_error = errno;
  close(log);
  close(failure_pipe[1]);
  int error = 0;
  if (pid < 0) {
    error = fork_error;
  } else {
    setpgid(pid, pid);  // the child does it too; whoever comes first
    while (read(failure_pipe[0], &error, sizeof error) < 0 && errno == EINTR) {
    }
  }
  close(failure_pipe[0]);
  if (pid > 0 && error != 0) waitpid(pid, nullptr, 0);
  if (error != 0) return Failure::failure("cannot start \"" + name + "\": " + std::strerror(error));
  return Child(pid, static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      handle_(std::exchange(other.handle_, -1)),
      succeeded_(other.succeeded_),
      ending_(std::move(other.ending_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, -1);
    handle_ = std::exchange(other.handle_, -1);
    succeeded_ = other.succeeded_;
    ending_ = std::move(other.ending_);
  }
  return *this;
}

Child::~Child() {
  kill();
}

std::optional<std::string> Child::exited() {
  if (!ending_.empty()) return ending_;
  if (pid_ < 0) return "was never started";
  const auto info = ended(pid_);
  if (!info) return std::nullopt;
  ending_ = describe(*info);
  succeeded_ = info->si_code == CLD_EXITED && info->si_status == 0;
  ::kill(-pid_, SIGKILL);  // what it left behind in its group
  waitpid(pid_, nullptr, 0);
  if (handle_ >= 0) close(std::exchange(handle_, -1));
  return ending_;
}

bool Child::wait(std::chrono::nanoseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (!exited()) {
    const auto left = deadline - Clock::now();
    if (left <= left.zero()) return false;
    auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    if (handle_ < 0) milliseconds = std::min<decltype(milliseconds)>(milliseconds, 10);
    pollfd waiting{handle_, POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(std::min<decltype(milliseconds)>(milliseconds, 60'000)));
  }
  return true;
}

void Child::terminate() const {
  if (pid_ > 0 && ending_.empty()) ::kill(pid_, SIGTERM);
}

void Child::kill() {
  if (pid_ < 0 || exited()) return;
  ::kill(-pid_, SIGKILL);
  while (!wait(std::chrono::seconds(60))) {
  }
}

}  // namespace mqttspec::profile
