// The page without a browser: what is in it, how large it is, and that nothing can break out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "conformance/report/deflate.hpp"
#include "conformance/report/page_data.hpp"
#include "conformance/report/page_trace.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"
#include "embedded/report_assets.hpp"

namespace mqttspec::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(const RunResult& run) {
  std::ostringstream out;
  render_html(run, out);
  return out.str();
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) {
    ++found;
  }
  return found;
}

TEST(Base64, FollowsTheRfc) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xfe\xfd"), "//79");
}

TEST(Deflate, MakesWhatRepeatsSmall) {
  EXPECT_LT(deflate(std::string(100'000, 'x')).size(), 1'000U);
  EXPECT_FALSE(deflate("").empty());
}

TEST(Assets, AreTheFilesOfTheSourceTree) {
  ASSERT_GT(embedded::report_assets().size(), 5U);
  for (const embedded::File& file : embedded::report_assets()) {
    std::ifstream in(std::filesystem::path(MQTTSPEC_SOURCE_DIR) / file.path, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(file.content, content) << file.path;
  }
}

// Text can only become markup through these; the assets do without.
TEST(Assets, NeverParseText) {
  for (const embedded::File& file : embedded::report_assets()) {
    for (const char* word : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
                             "DOMParser", "eval(", "new Function", "srcdoc"}) {
      EXPECT_THAT(std::string(file.content), Not(HasSubstr(word))) << file.path;
    }
  }
}

TEST(Page, LoadsNothingFromElsewhere) {
  const std::string page = page_of(sample_run());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_EQ(count(page, " src="), 0U);
  EXPECT_EQ(count(page, "url("), 0U);
  EXPECT_EQ(count(page, "@import"), 0U);
  EXPECT_EQ(count(page, "https://"), 0U);
  EXPECT_EQ(count(page, "http://"), count(page, "http://www.w3.org/2000/svg"));
}

TEST(Page, HoldsNoHostileMarkup) {
  const RunResult run = hostile_run();
  const std::string page = page_of(run);
  EXPECT_THAT(page, Not(HasSubstr("document.title='pwned'")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  // One script of ours; the others are data, and hold nothing but base64.
  const PageData data = page_data(run, false);
  EXPECT_EQ(count(page, "<script"), 2 + data.blocks.size());
  EXPECT_EQ(count(page, "<script nonce="), 1U);
  EXPECT_EQ(data.index.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789+/="),
            std::string::npos);
}

TEST(Page, LeavesNoPlaceOfItsFrameUnfilled) {
  EXPECT_THAT(page_of(sample_run()), Not(HasSubstr("{{")));
}

TEST(Page, StaysSmallForThousandsOfInstances) {
  EXPECT_LT(page_of(large_run(2'000)).size(), 2'000'000U);
}

TEST(Page, LeavesOutTheTracesOfTheLeastGraveIfThereIsNoRoom) {
  const RunResult run = large_run(300);
  const PageData whole = page_data(run, false);
  ASSERT_GT(whole.blocks.size(), 3U);
  const PageData less = page_data(run, false, whole.blocks[0].size() + 10);
  ASSERT_EQ(less.blocks.size(), 1U);
  EXPECT_EQ(less.blocks[0], whole.blocks[0]) << "the failing ones come first";
}

TEST(PageInstance, CutsAFrameIntoItsFields) {
  const RunResult run = sample_run();
  const Json instance = page_instance(run.instances[2]);
  const Json& connect = instance["trace"][1];
  ASSERT_EQ(run.instances[2].trace[1].bytes.size(), 30U);
  std::size_t size = 0;
  std::string names;
  for (const Json& field : connect["fields"]) {
    names += field[0].get<std::string>() + " ";
    size += field[1].get<std::size_t>();
  }
  EXPECT_EQ(size, 30U);
  EXPECT_EQ(names,
            "first_byte remaining_length protocol_name.length protocol_name.content "
            "protocol_version connect_flags keep_alive property_length client_identifier.length "
            "client_identifier.content ");
  EXPECT_EQ(connect["fields"][9][2], "\"k3w9x0a7b2q1sub\"");
}

TEST(PageInstance, CutsALongFrameAndTellsItsSize) {
  RunResult run = sample_run();
  run.instances[2].trace[1].bytes = std::string("\x30\xff\x7f", 3) + std::string(20'000, 'x');
  const Json entry = page_instance(run.instances[2])["trace"][1];
  EXPECT_EQ(entry["size"], 20'003U);
  EXPECT_EQ(entry["hex"].get<std::string>().size(), 2 * page_frame_max);
  std::size_t size = 0;
  for (const Json& field : entry["fields"]) size += field[1].get<std::size_t>();
  EXPECT_EQ(size, page_frame_max);
}

TEST(PageInstance, ShowsBeginningEndAndEvidenceOfALongTrace) {
  RunResult run = sample_run();
  executor::InstanceOutcome& instance = run.instances[2];
  const executor::TraceEntry entry = instance.trace[3];
  instance.trace.resize(10'000, entry);
  instance.checks[0].evidence[0].trace = {5'000};
  std::size_t shown = 0;
  std::size_t skipped = 0;
  bool evidence = false;
  const Json page = page_instance(instance);
  for (const Json& row : page["trace"]) {
    if (row.contains("skipped")) {
      skipped += row["skipped"].get<std::size_t>();
    } else {
      ++shown;
      evidence = evidence || row["n"] == 5'000;
    }
  }
  EXPECT_EQ(shown + skipped, 10'000U);
  EXPECT_LE(shown, page_trace_max);
  EXPECT_TRUE(evidence);
}

}  // namespace
}  // namespace mqttspec::report
