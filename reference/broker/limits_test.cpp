// Limits that a server may impose by configuration, and how it says so.
#include "reference/broker/testing.hpp"

namespace mqttspec::broker {
namespace {

using namespace testing;

TEST(Limits, ARetainedMessageBeyondTheLimitIsRefusedButOneThatReplacesIsNot) {
  Config config;
  config.retained_limit = 1;
  Broker broker(config);
  Client client(broker, "a");
  client.connect();
  EXPECT_EQ(client.publish("x", "1", {.qos = 1, .retain = true}),
            ReasonCode::no_matching_subscribers);
  EXPECT_EQ(client.publish("y", "1", {.qos = 1, .retain = true}), ReasonCode::quota_exceeded);
  EXPECT_EQ(client.publish("y", "1", {.qos = 2, .retain = true}), ReasonCode::quota_exceeded);
  EXPECT_EQ(client.publish("x", "2", {.qos = 1, .retain = true}),
            ReasonCode::no_matching_subscribers);
  client.publish("x", "", {.retain = true});
  EXPECT_EQ(client.publish("y", "3", {.qos = 1, .retain = true}),
            ReasonCode::no_matching_subscribers);
  client.subscribe("#");
  EXPECT_EQ(client.expect_publish().topic_name, "y");
  EXPECT_TRUE(client.silent());
}

TEST(Limits, ASubscriptionBeyondTheLimitIsRefusedButOneThatReplacesIsNot) {
  Config config;
  config.subscription_limit = 1;
  Broker broker(config);
  Client five(broker, "five");
  Client three(broker, "three", Version::v3_1_1);
  five.connect();
  three.connect();
  for (Client* client : {&five, &three}) {
    EXPECT_EQ(client->subscribe("x", 1).reason_codes.at(0), ReasonCode::granted_qos_1);
    const bool v5 = client == &five;
    EXPECT_EQ(client->subscribe("y", 1).reason_codes.at(0),
              v5 ? ReasonCode::quota_exceeded : ReasonCode::unspecified_error);
    EXPECT_EQ(client->subscribe("x", 2).reason_codes.at(0), ReasonCode::granted_qos_2);
    client->unsubscribe("x");
    EXPECT_EQ(client->subscribe("y", 1).reason_codes.at(0), ReasonCode::granted_qos_1);
  }
}

TEST(Limits, AConnectionBeyondTheLimitIsRefusedButATakeOverIsNot) {
  Config config;
  config.connection_limit = 1;
  Broker broker(config);
  Client first(broker, "a");
  first.connect();
  Client other(broker, "b");
  EXPECT_EQ(other.connect().reason_code, ReasonCode::quota_exceeded);
  EXPECT_TRUE(other.closed());
  Client old(broker, "c", Version::v3_1_1);
  EXPECT_EQ(static_cast<int>(old.connect().reason_code), 3);
  EXPECT_TRUE(old.closed());
  Client again(broker, "a");
  EXPECT_EQ(again.connect().reason_code, ReasonCode::success);
  again.disconnect();
  EXPECT_EQ(other.connect().reason_code, ReasonCode::success);
}

TEST(Limits, FewerMessagesAreOpenThanTheClientPermits) {
  Config config;
  config.inflight_limit = std::uint16_t{1};
  Broker broker(config);
  Client publisher(broker, "publisher");
  publisher.connect();
  for (const Version version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    Client client(broker, "c", version);
    client.connect();
    client.subscribe("x", 2);
    publisher.publish("x", "1", {.qos = 1});
    const auto first = client.expect_publish();
    publisher.publish("x", "2", {.qos = 1});
    EXPECT_TRUE(client.silent());
    client.acknowledge<codec::Puback>(*first.packet_identifier);
    EXPECT_EQ(client.expect_publish().payload, "2");
    client.disconnect();
  }
}

TEST(Limits, ARetainedMessageIsThrownAwayAfterTheServersOwnTime) {
  Config config;
  config.retained_expiry = 10;
  Broker broker(config);
  Client client(broker, "a");
  client.connect();
  client.publish("long", "1", {.retain = true});
  client.publish("short", "1",
                 {.retain = true, .properties = {{PropertyId::message_expiry_interval, 5U}}});
  broker.advance(seconds(6));
  client.subscribe("long");
  // The interval of the publisher is forwarded, the server's own limit is nobody's business.
  EXPECT_TRUE(client.expect_publish().properties.empty());
  client.subscribe("short");
  EXPECT_TRUE(client.silent());
  broker.advance(seconds(5));
  client.subscribe("long");
  EXPECT_TRUE(client.silent());
}

TEST(Limits, UserPropertiesOfConnackComeInOrder) {
  Config config;
  config.connack_user_properties = {{"b", "1"}, {"a", "2"}, {"b", "1"}};
  Broker broker(config);
  Client client(broker, "a");
  std::string seen;
  for (const auto& property : client.connect().properties) {
    if (const auto* pair = std::get_if<codec::StringPair>(&property.value)) {
      seen += pair->first + pair->second + " ";
    }
  }
  EXPECT_EQ(seen, "b1 a2 b1 ");
  Client old(broker, "b", Version::v3_1_1);
  EXPECT_TRUE(old.connect().properties.empty());
}

TEST(Limits, WhatHasExpiredInAFullQueueKeepsNothingElseOut) {
  for (const auto drop : {Config::Drop::newest, Config::Drop::oldest}) {
    Config config;
    config.queue_limit = 2;
    config.queue_drop = drop;
    Broker broker(config);
    Client absent(broker, "absent");
    Client publisher(broker, "publisher");
    absent.persistent().connect();
    absent.subscribe("x", 1);
    absent.lose();
    publisher.connect();
    publisher.publish("x", "stays", {.qos = 1});
    publisher.publish("x", "goes",
                      {.qos = 1, .properties = {{PropertyId::message_expiry_interval, 1U}}});
    broker.advance(seconds(2));
    publisher.publish("x", "comes", {.qos = 1});
    absent.connect();
    EXPECT_EQ(absent.expect_publish().payload, "stays");
    EXPECT_EQ(absent.expect_publish().payload, "comes");
    EXPECT_TRUE(absent.silent());
  }
}

TEST(Limits, AMessageThatFitsOnlyWithoutANewAliasIsSentWithoutOne) {
  Config config;
  config.use_topic_aliases = true;
  Broker broker(config);
  Client client(broker, "a");
  client.with(PropertyId::topic_alias_maximum, 5U)
      .with(PropertyId::maximum_packet_size, 20U)
      .connect();
  client.subscribe("x");
  client.send_publish("x", std::string(14, 'p'));
  const auto publish = client.expect_publish();
  EXPECT_EQ(publish.topic_name, "x");
  EXPECT_EQ(codec::count(publish.properties, PropertyId::topic_alias), 0U);
  client.send_publish("x", "p");
  EXPECT_EQ(codec::count(client.expect_publish().properties, PropertyId::topic_alias), 1U);
}

TEST(Limits, WhatIsTooLargeForAClientBlocksNeitherRetainedNorSharedMessagesBehindIt) {
  Broker broker;
  Client small(broker, "small");
  Client publisher(broker, "publisher");
  publisher.connect();
  publisher.publish("r/1", std::string(100, 'p'), {.qos = 1, .retain = true});
  publisher.publish("r/2", "p", {.qos = 1, .retain = true});
  small.with(PropertyId::maximum_packet_size, 50U).with(PropertyId::receive_maximum, 1U).connect();
  small.subscribe("r/#", 1);
  const auto retained = small.expect_publish();
  EXPECT_EQ(retained.topic_name, "r/2");
  EXPECT_TRUE(small.silent());
  small.acknowledge<codec::Puback>(*retained.packet_identifier);
  small.subscribe("$share/g/s", 2);
  publisher.publish("s", std::string(100, 'p'), {.qos = 2});
  publisher.publish("s", "p", {.qos = 2});
  EXPECT_EQ(small.expect_publish().payload, "p");
  EXPECT_TRUE(small.silent());
}

// What one version knows and another does not is left out, and nothing else.
TEST(MixedPopulation, EveryVersionGetsWhatItUnderstandsOfTheSameMessages) {
  Broker broker;
  const Version versions[] = {Version::v3_1, Version::v3_1_1, Version::v5_0};
  std::deque<Client> clients;
  for (const Version version : versions) {
    clients.emplace_back(broker, "c" + std::to_string(static_cast<int>(version)), version)
        .connect();
    clients.back().subscribe("t/#", 2);
  }
  const codec::Properties properties = {{PropertyId::message_expiry_interval, 60U},
                                        {PropertyId::user_property, codec::StringPair{"b", "1"}},
                                        {PropertyId::content_type, std::string("text")},
                                        {PropertyId::user_property, codec::StringPair{"a", "2"}}};
  for (std::size_t sender = 0; sender < clients.size(); ++sender) {
    const bool rich = versions[sender] == Version::v5_0;
    for (std::uint8_t qos = 0; qos <= 2; ++qos) {
      Publication options{.qos = qos, .properties = rich ? properties : codec::Properties{}};
      options.identifier = static_cast<std::uint16_t>(100 + qos);
      const std::string payload = std::to_string(sender) + std::to_string(qos);
      clients[sender].send_publish("t/x", payload, options);
      for (std::size_t receiver = 0; receiver < clients.size(); ++receiver) {
        auto& inbox = clients[receiver].inbox().packets;
        const auto found =
            std::find_if(inbox.begin(), inbox.end(), [](const codec::Packet& packet) {
              return std::holds_alternative<codec::Publish>(packet);
            });
        ASSERT_NE(found, inbox.end());
        const auto& publish = std::get<codec::Publish>(*found);
        EXPECT_EQ(publish.payload, payload);
        EXPECT_EQ(publish.qos, qos);
        const bool both = rich && versions[receiver] == Version::v5_0;
        EXPECT_EQ(publish.properties, both ? properties : codec::Properties{});
        inbox.clear();
      }
    }
  }
}

std::optional<std::string> reference_of(const codec::Properties& properties) {
  const auto text = codec::get_string(properties, PropertyId::server_reference);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

Config redirecting(Redirection::When when, bool moved, const std::string& reference) {
  Config config;
  config.redirect = Redirection{when, moved, reference};
  return config;
}

TEST(Redirect, EveryConnectIsSentToAnotherServer) {
  Broker broker(redirecting(Redirection::When::connect, false, "other:1883"));
  Client five(broker, "five");
  const auto connack = five.connect();
  EXPECT_EQ(connack.reason_code, ReasonCode::use_another_server);
  EXPECT_EQ(reference_of(connack.properties), "other:1883");
  EXPECT_TRUE(five.closed());
  Client three(broker, "three", Version::v3_1_1);
  EXPECT_EQ(static_cast<int>(three.connect().reason_code), 3);
}

TEST(Redirect, AServerMayMoveWithoutSayingWhere) {
  Broker broker(redirecting(Redirection::When::connect, true, ""));
  Client client(broker, "a");
  const auto connack = client.connect();
  EXPECT_EQ(connack.reason_code, ReasonCode::server_moved);
  EXPECT_FALSE(reference_of(connack.properties));
}

TEST(Redirect, OnShutdownTheClientsThatAreConnectedAreSentAway) {
  Broker broker(redirecting(Redirection::When::shutdown, true, "other:1883"));
  Client client(broker, "a");
  EXPECT_EQ(client.connect().reason_code, ReasonCode::success);
  broker.handle(Shutdown{});
  const auto farewell = client.expect<codec::Disconnect>();
  EXPECT_EQ(farewell.reason_code, ReasonCode::server_moved);
  EXPECT_EQ(reference_of(farewell.properties), "other:1883");
  EXPECT_TRUE(client.closed());
}

TEST(Redirect, OtherRefusalsNameNoServer) {
  Config config;
  config.redirect = Redirection{Redirection::When::shutdown, false, "other:1883"};
  config.users.emplace();
  Broker broker(config);
  Client client(broker, "a");
  EXPECT_FALSE(reference_of(client.connect().properties));
}

}  // namespace
}  // namespace mqttspec::broker
