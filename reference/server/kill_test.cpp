// The smoke test of durable sessions: the real program is killed under load, again and again, at
// moments that nobody chose. MQTTSPEC_KILLS=300 in the environment makes many of a few,
// MQTTSPEC_SEED repeats a run.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>

#include "reference/server/testing.hpp"
#include "reference/store/testing_client.hpp"

namespace mqttspec::server::testing {
namespace {

using Clock = std::chrono::steady_clock;
using codec::Version;
using store::testing::Client;

unsigned long from_environment(const char* name, unsigned long otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

// A client's transport, never waited for.
class Wire {
 public:
  explicit Wire(Client& client) : client_(client) {}
  ~Wire() { close(); }
  Wire(const Wire&) = delete;

  void open(const std::string& port) {
    close();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    ASSERT_EQ(::connect(socket_, generic, sizeof address), 0);
    fcntl(socket_, F_SETFL, O_NONBLOCK);
    client_.opened();
  }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    client_.vanished();
  }
  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] bool is_open() const { return socket_ >= 0; }

  // Sends and receives what can be without waiting.
  void move() {
    if (socket_ < 0) return;
    std::string& waiting = client_.to_broker;
    const auto sent = ::send(socket_, waiting.data(), waiting.size(), MSG_NOSIGNAL);
    if (sent > 0) waiting.erase(0, static_cast<std::size_t>(sent));
    std::array<char, 65'536> buffer{};
    for (;;) {
      const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (size > 0) {
        client_.take({buffer.data(), static_cast<std::size_t>(size)});
        continue;
      }
      if (size == 0 || (errno != EAGAIN && errno != EINTR)) close();
      return;
    }
  }

 private:
  Client& client_;
  int socket_ = -1;
};

// One who publishes numbers and one who waits for them, in one QoS and version.
struct Pair {
  Pair(std::uint8_t level, Version version)
      : qos(level),
        topic("kill/" + std::to_string(level) + std::string(codec::to_string(version))),
        publisher("pub" + topic.substr(5), version),
        subscriber("sub" + topic.substr(5), version) {
    subscriber.subscribe(topic, qos);
  }
  void publish() {
    // What is published before the subscription is there is for nobody.
    while (subscriber.is_idle() && publisher.open_messages() < 40) {
      publisher.publish(topic, std::to_string(++messages), qos);
    }
  }
  [[nodiscard]] bool is_complete() const {
    return publisher.is_idle() && subscriber.is_idle() &&
           std::set(subscriber.received.begin(), subscriber.received.end()).size() == messages;
  }

  std::uint8_t qos;
  std::string topic;
  Client publisher;
  Client subscriber;
  std::size_t messages = 0;
  Wire to_publisher{publisher};
  Wire to_subscriber{subscriber};
};

class Kill : public ::testing::Test {
 protected:
  Kill() {
    for (const auto version : {Version::v3_1_1, Version::v5_0}) {
      for (const int qos : {1, 2}) {
        pairs_.push_back(std::make_unique<Pair>(static_cast<std::uint8_t>(qos), version));
      }
    }
  }
  ~Kill() override {
    for (const auto* ending : {"", "-wal", "-shm"}) std::filesystem::remove(file_ + ending);
  }

  std::vector<Wire*> wires() {
    std::vector<Wire*> all;
    for (const auto& pair : pairs_) {
      all.push_back(&pair->to_publisher);
      all.push_back(&pair->to_subscriber);
    }
    return all;
  }
  void open_all(const std::string& port) {
    for (Wire* wire : wires()) wire->open(port);
  }
  // Waits until something can be moved, but not long, and moves it.
  void move() {
    std::vector<pollfd> wanted;
    for (const Wire* wire : wires()) wanted.push_back({wire->socket(), POLLIN, 0});
    ::poll(wanted.data(), wanted.size(), 1);
    for (Wire* wire : wires()) wire->move();
  }
  // What had left the broker before it died still arrives.
  void drain() {
    const auto until = Clock::now() + patience;
    const auto any_open = [&] {
      const auto all = wires();
      return std::any_of(all.begin(), all.end(), [](const Wire* wire) { return wire->is_open(); });
    };
    while (any_open() && Clock::now() < until) move();
    EXPECT_FALSE(any_open());
  }
  [[nodiscard]] bool is_complete() const {
    return std::all_of(pairs_.begin(), pairs_.end(),
                       [](const auto& p) { return p->is_complete(); });
  }

  std::string file_ = ::testing::TempDir() + "mqttspec_kill_" + std::to_string(getpid()) + ".db";
  std::vector<std::unique_ptr<Pair>> pairs_;
};

TEST_F(Kill, LosesNothingThatWasAcknowledgedAndDoublesNoQos2Message) {
  const auto kills = from_environment("MQTTSPEC_KILLS", 4);
  const auto seed = from_environment("MQTTSPEC_SEED", std::random_device{}());
  std::mt19937_64 random(seed);
  for (unsigned long kill = 0; kill < kills; ++kill) {
    BrokerProcess broker({"--store", file_});
    open_all(broker.port());
    const auto until = Clock::now() + std::chrono::microseconds(random() % 80'000);
    while (Clock::now() < until) {
      for (const auto& pair : pairs_) pair->publish();
      move();
    }
    broker.child().send_signal(SIGKILL);
    drain();
    ASSERT_FALSE(HasFailure()) << "seed " << seed << ", kill " << kill;
  }
  BrokerProcess broker({"--store", file_});
  open_all(broker.port());
  const auto until = Clock::now() + patience;
  while (!is_complete() && Clock::now() < until) move();

  std::size_t messages = 0;
  std::size_t lost = 0;
  std::size_t doubled = 0;
  for (const auto& pair : pairs_) {
    std::map<std::string, int> counts;
    for (const auto& payload : pair->subscriber.received) ++counts[payload];
    messages += pair->messages;
    for (std::size_t number = 1; number <= pair->messages; ++number) {
      const int times = counts[std::to_string(number)];
      if (times == 0) ++lost;
      if (times > 1 && pair->qos == 2) ++doubled;
    }
  }
  std::cout << "killed " << kills << " times (seed " << seed << "): " << messages << " messages, "
            << lost << " lost, " << doubled << " of QoS 2 doubled\n";
  EXPECT_EQ(lost, 0U);
  EXPECT_EQ(doubled, 0U);
  EXPECT_GT(messages, 0U);
}

TEST_F(Kill, AStoreThatIsHeldByAnotherBrokerIsAnErrorThatNamesIt) {
  BrokerProcess first({"--store", file_});
  Child second({broker_program(), "--listen", "mqtt://127.0.0.1:0", "--store", file_});
  EXPECT_EQ(second.wait_for_end(), 2);
  EXPECT_THAT(second.output(), ::testing::HasSubstr(file_ + ": is held by another process"));
}

TEST_F(Kill, AnOrderlyEndKeepsSessionsToo) {
  Client client("c", Version::v5_0);
  Wire wire(client);
  for (int start = 0; start < 2; ++start) {
    BrokerProcess broker({"--store", file_});
    wire.open(broker.port());
    const auto until = Clock::now() + patience;
    while (client.present.size() == static_cast<std::size_t>(start) && Clock::now() < until) {
      wire.move();
    }
    broker.child().send_signal(SIGTERM);
    while (wire.is_open() && Clock::now() < until) wire.move();
    EXPECT_EQ(broker.child().wait_for_end(), 0);
  }
  EXPECT_EQ(client.present, (std::vector{false, true}));
}

}  // namespace
}  // namespace mqttspec::server::testing
