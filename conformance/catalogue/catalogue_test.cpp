#include "conformance/catalogue/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace mqttspec::catalogue {
namespace {

using ::testing::HasSubstr;

std::string statement(const std::string& id, const std::string& more = "") {
  return R"({"id": ")" + id + R"(", "section": "3.10", "title": "t", "actor": "server",
    "level": "MUST", "summary": "s", "testable": "wire", "test_idea": "i", "violation": "v")" +
         more + "}";
}

std::string file(const std::string& statements, const std::string& count = "1") {
  return R"({"protocol": "5.0", "source": "x", "numbered": true, "count": )" + count +
         R"(, "statements": [)" + statements + "]}";
}

Catalogue load(const std::string& text) {
  return Catalogue::from_texts({{"a.json", text}});
}

std::string error_of(const std::string& text) {
  try {
    (void)load(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(CatalogueLoader, ReadsEveryField) {
  const Catalogue catalogue = load(file(
      statement("5.0:MQTT-3.10.0-1",
                R"(, "reaction": "if-detected", "wait_s": 6, "client_testable": true, "note": "n",
         "appendix_b": {"kind": "editorial", "difference": "d"})")));
  const Requirement* found = catalogue.find("5.0:MQTT-3.10.0-1");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->version, codec::Version::v5_0);
  EXPECT_TRUE(found->numbered);
  EXPECT_EQ(found->section, "3.10");
  EXPECT_EQ(found->reaction, "if-detected");
  EXPECT_EQ(found->wait_s, 6);
  EXPECT_TRUE(found->client_testable);
  EXPECT_EQ(found->appendix_b, "editorial: d");
  EXPECT_EQ(found->note, "n");
}

TEST(CatalogueLoader, RefusesAKeyThatIsNotInUse) {
  EXPECT_THAT(error_of(file(statement("5.0:A", R"(, "sumary": "x")"))),
              HasSubstr("a.json: statements[0]: unknown key \"sumary\""));
}

TEST(CatalogueLoader, RefusesAWordThatIsNotInUse) {
  EXPECT_THAT(error_of(file(statement("5.0:A", R"(, "reaction": "maybe")"))),
              HasSubstr("\"reaction\" is \"maybe\", which is none of: must, if-detected"));
}

TEST(CatalogueLoader, RefusesAMissingField) {
  EXPECT_THAT(error_of(file(R"({"id": "5.0:A"})")), HasSubstr("\"section\" is missing"));
}

TEST(CatalogueLoader, RefusesAWrongCount) {
  EXPECT_THAT(error_of(file(statement("5.0:A"), "2")), HasSubstr("\"count\" is 2"));
}

TEST(CatalogueLoader, RefusesAnIdOfAnotherVersion) {
  EXPECT_THAT(error_of(file(statement("3.1.1:A"))), HasSubstr("has to begin with \"5.0:\""));
}

TEST(CatalogueLoader, RefusesAnIdThatStandsTwice) {
  EXPECT_THAT(error_of(file(statement("5.0:A") + "," + statement("5.0:A"), "2")),
              HasSubstr("5.0:A stands twice"));
}

TEST(CatalogueLoader, RefusesWhatIsNoJson) {
  EXPECT_THAT(error_of("{"), HasSubstr("a.json: "));
  EXPECT_THAT(error_of("[]"), HasSubstr("a.json: file: has to be an object"));
}

TEST(Catalogue, FindsNothingForAnUnknownId) {
  EXPECT_EQ(Catalogue::embedded().find("5.0:MQTT-9.9.9-9"), nullptr);
}

TEST(Catalogue, ProposesTheVersionForABareNumber) {
  EXPECT_EQ(Catalogue::embedded().nearest("MQTT-3.8.3-4"), "5.0:MQTT-3.8.3-4");
}

TEST(Catalogue, ProposesTheNearestSpelling) {
  EXPECT_EQ(Catalogue::embedded().nearest("5.0:MQT-4.13.1-1"), "5.0:MQTT-4.13.1-1");
  EXPECT_EQ(Catalogue::embedded().nearest("nothing of the kind"), "");
}

TEST(Catalogue, SectionTenComesAfterSectionNine) {
  const auto& all = Catalogue::embedded().all();
  const auto place = [&](const char* id) { return Catalogue::embedded().find(id) - all.data(); };
  EXPECT_LT(place("5.0:MQTT-3.9.3-1"), place("5.0:MQTT-3.10.1-1"));
}

TEST(Catalogue, WhatOnlyFollowsIsJudgedNoStricterThanShould) {
  Requirement requirement;
  requirement.level = "inferred";
  EXPECT_EQ(strictest(requirement), Strictness::should);
  requirement.level = "stated";
  EXPECT_EQ(strictest(requirement), Strictness::must);
  requirement.level = "MAY";
  EXPECT_EQ(strictest(requirement), Strictness::may);
}

}  // namespace
}  // namespace mqttspec::catalogue
