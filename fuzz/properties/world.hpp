// Runs a program against a node in virtual time and judges what happens: the monitors watch every
// packet, deliveries are checked against what was published, and whoever is connected at the end
// still gets an answer.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/monitor/monitor.hpp"
#include "fuzz/generators/program.hpp"
#include "fuzz/model/judge.hpp"
#include "reference/codec/frame_reader.hpp"
#include "reference/node/node.hpp"
#include "reference/store/memory_store.hpp"

namespace mqttspec::fuzz {

struct Verdict {
  std::vector<std::string> faults;      // what the broker did wrong
  std::vector<std::string> transcript;  // what it said, a line a packet: "2: PINGRESP"
};

class World {
 public:
  // `cuts`: bytes reach the broker in pieces, at places that this seed chooses; 0: whole. Only a
  // durable broker, which keeps a store, can be restarted.
  explicit World(broker::Config config = {}, node::Interceptor* interceptor = nullptr,
                 std::uint64_t cuts = 0, Tolerance tolerance = {}, bool durable = false);

  void run(const Operation& operation);
  // Everyone who is connected asks for a sign of life, then leaves.
  [[nodiscard]] Verdict finish();

 private:
  struct Peer {
    std::optional<broker::ConnectionId> connection;
    codec::Version version = codec::Version::v5_0;
    codec::FrameReader to_broker =
        codec::FrameReader();  // what we send, as the broker will read it
    codec::FrameReader from_broker = codec::FrameReader();
    std::map<std::uint16_t, std::string> aliases_in;
    std::map<std::uint16_t, std::string> aliases_out;
    std::vector<codec::Packet> owed;  // acknowledgements that were not sent
    codec::Bytes held;                // not taken yet: the peer is stalled
    bool stalled = false;
    bool automatic = true;
    bool has_spoken = false;  // a packet has gone out
    bool in_session = false;
    bool tainted = false;  // it broke a rule: the broker owes it little
    int pings_answered = 0;
  };

  void open(std::size_t client, const Operation& operation);
  void send(std::size_t client, codec::BytesView bytes);
  void leave(std::size_t client);
  void follow_version(Peer& peer, codec::BytesView frame);
  void watch_sent(std::size_t client, codec::BytesView frame);
  void take_findings();
  void collect();
  void take_held(std::size_t client, std::size_t amount);
  void take(std::size_t client, codec::BytesView bytes);
  void take_packet(std::size_t client, codec::BytesView frame);
  void answer(std::size_t client, const codec::Packet& packet);
  void advance(std::chrono::milliseconds time);
  void restart();
  // What the node wants kept is kept, so that its output may leave.
  void store();
  void settle();
  void fault(const std::string& what);
  [[nodiscard]] std::optional<std::size_t> client_of(broker::ConnectionId connection) const;

  // A connection's number for monitors and judge: nodes count from 1 again when they are restarted.
  [[nodiscard]] std::uint32_t watched(broker::ConnectionId connection) const;

  broker::Config config_;
  node::Interceptor* interceptor_;
  std::unique_ptr<node::Node> node_;
  std::optional<store::MemoryStore> store_;
  std::uint32_t epoch_ = 0;  // restarts so far
  codec::SeededChoices cuts_;
  bool cutting_;
  std::array<Peer, clients_max> peers_;
  monitor::Watch watch_;
  Tolerance tolerance_;
  Judge judge_;
  bool judging_ = true;
  broker::Instant now_{};
  std::vector<node::Output> output_;
  Verdict verdict_;
};

// The whole program against a broker of this configuration.
[[nodiscard]] Verdict run(const Program& program, broker::Config config = {},
                          node::Interceptor* interceptor = nullptr, std::uint64_t cuts = 0,
                          Tolerance tolerance = {});

}  // namespace mqttspec::fuzz
