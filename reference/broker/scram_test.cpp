// SCRAM-SHA-256 (RFC 5802, RFC 7677) without MQTT around it.
#include "reference/broker/scram.hpp"

#include <gtest/gtest.h>

#include "reference/broker/scram_testing.hpp"

namespace mqttspec::broker::testing {
namespace {

using Verdict = AuthenticationStep::Verdict;

class Scram : public ::testing::Test {
 protected:
  std::shared_ptr<const Passwords> passwords =
      passwords_of({{"anna", "secret"}, {"a,b=c", "other"}});
  ScramExchange exchange{passwords, "server-nonce"};

  // The server's answer to the client's first message.
  std::string first(const ScramClient& client) {
    const auto step = exchange.next(client.first());
    EXPECT_EQ(step.verdict, Verdict::go_on);
    return step.data.value_or("");
  }
};

// The example of RFC 7677 section 3.
TEST(ScramVector, OfRfc7677IsReproduced) {
  auto passwords = std::make_shared<Passwords>();
  passwords->records["user"] = std::make_shared<PasswordRecord>(
      make_record("pencil", from_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value(), 4'096));
  ScramExchange exchange(passwords, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  const auto first = exchange.next("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(first.data,
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,"
            "i=4096");
  const auto last = exchange.next(
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(last.verdict, Verdict::accepted);
  EXPECT_EQ(last.data, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  EXPECT_EQ(last.user_name, "user");
}

TEST_F(Scram, TheRightPasswordProvesBothSides) {
  ScramClient client("anna", "secret");
  const auto last = exchange.next(client.final(first(client)));
  EXPECT_EQ(last.verdict, Verdict::accepted);
  EXPECT_EQ(last.user_name, "anna");
  EXPECT_TRUE(client.trusts(last.data.value_or("")));
}

TEST_F(Scram, TheWrongPasswordFails) {
  ScramClient client("anna", "Secret");
  const auto last = exchange.next(client.final(first(client)));
  EXPECT_EQ(last.verdict, Verdict::rejected);
  EXPECT_FALSE(last.data.has_value());
}

TEST_F(Scram, AnUnknownUserIsAskedLikeAnybodyElse) {
  ScramClient stranger("nobody", "secret");
  const auto challenge = first(stranger);
  EXPECT_EQ(attribute(challenge, 'i'), "4096");
  EXPECT_EQ(from_base64(attribute(challenge, 's')).value_or("").size(), 16U);
  ScramClient client("anna", "wrong");
  ScramExchange other(passwords, "server-nonce");
  const auto of_anna = other.next(client.first());
  const auto refused = other.next(client.final(of_anna.data.value_or("")));
  const auto step = exchange.next(stranger.final(challenge));
  EXPECT_EQ(step.verdict, Verdict::rejected);
  EXPECT_EQ(step.why, refused.why);
}

TEST_F(Scram, AnUnknownUserHasASaltOfItsOwnEveryTime) {
  const auto salt_of = [&](const std::string& user) {
    ScramExchange fresh(passwords, "server-nonce");
    return attribute(fresh.next(ScramClient(user, "x").first()).data.value_or(""), 's');
  };
  EXPECT_EQ(salt_of("nobody"), salt_of("nobody"));
  EXPECT_NE(salt_of("nobody"), salt_of("nobody else"));
}

TEST_F(Scram, WhatWasRecordedOfAnotherExchangeIsWorthNothing) {
  ScramClient client("anna", "secret");
  ScramExchange recorded(passwords, "earlier-nonce");
  const auto proof = client.final(recorded.next(client.first()).data.value_or(""));
  first(client);
  EXPECT_EQ(exchange.next(proof).verdict, Verdict::rejected);
}

TEST_F(Scram, NamesAreUnescaped) {
  ScramClient client("a=2Cb=3Dc", "other");
  const auto last = exchange.next(client.final(first(client)));
  EXPECT_EQ(last.verdict, Verdict::accepted);
  EXPECT_EQ(last.user_name, "a,b=c");
}

TEST_F(Scram, AClientThatCouldBindChannelsIsServed) {
  ScramClient client("anna", "secret");
  client.header = "y,,";
  EXPECT_EQ(exchange.next(client.final(first(client))).verdict, Verdict::accepted);
}

TEST_F(Scram, TheHeaderMustComeBackUnchanged) {
  ScramClient client("anna", "secret");
  client.header = "y,,";
  const auto challenge = first(client);
  client.header = "n,,";
  EXPECT_EQ(exchange.next(client.final(challenge)).verdict, Verdict::rejected);
}

TEST_F(Scram, NobodyActsAsSomebodyElse) {
  ScramClient client("anna", "secret");
  client.header = "n,a=berta,";
  EXPECT_EQ(exchange.next(client.first()).verdict, Verdict::rejected);
  ScramExchange own(passwords, "server-nonce");
  client.header = "n,a=anna,";
  const auto challenge = own.next(client.first()).data.value_or("");
  EXPECT_EQ(own.next(client.final(challenge)).verdict, Verdict::accepted);
}

TEST_F(Scram, AClientThatSaysNothingAtFirstIsAskedToBegin) {
  const auto empty = exchange.next(std::nullopt);
  EXPECT_EQ(empty.verdict, Verdict::go_on);
  EXPECT_FALSE(empty.data.has_value());
  ScramClient client("anna", "secret");
  EXPECT_EQ(exchange.next(client.final(first(client))).verdict, Verdict::accepted);
}

TEST_F(Scram, AClientThatGoesOnSayingNothingIsRejected) {
  EXPECT_EQ(exchange.next(std::nullopt).verdict, Verdict::go_on);
  EXPECT_EQ(exchange.next("").verdict, Verdict::rejected);
}

class MalformedFirst : public ::testing::TestWithParam<std::string> {};

TEST_P(MalformedFirst, IsRejected) {
  ScramExchange exchange(passwords_of({{"anna", "secret"}}), "server-nonce");
  EXPECT_EQ(exchange.next(GetParam()).verdict, Verdict::rejected);
}

INSTANTIATE_TEST_SUITE_P(Messages, MalformedFirst,
                         ::testing::Values("x", "n", "n,", "n,,", "n,,n=anna", "n,,r=abc",
                                           "n,,n=anna,r=", "n,,n=,r=abc", "n,,n=an=na,r=abc",
                                           "n,,m=x,n=anna,r=abc", "p=tls-unique,,n=anna,r=abc",
                                           "n,b=c,n=anna,r=abc", "n,,n=anna,r=a b",
                                           "n,,n=anna,r=" + std::string(5'000, 'a')));

class MalformedFinal : public ::testing::TestWithParam<std::string> {};

TEST_P(MalformedFinal, IsRejected) {
  ScramExchange exchange(passwords_of({{"anna", "secret"}}), "server");
  ASSERT_EQ(exchange.next("n,,n=anna,r=client").verdict, Verdict::go_on);
  EXPECT_EQ(exchange.next(GetParam()).verdict, Verdict::rejected);
}

INSTANTIATE_TEST_SUITE_P(Messages, MalformedFinal,
                         ::testing::Values("", "c=biws", "c=biws,r=clientserver",
                                           "c=biws,r=clientserver,p=", "c=biws,r=clientserver,p=x",
                                           "c=biws,r=clientserver,p=" + std::string(43, 'A') + "=",
                                           "r=clientserver,c=biws,p=" + std::string(43, 'A') + "=",
                                           ",p=" + std::string(43, 'A') + "="));

}  // namespace
}  // namespace mqttspec::broker::testing
