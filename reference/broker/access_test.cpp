// What clients may do, as they see it: answers per version, wills, deliveries, a new list.
#include "reference/broker/access_list.hpp"
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

std::shared_ptr<const AccessList> list_of(std::string_view text) {
  return std::make_shared<AccessList>(std::get<AccessList>(parse_access_list(text)));
}

Config with_list(std::string_view text) {
  Config config;
  config.access_list = list_of(text);
  return config;
}

TEST(Access, AForbiddenPublishIsNotRoutedAndToldIn5) {
  Broker broker(with_list("all subscribe #\nall publish open"));
  Client watch{broker, "watch"};
  watch.connect();
  watch.subscribe("#", 2);
  Client client{broker, "c"};
  client.connect();
  EXPECT_EQ(client.publish("closed", "x", {1}), ReasonCode::not_authorized);
  EXPECT_EQ(client.publish("closed", "x", {2}), ReasonCode::not_authorized);
  client.send_publish("closed", "x");
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(watch.silent());
  EXPECT_EQ(client.publish("open", "x", {1}), ReasonCode::success);
  EXPECT_EQ(watch.expect_publish().topic_name, "open");
}

TEST(Access, AForbiddenPublishIsAcknowledgedIn3) {
  Broker broker(with_list("all subscribe #"));
  for (const auto version : {Version::v3_1, Version::v3_1_1}) {
    Client client{broker, "c", version};
    client.connect();
    EXPECT_EQ(client.publish("t", "x", {1}), ReasonCode::success);
    EXPECT_EQ(client.publish("t", "x", {2}), ReasonCode::success);
    EXPECT_TRUE(client.silent());
  }
}

TEST(Access, AForbiddenPublishCanEndTheConnection) {
  auto config = with_list("all subscribe #");
  config.close_on_denied_publish = true;
  Broker broker(config);
  Client older{broker, "older", Version::v3_1_1};
  older.connect();
  older.send_publish("t", "x", {1});
  EXPECT_TRUE(older.closed());
  Client newer{broker, "newer"};
  newer.connect();
  newer.send_publish("t", "x");
  EXPECT_EQ(newer.farewell(), ReasonCode::not_authorized);
}

TEST(Access, AForbiddenSubscriptionHasTheAnswerOfItsVersion) {
  Broker broker(with_list("all subscribe open/#\nall publish #"));
  const std::map<Version, int> answers = {
      {Version::v3_1, 1}, {Version::v3_1_1, 0x80}, {Version::v5_0, 0x87}};
  for (const auto& [version, answer] : answers) {
    Client client{broker, "c", version};
    client.connect();
    EXPECT_EQ(static_cast<int>(client.subscribe("closed/#", 1).reason_codes.at(0)), answer);
    EXPECT_EQ(static_cast<int>(client.subscribe("open/t", 1).reason_codes.at(0)), 1);
    Client sender{broker, "sender"};
    sender.connect();
    sender.publish("closed/t", "x", {1});
    EXPECT_TRUE(client.silent());
  }
}

TEST(Access, ASharedSubscriptionIsJudgedByItsFilter) {
  Broker broker(with_list("all subscribe open/#"));
  Client client{broker, "c"};
  client.connect();
  EXPECT_EQ(client.subscribe("$share/g/closed").reason_codes.at(0), ReasonCode::not_authorized);
  EXPECT_EQ(client.subscribe("$share/g/open/+").reason_codes.at(0), ReasonCode::success);
}

TEST(Access, AWideSubscriptionBringsNothingThatIsDenied) {
  Broker broker(with_list("all both #\nclient c deny secret/#"));
  Client sender{broker, "sender"};
  sender.connect();
  sender.publish("secret/kept", "x", {1, true});
  Client client{broker, "c"};
  client.connect();
  client.subscribe("#", 1);
  EXPECT_TRUE(client.silent());
  sender.publish("secret/t", "x", {1});
  EXPECT_TRUE(client.silent());
  sender.publish("open", "x", {1});
  EXPECT_EQ(client.expect_publish().topic_name, "open");
}

TEST(Access, AMemberThatMayNotSeeAMessageIsPassedOver) {
  Broker broker(with_list("all both #\nclient c deny secret"));
  Client barred{broker, "c"};
  Client member{broker, "d"};
  barred.connect();
  member.connect();
  barred.subscribe("$share/g/#", 1);
  member.subscribe("$share/g/#", 1);
  Client sender{broker, "sender"};
  sender.connect();
  sender.publish("secret", "1", {1});
  sender.publish("secret", "2", {1});
  EXPECT_TRUE(barred.silent());
  EXPECT_EQ(member.expect_publish().payload, "1");
  EXPECT_EQ(member.expect_publish().payload, "2");
}

TEST(Access, AForbiddenWillIsRefusedInEveryVersion) {
  Broker broker(with_list("all both open"));
  const std::map<Version, int> answers = {
      {Version::v3_1, 5}, {Version::v3_1_1, 5}, {Version::v5_0, 0x87}};
  for (const auto& [version, answer] : answers) {
    Client client{broker, "c", version};
    client.will("closed", "x");
    EXPECT_EQ(static_cast<int>(client.connect().reason_code), answer);
    EXPECT_TRUE(client.closed());
    Client other{broker, "c", version};
    other.will("open", "x");
    EXPECT_EQ(other.connect().reason_code, ReasonCode::success);
  }
}

// The identifier that a client is given counts like one that it has brought.
TEST(Access, AnAssignedIdentifierIsKnownBeforeTheWillIsJudged) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    Broker broker(with_list("all both own/%c/#\nclient mqttspec-2 deny own/mqttspec-2/w"));
    Client first{broker, "", version};
    first.will("own/mqttspec-1/w", "x");
    EXPECT_EQ(first.connect().reason_code, ReasonCode::success);
    Client second{broker, "", version};
    second.will("own/mqttspec-2/w", "x");
    EXPECT_NE(second.connect().reason_code, ReasonCode::success);
  }
}

TEST(Access, ANewListHoldsForWillsSubscriptionsAndMessages) {
  Broker broker(with_list("all both #"));
  Client watch{broker, "watch"};
  watch.connect();
  watch.subscribe("#", 1);
  Client client{broker, "c"};
  client.will("will", "x");
  client.connect();
  broker.handle(AccessChanged{nullptr, list_of("client watch subscribe #\nclient c publish a\n"
                                               "all deny b")});
  EXPECT_EQ(client.publish("a", "x", {1}), ReasonCode::success);
  EXPECT_EQ(watch.expect_publish().topic_name, "a");
  EXPECT_EQ(client.publish("b", "x", {1}), ReasonCode::not_authorized);
  EXPECT_EQ(client.subscribe("a").reason_codes.at(0), ReasonCode::not_authorized);
  client.lose();
  EXPECT_TRUE(watch.silent());
}

TEST(Access, AnUnverifiedUserNameCountsForNothing) {
  Broker broker(with_list("user anna both #"));
  Client client{broker, "c"};
  client.connect_packet.user_name = "anna";
  client.connect();
  EXPECT_EQ(client.publish("t", "x", {1}), ReasonCode::not_authorized);
}

TEST(Access, AVerifiedUserNameCounts) {
  auto config = with_list("user anna both %u/#");
  config.users = std::map<std::string, std::string>{{"anna", "secret"}};
  Broker broker(config);
  Client client{broker, "c"};
  client.connect_packet.user_name = "anna";
  client.connect_packet.password = "secret";
  client.connect();
  EXPECT_EQ(client.subscribe("anna/#").reason_codes.at(0), ReasonCode::success);
  client.send_publish("anna/t", "x");
  EXPECT_EQ(client.expect_publish().topic_name, "anna/t");
}

}  // namespace
}  // namespace mqttspec::broker::testing
