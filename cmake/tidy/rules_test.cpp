// Each rule on texts made up to break it: a rule that nobody has seen fail is none.
#include "cmake/tidy/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Source cpp(const std::string& path, const std::string& text) {
  return Source::from_text(path, text);
}

TEST(Layers, TheCodecMayNotKnowTheBroker) {
  const auto source = cpp("reference/codec/a.cpp", "#include \"reference/broker/engine.hpp\"\n");
  EXPECT_THAT(check_layers(source), ElementsAre(HasSubstr("a.cpp:1: reference/codec/ must not")));
}

TEST(Layers, TheInterpreterMayNotKnowItsDrivers) {
  const std::string text = "#include \"conformance/executor/live/live_driver.hpp\"\n";
  EXPECT_EQ(check_layers(cpp("conformance/executor/a.cpp", text)).size(), 1U);
  EXPECT_THAT(check_layers(cpp("conformance/executor/live/a.cpp", text)), IsEmpty());
}

TEST(Layers, TheBrokerMayKnowTheCodec) {
  const auto source = cpp("reference/broker/a.cpp", "#include \"reference/codec/packet.hpp\"\n");
  EXPECT_THAT(check_layers(source), IsEmpty());
}

TEST(Layers, TheCommandLineMayKnowEverything) {
  const auto source = cpp("conformance/cli/a.cpp",
                          "#include \"conformance/executor/live/live_driver.hpp\"\n"
                          "#include \"reference/node/node.hpp\"\n");
  EXPECT_THAT(check_layers(source), IsEmpty());
}

TEST(Layers, AnIncludeIsRelativeToTheProject) {
  EXPECT_EQ(check_layers(cpp("reference/codec/a.cpp", "#include \"packet.hpp\"\n")).size(), 1U);
}

TEST(Layers, AFolderThatNobodyPlacedIsNoticed) {
  EXPECT_EQ(check_layers(cpp("reference/new/a.cpp", "\n")).size(), 1U);
}

TEST(Adapters, ClocksAndThreadsAreRefusedInTheEngine) {
  const auto source = cpp("reference/broker/a.cpp",
                          "#include <thread>\nauto t = std::chrono::steady_clock::now();\n");
  EXPECT_THAT(check_adapters(source),
              ElementsAre(HasSubstr("a.cpp:1: thread"), HasSubstr("a.cpp:2: steady_clock::now")));
}

TEST(Adapters, WhatOnlyACommentSaysIsNoUse) {
  EXPECT_THAT(check_adapters(cpp("reference/broker/a.cpp", "// never steady_clock::now\n")),
              IsEmpty());
}

TEST(Adapters, TheLiveDriverMayUseThem) {
  const auto source = cpp("conformance/executor/live/a.cpp", "#include <boost/asio/ip/tcp.hpp>\n");
  EXPECT_THAT(check_adapters(source), IsEmpty());
}

TEST(Adapters, AHeaderThatOnlyTestsIncludeMayReadFiles) {
  std::vector<Source> sources = {
      cpp("reference/codec/vectors.hpp", "#include <fstream>\n"),
      cpp("reference/codec/a_test.cpp", "#include \"reference/codec/vectors.hpp\"\n")};
  mark_headers_of_tests(sources);
  EXPECT_THAT(check_adapters(sources[0]), IsEmpty());
  sources.push_back(cpp("reference/codec/b.cpp", "#include \"reference/codec/vectors.hpp\"\n"));
  sources[0].only_for_tests = false;
  mark_headers_of_tests(sources);
  EXPECT_EQ(check_adapters(sources[0]).size(), 1U);
}

TEST(Sleeping, IsRefusedInTests) {
  const std::string text =
      "void f() { std::this_thread::sleep_"
      "for(1s); }\n";
  EXPECT_EQ(check_sleeping(cpp("a_test.cpp", text)).size(), 1U);
  EXPECT_THAT(check_sleeping(cpp("a.cpp", text)), IsEmpty());
}

TEST(Shape, TabsBlanksAndAMissingLineEndAreSeen) {
  EXPECT_THAT(check_shape(cpp("a.cpp", "a\tb\nc \nd")),
              ElementsAre(HasSubstr("a.cpp:3"), HasSubstr("a.cpp:1: has a tab"),
                          HasSubstr("a.cpp:2: ends with a blank")));
}

TEST(Shape, ColumnsAreCountedNotBytes) {
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\xC3\xA9";
  EXPECT_THAT(check_shape(cpp("a.cpp", "//" + wide.substr(4) + "\n")), IsEmpty());
  EXPECT_EQ(check_shape(cpp("a.cpp", std::string(101, 'x') + "\n")).size(), 1U);
}

TEST(Shape, TablesLaidOutByHandMayBeWide) {
  const std::string wide = std::string(101, 'x') + "\n";
  EXPECT_THAT(check_shape(cpp("a.cpp", "// clang-format off\n" + wide + "// clang-format on\n")),
              IsEmpty());
  EXPECT_EQ(check_shape(cpp("a.cpp", "// clang-format off\n// clang-format on\n" + wide)).size(),
            1U);
}

TEST(Shape, CodeIsShortDataMayBeLong) {
  std::string lines;
  for (int i = 0; i < 401; ++i) lines += "x\n";
  EXPECT_EQ(check_shape(cpp("a.hpp", lines)).size(), 1U);
  EXPECT_THAT(check_shape(cpp("a.json", lines)), IsEmpty());
}

TEST(Words, NotesToSelfPathsOfAMachineAndRegistriesAreSeen) {
  EXPECT_EQ(check_words(cpp("a.cpp",
                            "// TO"
                            "DO later\n"))
                .size(),
            1U);
  EXPECT_EQ(check_words(cpp("a.sh",
                            "cd /ho"
                            "me/me/x\n"))
                .size(),
            1U);
  EXPECT_EQ(check_words(cpp("a.sh",
                            "curl registry.np"
                            "mjs.x\n"))
                .size(),
            1U);
  EXPECT_THAT(check_words(cpp("a.cpp", "int work; // at /var/run\n")), IsEmpty());
}

TEST(Functions, AreMeasuredFromBraceToBrace) {
  const auto source =
      cpp("a.cpp",
          "namespace n {\nstruct S {\n  int f() const {\n    return 1;\n  }\n};\n"
          "const int table[] = {\n  1,\n};\nvoid g(int a)\n{\n  if (a) { a(); }\n}\n}\n");
  const auto functions = functions_of(source);
  ASSERT_EQ(functions.size(), 2U);
  EXPECT_EQ(functions[0].head, "f");
  EXPECT_EQ(functions[0].lines, 3U);
  EXPECT_EQ(functions[1].head, "g");
  EXPECT_EQ(functions[1].lines, 3U);
}

TEST(Functions, OneAfterTheOtherKeepTheirOwnHeads) {
  const auto source =
      cpp("a.cpp", "int f() {\n  return 1;\n}\nclass C {\n public:\n  C() : a_(1) {}\n};\n");
  const auto functions = functions_of(source);
  ASSERT_EQ(functions.size(), 2U);
  EXPECT_EQ(functions[0].head, "f");
  EXPECT_EQ(functions[1].head, "C");
}

TEST(Functions, BracesInLiteralsAndCommentsDoNotCount) {
  const auto source = cpp("a.cpp", "void f() {\n  // }\n  g(\"}\", '}', R\"(})\");\n}\n");
  ASSERT_EQ(functions_of(source).size(), 1U);
  EXPECT_EQ(functions_of(source)[0].lines, 4U);
}

TEST(Functions, ALongOneIsSeen) {
  std::string body;
  for (int i = 0; i < 70; ++i) body += "  g();\n";
  EXPECT_THAT(check_function_lengths(cpp("a.cpp", "void f() {\n" + body + "}\n")),
              ElementsAre(HasSubstr("f has 72 lines")));
}

TEST(Functions, ATableMayBeAsLongAsItsRows) {
  std::string rows;
  for (int i = 0; i < 70; ++i) rows += "      {1, [] { f(); g(); }},\n";
  const auto table = cpp("a.cpp", "auto t() {\n  return std::vector<R>{\n" + rows + "  };\n}\n");
  EXPECT_THAT(check_function_lengths(table), IsEmpty());
  EXPECT_EQ(functions_of(table)[0].statements, 1U);
}

TEST(Functions, BlocksAreStatementsToo) {
  const auto source = cpp("a.cpp", "void f() {\n  if (a) {\n    g();\n  } else {\n  }\n}\n");
  EXPECT_EQ(functions_of(source)[0].statements, 2U);
}

}  // namespace
}  // namespace mqttspec::tidy
