// One client's raw bytes, as they would come from a socket, while another client watches all
// topics.
#include <fmt/format.h>

#include "fuzz/properties/world.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {
namespace {

Operation connect(std::size_t client, codec::Version version, std::string identifier) {
  Operation operation;
  operation.kind = Operation::Kind::connect;
  operation.client = client;
  operation.version = version;
  codec::Connect packet;
  packet.protocol_name = version == codec::Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(version);
  packet.client_identifier = std::move(identifier);
  operation.packet = packet;
  return operation;
}

}  // namespace

// The first byte chooses the version and whether CONNECT comes from us; the rest goes to the broker
// as it is, in pieces that the second byte chooses.
void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const auto version =
      choices.element({codec::Version::v5_0, codec::Version::v3_1_1, codec::Version::v3_1});
  const auto cuts = choices.below(256);
  World world({}, nullptr, cuts);
  world.run(connect(1, codec::Version::v5_0, "watcher"));
  Operation subscribe;
  subscribe.kind = Operation::Kind::send;
  subscribe.client = 1;
  subscribe.packet = codec::Subscribe{1, {}, {{"#", 2, false, false, 0, {}}}, 2, {}};
  world.run(subscribe);
  world.run(connect(0, version, "stream"));
  Operation raw;
  raw.kind = Operation::Kind::raw;
  raw.client = 0;
  raw.bytes = choices.rest();
  world.run(raw);
  Operation later;
  later.kind = Operation::Kind::advance;
  later.time = std::chrono::seconds(1'000);
  world.run(later);
  const auto verdict = world.finish();
  require(verdict.faults.empty(), "the broker stays faithful to everyone",
          [&] { return fmt::format("{}", fmt::join(verdict.faults, "\n")); });
}

}  // namespace mqttspec::fuzz
