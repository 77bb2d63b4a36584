#include "reference/broker/passwords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/broker/scram_testing.hpp"

namespace mqttspec::broker {
namespace {

using ::testing::HasSubstr;

LineError error_of(std::string_view text) {
  const auto parsed = parse_passwords(text);
  const auto* error = std::get_if<LineError>(&parsed);
  return error == nullptr ? LineError{0, "no error"} : *error;
}

const std::string header = "mqttspec-passwords 1 MDEyMzQ1Njc4OWFiY2RlZg==\n";
const std::string key = std::string(43, 'A') + "=";
const std::string record = "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$" + key + ":" + key;

TEST(PasswordRecord, FitsItsPasswordAndNoOther) {
  const auto made = make_record("secret", "saltsalt", iterations_minimum);
  EXPECT_TRUE(fits(made, "secret"));
  EXPECT_FALSE(fits(made, "secret "));
  EXPECT_FALSE(fits(made, ""));
}

TEST(PasswordRecord, HoldsAPasswordThatIsNoText) {
  const std::string bytes("\0\xFF\n", 3);
  EXPECT_TRUE(fits(make_record(bytes, "saltsalt", iterations_minimum), bytes));
}

TEST(PasswordFile, ComesBackAsItWasWritten) {
  const auto passwords = testing::passwords_of({{"anna", "x"}, {"a:b$c d", "y"}});
  const auto parsed = parse_passwords(print(*passwords));
  const auto* again = std::get_if<Passwords>(&parsed);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->secret, passwords->secret);
  ASSERT_EQ(again->records.size(), 2U);
  EXPECT_EQ(*again->find("a:b$c d"), *passwords->find("a:b$c d"));
  EXPECT_TRUE(fits(*again->find("anna"), "x"));
  EXPECT_EQ(again->find("ann"), nullptr);
}

TEST(PasswordFile, CommentsEmptyLinesAndCarriageReturnsAreReadOver) {
  const auto parsed = parse_passwords("# mine\n\n" + header + "\r\n# anna\nanna:" + record + "\r");
  ASSERT_TRUE(std::holds_alternative<Passwords>(parsed));
  EXPECT_NE(std::get<Passwords>(parsed).find("anna"), nullptr);
}

TEST(PasswordFile, ErrorsNameTheLine) {
  EXPECT_EQ(error_of(header + "anna:" + record + "\nberta\n").line, 3U);
  EXPECT_THAT(error_of(header + "berta\n").message, HasSubstr("passwd"));
  EXPECT_THAT(error_of(header + ":" + record).message, HasSubstr("a user name is wanted"));
  EXPECT_THAT(error_of(header + "a:" + record + "\na:" + record).message, HasSubstr("twice"));
}

TEST(PasswordFile, ADamagedRecordIsExplained) {
  const auto message = [](const std::string& text) {
    return error_of(header + "a:SCRAM-SHA-256$" + text).message;
  };
  EXPECT_THAT(message("4096"), HasSubstr("the record has to be"));
  EXPECT_THAT(message("4095:c2FsdHNhbHQ=$" + key + ":" + key), HasSubstr("iterations from 4096"));
  EXPECT_THAT(message("99999999:c2FsdHNhbHQ=$" + key + ":" + key), HasSubstr("to 10000000"));
  EXPECT_THAT(message("x:c2FsdHNhbHQ=$" + key + ":" + key), HasSubstr("iterations"));
  EXPECT_THAT(message("4096:c2FsdA==$" + key + ":" + key), HasSubstr("salt"));
  EXPECT_THAT(message("4096:c2FsdHNhbHQ=$AAAA:" + key), HasSubstr("32 bytes"));
  EXPECT_THAT(message("4096:c2FsdHNhbHQ=$" + key + ":?"), HasSubstr("32 bytes"));
}

TEST(PasswordFile, AFileOfAnotherKindIsNotTaken) {
  EXPECT_THAT(error_of("anna:$7$101$abc\n").message, HasSubstr("no password file"));
  EXPECT_EQ(error_of("").line, 1U);
  EXPECT_THAT(error_of("mqttspec-passwords 2 AAAAAAAAAAAAAAAA\n").message,
              HasSubstr("no password file"));
}

TEST(PasswordFile, AStandInDependsOnNameAndSecretOnly) {
  const auto passwords = testing::passwords_of({{"anna", "x"}});
  EXPECT_EQ(*passwords->stand_in("nobody"), *passwords->stand_in("nobody"));
  EXPECT_NE(passwords->stand_in("nobody")->salt, passwords->stand_in("somebody")->salt);
  auto other = *passwords;
  other.secret = "another secret";
  EXPECT_NE(other.stand_in("nobody")->salt, passwords->stand_in("nobody")->salt);
}

}  // namespace
}  // namespace mqttspec::broker
