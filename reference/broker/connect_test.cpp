// CONNECT and CONNACK in all versions (sections 3.1, 3.2).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

std::optional<std::uint32_t> integer(const codec::Connack& connack, PropertyId id) {
  return codec::get_integer(connack.properties, id);
}

TEST(Connect, IsAcceptedInEveryVersion) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    Broker broker;
    Client client{broker, "c", version};
    const auto connack = client.connect();
    EXPECT_EQ(connack.reason_code, ReasonCode::success);
    EXPECT_FALSE(connack.session_present);
    EXPECT_TRUE(client.silent());
  }
}

TEST(Connect, ADisabledVersionIsRefusedInItsOwnForm) {
  Config config;
  config.versions = {Version::v3_1_1};
  Broker broker(config);
  Client newer{broker, "c", Version::v5_0};
  EXPECT_EQ(newer.connect().reason_code, ReasonCode::unsupported_protocol_version);
  EXPECT_TRUE(newer.closed());
  Client older{broker, "c", Version::v3_1};
  EXPECT_EQ(static_cast<int>(older.connect().reason_code), 1);
  EXPECT_TRUE(older.closed());
  Client served{broker, "c", Version::v3_1_1};
  EXPECT_EQ(served.connect().reason_code, ReasonCode::success);
}

TEST(Connect, ASecondOneEndsTheConnection) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    Broker broker;
    Client client{broker, "c", version};
    client.connect();
    client.send(client.connect_packet);
    if (version == Version::v5_0) {
      EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
    } else {
      EXPECT_TRUE(client.closed());
    }
  }
}

TEST(Connect, AnythingElseFirstEndsTheConnectionWithoutAWord) {
  Broker broker;
  Client client{broker, "c"};
  client.open();
  client.send(codec::Pingreq{});
  EXPECT_TRUE(client.closed());
}

TEST(Connect, NothingButServersPacketsAreRefused) {
  Broker broker;
  Client client{broker, "c"};
  client.connect();
  client.send(codec::Suback{});
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST(Connect, AnEmptyIdentifierGetsOneAssignedInV5) {
  Broker broker;
  Client first{broker, ""};
  Client second{broker, ""};
  first.connect_packet.clean_start = false;
  const auto one = first.connect();
  const auto two = second.connect();
  const auto id = codec::get_string(one.properties, PropertyId::assigned_client_identifier);
  ASSERT_TRUE(id);
  EXPECT_FALSE(id->empty());
  EXPECT_NE(id, codec::get_string(two.properties, PropertyId::assigned_client_identifier));
  EXPECT_TRUE(first.silent());
}

TEST(Connect, AnAssignedIdentifierNamesTheSession) {
  Broker broker;
  Client client{broker, ""};
  client.persistent();
  const auto connack = client.connect();
  client.lose();
  client.connect_packet.client_identifier =
      codec::get_string(connack.properties, PropertyId::assigned_client_identifier).value();
  const auto again = client.connect();
  EXPECT_TRUE(again.session_present);
  EXPECT_FALSE(codec::find(again.properties, PropertyId::assigned_client_identifier));
}

TEST(Connect, AnAssignedIdentifierIsNotOneThatIsTaken) {
  Broker broker;
  Client taken{broker, "mqttspec-1"};
  taken.connect();
  Client client{broker, ""};
  const auto connack = client.connect();
  EXPECT_EQ(codec::get_string(connack.properties, PropertyId::assigned_client_identifier),
            "mqttspec-2");
  EXPECT_TRUE(taken.silent());
}

TEST(Connect, AnEmptyIdentifierNeedsCleanSessionIn311) {
  Broker broker;
  Client clean{broker, "", Version::v3_1_1};
  EXPECT_EQ(clean.connect().reason_code, ReasonCode::success);
  Client unclean{broker, "", Version::v3_1_1};
  unclean.connect_packet.clean_start = false;
  EXPECT_EQ(static_cast<int>(unclean.connect().reason_code), 2);
  EXPECT_TRUE(unclean.closed());
}

TEST(Connect, EmptyIdentifiersMayBeRefused) {
  Config config;
  config.assign_client_identifiers = false;
  Broker broker(config);
  Client client{broker, ""};
  EXPECT_EQ(client.connect().reason_code, ReasonCode::client_identifier_not_valid);
  EXPECT_TRUE(client.closed());
}

TEST(Connect, ThreeOneWantsOneToTwentyThreeCharacters) {
  Broker broker;
  const auto code = [&](const std::string& identifier) {
    Client client{broker, identifier, Version::v3_1};
    return static_cast<int>(client.connect().reason_code);
  };
  EXPECT_EQ(code(""), 2);
  EXPECT_EQ(code(std::string(23, 'a')), 0);
  EXPECT_EQ(code(std::string(24, 'a')), 2);
  std::string umlauts;
  for (int i = 0; i < 23; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(code(umlauts), 0);
}

TEST(Connect, LongIdentifiersMayBeRefusedButNeverTwentyThreeBytes) {
  Config config;
  config.client_identifier_length_maximum = 5;
  Broker broker(config);
  Client fits{broker, std::string(23, 'a')};
  EXPECT_EQ(fits.connect().reason_code, ReasonCode::success);
  Client newer{broker, std::string(24, 'a')};
  EXPECT_EQ(newer.connect().reason_code, ReasonCode::client_identifier_not_valid);
  Client older{broker, std::string(24, 'a'), Version::v3_1_1};
  EXPECT_EQ(static_cast<int>(older.connect().reason_code), 2);
}

TEST(Connect, LimitsAreToldWhereTheyDifferFromTheDefault) {
  Broker plain;
  Client client{plain, "c"};
  const auto defaults = client.connect();
  EXPECT_EQ(defaults.properties.size(), 1U) << "only Topic Alias Maximum";
  Config config;
  config.maximum_qos = 1;
  config.retain_available = false;
  config.wildcard_subscription_available = false;
  config.subscription_identifier_available = false;
  config.shared_subscription_available = false;
  config.receive_maximum = 20;
  config.topic_alias_maximum = 0;
  config.maximum_packet_size = 1000;
  config.server_keep_alive = 30;
  config.session_expiry_interval = 60;
  Broker broker(config);
  Client limited{broker, "c"};
  const auto connack = limited.with(PropertyId::session_expiry_interval, 100U).connect();
  EXPECT_EQ(integer(connack, PropertyId::maximum_qos), 1U);
  EXPECT_EQ(integer(connack, PropertyId::retain_available), 0U);
  EXPECT_EQ(integer(connack, PropertyId::wildcard_subscription_available), 0U);
  EXPECT_EQ(integer(connack, PropertyId::subscription_identifier_available), 0U);
  EXPECT_EQ(integer(connack, PropertyId::shared_subscription_available), 0U);
  EXPECT_EQ(integer(connack, PropertyId::receive_maximum), 20U);
  EXPECT_FALSE(integer(connack, PropertyId::topic_alias_maximum));
  EXPECT_EQ(integer(connack, PropertyId::maximum_packet_size), 1000U);
  EXPECT_EQ(integer(connack, PropertyId::server_keep_alive), 30U);
  EXPECT_EQ(integer(connack, PropertyId::session_expiry_interval), 60U);
}

TEST(Connect, ResponseInformationIsForThoseWhoAsk) {
  Config config;
  config.response_information = "answers/";
  Broker broker(config);
  Client quiet{broker, "a"};
  EXPECT_FALSE(codec::find(quiet.connect().properties, PropertyId::response_information));
  Client refusing{broker, "b"};
  refusing.with(PropertyId::request_response_information, 0U);
  EXPECT_FALSE(codec::find(refusing.connect().properties, PropertyId::response_information));
  Client asking{broker, "c"};
  asking.with(PropertyId::request_response_information, 1U);
  EXPECT_EQ(codec::get_string(asking.connect().properties, PropertyId::response_information),
            "answers/");
}

TEST(Connect, AWillBeyondTheLimitsIsRefused) {
  Config config;
  config.maximum_qos = 0;
  config.retain_available = false;
  Broker broker(config);
  Client qos{broker, "a"};
  EXPECT_EQ(qos.will("w", "x", 1).connect().reason_code, ReasonCode::qos_not_supported);
  EXPECT_TRUE(qos.closed());
  Client retain{broker, "b"};
  EXPECT_EQ(retain.will("w", "x", 0, true).connect().reason_code, ReasonCode::retain_not_supported);
  Client older{broker, "c", Version::v3_1_1};
  older.will("w", "x", 1);
  older.open();
  older.send(older.connect_packet);
  EXPECT_TRUE(older.closed()) << "3.x has no code for it";
}

TEST(Connect, WithoutConnackItStillClosesARefusedOne) {
  Config config;
  config.connack_before_close = false;
  config.assign_client_identifiers = false;
  Broker broker(config);
  Client newer{broker, ""};
  newer.open();
  newer.send(newer.connect_packet);
  EXPECT_TRUE(newer.closed());
  Client older{broker, "", Version::v3_1_1};
  EXPECT_EQ(static_cast<int>(older.connect().reason_code), 2) << "in 3.1.1 it is a must";
}

TEST(Connect, OnlyKnownUsersGetIn) {
  Config config;
  config.users.emplace().emplace("anna", "secret");
  Broker broker(config);
  const auto code = [&](Version version, std::optional<std::string> user,
                        std::optional<std::string> password) {
    Client client{broker, "c", version};
    client.connect_packet.user_name = std::move(user);
    client.connect_packet.password = std::move(password);
    return client.connect().reason_code;
  };
  EXPECT_EQ(code(Version::v5_0, "anna", "secret"), ReasonCode::success);
  EXPECT_EQ(code(Version::v5_0, "anna", "wrong"), ReasonCode::bad_user_name_or_password);
  EXPECT_EQ(code(Version::v5_0, "anna", {}), ReasonCode::bad_user_name_or_password);
  EXPECT_EQ(code(Version::v5_0, "otto", "secret"), ReasonCode::bad_user_name_or_password);
  EXPECT_EQ(code(Version::v5_0, {}, {}), ReasonCode::bad_user_name_or_password);
  EXPECT_EQ(static_cast<int>(code(Version::v3_1_1, "anna", "wrong")), 4);
  EXPECT_EQ(static_cast<int>(code(Version::v3_1, {}, {})), 4);
}

TEST(Connect, ARefusedOneTouchesNoOtherConnectionOrSession) {
  Config config;
  config.users.emplace().emplace("anna", "secret");
  Broker broker(config);
  Client good{broker, "c"};
  good.connect_packet.user_name = "anna";
  good.connect_packet.password = "secret";
  good.persistent().connect();
  Client bad{broker, "c"};
  bad.will("w", "x").connect();
  EXPECT_TRUE(good.silent());
  good.lose();
  EXPECT_TRUE(good.connect().session_present);
}

TEST(Connect, TheVerifierOutsideIsAskedAndPacketsWaitForItsAnswer) {
  Config config;
  config.external_authentication = true;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect_packet.user_name = "anna";
  client.open();
  client.send(client.connect_packet);
  client.send(codec::Pingreq{});
  EXPECT_TRUE(client.silent());
  ASSERT_EQ(broker.asked.size(), 1U);
  EXPECT_EQ(broker.asked[0].user_name, "anna");
  broker.handle(Authenticated{client.connection(), true});
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::success);
  client.expect<codec::Pingresp>();

  Client other{broker, "d"};
  other.open();
  other.send(other.connect_packet);
  broker.handle(Authenticated{other.connection(), false});
  EXPECT_EQ(other.expect<codec::Connack>().reason_code, ReasonCode::bad_user_name_or_password);
  EXPECT_TRUE(other.closed());
}

TEST(Connect, ItDoesNotWaitForEverForConnect) {
  Broker broker;
  Client client{broker, "c"};
  client.open();
  broker.advance(std::chrono::milliseconds(9'999));
  EXPECT_TRUE(client.silent());
  broker.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(client.closed());
  Client prompt{broker, "d"};
  prompt.connect();
  broker.advance(seconds(100));
  EXPECT_TRUE(prompt.silent());
}

TEST(Connect, ReasonStringsObeyRequestProblemInformation) {
  Config config;
  config.deny.push_back({"", Denial::Action::publish, "t"});
  Broker broker(config);
  Client open{broker, "a"};
  open.connect();
  open.send_publish("t", "x", {.qos = 1});
  EXPECT_TRUE(codec::find(open.expect<codec::Puback>().properties, PropertyId::reason_string));
  Client terse{broker, "b"};
  terse.with(PropertyId::request_problem_information, 0U).connect();
  terse.send_publish("t", "x", {.qos = 1});
  EXPECT_TRUE(terse.expect<codec::Puback>().properties.empty());
  terse.send(terse.connect_packet);
  EXPECT_TRUE(codec::find(terse.expect<codec::Disconnect>().properties, PropertyId::reason_string))
      << "DISCONNECT may still explain";
}

TEST(Connect, AReasonStringThatDoesNotFitIsLeftOut) {
  Config config;
  config.deny.push_back({"", Denial::Action::publish, "t"});
  Broker broker(config);
  Client client{broker, "c"};
  client.with(PropertyId::maximum_packet_size, 12U).connect();
  client.send_publish("t", "x", {.qos = 1});
  EXPECT_TRUE(client.expect<codec::Puback>().properties.empty());
}

TEST(Connect, AConnackThatDoesNotFitEndsTheConnection) {
  Broker broker;
  Client client{broker, ""};
  client.with(PropertyId::maximum_packet_size, 10U);
  client.open();
  client.send(client.connect_packet);
  EXPECT_TRUE(client.closed());
}

}  // namespace
}  // namespace mqttspec::broker::testing
