// Who a client is, by password, certificate or SCRAM, and what follows from it.
#include "reference/broker/access_list.hpp"
#include "reference/broker/scram.hpp"
#include "reference/broker/scram_testing.hpp"
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class Identity : public ::testing::Test {
 protected:
  Config config;
  std::unique_ptr<Broker> broker;

  void SetUp() override { config.passwords = passwords_of({{"anna", "secret"}, {"berta", "b"}}); }
  void start() { broker = std::make_unique<Broker>(config); }

  // Sends CONNECT with these credentials.
  void begin(Client& client, std::optional<std::string> user, std::optional<std::string> password) {
    client.connect_packet.user_name = std::move(user);
    client.connect_packet.password = std::move(password);
    client.open();
    client.send(client.connect_packet);
  }
  // Answers the last question as the server would.
  void verify() {
    ASSERT_FALSE(broker->asked.empty());
    const auto question = broker->asked.back();
    broker->asked.pop_back();
    ASSERT_NE(question.record, nullptr);
    broker->handle(
        Authenticated{question.connection, fits(*question.record, question.password.value_or(""))});
  }
  ReasonCode log_in(Client& client, const std::string& user, const std::string& password) {
    begin(client, user, password);
    verify();
    return client.expect<codec::Connack>().reason_code;
  }
};

TEST_F(Identity, TheRightPasswordIsAccepted) {
  start();
  Client client{*broker, "c"};
  EXPECT_EQ(log_in(client, "anna", "secret"), ReasonCode::success);
}

TEST_F(Identity, TheWrongPasswordIsRefusedInEveryVersion) {
  start();
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    Client client{*broker, "c", version};
    begin(client, "anna", "wrong");
    verify();
    const auto connack = client.expect<codec::Connack>();
    EXPECT_EQ(static_cast<int>(connack.reason_code), version == Version::v5_0 ? 0x86 : 4);
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(Identity, AnUnknownUserTakesAsLongAndIsRefusedInTheSameWords) {
  start();
  Client stranger{*broker, "c"};
  begin(stranger, "nobody", "x");
  ASSERT_EQ(broker->asked.size(), 1U);
  // Even a verifier that says yes does not let a user in who does not exist.
  broker->handle(Authenticated{stranger.connection(), true});
  const auto refused = stranger.expect<codec::Connack>();
  Client anna{*broker, "d"};
  begin(anna, "anna", "wrong");
  verify();
  EXPECT_EQ(refused.reason_code, ReasonCode::bad_user_name_or_password);
  EXPECT_EQ(refused, anna.expect<codec::Connack>());
}

TEST_F(Identity, NobodyMayStayAnonymousUnlessThatIsAllowed) {
  start();
  Client client{*broker, "c"};
  EXPECT_EQ(client.connect().reason_code, ReasonCode::bad_user_name_or_password);
  config.allow_anonymous = true;
  start();
  Client other{*broker, "c"};
  EXPECT_EQ(other.connect().reason_code, ReasonCode::success);
  Client named{*broker, "d"};
  EXPECT_EQ(log_in(named, "anna", "wrong"), ReasonCode::bad_user_name_or_password);
  Client nameless{*broker, "e"};
  begin(nameless, std::nullopt, "secret");
  EXPECT_EQ(nameless.expect<codec::Connack>().reason_code, ReasonCode::bad_user_name_or_password);
}

TEST_F(Identity, WhatIsSentMeanwhileWaitsForTheAnswer) {
  start();
  Client client{*broker, "c"};
  begin(client, "anna", "secret");
  client.send(codec::Pingreq{});
  EXPECT_TRUE(client.silent());
  verify();
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::success);
  client.expect<codec::Pingresp>();
}

TEST_F(Identity, WhatIsSentMeanwhileIsBounded) {
  start();
  Client client{*broker, "c"};
  begin(client, "anna", "secret");
  for (int i = 0; i < 20; ++i) client.send_publish("t", std::string(100'000, 'x'));
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::quota_exceeded);
  EXPECT_TRUE(client.closed());
}

TEST_F(Identity, AVerifierThatNeverAnswersIsNotWaitedForForEver) {
  start();
  Client client{*broker, "c"};
  begin(client, "anna", "secret");
  broker->advance(seconds(10));
  EXPECT_TRUE(client.closed());
  verify();  // comes too late and is read over
}

TEST_F(Identity, ASessionBelongsToItsUser) {
  start();
  Client anna{*broker, "c"};
  EXPECT_EQ(log_in(anna.persistent(), "anna", "secret"), ReasonCode::success);
  Client thief{*broker, "c"};
  EXPECT_EQ(log_in(thief, "berta", "b"), ReasonCode::not_authorized);
  EXPECT_TRUE(anna.silent());
  anna.disconnect();
  Client again{*broker, "c"};
  EXPECT_EQ(log_in(again, "berta", "b"), ReasonCode::not_authorized);
}

TEST_F(Identity, ASessionBelongsToWhoeverHasItsNameIfThatIsConfigured) {
  config.sessions_belong_to_users = false;
  start();
  Client anna{*broker, "c"};
  EXPECT_EQ(log_in(anna, "anna", "secret"), ReasonCode::success);
  Client other{*broker, "c"};
  EXPECT_EQ(log_in(other, "berta", "b"), ReasonCode::success);
  EXPECT_EQ(anna.farewell(), ReasonCode::session_taken_over);
}

TEST_F(Identity, AChangedPasswordEndsTheConnectionsThatUsedTheOldOne) {
  start();
  Client anna{*broker, "a"};
  Client berta{*broker, "b"};
  log_in(anna, "anna", "secret");
  log_in(berta, "berta", "b");
  auto changed = *config.passwords;
  changed.records["anna"] =
      std::make_shared<PasswordRecord>(make_record("new", "saltsalt", iterations_minimum));
  broker->handle(AccessChanged{std::make_shared<Passwords>(changed), nullptr});
  EXPECT_EQ(anna.farewell(), ReasonCode::administrative_action);
  EXPECT_TRUE(berta.silent());
  Client again{*broker, "a"};
  EXPECT_EQ(log_in(again, "anna", "new"), ReasonCode::success);
}

TEST_F(Identity, APasswordThatChangesWhileItIsVerifiedDoesNotLetIn) {
  start();
  Client anna{*broker, "a"};
  begin(anna, "anna", "secret");
  broker->handle(AccessChanged{passwords_of({{"berta", "b"}}), nullptr});
  verify();
  EXPECT_EQ(anna.expect<codec::Connack>().reason_code, ReasonCode::bad_user_name_or_password);
}

TEST_F(Identity, PlainUsersAndPasswordFileStandSideBySide) {
  config.users = std::map<std::string, std::string>{{"carla", "plain"}};
  start();
  Client carla{*broker, "c"};
  begin(carla, "carla", "plain");
  EXPECT_EQ(carla.expect<codec::Connack>().reason_code, ReasonCode::success);
  Client anna{*broker, "a"};
  EXPECT_EQ(log_in(anna, "anna", "secret"), ReasonCode::success);
}

// --- certificates -------------------------------------------------------------------------------

class Certificate : public Identity {
 protected:
  // A connection whose certificate has this subject.
  ReasonCode connect_with(const std::string& subject, const std::string& identifier) {
    broker->handle(Opened{1'000, "test", "tls", subject});
    codec::Connect connect;
    connect.client_identifier = identifier;
    broker->handle(PacketReceived{1'000, connect, 20});
    auto& inbox = broker->inbox(1'000);
    if (inbox.packets.empty()) return ReasonCode::unspecified_error;
    const auto code = std::get<codec::Connack>(inbox.packets.front()).reason_code;
    broker->handle(Closed{1'000});
    inbox = {};
    return code;
  }
};

TEST_F(Certificate, TakesThePlaceOfThePassword) {
  config.certificate_user_name = Config::CertificateUser::subject;
  start();
  EXPECT_EQ(connect_with("CN=anna,O=home", "c"), ReasonCode::success);
  EXPECT_TRUE(broker->asked.empty());
  EXPECT_EQ(connect_with("", "c"), ReasonCode::bad_user_name_or_password);
}

TEST_F(Certificate, IsNoProofUnlessThatIsConfigured) {
  start();
  EXPECT_EQ(connect_with("CN=anna", "c"), ReasonCode::bad_user_name_or_password);
}

TEST_F(Certificate, CanBeRequired) {
  config.passwords = nullptr;
  config.require_certificate = true;
  start();
  EXPECT_EQ(connect_with("", "c"), ReasonCode::not_authorized);
  EXPECT_EQ(connect_with("CN=anna", "c"), ReasonCode::success);
}

TEST_F(Certificate, ItsCommonNameIsTheUser) {
  config.certificate_user_name = Config::CertificateUser::common_name;
  config.sessions_belong_to_users = true;
  auto list = parse_access_list("user a,b deny #\nall both %u/#");
  config.access_list = std::make_shared<AccessList>(std::get<AccessList>(std::move(list)));
  start();
  EXPECT_EQ(connect_with("O=home", "c"), ReasonCode::not_authorized);
  EXPECT_EQ(connect_with("O=x\\,CN=evil", "c"), ReasonCode::not_authorized);
  EXPECT_EQ(connect_with("O=home,CN=anna", "c"), ReasonCode::success);
}

// --- SCRAM in MQTT ------------------------------------------------------------------------------

class ScramInMqtt : public Identity {
 protected:
  ScramClient proof{"anna", "secret"};

  void begin_scram(Client& client, const ScramClient& by) {
    client.with(PropertyId::authentication_method, std::string(scram_method));
    client.with(PropertyId::authentication_data, by.first());
    client.open();
    client.send(client.connect_packet);
  }
  static std::string data_of(const codec::Properties& properties) {
    return std::string(codec::get_string(properties, PropertyId::authentication_data).value_or(""));
  }
  static void say(Client& client, const std::string& data,
                  ReasonCode reason = ReasonCode::continue_authentication) {
    codec::Auth auth;
    auth.reason_code = reason;
    auth.properties = {{PropertyId::authentication_method, std::string(scram_method)},
                       {PropertyId::authentication_data, data}};
    client.send(auth);
  }
  codec::Connack log_in_by_scram(Client& client) {
    begin_scram(client, proof);
    say(client, proof.final(data_of(client.expect<codec::Auth>().properties)));
    return client.expect<codec::Connack>();
  }
};

TEST_F(ScramInMqtt, TheServerProvesItselfInConnack) {
  start();
  Client client{*broker, "c"};
  const auto connack = log_in_by_scram(client);
  EXPECT_EQ(connack.reason_code, ReasonCode::success);
  EXPECT_EQ(codec::get_string(connack.properties, PropertyId::authentication_method), scram_method);
  EXPECT_TRUE(proof.trusts(data_of(connack.properties)));
}

TEST_F(ScramInMqtt, ReplacesNoCertificateThatIsRequired) {
  config.require_certificate = true;
  start();
  Client client{*broker, "c"};
  begin_scram(client, proof);
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::not_authorized);
  EXPECT_TRUE(client.closed());
}

TEST_F(ScramInMqtt, TheWrongPasswordIsNotAuthorized) {
  start();
  proof = ScramClient("anna", "wrong");
  Client client{*broker, "c"};
  EXPECT_EQ(log_in_by_scram(client).reason_code, ReasonCode::not_authorized);
  EXPECT_TRUE(client.closed());
}

TEST_F(ScramInMqtt, EveryExchangeHasANonceOfItsOwn) {
  start();
  Client one{*broker, "1"};
  Client two{*broker, "2"};
  begin_scram(one, proof);
  begin_scram(two, proof);
  EXPECT_NE(attribute(data_of(one.expect<codec::Auth>().properties), 'r'),
            attribute(data_of(two.expect<codec::Auth>().properties), 'r'));
}

TEST_F(ScramInMqtt, TheSecretDecidesOnTheNonce) {
  const auto nonce_with = [&](const std::string& secret) {
    config.secret = secret;
    start();
    Client client{*broker, "c"};
    begin_scram(client, proof);
    return attribute(data_of(client.expect<codec::Auth>().properties), 'r');
  };
  EXPECT_EQ(nonce_with("a"), nonce_with("a"));
  EXPECT_NE(nonce_with("a"), nonce_with("b"));
}

TEST_F(ScramInMqtt, ReAuthenticationProvesBothSidesAgain) {
  start();
  Client client{*broker, "c"};
  log_in_by_scram(client);
  say(client, proof.first(), ReasonCode::re_authenticate);
  say(client, proof.final(data_of(client.expect<codec::Auth>().properties)));
  const auto done = client.expect<codec::Auth>();
  EXPECT_EQ(done.reason_code, ReasonCode::success);
  EXPECT_TRUE(proof.trusts(data_of(done.properties)));
}

TEST_F(ScramInMqtt, AConnectionDoesNotChangeItsUser) {
  start();
  Client client{*broker, "c"};
  log_in_by_scram(client);
  ScramClient berta("berta", "b");
  say(client, berta.first(), ReasonCode::re_authenticate);
  say(client, berta.final(data_of(client.expect<codec::Auth>().properties)));
  EXPECT_EQ(client.farewell(), ReasonCode::not_authorized);
}

TEST_F(ScramInMqtt, TheUserIsTheOneOfTheSession) {
  start();
  Client anna{*broker, "c"};
  log_in_by_scram(anna.persistent());
  Client berta{*broker, "c"};
  EXPECT_EQ(log_in(berta, "berta", "b"), ReasonCode::not_authorized);
  Client again{*broker, "c"};
  again.persistent();
  begin(again, "anna", "secret");
  verify();
  EXPECT_TRUE(again.expect<codec::Connack>().session_present);
}

TEST_F(ScramInMqtt, IsNotOfferedWithoutAPasswordFile) {
  config.passwords = nullptr;
  start();
  Client client{*broker, "c"};
  begin_scram(client, proof);
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::bad_authentication_method);
}

TEST_F(ScramInMqtt, AnAccountThatEndsMeanwhileDoesNotLetIn) {
  start();
  Client client{*broker, "c"};
  begin_scram(client, proof);
  const auto challenge = data_of(client.expect<codec::Auth>().properties);
  broker->handle(AccessChanged{passwords_of({{"berta", "b"}}), nullptr});
  say(client, proof.final(challenge));
  EXPECT_EQ(client.expect<codec::Connack>().reason_code, ReasonCode::not_authorized);
}

}  // namespace
}  // namespace mqttspec::broker::testing
