// The access list as text, and what it gives to one client.
#include "reference/broker/access_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::broker {
namespace {

using ::testing::HasSubstr;

AccessRights rights(std::string_view list, std::string_view client,
                    const std::optional<std::string>& user = std::nullopt) {
  auto parsed = parse_access_list(list);
  Config config;
  if (const auto* errors = std::get_if<std::vector<LineError>>(&parsed)) {
    ADD_FAILURE() << errors->front().message;
  } else {
    config.access_list = std::make_shared<AccessList>(std::get<AccessList>(std::move(parsed)));
  }
  return AccessRights(config, client, user);
}

std::vector<LineError> errors_of(std::string_view list) {
  auto parsed = parse_access_list(list);
  const auto* errors = std::get_if<std::vector<LineError>>(&parsed);
  return errors == nullptr ? std::vector<LineError>{} : *errors;
}

TEST(AccessList, PermitsNothingThatItDoesNotName) {
  EXPECT_FALSE(rights("", "c").may_publish("t"));
  EXPECT_FALSE(rights("", "c").may_subscribe("t"));
  EXPECT_FALSE(rights("", "c").may_receive("t"));
}

struct Right {
  std::string_view name;
  bool publish;
  bool subscribe;
};

void expect_rights(std::string_view list, std::initializer_list<Right> rows) {
  const auto some = rights(list, "c");
  for (const Right& row : rows) {
    EXPECT_EQ(some.may_publish(row.name), row.publish) << row.name;
    EXPECT_EQ(some.may_subscribe(row.name), row.subscribe) << row.name;
  }
}

TEST(AccessList, EachRightStandsForItself) {
  expect_rights("all publish p/#\nall subscribe s/#\nall both b/#\n",
                {{"p/x", true, false}, {"s/x", false, true}, {"b/x", true, true}});
}

TEST(AccessList, ADenialWinsWhereverItStands) {
  expect_rights("all deny a/secret\nall both a/#\nall deny-publish a/p\nall deny-subscribe a/s",
                {{"a/x", true, true},
                 {"a/secret", false, false},
                 {"a/p", false, true},
                 {"a/s", true, false}});
}

TEST(AccessList, AWiderSubscriptionIsTakenButBringsNothingThatIsDenied) {
  const auto some = rights("all both a/#\nall deny a/secret/#", "c");
  EXPECT_TRUE(some.may_subscribe("a/#"));
  EXPECT_TRUE(some.may_receive("a/open"));
  EXPECT_FALSE(some.may_receive("a/secret/x"));
}

TEST(AccessList, AFilterHasToBeCoveredByOnePermission) {
  expect_rights("all subscribe a/+/c\nall subscribe a/b", {{"a/x/c", false, true},
                                                           {"a/+/c", false, true},
                                                           {"a/#", false, false},
                                                           {"#", false, false},
                                                           {"+/x/c", false, false}});
}

TEST(AccessList, AWildcardInFrontLeavesTopicsOfTheServerOut) {
  EXPECT_FALSE(rights("all both #", "c").may_subscribe("$SYS/#"));
  EXPECT_TRUE(rights("all subscribe $SYS/#", "c").may_subscribe("$SYS/broker/version"));
}

TEST(AccessList, LinesConcernWhomTheyName) {
  constexpr std::string_view list =
      "user anna publish a\nanonymous publish b\nclient c1 publish c\nuser \"two \\\"words\" "
      "publish d\n";
  EXPECT_TRUE(rights(list, "x", "anna").may_publish("a"));
  EXPECT_FALSE(rights(list, "x", "berta").may_publish("a"));
  EXPECT_FALSE(rights(list, "anna").may_publish("a"));
  EXPECT_TRUE(rights(list, "x").may_publish("b"));
  EXPECT_FALSE(rights(list, "x", "anna").may_publish("b"));
  EXPECT_TRUE(rights(list, "c1").may_publish("c"));
  EXPECT_TRUE(rights(list, "x", "two \"words").may_publish("d"));
}

TEST(AccessList, PatternsStandForTheNames) {
  constexpr std::string_view list = "all both u/%u/#\nall both c/x%cx\nall both 100%%/#\n";
  EXPECT_TRUE(rights(list, "c1", "anna").may_publish("u/anna/t"));
  EXPECT_FALSE(rights(list, "c1", "anna").may_publish("u/berta/t"));
  EXPECT_TRUE(rights(list, "c1").may_publish("c/xc1x"));
  EXPECT_TRUE(rights(list, "c1").may_publish("100%/x"));
  EXPECT_FALSE(rights(list, "c1").may_publish("u//t"));
}

TEST(AccessList, HostileNamesWidenNothing) {
  for (const std::string name : {"+", "#", "a/b", "+/+", "", "a#"}) {
    const auto some = rights("all both home/%c/#\nall both %c/x\nall both h/%u", name, name);
    EXPECT_FALSE(some.may_subscribe("home/" + name + "/#")) << name;
    EXPECT_FALSE(some.may_publish("home/b/t")) << name;
    EXPECT_FALSE(some.may_publish("a/b/x")) << name;
    EXPECT_FALSE(some.may_subscribe("h/" + name)) << name;
  }
  EXPECT_FALSE(rights("all both %c/#", "$SYS").may_subscribe("$SYS/#"));
  EXPECT_TRUE(rights("all both h/%c", "$SYS").may_subscribe("h/$SYS"));
}

TEST(AccessList, ADenialIsAboutTheVeryNameWhateverCharactersItHas) {
  constexpr std::string_view list =
      "all both #\nall both $SYS/#\nall deny own/%u/secret\nall deny x%c\nall deny %c/y";
  const auto some = rights(list, "a/b", "a/b");
  EXPECT_FALSE(some.may_publish("own/a/b/secret"));
  EXPECT_FALSE(some.may_publish("xa/b"));
  EXPECT_FALSE(some.may_subscribe("a/b/y"));
  EXPECT_TRUE(some.may_publish("own/a")) << "which is nobody's secret";
  EXPECT_TRUE(some.may_publish("xa"));
  const auto server = rights(list, "$SYS", "u");
  EXPECT_FALSE(server.may_subscribe("$SYS/y"));
  EXPECT_TRUE(server.may_subscribe("$SYS/z"));
  const auto anna = rights(list, "c", "anna");
  EXPECT_TRUE(anna.may_publish("own/a"));
  EXPECT_FALSE(anna.may_publish("own/anna/secret"));
}

TEST(AccessList, ADenialWhoseNameFitsNoTopicDeniesAllThatBeginsLikeIt) {
  for (const std::string name : {"+", "#", "a/+", "a#b"}) {
    const auto some = rights("all both #\nall deny own/%c/secret", name);
    EXPECT_FALSE(some.may_publish("own/a/secret")) << name;
    EXPECT_FALSE(some.may_subscribe("own/a/#")) << name;
    EXPECT_TRUE(some.may_publish("else")) << name;
    // Not even what a '#' leaves out.
    const auto none = rights("all both #\nall both $SYS/#\nall deny $S%c/x", name);
    EXPECT_FALSE(none.may_subscribe("$SYS/x")) << name;
    EXPECT_FALSE(none.may_publish("a")) << name;
  }
  EXPECT_FALSE(rights("all both #\nall deny own/%u/x", "c").may_publish("own/a/x"))
      << "who has no user name";
}

TEST(AccessList, ErrorsNameEveryLineThatIsWrong) {
  const auto errors = errors_of(
      "# comment\n\nnobody both a\nuser both\nall write a\nall both\nall both a/#/b\n"
      "all both %x\nall both $share/g/a\nuser \"a both a\nuser \"\" both a\n");
  ASSERT_EQ(errors.size(), 9U);
  EXPECT_EQ(errors[0].line, 3U);
  EXPECT_THAT(errors[0].message, HasSubstr("\"nobody\" is nobody"));
  EXPECT_THAT(errors[1].message, HasSubstr("is no right"));
  EXPECT_THAT(errors[2].message, HasSubstr("\"write\" is no right"));
  EXPECT_THAT(errors[3].message, HasSubstr("a Topic Filter is wanted"));
  EXPECT_THAT(errors[4].message, HasSubstr("\"a/#/b\" is no Topic Filter"));
  EXPECT_THAT(errors[5].message, HasSubstr("\"%x\" is no pattern"));
  EXPECT_THAT(errors[6].message, HasSubstr("$share"));
  EXPECT_THAT(errors[7].message, HasSubstr("quotes"));
  EXPECT_THAT(errors[8].message, HasSubstr("a name is wanted"));
  EXPECT_EQ(errors[8].line, 11U);
}

TEST(AccessList, KnowsWhetherUsersHaveToBeVerified) {
  const auto names_users = [](std::string_view list) {
    return std::get<AccessList>(parse_access_list(list)).names_users();
  };
  EXPECT_TRUE(names_users("user anna both a"));
  EXPECT_TRUE(names_users("all both a/%u"));
  EXPECT_FALSE(names_users("all both a/%c\nanonymous deny b"));
}

}  // namespace
}  // namespace mqttspec::broker
