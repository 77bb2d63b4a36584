#include "reference/node/form_cache.hpp"

#include <gtest/gtest.h>

#include <random>

namespace mqttspec::node {
namespace {

std::shared_ptr<const broker::Message> message_with(std::string payload) {
  broker::Message message;
  message.topic_name = "some/topic";
  message.payload = std::move(payload);
  message.properties = {{codec::PropertyId::content_type, std::string("text")}};
  return std::make_shared<const broker::Message>(message);
}

TEST(FormCache, GivesWhatTheCodecGivesWhateverCameBefore) {
  std::mt19937 random(1);
  const std::vector messages = {message_with("a"), message_with(std::string(200, 'b')),
                                message_with("")};
  FormCache cache;
  for (int i = 0; i < 2'000; ++i) {
    const auto& message = messages[random() % messages.size()];
    broker::Delivery delivery;
    delivery.qos = static_cast<std::uint8_t>(random() % 3);
    delivery.retain = random() % 2 == 0;
    if (delivery.qos > 0) {
      delivery.dup = random() % 2 == 0;
      delivery.packet_identifier = static_cast<std::uint16_t>(1 + random() % 65'535);
    }
    if (random() % 3 == 0) delivery.subscription_identifiers.assign(1 + random() % 2, 7);
    if (random() % 3 == 0) delivery.message_expiry_interval = random() % 2;
    if (random() % 3 == 0) {
      delivery.topic_alias = static_cast<std::uint16_t>(1 + random() % 2);
      delivery.topic_name_omitted = random() % 2 == 0;
    }
    const auto version = random() % 2 == 0 ? codec::Version::v5_0 : codec::Version::v3_1_1;
    codec::Bytes bytes = "before";
    cache.append(message, delivery, version, bytes);
    ASSERT_EQ(bytes, "before" + codec::encode(broker::to_publish(*message, delivery), version));
  }
}

}  // namespace
}  // namespace mqttspec::node
