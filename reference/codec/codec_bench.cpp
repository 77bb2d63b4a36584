// The four packets of the design's table, decoded into an owning packet and encoded into a buffer
// that is used again.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "reference/codec/codec.hpp"

namespace mqttspec::codec {
namespace {

Packet connect() {
  Connect packet;
  packet.keep_alive = 60;
  packet.properties = {{PropertyId::session_expiry_interval, 3600U},
                       {PropertyId::receive_maximum, 100U},
                       {PropertyId::topic_alias_maximum, 10U}};
  packet.client_identifier = "client-0001";
  return packet;
}

Packet publish_5() {
  Publish packet;
  packet.qos = 1;
  packet.topic_name = "sensors/room1/temperature";
  packet.packet_identifier = 7;
  packet.properties = {{PropertyId::topic_alias, 3U},
                       {PropertyId::user_property, StringPair("unit", "cels")}};
  packet.payload = std::string(64, 'x');
  return packet;
}

Packet publish_3() {
  Publish packet;
  packet.topic_name = "sensors/room1/temperature";
  packet.payload = std::string(64, 'x');
  return packet;
}

Packet subscribe() {
  Subscribe packet;
  packet.packet_identifier = 1;
  packet.subscriptions = {{"sensors/+/temp", 1, false, false, 0, {}},
                          {"sensors/+/humi", 0, false, false, 0, {}},
                          {"alarms/site1/#", 2, true, false, 1, {}}};
  return packet;
}

void check_size(const Bytes& frame, std::size_t size) {
  if (frame.size() == size) return;
  std::abort();  // the packet is no longer that of the design's table
}

void decode_it(benchmark::State& state, const Packet& packet, Version version, std::size_t size) {
  const auto frame = encode(packet, version);
  check_size(frame, size);
  for (auto _ : state) {
    auto result = decode(frame, version, Sender::client);
    if (!std::holds_alternative<Packet>(result)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(result);
  }
}

void encode_it(benchmark::State& state, const Packet& packet, Version version, std::size_t size) {
  check_size(encode(packet, version), size);
  Bytes out;
  for (auto _ : state) {
    out.clear();
    encode(packet, version, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
}

// What the two owned strings of the smaller PUBLISH cost alone: the part of its row that is the
// allocator's, and a measure of the machine.
void own_two_strings(benchmark::State& state) {
  const std::string topic(25, 'x');
  const std::string payload(64, 'x');
  for (auto _ : state) {
    std::string first(topic.data(), topic.size());
    std::string second(payload.data(), payload.size());
    benchmark::DoNotOptimize(first.data());
    benchmark::DoNotOptimize(second.data());
  }
}

BENCHMARK(own_two_strings);
BENCHMARK_CAPTURE(decode_it, connect_5_0, connect(), Version::v5_0, 37);
BENCHMARK_CAPTURE(decode_it, publish_qos_1_5_0, publish_5(), Version::v5_0, 112);
BENCHMARK_CAPTURE(decode_it, publish_qos_0_3_1_1, publish_3(), Version::v3_1_1, 93);
BENCHMARK_CAPTURE(decode_it, subscribe_5_0, subscribe(), Version::v5_0, 56);
BENCHMARK_CAPTURE(encode_it, connect_5_0, connect(), Version::v5_0, 37);
BENCHMARK_CAPTURE(encode_it, publish_qos_1_5_0, publish_5(), Version::v5_0, 112);
BENCHMARK_CAPTURE(encode_it, publish_qos_0_3_1_1, publish_3(), Version::v3_1_1, 93);
BENCHMARK_CAPTURE(encode_it, subscribe_5_0, subscribe(), Version::v5_0, 56);

}  // namespace
}  // namespace mqttspec::codec

BENCHMARK_MAIN();
