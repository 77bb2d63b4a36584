#include "conformance/profile/broker_process.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace mqttspec::profile {

namespace {

using Clock = std::chrono::steady_clock;
using Failure = scenario::Result<std::unique_ptr<BrokerProcess>>;
constexpr std::chrono::milliseconds look_again{10};

// A socket that closes itself.
struct Socket {
  int number = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ~Socket() {
    if (number >= 0) close(number);
  }
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Below the range that the kernel takes the ports of outgoing connections from: otherwise one of
// our own could take the port away before the broker has bound it.
std::uint16_t free_port() {
  static std::set<std::uint16_t> given;  // not to be given twice while the first user still starts
  static std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> candidates(10'000, 32'000);
  for (;;) {
    const auto port = static_cast<std::uint16_t>(candidates(random));
    const sockaddr_in address = loopback(port);
    const Socket probe;
    const bool free =
        bind(probe.number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (given.size() > 10'000) given.clear();
    if (free && given.insert(port).second) return port;
  }
}

// One attempt to connect, which does not wait long.
bool accepts_at(std::uint16_t port) {
  const Socket probe;
  const sockaddr_in address = loopback(port);
  if (connect(probe.number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return true;
  }
  if (errno != EINPROGRESS) return false;
  pollfd waiting{probe.number, POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  return poll(&waiting, 1, 1000) == 1 &&
         getsockopt(probe.number, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::string BrokerProcess::fill_in(std::string text) const {
  for (const auto& [transport, port] : ports_) {
    replace_all(text, transport == "tcp" ? "${port}" : "${" + transport + "_port}",
                std::to_string(port));
  }
  replace_all(text, "${dir}", directory_);
  return text;
}

scenario::Result<std::unique_ptr<BrokerProcess>> BrokerProcess::start(
    const Profile& profile, const scenario::Value& config) {
  if (!profile.start) {
    return Failure::failure("the profile " + profile.name +
                            " does not say how to start the broker");
  }
  std::unique_ptr<BrokerProcess> broker(new BrokerProcess);
  broker->name_ = profile.name;
  broker->start_ = *profile.start;
  broker->ports_.emplace_back("tcp", free_port());
  for (const Listener& listener : profile.listeners) {
    broker->ports_.emplace_back(listener.transport, free_port());
  }
  if (auto problem = broker->prepare(profile, config)) return Failure::failure(std::move(*problem));
  if (auto problem = broker->spawn()) return Failure::failure(std::move(*problem));
  return broker;
}

// The directory, the files in it, and the commands that have to run before.
std::optional<std::string> BrokerProcess::prepare(const Profile& profile,
                                                  const scenario::Value& config) {
  const char* parent = std::getenv("TMPDIR");
  std::string name = std::string(parent != nullptr ? parent : "/tmp") + "/mqttspec-broker-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    return "cannot make a directory " + name + ": " + std::strerror(errno);
  }
  directory_ = name;
  // A broker that gives up its rights must still be able to read what is in it.
  std::filesystem::permissions(directory_, std::filesystem::perms{0755});
  const auto configuration = configure(profile, config);
  if (!configuration) return configuration.error();
  for (const ConfigFile& file : configuration->files) {
    const std::filesystem::path path = std::filesystem::path(directory_) / file.name;
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::ofstream out(path);
    for (const Line& line : file.lines) out << fill_in(line.text) << '\n';
    out.close();
    if (!out) return "cannot write " + path.string();
  }
  for (const CommandLine& words : start_.prepare) {
    if (auto problem = run_first(words)) return problem;
  }
  for (const CommandLine& words : configuration->prepare) {
    if (auto problem = run_first(words)) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> BrokerProcess::run_first(const CommandLine& words) {
  ChildOptions options{{}, start_.environment, directory_, directory_ + "/broker.log"};
  for (const std::string& word : words) options.command.push_back(fill_in(word));
  auto started = Child::start(options);
  if (!started) return started.error();
  Child& child = *started;
  const bool ended = child.wait(start_.ready_within);
  if (ended && child.succeeded()) return std::nullopt;
  return "cannot prepare " + name_ + ": " + options.command.front() +
         (ended ? " " + *child.exited() : " does not come to an end") + last_words();
}

std::uint16_t BrokerProcess::port(const std::string& transport) const {
  for (const auto& [name, port] : ports_) {
    if (name == transport) return port;
  }
  return 0;
}

std::vector<std::uint16_t> BrokerProcess::ports() const {
  std::vector<std::uint16_t> all;
  for (const auto& [name, port] : ports_) all.push_back(port);
  return all;
}

std::optional<std::string> BrokerProcess::spawn() {
  ChildOptions options{{}, start_.environment, directory_, directory_ + "/broker.log"};
  for (const std::string& word : start_.command) options.command.push_back(fill_in(word));
  for (auto& [key, value] : options.environment) value = fill_in(value);
  auto child = Child::start(options);
  if (!child) return child.error();
  child_.emplace(std::move(*child));
  return std::nullopt;
}

BrokerProcess::~BrokerProcess() {
  child_.reset();
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

std::optional<std::string> BrokerProcess::exited() {
  return child_ ? child_->exited() : std::optional<std::string>("was never started");
}

bool BrokerProcess::accepts() const {
  return std::all_of(ports_.begin(), ports_.end(),
                     [](const auto& entry) { return accepts_at(entry.second); });
}

std::optional<std::string> BrokerProcess::wait_until_ready(const std::function<bool()>& give_up) {
  const auto deadline = Clock::now() + start_.ready_within;
  while (!accepts()) {
    if (child_ && !child_->wait(look_again)) {
      if (give_up && give_up()) return "given up while " + name_ + " was starting";
      if (Clock::now() < deadline) continue;
      const auto seconds = std::chrono::duration<double>(start_.ready_within).count();
      return name_ + " does not accept connections on port " + std::to_string(port()) + " after " +
             std::to_string(seconds).substr(0, 4) + " s" + last_words();
    }
    return name_ + " " + *exited() + " instead of accepting connections" + last_words();
  }
  return std::nullopt;
}

void BrokerProcess::ask_to_stop() {
  if (child_) child_->terminate();
}

void BrokerProcess::stop() {
  ask_to_stop();
  if (child_ && !child_->wait(start_.stop_within)) child_->kill();
}

void BrokerProcess::kill() {
  if (child_) child_->kill();
}

std::optional<std::string> BrokerProcess::start_again() {
  kill();
  return spawn();
}

std::string BrokerProcess::last_words() const {
  std::ifstream in(directory_ + "/broker.log");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    lines.push_back(line.substr(0, 200));
    if (lines.size() > 5) lines.erase(lines.begin());
  }
  std::string text = lines.empty() ? "" : "; its last words:";
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

}  // namespace mqttspec::profile
