// `expect`: what it looks through, what it takes out, when it is unmet.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

// A client that is connected; then the broker sends what the test says.
constexpr auto connected = R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )";

InstanceOutcome after_connect(FakeBroker& broker, const std::string& steps,
                              std::function<void(FakeBroker&)> then, RunOptions options = {}) {
  broker.on(PacketType::connect, [then](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    if (peer.client == "a") then(b);
  });
  return run(broker, connected + steps + "]", std::move(options));
}

TEST(Expect, TakesTheOldestPacketOfTheWantedKindAndLeavesTheRest) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/b" } }, "as": "b", "check": "must" },
      { "verify": "b", "is": { "payload": "1" }, "check": "other" },
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/a", "payload": "0" } }, "check": "must" })",
                                     [](FakeBroker& b) {
                                       b.publish("a", "a", "0");
                                       b.publish("a", "b", "1");
                                       b.publish("a", "b", "2");
                                     });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(Expect, IsUnmetAtOnceByAPacketOfTheKindThatDoesNotMatch) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/t", "payload": "right" } },
        "within": "10s", "check": "must" })",
                                     [](FakeBroker& b) {
                                       b.publish("a", "t", "wrong");
                                       b.publish("a", "t", "right");
                                     });
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(why_of(outcome, "must"), ::testing::HasSubstr("payload"));
  EXPECT_EQ(outcome.duration, 0s) << "there was nothing to wait for";
}

TEST(Expect, FindsAnAcknowledgementByItsIdentifier) {
  FakeBroker broker;
  broker.on(PacketType::publish, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Puback other;
    other.packet_identifier = 8;
    b.send(peer, other);
    other.packet_identifier = 7;
    b.send(peer, other);
  });
  const auto outcome = run(broker, std::string(connected) + R"(
      { "client": "a", "send": { "PUBLISH": { "topic_name": "${ns}/t", "qos": 1, "packet_identifier": 7 } },
        "expect": { "PUBACK": { "packet_identifier": 7 } }, "check": "must" },
      { "client": "a", "expect": { "PUBACK": { "packet_identifier": 8 } }, "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(Expect, DoesNotSeeForeignTopicsUnlessItNamesThem) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": "PUBLISH", "as": "m" },
      { "verify": "m", "is": { "payload": "ours" }, "check": "must" },
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "$SYS/uptime" } }, "check": "other" })",
                                     [](FakeBroker& b) {
                                       codec::Publish foreign;
                                       foreign.topic_name = "$SYS/uptime";
                                       b.send(b.peer("a"), foreign);
                                       b.publish("a", "t", "ours");
                                     });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(Expect, IsUnmetAtOnceByACloseThatStaysForLaterSteps) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": "PUBLISH", "within": "10s", "check": "should" },
      { "client": "a", "expect": "CLOSED", "check": "must" })",
                                     [](FakeBroker& b) { b.close(b.peer("a")); });
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(why_of(outcome, "should"), "closed");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(outcome.duration, 0s);
}

TEST(Expect, ClosedCarriesTheLastDisconnect) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": { "CLOSED": { "farewell": "DISCONNECT", "reason_code": "session_taken_over" } },
        "check": "must" })",
                                     [](FakeBroker& b) {
                                       codec::Disconnect told;
                                       told.reason_code = codec::ReasonCode::session_taken_over;
                                       b.send(b.peer("a"), told);
                                       b.close(b.peer("a"), {}, CloseKind::reset);
                                     });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Expect, ClosedAfterARefusingConnackCarriesItsCode) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Connack refusal;
    refusal.reason_code = codec::ReasonCode::not_authorized;
    b.send(peer, refusal);
    b.close(peer);
  });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "expect": { "CLOSED": { "reason_code": "0x87", "farewell": "CONNACK" } },
        "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Expect, ClosedWithoutAWordHasNoCodeAndNoFarewell) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": { "CLOSED": { "farewell": null, "reason_code": null } }, "check": "must" })",
                                     [](FakeBroker& b) { b.close(b.peer("a")); });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Expect, ADisconnectWithoutCloseIsNoClosed) {
  FakeBroker broker;
  const auto outcome =
      after_connect(broker, R"(
      { "client": "a", "expect": "CLOSED", "check": "should" },
      { "client": "a", "expect": "DISCONNECT", "check": "must" })",
                    [](FakeBroker& b) { b.send(b.peer("a"), codec::Disconnect{}); });
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Expect, AListWantsAllInTheOrderOfArrival) {
  const std::string steps = R"(
      { "client": "a", "expect": [ { "PUBLISH": { "topic_name": "${ns}/1" } }, { "PUBLISH": { "topic_name": "${ns}/2" } } ],
        "as": "both", "check": "must" },
      { "verify": "both", "count": 2, "check": "other" })";
  FakeBroker good;
  const auto right = after_connect(good, steps, [](FakeBroker& b) {
    b.publish("a", "1", "x");
    b.publish("a", "2", "y");
  });
  EXPECT_EQ(verdict_of(right, "must"), "pass") << trace_of(right);
  EXPECT_EQ(verdict_of(right, "other"), "pass");
  FakeBroker bad;
  const auto wrong = after_connect(bad, steps, [](FakeBroker& b) {
    b.publish("a", "2", "y");
    b.publish("a", "1", "x");
  });
  EXPECT_EQ(verdict_of(wrong, "must"), "fail");
  EXPECT_THAT(why_of(wrong, "must"), ::testing::HasSubstr("came before"));
}

TEST(Expect, OfSeveralClientsTheFirstToReceiveCounts) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    if (peer.client == "b") b.publish("b", "t", "x");
  });
  const auto outcome = run(broker, R"("clients": {"a": {}, "b": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "b", "connect": {} },
      { "client": ["a", "b"], "expect": { "PUBLISH": { "topic_name": "${ns}/t" } }, "as": "job", "check": "must" },
      { "verify": "job", "is": { "client": "b" }, "check": "other" },
      { "client": "${job.client}", "ping": {}, "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
  EXPECT_THAT(broker.log("b"), ::testing::Contains("PINGREQ"));
}

TEST(Expect, TheFirstAlternativeThatMatchesDecidesAndGrades) {
  const std::string steps = R"(
      { "client": "a", "expect": { "any_of": [
          { "CLOSED": { "reason_code": "0x81" } },
          { "CLOSED": { "reason_code": null }, "gives": { "other": "nonstrict", "may": "no" } },
          { "CLOSED": {}, "gives": { "other": "fail" } } ] }, "check": ["must", "other", "may"] })";
  const auto closing = [&](std::optional<codec::ReasonCode> code) {
    FakeBroker broker;
    return after_connect(broker, steps, [code](FakeBroker& b) {
      codec::Disconnect told;
      told.reason_code = code.value_or(codec::ReasonCode::success);
      if (code) b.send(b.peer("a"), told);
      b.close(b.peer("a"));
    });
  };
  const auto right = closing(codec::ReasonCode::malformed_packet);
  EXPECT_EQ(verdict_of(right, "other"), "pass");
  EXPECT_EQ(check_of(right, "may").answer, true);
  const auto silent = closing(std::nullopt);
  EXPECT_EQ(verdict_of(silent, "must"), "pass");
  EXPECT_EQ(verdict_of(silent, "other"), "nonstrict");
  EXPECT_EQ(check_of(silent, "may").answer, false);
  const auto wrong = closing(codec::ReasonCode::quota_exceeded);
  EXPECT_EQ(verdict_of(wrong, "must"), "pass");
  EXPECT_EQ(verdict_of(wrong, "other"), "fail");
  // A server may not say "banned" in DISCONNECT: the frame is malformed, its code none of these.
  EXPECT_EQ(verdict_of(closing(codec::ReasonCode::banned), "other"), "fail");
}

TEST(Expect, IsUnmetIfNoAlternativeOfTheKindMatches) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": { "any_of": [ { "PUBLISH": { "payload": "x" } }, { "PUBLISH": { "payload": "y" } } ] },
        "check": "must" })",
                                     [](FakeBroker& b) { b.publish("a", "t", "z"); });
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
}

TEST(Expect, AMalformedFrameHasItsTypeButNoFields) {
  FakeBroker broker;
  const auto outcome = after_connect(
      broker, R"(
      { "client": "a", "expect": { "PUBLISH": { "payload": "x" } }, "check": "should" },
      { "client": "a", "silence": "CLOSED", "check": "must" })",
      [](FakeBroker& b) { b.send_bytes(b.peer("a"), std::string("\x36\x05\0\1t\0\1", 7)); });
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  const auto entry = std::find_if(outcome.trace.begin(), outcome.trace.end(),
                                  [](const TraceEntry& e) { return !e.problem.empty(); });
  ASSERT_NE(entry, outcome.trace.end());
  EXPECT_EQ(entry->kind, TraceEntry::Kind::received);
}

TEST(Expect, AMalformedFrameNamesTheStatementOfThePropertyInQuestion) {
  FakeBroker broker;
  const auto outcome =
      after_connect(broker, R"(
      { "client": "a", "silence": "CLOSED", "check": "must" })",
                    [](FakeBroker& b) {
                      auto packet = b.publication("t", "1");
                      packet.properties = {{codec::PropertyId::content_type, std::string("a")},
                                           {codec::PropertyId::content_type, std::string("b")}};
                      b.send(b.peer("a"), packet);
                    });
  const auto entry = std::find_if(outcome.trace.begin(), outcome.trace.end(),
                                  [](const TraceEntry& e) { return !e.problem.empty(); });
  ASSERT_NE(entry, outcome.trace.end());
  EXPECT_NE(entry->problem.find("(5.0:V5-3.3.2.3.9-a)"), std::string::npos) << entry->problem;
}

TEST(Expect, ResolvesTopicAliasesPerConnection) {
  FakeBroker broker;
  const auto outcome = after_connect(broker, R"(
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/t", "payload": "1", "topic_alias": 3 } } },
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/t", "payload": "2", "topic_alias": 3 } }, "check": "must" })",
                                     [](FakeBroker& b) {
                                       auto packet = b.publication("t", "1");
                                       packet.properties = {{codec::PropertyId::topic_alias, 3U}};
                                       b.send(b.peer("a"), packet);
                                       packet.topic_name.clear();
                                       packet.payload = "2";
                                       b.send(b.peer("a"), packet);
                                     });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Expect, APacketInPiecesIsOnePacket) {
  FakeBroker broker;
  const auto outcome = after_connect(
      broker,
      R"({ "client": "a", "expect": { "PUBLISH": { "payload": "long enough" } }, "check": "must" })",
      [](FakeBroker& b) {
        for (const char c :
             codec::encode(b.publication("t", "long enough"), codec::Version::v5_0)) {
          b.send_bytes(b.peer("a"), codec::Bytes(1, c));
        }
      });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Expect, ANewConnectionEmptiesTheInbox) {
  FakeBroker broker;
  const auto outcome =
      after_connect(broker, R"(
      { "client": "a", "ping": {} },
      { "client": "a", "close": "fin" },
      { "client": "a", "connect": {} },
      { "client": "a", "expect": { "PUBLISH": { "payload": "2" } }, "check": "must" })",
                    [n = 0](FakeBroker& b) mutable { b.publish("a", "t", std::to_string(++n)); });
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

}  // namespace
}  // namespace mqttspec::executor::testing
