#include "conformance/report/sample_run.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>

namespace mqttspec::report {
namespace {

using codec::Version;
using executor::CheckOutcome;
using executor::Evidence;
using executor::InstanceOutcome;
using executor::TraceEntry;
using scenario::Level;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using namespace std::string_literals;

std::string short_string(std::string_view text) {
  return std::string{static_cast<char>(text.size() >> 8U), static_cast<char>(text.size())} +
         std::string(text);
}
// A frame with less than 128 bytes behind its fixed header.
std::string frame(int first, const std::string& body) {
  return std::string{static_cast<char>(first), static_cast<char>(body.size())} + body;
}
std::string connect_frame(Version version, std::string_view id) {
  std::string body = short_string(version == Version::v3_1 ? "MQIsdp" : "MQTT");
  body += static_cast<char>(version);
  body += "\x02\0\0"s;
  if (version == Version::v5_0) body += '\0';
  return frame(0x10, body + short_string(id));
}
std::string connack_frame(Version version) {
  return version == Version::v5_0 ? frame(0x20, "\0\0\x03\x22\0\x0a"s) : frame(0x20, "\0\0"s);
}
std::string publish_frame(Version version, std::string_view topic, char id, int flags,
                          std::string_view payload) {
  std::string body = short_string(topic) + '\0' + id;
  if (version == Version::v5_0) body += '\0';
  return frame(0x30 | flags, body + std::string(payload));
}

// Adds entries one after the other; time passes only where told.
class TraceBuilder {
 public:
  explicit TraceBuilder(InstanceOutcome& instance) : instance_(instance) {}
  TraceBuilder& after(executor::Duration time) {
    now_ += time;
    return *this;
  }
  TraceBuilder& opened(std::string client) {
    return add(TraceEntry::Kind::opened, std::move(client), {}, "tcp 127.0.0.1:1883");
  }
  TraceBuilder& sent(std::string client, std::string bytes, std::string text) {
    return add(TraceEntry::Kind::sent, std::move(client), std::move(bytes), std::move(text));
  }
  TraceBuilder& received(std::string client, std::string bytes, std::string text) {
    return add(TraceEntry::Kind::received, std::move(client), std::move(bytes), std::move(text));
  }
  TraceBuilder& add(TraceEntry::Kind kind, std::string client, std::string bytes,
                    std::string text) {
    now_ += microseconds(137);
    instance_.trace.push_back({kind,
                               now_,
                               std::move(client),
                               instance_.version,
                               std::move(bytes),
                               std::move(text),
                               {},
                               {}});
    instance_.duration = now_;
    return *this;
  }
  // A client connects: opened, CONNECT, CONNACK.
  TraceBuilder& session(const std::string& client) {
    const std::string id = "k3w9x0a7b2q1" + client;
    return opened(client)
        .sent(client, connect_frame(instance_.version, id),
              "CONNECT clean_start=true keep_alive=0 client_identifier=\"" + id + "\"")
        .received(client, connack_frame(instance_.version),
                  "CONNACK session_present=false reason_code=0x00 success");
  }
  TraceEntry& last() { return instance_.trace.back(); }

 private:
  InstanceOutcome& instance_;
  executor::Instant now_{};
};

CheckOutcome check(std::string name, Level level, Verdict verdict,
                   std::vector<std::string> statements, std::string why = {}) {
  CheckOutcome outcome;
  outcome.name = std::move(name);
  outcome.level = level;
  outcome.verdict = verdict;
  outcome.statements = std::move(statements);
  outcome.why = std::move(why);
  return outcome;
}

InstanceOutcome instance(std::string scenario, std::string file, Version version,
                         std::string_view matrix = {}) {
  InstanceOutcome outcome;
  outcome.scenario = std::move(scenario);
  outcome.file = std::move(file);
  outcome.version = version;
  const std::string_view word = version == Version::v5_0     ? "5.0"
                                : version == Version::v3_1_1 ? "3.1.1"
                                                             : "3.1";
  outcome.id = fmt::format("{}@{}{}", outcome.scenario, word, matrix);
  return outcome;
}

constexpr const char* qos1_file = "scenarios/qos1/resume.json";
constexpr const char* will_file = "scenarios/will/delay.json";

InstanceOutcome resume_instance(Version version, bool repeats) {
  InstanceOutcome it =
      instance("qos1-unacknowledged-publish-is-repeated-on-resume", qos1_file, version);
  TraceBuilder trace(it);
  const std::string topic = "k3w9x0a7b2q1/t";
  trace.session("sub")
      .sent("sub",
            frame(0x82, "\x27\x11"s + (version == Version::v5_0 ? "\0"s : ""s) +
                            short_string(topic) + '\x01'),
            "SUBSCRIBE packet_identifier=10001 topic_filters=[\"" + topic + "\" qos=1]")
      .received("sub", frame(0x90, "\x27\x11"s + (version == Version::v5_0 ? "\0"s : ""s) + '\x01'),
                "SUBACK packet_identifier=10001 reason_codes=[0x01 granted_qos_1]")
      .session("pub")
      .sent("pub", publish_frame(version, topic, 9, 2, "x"),
            "PUBLISH qos=1 topic_name=\"" + topic + "\" packet_identifier=9 payload=\"x\" (1 byte)")
      .received("pub", frame(0x40, "\0\x09"s), "PUBACK packet_identifier=9")
      .received(
          "sub", publish_frame(version, topic, 1, 2, "x"),
          "PUBLISH qos=1 topic_name=\"" + topic + "\" packet_identifier=1 payload=\"x\" (1 byte)");
  const std::size_t first = it.trace.size() - 1;
  trace.add(TraceEntry::Kind::closed_by_us, "sub", {}, "RST").after(milliseconds(3)).session("sub");
  CheckOutcome again =
      check("repeated", Level::must, repeats ? Verdict::pass : Verdict::fail,
            {version == Version::v5_0 ? "5.0:MQTT-4.4.0-1" : "3.1.1:MQTT-4.4.0-1"});
  Evidence evidence;
  evidence.step = "steps[7]";
  evidence.line = 41;
  evidence.expected = "PUBLISH with packet_identifier 1 to sub";
  evidence.met = repeats;
  if (repeats) {
    trace.received(
        "sub", publish_frame(version, topic, 1, 0xA, "x"),
        "PUBLISH dup qos=1 topic_name=\"" + topic + "\" packet_identifier=1 payload=\"x\"");
    evidence.received = "PUBLISH with packet_identifier 1";
    evidence.elapsed = microseconds(137);
    evidence.trace = {it.trace.size() - 1};
  } else {
    trace.after(milliseconds(2000));
    again.why = "never came within 2.00 s";
    evidence.why = "never";
    evidence.trace = {first};
  }
  again.evidence.push_back(evidence);
  it.checks.push_back(again);
  CheckOutcome dup = check("dup", Level::must, repeats ? Verdict::pass : Verdict::blocked,
                           {version == Version::v5_0 ? "5.0:MQTT-3.3.1-1" : "3.1.1:MQTT-3.3.1-1"});
  if (!repeats) dup.why = "steps[7] ended the instance";
  it.checks.push_back(dup);
  it.verdict = repeats ? Verdict::pass : Verdict::fail;
  it.monitor_occasions = {{"connack-is-first", "5.0:MQTT-3.2.0-1", 3},
                          {"topic-alias-range", "5.0:MQTT-3.3.2-9", 0}};
  return it;
}

InstanceOutcome will_instance(std::string_view first, Verdict prompt) {
  InstanceOutcome it = instance("will-is-published-after-its-delay", will_file, Version::v5_0,
                                fmt::format("[first={}]", first));
  TraceBuilder trace(it);
  trace.session("watch").session("mortal");
  trace.add(TraceEntry::Kind::closed_by_us, "mortal", {}, "FIN").after(milliseconds(4200));
  trace.received("watch", publish_frame(Version::v5_0, "k3w9x0a7b2q1/will", 1, 2, "gone"),
                 "PUBLISH qos=1 topic_name=\"k3w9x0a7b2q1/will\" payload=\"gone\" (4 bytes)");
  Evidence evidence{"verify steps[5]",
                    77,
                    prompt == Verdict::pass,
                    "elapsed at most 2 s",
                    "4.20 s",
                    prompt == Verdict::pass ? "" : "late by 200 ms",
                    milliseconds(4200),
                    {it.trace.size() - 1}};
  it.checks = {check("published", Level::must, Verdict::pass, {"5.0:MQTT-3.1.2-8"}),
               check("prompt", Level::should, prompt, {"5.0:V5-3.1.2.5-e"},
                     prompt == Verdict::pass ? "" : "late by 200 ms")};
  it.checks[1].evidence.push_back(evidence);
  it.verdict = prompt;
  return it;
}

InstanceOutcome malformed_instance(std::string_view name, Verdict refused) {
  InstanceOutcome it = instance("malformed-publish-is-refused", "scenarios/publish/malformed.json",
                                Version::v5_0, fmt::format("[case={}]", name));
  TraceBuilder trace(it);
  trace.session("bad").sent("bad", publish_frame(Version::v5_0, "k3w9x0a7b2q1/#", 7, 6, "x"),
                            "PUBLISH qos=3 topic_name=\"k3w9x0a7b2q1/#\"");
  trace.last().illegal = "QoS 3";
  if (refused == Verdict::crash) {
    trace.add(TraceEntry::Kind::closed_by_broker, "bad", {}, "RST");
    trace.add(TraceEntry::Kind::note, "", {}, "the broker takes no new connection");
  } else {
    trace.received("bad", "\xE0\x02\x81\x00"s, "DISCONNECT reason_code=0x81 malformed_packet");
    trace.add(TraceEntry::Kind::closed_by_broker, "bad", {}, "FIN");
    trace.received("bad", "\xF7\xFF\xFF\xFF\xFF\x01 raw"s, "6 bytes that no frame can be made of");
    trace.last().problem = "Remaining Length has five bytes";
  }
  it.checks = {check("refused", Level::must, refused, {"5.0:MQTT-3.3.1-4"}),
               check("code", Level::should, Verdict::pass, {"5.0:MQTT-4.13.1-1"})};
  it.verdict = refused;
  return it;
}

void add_odd_verdicts(RunResult& run) {
  const std::string file = "scenarios/session/expiry.json";
  const auto add = [&](std::string id, Verdict verdict, Level level, std::string why) {
    InstanceOutcome it = instance(std::move(id), file, Version::v5_0);
    it.checks = {check("asked", level, verdict, {"5.0:MQTT-3.1.2-23"}, why)};
    if (verdict == Verdict::info) it.checks[0].answer = true;
    if (verdict == Verdict::not_applicable) it.reason = "shared_subscription_available is false";
    if (verdict == Verdict::not_asked) it.checks[0].statements.clear();
    it.verdict = verdict;
    run.instances.push_back(std::move(it));
    run.scenarios.push_back({run.instances.back().scenario,
                             "Session state outlives the connection as long as was agreed",
                             "Session Expiry Interval",
                             file,
                             {}});
  };
  add("session-expires-when-it-should", Verdict::flaky, Level::must, "failed 2 of 5 times");
  add("session-clock-is-kept", Verdict::inconclusive, Level::must, "our clock was 1.3 s late");
  add("shared-session-is-balanced", Verdict::not_applicable, Level::must, "");
  add("session-question", Verdict::info, Level::may, "");
  add("session-unasked", Verdict::not_asked, Level::must, "");
}

std::vector<StatementResult> sample_statements() {
  return {
      {"3.1.1:MQTT-4.4.0-1",
       "MUST",
       "When a session is resumed, what was not acknowledged is sent again",
       "proven",
       "",
       Verdict::pass,
       {"qos1-unacknowledged-publish-is-repeated-on-resume@3.1.1#repeated"}},
      {"3.1.1:MQTT-3.3.1-1",
       "MUST",
       "DUP is set on every repetition of a PUBLISH",
       "proven",
       "",
       Verdict::pass,
       {}},
      {"5.0:MQTT-4.4.0-1",
       "MUST",
       "When a session is resumed, what was not acknowledged is sent again with its Packet "
       "Identifier",
       "proven",
       "",
       Verdict::fail,
       {"qos1-unacknowledged-publish-is-repeated-on-resume@5.0#repeated"}},
      {"5.0:MQTT-3.3.1-1",
       "MUST",
       "DUP is set on every repetition of a PUBLISH",
       "proven",
       "",
       Verdict::blocked,
       {}},
      {"5.0:MQTT-3.1.2-8",
       "MUST",
       "The Will is published when the connection ends without DISCONNECT 0x00",
       "proven",
       "",
       Verdict::pass,
       {}},
      {"5.0:V5-3.1.2.5-e",
       "SHOULD",
       "The Will comes soon after its delay is over",
       "cited",
       "",
       Verdict::nonstrict,
       {}},
      {"5.0:MQTT-3.3.1-4",
       "MUST NOT",
       "A PUBLISH whose QoS bits are both set is refused",
       "proven",
       "",
       Verdict::crash,
       {}},
      {"5.0:MQTT-4.13.1-1",
       "MUST",
       "A Malformed Packet or Protocol Error ends the connection",
       "proven",
       "",
       Verdict::pass,
       {}},
      {"5.0:MQTT-3.1.2-23",
       "MUST",
       "Session state is kept until its expiry interval has passed",
       "open",
       "",
       Verdict::flaky,
       {}},
      {"5.0:MQTT-3.2.0-1",
       "MUST",
       "Nothing but AUTH is sent before CONNACK",
       "proven",
       "",
       Verdict::pass,
       {"monitor:connack-is-first"}},
      {"5.0:MQTT-1.5.4-2",
       "SHOULD",
       "Strings hold no control characters",
       "reasoned",
       "client only",
       Verdict::not_asked,
       {}},
  };
}

}  // namespace

RunResult sample_run() {
  RunResult run;
  run.version = "0.1.0";
  run.started = "2025-11-20T09:41:07Z";
  run.target = "mqtt://127.0.0.1:1883";
  run.broker = "sample broker 2.0.11";
  run.mode = "live";
  run.profile = "sample.json";
  run.command = "mqttspec run --profile sample.json";
  run.replay = "mqttspec run --profile sample.json --only {}";
  run.seed = 18'446'744'073'709'551'615U;
  run.wall = milliseconds(12'345);
  run.longest_wait = milliseconds(9'000);
  run.capabilities = {{"maximum_qos", 2},
                      {"retain_available", true},
                      {"server_keep_alive", nullptr},
                      {"load", 0.25},
                      {"transports", scenario::Array{"tcp", "ws"}},
                      {"limits", scenario::Object{{"queue", 100}}}};
  run.scenarios = {
      {"qos1-unacknowledged-publish-is-repeated-on-resume",
       "A QoS 1 message that was not acknowledged comes again when the session is resumed",
       "QoS 1: at least once",
       qos1_file,
       {{"dup", "The flag tells it from a new one."}}},
      {"will-is-published-after-its-delay",
       "A delayed Will is published when its delay is over",
       "Will Delay Interval",
       will_file,
       {}},
      {"malformed-publish-is-refused",
       "A PUBLISH that breaks a rule ends the connection",
       "Malformed PUBLISH",
       "scenarios/publish/malformed.json",
       {}}};
  run.instances = {resume_instance(Version::v3_1, true),
                   resume_instance(Version::v3_1_1, true),
                   resume_instance(Version::v5_0, false),
                   will_instance("delay-is-over", Verdict::pass),
                   will_instance("session-ends", Verdict::nonstrict),
                   malformed_instance("qos-3", Verdict::crash),
                   malformed_instance("wildcard", Verdict::pass)};
  run.instances[6].monitor_findings = {{"nothing-after-disconnect", "5.0:MQTT-3.14.4-1", "bad",
                                        false, "6 bytes came after DISCONNECT", 6}};
  add_odd_verdicts(run);
  run.statements = sample_statements();
  return run;
}

namespace {

TEST(SampleRun, HoldsEveryVerdict) {
  std::set<Verdict> seen;
  for (const InstanceOutcome& instance : sample_run().instances) {
    for (const CheckOutcome& outcome : instance.checks) seen.insert(outcome.verdict);
  }
  EXPECT_EQ(seen.size(), 10U);
}

}  // namespace
}  // namespace mqttspec::report
