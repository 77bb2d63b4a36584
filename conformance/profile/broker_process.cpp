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

#include "reference/codec/codec.hpp"

namespace mqttspec::profile {

namespace {

using Clock = std::chrono::steady_clock;
using Failure = scenario::Result<std::unique_ptr<BrokerProcess>>;
constexpr std::chrono::milliseconds look_again{10};
// A broker that is up answers at once; one that never will must not be waited for.
constexpr std::chrono::seconds longest_knocking{5};
constexpr std::chrono::milliseconds between_knocks{100};
constexpr std::size_t last_lines = 10;  // enough for what interpreters say when they give up

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

codec::Bytes greeting(const Profile& profile) {
  codec::Connect connect;
  connect.protocol_version = 4;
  connect.client_identifier = "mqttspecready";
  connect.user_name = profile.user_name;
  connect.password = profile.password;
  return codec::encode(connect, codec::Version::v3_1_1);
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
  for (const auto& [name, port] : further_ports_) {
    replace_all(text, "${" + name + "_port}", std::to_string(port));
  }
  replace_all(text, "${dir}", directory_);
  return text;
}

scenario::Result<std::unique_ptr<BrokerProcess>> BrokerProcess::begin(
    const Profile& profile, const scenario::Value& config) {
  if (!profile.start) {
    return Failure::failure("the profile " + profile.name +
                            " does not say how to start the broker");
  }
  std::unique_ptr<BrokerProcess> broker(new BrokerProcess);
  broker->name_ = profile.name;
  broker->start_ = *profile.start;
  broker->greeting_ = greeting(profile);
  broker->ports_.emplace_back("tcp", free_port());
  for (const Listener& listener : profile.listeners) {
    broker->ports_.emplace_back(listener.transport, free_port());
  }
  for (const std::string& name : broker->start_.ports) {
    broker->further_ports_.emplace_back(name, free_port());
  }
  if (auto problem = broker->write_files(profile, config)) {
    return Failure::failure(std::move(*problem));
  }
  return broker;
}

scenario::Result<std::unique_ptr<BrokerProcess>> BrokerProcess::start(
    const Profile& profile, const scenario::Value& config) {
  auto broker = begin(profile, config);
  if (!broker) return broker;
  for (;;) {
    const auto runs = (*broker)->go_on();
    if (!runs) return Failure::failure(runs.error());
    if (*runs) return broker;
    (*broker)->child_->wait(look_again);
  }
}

// The directory and the files in it; the commands that have to run before are remembered.
std::optional<std::string> BrokerProcess::write_files(const Profile& profile,
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
  preparations_.assign(start_.prepare.begin(), start_.prepare.end());
  preparations_.insert(preparations_.end(), configuration->prepare.begin(),
                       configuration->prepare.end());
  return std::nullopt;
}

scenario::Result<bool> BrokerProcess::go_on() {
  using Answer = scenario::Result<bool>;
  if (preparations_.empty()) {
    if (child_) return true;
    auto problem = spawn();
    return problem ? Answer::failure(std::move(*problem)) : Answer(true);
  }
  if (!child_) {
    auto child = Child::start(child_options(preparations_.front()));
    if (!child) return Answer::failure(child.error());
    child_.emplace(std::move(*child));
    preparation_ends_ = Clock::now() + start_.ready_within;
    return false;
  }
  const auto ending = child_->exited();
  if (!ending && Clock::now() < preparation_ends_) return false;
  if (!ending || !child_->succeeded()) {
    return Answer::failure("cannot prepare " + name_ + ": " + fill_in(preparations_.front()[0]) +
                           (ending ? " " + *ending : " does not come to an end") + last_words());
  }
  child_.reset();
  preparations_.pop_front();
  return go_on();
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

ChildOptions BrokerProcess::child_options(const CommandLine& words) const {
  ChildOptions options{{}, start_.environment, directory_, directory_ + "/broker.log"};
  for (const std::string& word : words) options.command.push_back(fill_in(word));
  for (auto& [key, value] : options.environment) value = fill_in(value);
  return options;
}

std::optional<std::string> BrokerProcess::spawn() {
  auto child = Child::start(child_options(start_.command));
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

bool BrokerProcess::answers() {
  const auto now = Clock::now();
  if (!knocking_since_) knocking_since_ = now;
  if (now - *knocking_since_ > longest_knocking) return true;
  if (!knock_) {
    if (now < next_knock_) return false;
    knock_ = std::make_unique<Knock>(port(), greeting_);
    next_knock_ = now + between_knocks;
  }
  const auto answer = knock_->look();
  if (answer != Knock::Answer::none_yet) knock_.reset();
  return answer == Knock::Answer::some;
}

std::optional<std::string> BrokerProcess::wait_until_ready(const std::function<bool()>& give_up) {
  const auto deadline = Clock::now() + start_.ready_within;
  while (!accepts() || !answers()) {
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
  knock_.reset();
  knocking_since_.reset();
  return spawn();
}

std::string BrokerProcess::last_words() const {
  std::ifstream in(directory_ + "/broker.log");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    lines.push_back(line.substr(0, 200));
    if (lines.size() > last_lines) lines.erase(lines.begin());
  }
  std::string text = lines.empty() ? "" : "; its last words:";
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

}  // namespace mqttspec::profile
