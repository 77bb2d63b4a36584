// Many clients of all versions do anything at any time, repeatably by seed: whatever they do, the
// broker stays on its feet, sends legal packets only, and says nothing after a close.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "reference/codec/frame_reader.hpp"
#include "reference/node/node.hpp"

namespace mqttspec::node {
namespace {

using codec::PropertyId;
using codec::Version;

struct Peer {
  Version version = Version::v5_0;
  codec::FrameReader reader;
  std::vector<std::uint16_t> to_acknowledge;  // of PUBLISH that came
};

class Storm {
 public:
  Storm(broker::Config config, std::uint32_t seed) : node_(std::move(config)), random_(seed) {}

  void step() {
    now_ += std::chrono::milliseconds(below(400));
    if (node_.next_deadline() <= now_) node_.tick(now_);
    if (peers_.size() < 12 && below(4) == 0) {
      open();
    } else if (!peers_.empty()) {
      auto peer = peers_.begin();
      std::advance(peer, below(peers_.size()));
      act(peer->first, peer->second);
    }
    collect();
  }
  void shutdown() {
    node_.shutdown(now_);
    collect();
    EXPECT_TRUE(peers_.empty()) << "somebody was not closed";
    EXPECT_GT(deliveries_, 50) << "too little went on to show anything";
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string word() {
    static const std::vector<std::string> words = {
        "a", "b",   "a/b", "a/b/c", "",           "$x", "$share/g/a",
        "+", "a/+", "#",   "a/#",   "$share/g/#", "/",  "$SYS/broker/version"};
    return words[below(words.size())];
  }
  codec::Properties properties() {
    codec::Properties list;
    const auto add = [&](PropertyId id, std::uint32_t value) {
      if (below(4) == 0) list.push_back({id, value});
    };
    add(PropertyId::session_expiry_interval, static_cast<std::uint32_t>(below(9)));
    add(PropertyId::receive_maximum, static_cast<std::uint32_t>(1 + below(3)));
    add(PropertyId::maximum_packet_size, static_cast<std::uint32_t>(5 + below(60)));
    add(PropertyId::topic_alias_maximum, static_cast<std::uint32_t>(below(3)));
    add(PropertyId::request_problem_information, static_cast<std::uint32_t>(below(2)));
    return list;
  }

  void open() {
    const auto id = node_.opened("storm", "tcp", now_);
    Peer& peer = peers_[id];
    peer.version = std::vector{Version::v3_1, Version::v3_1_1, Version::v5_0}[below(3)];
    codec::Connect packet;
    packet.protocol_version = static_cast<std::uint8_t>(peer.version);
    packet.protocol_name = peer.version == Version::v3_1 ? "MQIsdp" : "MQTT";
    packet.client_identifier = std::vector<std::string>{"", "p", "q", "r", "s"}[below(5)];
    packet.clean_start = below(2) == 0;
    packet.keep_alive = static_cast<std::uint16_t>(below(6));
    packet.properties = properties();
    if (below(2) == 0) {
      packet.will =
          codec::Will{"a/b", "will", static_cast<std::uint8_t>(below(3)), below(2) == 0, {}};
      if (below(2) == 0) {
        packet.will->properties.push_back(
            {PropertyId::will_delay_interval, static_cast<std::uint32_t>(below(5))});
      }
    }
    if (below(20) != 0) send(id, peer, packet);
  }

  void act(ConnectionId id, Peer& peer) {
    switch (below(12)) {
      case 0:
        node_.closed(id, now_);
        peers_.erase(id);
        return;
      case 1:
        subscribe(id, peer);
        return;
      case 2:
        unsubscribe(id, peer);
        return;
      case 3:
        send(id, peer, codec::Pingreq{});
        return;
      case 4:
        if (below(4) == 0) send(id, peer, codec::Disconnect{});
        return;
      case 5:
        noise(id);
        return;
      case 6:
      case 7:
      case 8:
        acknowledge(id, peer);
        return;
      default:
        publish(id, peer);
        return;
    }
  }
  void subscribe(ConnectionId id, Peer& peer) {
    codec::Subscribe packet;
    packet.packet_identifier = static_cast<std::uint16_t>(1 + below(5));
    if (below(3) == 0) packet.properties = {{PropertyId::subscription_identifier, 3U}};
    for (std::size_t i = 0; i <= below(3); ++i) {
      auto& subscription = packet.subscriptions.emplace_back();
      subscription.topic_filter = word();
      subscription.qos = static_cast<std::uint8_t>(below(3));
      subscription.no_local = below(4) == 0;
      subscription.retain_as_published = below(2) == 0;
      subscription.retain_handling = static_cast<std::uint8_t>(below(3));
    }
    send(id, peer, packet);
  }
  void unsubscribe(ConnectionId id, Peer& peer) {
    codec::Unsubscribe packet;
    packet.packet_identifier = static_cast<std::uint16_t>(1 + below(5));
    packet.topic_filters = {word(), word()};
    send(id, peer, packet);
  }
  void publish(ConnectionId id, Peer& peer) {
    codec::Publish packet;
    packet.topic_name = std::vector<std::string>{"a", "b", "a/b", "a/b/c", "", "$x"}[below(6)];
    packet.payload.assign(below(50), 'x');
    packet.retain = below(3) == 0;
    packet.qos = static_cast<std::uint8_t>(below(3));
    if (packet.qos > 0) packet.packet_identifier = static_cast<std::uint16_t>(1 + below(5));
    if (below(4) == 0) packet.properties = {{PropertyId::topic_alias, 1U}};
    if (below(4) == 0) {
      packet.properties.push_back(
          {PropertyId::message_expiry_interval, static_cast<std::uint32_t>(below(4))});
    }
    send(id, peer, packet);
  }
  void acknowledge(ConnectionId id, Peer& peer) {
    std::uint16_t identifier = static_cast<std::uint16_t>(1 + below(5));
    if (!peer.to_acknowledge.empty() && below(5) != 0) {
      identifier = peer.to_acknowledge[below(peer.to_acknowledge.size())];
    }
    const auto reason =
        below(6) == 0 ? codec::ReasonCode::unspecified_error : codec::ReasonCode::success;
    switch (below(4)) {
      case 0:
        send(id, peer, codec::Puback{identifier, reason, {}});
        return;
      case 1:
        send(id, peer, codec::Pubrec{identifier, reason, {}});
        return;
      case 2:
        send(id, peer, codec::Pubrel{identifier});
        return;
      default:
        send(id, peer, codec::Pubcomp{identifier});
        return;
    }
  }
  void noise(ConnectionId id) {
    if (below(8) != 0) return;
    codec::Bytes bytes;
    for (std::size_t i = 0; i < 1 + below(12); ++i) bytes += static_cast<char>(below(256));
    node_.received(id, bytes, now_);
  }
  void send(ConnectionId id, Peer& peer, const codec::Packet& packet) {
    const auto bytes = codec::encode(packet, peer.version);
    const auto cut = below(bytes.size() + 1);
    node_.received(id, codec::BytesView(bytes).substr(0, cut), now_);
    node_.received(id, codec::BytesView(bytes).substr(cut), now_);
  }

  void collect() {
    node_.take_output(output_);
    for (const auto& output : output_) {
      const auto found = peers_.find(output.connection);
      if (found == peers_.end()) {
        EXPECT_TRUE(output.close) << "output for a connection that is closed";
        continue;
      }
      take(found->second, output.bytes);
      if (output.close) peers_.erase(found);
    }
  }
  void take(Peer& peer, codec::BytesView bytes) {
    peer.reader.push(bytes);
    for (;;) {
      const auto result = peer.reader.next();
      const auto* frame = std::get_if<codec::Frame>(&result);
      if (frame == nullptr) {
        EXPECT_TRUE(std::holds_alternative<codec::NeedMore>(result));
        return;
      }
      const auto decoded = codec::decode(frame->bytes, peer.version, codec::Sender::server);
      const auto* packet = std::get_if<codec::Packet>(&decoded);
      ASSERT_NE(packet, nullptr)
          << codec::row_of(std::get<codec::DecodeError>(decoded).rule).sentence;
      const auto* publish = std::get_if<codec::Publish>(packet);
      deliveries_ += publish != nullptr ? 1 : 0;
      if (publish != nullptr && publish->packet_identifier) {
        peer.to_acknowledge.push_back(*publish->packet_identifier);
      }
    }
  }

  Node node_;
  std::mt19937 random_;
  Instant now_{0};
  std::map<ConnectionId, Peer> peers_;
  std::vector<Output> output_;
  int deliveries_ = 0;
};

void rage(const broker::Config& config, std::uint32_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Storm storm(config, seed);
  for (int i = 0; i < 3'000 && !::testing::Test::HasFailure(); ++i) storm.step();
  storm.shutdown();
}

TEST(Storm, LeavesTheDefaultBrokerStanding) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) rage({}, seed);
}

TEST(Storm, LeavesABrokerWithEveryOtherChoiceStanding) {
  broker::Config config;
  config.topic_alias_maximum = 2;
  config.receive_maximum = 2;
  config.maximum_packet_size = 60;
  config.session_expiry_interval = 3;
  config.use_topic_aliases = true;
  config.one_copy_for_overlapping = false;
  config.forward_qos2_on_publish = false;
  config.queue_qos0_for_absent = true;
  config.retained_before_suback = true;
  config.redeliver_shared_on_disconnect = true;
  config.exchange_on_dollar_topics = true;
  config.shared_choice = broker::Config::SharedChoice::at_random;
  config.queue_limit = 3;
  config.queue_drop = broker::Config::Drop::oldest;
  config.deny.push_back({"p", broker::Denial::Action::both, "a/b"});
  for (std::uint32_t seed = 1; seed <= 10; ++seed) rage(config, seed);
}

}  // namespace
}  // namespace mqttspec::node
