// Malformed and truncated packets over real sockets, with a healthy client beside them that must
// never miss a message. MQTTSPEC_FLOOD=1000000 sends a million; by itself it sends a few thousand.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "reference/codec/arbitrary_packet.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using codec::Choices;
using codec::Version;

constexpr std::size_t packets_by_default = 1'500;
constexpr std::size_t packets_between_beats = 50;

// What a hostile or broken client makes of a packet.
codec::Bytes mutated(Choices& choices, codec::Bytes bytes) {
  for (auto changes = choices.between(1, 3); changes > 0 && !bytes.empty(); --changes) {
    const auto place = static_cast<std::size_t>(choices.below(bytes.size()));
    switch (choices.below(7)) {
      case 0:
        bytes.resize(place);
        break;
      case 1:
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << choices.below(8)));
        break;
      case 2:
        bytes[place] = choices.element({'\0', '\x7F', '\x80', '\xFF'});
        break;
      case 3:
        bytes.insert(place, static_cast<std::size_t>(choices.between(1, 8)), choices.byte());
        break;
      case 4:
        bytes.erase(place, static_cast<std::size_t>(choices.between(1, 8)));
        break;
      case 5:
        bytes += bytes.substr(place);
        break;
      default:
        bytes[0] = choices.byte();
    }
  }
  return bytes;
}

// Would a broker have to refuse this, or wait for more of it?
bool is_broken(codec::BytesView bytes, Version version) {
  const auto result = codec::decode(bytes, version, codec::Sender::client);
  return std::holds_alternative<codec::DecodeError>(result);
}

// One connection that says something and waits until the broker has ended it. The loopback network
// has many addresses: they share out the ports that wait for late segments.
class Attack {
 public:
  Attack(std::size_t number, const std::string& port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    timeval limit{};
    limit.tv_sec = std::chrono::seconds(patience).count();
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int on = 1;
    setsockopt(socket_, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &on, sizeof on);
    auto own = address(static_cast<std::uint32_t>(2 + number % 200), 0);
    auto broker = address(1, static_cast<std::uint16_t>(std::stoi(port)));
    good_ = bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0 &&
            connect(socket_, reinterpret_cast<sockaddr*>(&broker), sizeof broker) == 0;
  }
  ~Attack() { ::close(socket_); }
  Attack(const Attack&) = delete;
  Attack& operator=(const Attack&) = delete;

  // False if the broker did not take the connection, or did not end it.
  [[nodiscard]] bool survive(const codec::Bytes& bytes) const {
    if (!good_) return false;
    // A broker that has closed already may refuse the rest.
    static_cast<void>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    shutdown(socket_, SHUT_WR);
    char buffer[4096];
    ssize_t got = 1;
    while (got > 0) got = recv(socket_, buffer, sizeof buffer, 0);
    return got == 0 || errno == ECONNRESET;
  }

 private:
  static sockaddr_in address(std::uint32_t last, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    result.sin_addr.s_addr = htonl((127U << 24U) + last);
    return result;
  }

  int socket_;
  bool good_ = false;
};

// A client of 3.1.1 that publishes to itself.
class Healthy {
 public:
  explicit Healthy(const std::string& port) : client_("127.0.0.1", port) {
    codec::Connect connect;
    connect.protocol_version = 4;
    connect.client_identifier = "healthy";
    EXPECT_TRUE(client_.send(codec::encode(connect, version)));
    EXPECT_EQ(client_.receive(4), std::string("\x20\x02\x00\x00", 4));
    codec::Subscribe subscribe;
    subscribe.packet_identifier = 1;
    subscribe.subscriptions.emplace_back().topic_filter = "healthy/beat";
    EXPECT_TRUE(client_.send(codec::encode(subscribe, version)));
    EXPECT_EQ(client_.receive(5).size(), 5U);
  }

  void send_beat() {
    codec::Publish publish;
    publish.topic_name = "healthy/beat";
    publish.payload = std::to_string(++beats_);
    expected_ = codec::encode(publish, version);
    publish.qos = 1;
    publish.packet_identifier = 7;
    expected_ += codec::encode(codec::Puback{7}, version);
    EXPECT_TRUE(client_.send(codec::encode(publish, version)));
  }
  [[nodiscard]] bool hears_beat() const { return client_.receive(expected_.size()) == expected_; }

 private:
  static constexpr Version version = Version::v3_1_1;
  RawClient client_;
  std::size_t beats_ = 0;
  codec::Bytes expected_;
};

codec::Bytes greeting(Version version) {
  codec::Connect connect;
  connect.protocol_name = version == Version::v3_1 ? "MQIsdp" : "MQTT";
  connect.protocol_version = static_cast<std::uint8_t>(version);
  connect.client_identifier = "attacker";
  return codec::encode(connect, version);
}

TEST(Flood, MalformedPacketsHarmNobodyElse) {
  const char* wanted_text = std::getenv("MQTTSPEC_FLOOD");
  const std::size_t wanted =
      wanted_text == nullptr ? packets_by_default : std::strtoull(wanted_text, nullptr, 10);
  BrokerProcess broker;
  Healthy healthy(broker.port());
  codec::SeededChoices choices(1);
  std::size_t sent = 0;
  for (std::size_t number = 0; sent < wanted; ++number) {
    const auto version = choices.element({Version::v3_1, Version::v3_1_1, Version::v5_0});
    const auto packet =
        mutated(choices, codec::encode(codec::arbitrary::packet(choices, version), version));
    if (!is_broken(packet, version)) continue;
    ++sent;
    const bool first = choices.one_in(4);  // in place of CONNECT
    const bool beat = sent % packets_between_beats == 0;
    if (beat) healthy.send_beat();
    ASSERT_TRUE(Attack(number, broker.port()).survive(first ? packet : greeting(version) + packet))
        << "packet " << sent << "\n"
        << broker.child().output();
    if (beat) {
      ASSERT_TRUE(healthy.hears_beat()) << "after packet " << sent;
    }
  }
  broker.child().send_signal(SIGTERM);
  EXPECT_EQ(broker.child().wait_for_end(), 0) << broker.child().output();
}

}  // namespace
}  // namespace mqttspec::server::testing
