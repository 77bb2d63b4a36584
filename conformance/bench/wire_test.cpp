#include "conformance/bench/wire.hpp"

#include <gtest/gtest.h>

namespace mqttspec::bench {
namespace {

using codec::PacketType;
using codec::Version;

const std::vector<Version> versions = {Version::v3_1, Version::v3_1_1, Version::v5_0};

TEST(Wire, APublishThatWasPutTogetherIsThatOfTheCodec) {
  for (const auto version : versions) {
    for (const auto qos : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
      Load load;
      load.version = version;
      load.qos = qos;
      load.payload = 300;
      codec::Bytes frame;
      PublishForm("bench/7", load).append(frame, 0x1234, {123'456'789, 7, 42});
      const auto decoded = codec::decode(frame, version, codec::Sender::client);
      const auto* packet = std::get_if<codec::Packet>(&decoded);
      ASSERT_NE(packet, nullptr);
      const auto& publish = std::get<codec::Publish>(*packet);
      EXPECT_EQ(publish.topic_name, "bench/7");
      EXPECT_EQ(publish.qos, qos);
      EXPECT_EQ(publish.payload.size(), 300U);
      EXPECT_EQ(publish.packet_identifier.value_or(0), qos == 0 ? 0 : 0x1234);
      const auto view = read_publish(frame, version);
      ASSERT_TRUE(view);
      EXPECT_EQ(view->qos, qos);
      EXPECT_EQ(view->identifier, qos == 0 ? 0 : 0x1234);
      EXPECT_EQ(view->stamp.sent, 123'456'789);
      EXPECT_EQ(view->stamp.publisher, 7U);
      EXPECT_EQ(view->stamp.number, 42U);
    }
  }
}

TEST(Wire, PropertiesOfABrokerAreSkipped) {
  Stamp stamp{1, 2, 3};
  codec::Publish publish;
  publish.topic_name = "t";
  publish.properties = {{codec::PropertyId::user_property, codec::StringPair{"a", "b"}}};
  publish.payload.assign(reinterpret_cast<const char*>(&stamp), sizeof stamp);
  const auto view = read_publish(codec::encode(publish, Version::v5_0), Version::v5_0);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->stamp.number, 3U);
}

TEST(Wire, APublishThatIsCutAnywhereIsNotRead) {
  Load load;
  load.version = Version::v5_0;
  load.qos = 1;
  load.payload = payload_minimum;
  codec::Bytes frame;
  PublishForm("t", load).append(frame, 1, {});
  for (std::size_t size = 1; size < frame.size(); ++size) {
    EXPECT_FALSE(read_publish(codec::BytesView(frame).substr(0, size), load.version)) << size;
  }
}

TEST(Wire, AcknowledgementsAreThoseOfTheCodec) {
  codec::Bytes out;
  append_acknowledgement(out, PacketType::puback, 0x0102);
  EXPECT_EQ(out, codec::encode(codec::Puback{0x0102}, Version::v5_0));
  EXPECT_EQ(read_identifier(out), 0x0102);
  EXPECT_FALSE(is_refusal(out));
  out.clear();
  append_acknowledgement(out, PacketType::pubrel, 9);
  EXPECT_EQ(out, codec::encode(codec::Pubrel{9}, Version::v3_1_1));
  const codec::Pubrec refused{9, codec::ReasonCode::quota_exceeded, {}};
  EXPECT_TRUE(is_refusal(codec::encode(refused, Version::v5_0)));
}

}  // namespace
}  // namespace mqttspec::bench
