// The stage on which a broker is hostile, and the judges of reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "conformance/scenario/lint.hpp"
#include "fuzz/targets/hostile/encounter.hpp"
#include "fuzz/targets/hostile/reports.hpp"

namespace mqttspec::fuzz {
namespace {

using executor::Verdict;
using ::testing::HasSubstr;
using ::testing::Optional;

TEST(Hostile, AnHonestBrokerPassesTheScript) {
  ASSERT_EQ(hostile_instances().size(), 6U);
  for (const auto& instance : hostile_instances()) {
    codec::ByteChoices none("");
    const auto encounter = meet(instance, none);
    EXPECT_TRUE(encounter.honest && encounter.finished) << instance.id;
    EXPECT_THAT(encounter.outcome.scenario_errors, ::testing::IsEmpty()) << instance.id;
    for (const auto& check : encounter.outcome.checks) {
      EXPECT_THAT(check.verdict, ::testing::AnyOf(Verdict::pass, Verdict::info, Verdict::not_asked))
          << instance.id << ' ' << check.name << ": " << check.why;
    }
  }
}

TEST(Hostile, ChoicesBringForthEveryVerdictThatABrokerCanEarn) {
  std::set<Verdict> seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    codec::SeededChoices choices(seed);
    const auto encounter = meet(hostile_instances()[seed % 6], choices);
    EXPECT_FALSE(encounter.honest && !encounter.finished) << seed;
    for (const auto& check : encounter.outcome.checks) seen.insert(check.verdict);
  }
  EXPECT_THAT(seen, ::testing::IsSupersetOf({Verdict::fail, Verdict::blocked, Verdict::pass}));
}

TEST(HostileReports, AreWellFormed) {
  std::vector<executor::InstanceOutcome> outcomes;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    codec::SeededChoices choices(seed);
    outcomes.push_back(meet(hostile_instances()[seed % 6], choices).outcome);
  }
  const auto result = run_of(hostile_instances(), outcomes);
  EXPECT_EQ(fault_in_texts(result), std::nullopt);
  EXPECT_EQ(fault_in_page(result), std::nullopt);
}

TEST(HostileReports, JudgesSeeWhatIsMalformed) {
  EXPECT_NE(fault_in_json("{\"a\": }"), std::nullopt);
  EXPECT_NE(fault_in_json("\"\xFF\""), std::nullopt);
  EXPECT_EQ(fault_in_json("{\"a\": 1}\n"), std::nullopt);
  EXPECT_NE(fault_in_xml("<a><b></a>"), std::nullopt);
  EXPECT_NE(fault_in_xml("<a>\x01</a>"), std::nullopt);
  EXPECT_EQ(fault_in_xml("<a>x</a>"), std::nullopt);
  EXPECT_THAT(fault_in_text("a\x1B[2J"), Optional(HasSubstr("0x1b at byte 1")));
}

TEST(HostileReports, JudgesSeeMarkupThatGotIntoAPage) {
  const std::string clean = "<html><script>QQ==</script><script nonce=\"1\">1 < 2</script></html>";
  EXPECT_EQ(fault_in_html(clean, clean), std::nullopt);
  EXPECT_NE(fault_in_html("<html><b><script>QQ==</script><script nonce=\"1\"></script>", clean),
            std::nullopt);
  EXPECT_NE(fault_in_html("<html><script>QQ<</script><script nonce=\"1\"></script>", clean),
            std::nullopt);
  EXPECT_NE(fault_in_html("<html><script>QQ==</script>", clean), std::nullopt);
  EXPECT_NE(fault_in_html("<html><script>", clean), std::nullopt);
}

}  // namespace
}  // namespace mqttspec::fuzz
