// WebSocket streams with faults of every kind: the node goes on, and what it sends stays in form.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "reference/node/websocket_testing.hpp"

namespace mqttspec::node::testing {
namespace {

const std::string pingreq("\xC0\x00", 2);

class Storm {
 public:
  explicit Storm(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string bytes() {
    std::string made(1 + below(20), '\0');
    for (auto& byte : made) byte = static_cast<char>(random_());
    return made;
  }
  // Flips, cuts out, repeats or adds some bytes; more often behind the request than in it.
  void break_somewhere(std::string& text) {
    const std::size_t head = below(4) == 0 ? 0 : std::min(text.find("\r\n\r\n"), text.size() - 1);
    const std::size_t at = head + below(text.size() - head);
    const std::size_t size = 1 + below(std::min<std::size_t>(text.size() - at, 30));
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << below(8)));
        break;
      case 1:
        text.erase(at, size);
        break;
      case 2:
        text.insert(at, text.substr(at, size));
        break;
      default:
        text.insert(at, bytes());
    }
    if (text.empty()) text = "G";
  }

 private:
  std::mt19937 random_;
};

std::string conversation(const std::string& identifier) {
  codec::Connect connect;
  connect.client_identifier = identifier;
  const auto version = codec::Version::v5_0;
  codec::Subscribe subscribe;
  subscribe.packet_identifier = 1;
  subscribe.subscriptions.emplace_back().topic_filter = "#";
  codec::Publish publish;
  publish.topic_name = "t";
  publish.payload.assign(200, 'x');
  const auto first = codec::encode(connect, version);
  return upgrade_request() + client_frame(0x02, first.substr(0, 3)) + client_frame(0x89, "hi") +
         client_frame(0x80, first.substr(3)) + binary_frame(codec::encode(subscribe, version)) +
         binary_frame(codec::encode(publish, version) + pingreq) + client_frame(0x88, "\x03\xE8");
}

// What is left of the server's bytes when the response and whole frames are taken off.
std::string out_of_form(std::string bytes) {
  if (bytes.empty()) return {};
  if (!bytes.starts_with("HTTP/1.1 101")) return bytes.starts_with("HTTP/1.1 4") ? "" : bytes;
  bytes.erase(0, bytes.find("\r\n\r\n") + 4);
  while (const auto frame = take_frame(bytes)) {
    if (frame->opcode == WebSocketOpcode::close) break;
  }
  return bytes;
}

TEST(WebSocketStorm, BrokenStreamsHarmNobody) {
  TestNode node;
  const auto healthy = node.connect("healthy");
  for (std::uint32_t seed = 1; seed <= 800; ++seed) {
    Storm storm(seed);
    auto bytes = conversation("c" + std::to_string(seed % 7));
    for (std::size_t faults = storm.below(4); faults > 0; --faults) storm.break_somewhere(bytes);
    WebSocketClient client(node);
    for (std::size_t begin = 0; begin < bytes.size();) {
      const std::size_t size = 1 + storm.below(100);
      client.send(bytes.substr(begin, size));
      begin += size;
    }
    node.close(client.id());
    ASSERT_EQ(out_of_form(client.received()), "") << "seed " << seed;
    node.send(healthy, codec::Pingreq{});
    node.expect<codec::Pingresp>(healthy);
    ASSERT_TRUE(node.silent(healthy)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace mqttspec::node::testing
