// Enhanced authentication and re-authentication (section 4.12).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class AuthenticationTest : public ::testing::Test {
 protected:
  static Config scripted() {
    Config config;
    config.authentication =
        ScriptedAuthentication{"m", {{"one", "two"}, {"three", "four"}, {"five", std::nullopt}}};
    return config;
  }
  Broker broker{scripted()};
  Client client{broker, "c"};

  void start(const std::string& data = "one", const std::string& method = "m") {
    client.with(PropertyId::authentication_method, method);
    client.with(PropertyId::authentication_data, data);
    client.open();
    client.send(client.connect_packet);
  }
  void say(const std::string& data, ReasonCode reason = ReasonCode::continue_authentication,
           const std::string& method = "m") {
    codec::Auth auth;
    auth.reason_code = reason;
    auth.properties = {{PropertyId::authentication_method, method},
                       {PropertyId::authentication_data, data}};
    client.send(auth);
  }
  void expect_challenge(std::string_view data) {
    const auto auth = client.expect<codec::Auth>();
    EXPECT_EQ(auth.reason_code, ReasonCode::continue_authentication);
    EXPECT_EQ(codec::get_string(auth.properties, PropertyId::authentication_method), "m");
    EXPECT_EQ(codec::get_string(auth.properties, PropertyId::authentication_data), data);
  }
  void authenticate() {
    start();
    expect_challenge("two");
    say("three");
    expect_challenge("four");
    say("five");
    const auto connack = client.expect<codec::Connack>();
    EXPECT_EQ(connack.reason_code, ReasonCode::success);
    EXPECT_EQ(codec::get_string(connack.properties, PropertyId::authentication_method), "m");
  }
};

TEST_F(AuthenticationTest, RunsThroughTheScript) {
  authenticate();
  EXPECT_TRUE(client.silent());
}

TEST_F(AuthenticationTest, WrongDataIsRefused) {
  start("wrong");
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::not_authorized);
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, WrongDataLaterIsRefused) {
  start();
  expect_challenge("two");
  say("wrong");
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::not_authorized);
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, AnUnknownMethodIsRefused) {
  start("one", "other");
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::bad_authentication_method);
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, IsNotRequiredOfOthers) {
  EXPECT_EQ(client.connect().reason_code, ReasonCode::success);
}

TEST_F(AuthenticationTest, NothingElseIsAcceptedMeanwhile) {
  start();
  expect_challenge("two");
  client.send(codec::Pingreq{});
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::protocol_error);
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, DisconnectMeanwhileIsAccepted) {
  start();
  expect_challenge("two");
  client.disconnect();
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, TakesOverNothingUntilItHasSucceeded) {
  Client holder{broker, "c"};
  holder.connect();
  start();
  EXPECT_TRUE(holder.silent());
  expect_challenge("two");
  say("three");
  say("five");
  EXPECT_EQ(holder.farewell(), ReasonCode::session_taken_over);
}

TEST_F(AuthenticationTest, CanBeRepeatedWhileTrafficGoesOn) {
  authenticate();
  say("one", ReasonCode::re_authenticate);
  expect_challenge("two");
  client.send(codec::Pingreq{});
  client.expect<codec::Pingresp>();
  say("three");
  expect_challenge("four");
  say("five");
  const auto done = client.expect<codec::Auth>();
  EXPECT_EQ(done.reason_code, ReasonCode::success);
  EXPECT_EQ(codec::get_string(done.properties, PropertyId::authentication_method), "m");
}

TEST_F(AuthenticationTest, AFailedRepetitionEndsTheConnection) {
  authenticate();
  say("wrong", ReasonCode::re_authenticate);
  EXPECT_EQ(client.farewell(), ReasonCode::not_authorized);
}

TEST_F(AuthenticationTest, TheMethodCannotChange) {
  authenticate();
  say("one", ReasonCode::re_authenticate, "other");
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST_F(AuthenticationTest, ContinuingWhatWasNotBegunIsAProtocolError) {
  authenticate();
  say("one", ReasonCode::continue_authentication);
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST_F(AuthenticationTest, BeginningTwiceIsAProtocolError) {
  authenticate();
  say("one", ReasonCode::re_authenticate);
  expect_challenge("two");
  say("one", ReasonCode::re_authenticate);
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST_F(AuthenticationTest, SuccessIsNotTheClientsToSay) {
  authenticate();
  say("one", ReasonCode::success);
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST_F(AuthenticationTest, AuthWithoutAMethodInConnectIsAProtocolError) {
  client.connect();
  say("one", ReasonCode::re_authenticate);
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST_F(AuthenticationTest, AClientThatDoesNotAnswerIsNotWaitedForForEver) {
  start();
  expect_challenge("two");
  broker.advance(seconds(9));
  say("three");
  expect_challenge("four");
  broker.advance(seconds(9));
  EXPECT_TRUE(client.silent());
  broker.advance(seconds(1));
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, KeepAliveHoldsMeanwhile) {
  client.connect_packet.keep_alive = 2;
  start();
  expect_challenge("two");
  broker.advance(std::chrono::milliseconds(2'999));
  EXPECT_TRUE(client.silent());
  broker.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, ReAuthenticationPutsNoDeadlineOff) {
  client.connect_packet.keep_alive = 2;
  authenticate();
  broker.advance(seconds(2));
  say("one", ReasonCode::re_authenticate);
  expect_challenge("two");
  broker.advance(seconds(3));
  EXPECT_EQ(client.farewell(), ReasonCode::keep_alive_timeout);
}

TEST_F(AuthenticationTest, AnotherMethodMeanwhileIsAProtocolError) {
  start();
  expect_challenge("two");
  say("three", ReasonCode::continue_authentication, "other");
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::protocol_error);
  EXPECT_TRUE(client.closed());
}

TEST_F(AuthenticationTest, AuthBeforeConnectClosesWithoutAWord) {
  client.open();
  say("one");
  EXPECT_TRUE(client.closed());
}

TEST(Authentication, WithoutAScriptEveryMethodIsUnknown) {
  Broker broker;
  Client client{broker, "c"};
  client.with(PropertyId::authentication_method, std::string("m"));
  EXPECT_EQ(client.connect().reason_code, ReasonCode::bad_authentication_method);
}

}  // namespace
}  // namespace mqttspec::broker::testing
