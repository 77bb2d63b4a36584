#include "fuzz/oracle/hunt.hpp"

#include <algorithm>
#include <array>

#include "fuzz/model/commands.hpp"

namespace mqttspec::fuzz {

namespace {

// Data representation and packet format; CONNECT with sessions and Wills; CONNACK as far as it
// speaks of sessions; PUBLISH and its acknowledgements; subscriptions; DISCONNECT; state, delivery,
// order, topics, Shared Subscriptions, flow control, errors.
constexpr std::array sections = {
    "1.5.", "2.1.", "2.2.", "2.3.", "3.1.2", "3.1.3", "3.1.4", "3.2.2-", "3.3.", "3.4.",
    "3.5.", "3.6.", "3.7.", "3.8.", "3.9.",  "3.10.", "3.11.", "3.14.",  "4.1.", "4.1-",
    "4.3.", "4.4.", "4.4-", "4.5.", "4.6.",  "4.7.",  "4.8.",  "4.9.",   "4.9-", "4.13.",
};

bool is_in_scope(std::string_view statement) {
  for (const std::string_view prefix : {":MQTT-", ":V5-", ":V311-"}) {
    const auto at = statement.find(prefix);
    if (at == std::string_view::npos) continue;
    const auto section = statement.substr(at + prefix.size());
    return std::any_of(sections.begin(), sections.end(),
                       [&](std::string_view each) { return section.starts_with(each); });
  }
  return false;
}

Operation connect(std::size_t client, codec::Version version) {
  Operation operation;
  operation.kind = Operation::Kind::connect;
  operation.client = client;
  operation.version = version;
  codec::Connect packet;
  packet.protocol_name = version == codec::Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(version);
  packet.client_identifier = client == 0 ? "vector" : "watcher";
  operation.packet = packet;
  return operation;
}

// A CONNECT is the client's first packet, any other its second; somebody listens to all topics.
Program golden_program(const GoldenFrame& frame) {
  Program program = {connect(1, codec::Version::v5_0)};
  Operation subscribe;
  subscribe.kind = Operation::Kind::send;
  subscribe.client = 1;
  subscribe.packet = codec::Subscribe{1, {}, {{"#", 2, false, false, 0, {}}}, 2, {}};
  program.push_back(subscribe);
  Operation sent = connect(0, frame.version);
  const bool first = !frame.bytes.empty() && (frame.bytes[0] & 0xF0) == 0x10;
  if (first) {
    sent.bytes = frame.bytes;
  } else {
    program.push_back(sent);
    sent.kind = Operation::Kind::raw;
    sent.bytes = frame.bytes;
  }
  program.push_back(sent);
  Operation later;
  later.kind = Operation::Kind::advance;
  later.time = std::chrono::milliseconds(2'000);
  program.push_back(later);
  return program;
}

}  // namespace

std::string_view to_string(Source source) {
  static constexpr std::string_view names[] = {"model", "broker_session", "golden"};
  return names[static_cast<std::size_t>(source)];
}

std::optional<Source> source_by_name(std::string_view name) {
  for (const auto source : all_sources) {
    if (to_string(source) == name) return source;
  }
  return std::nullopt;
}

Program numbered_program(Source source, std::uint64_t number, const GoldenFrames& golden) {
  if (source == Source::golden) {
    return number > golden.size() ? Program{} : golden_program(golden[number - 1]);
  }
  if (source == Source::model) return make_commands(number, 40 + number % 80);
  codec::SeededChoices choices(number);
  auto program = make_program(choices);
  // An interceptor outlives the broker that restarts, and would act on connections that are gone.
  std::erase_if(program, [](const Operation& operation) {
    return operation.kind == Operation::Kind::restart;
  });
  return program;
}

std::optional<Kill> judge_mutant(const mutants::MutantRow& row, Source source, std::uint64_t number,
                                 const GoldenFrames& golden) {
  const auto program = numbered_program(source, number, golden);
  if (program.empty()) return std::nullopt;
  const auto interceptor = row.make();
  const auto verdict = run(program, {}, interceptor.get(), 0, live_tolerance);
  if (verdict.faults.empty()) return std::nullopt;
  return Kill{source, number, verdict.faults.front()};
}

std::optional<Kill> hunt(const mutants::MutantRow& row, std::uint64_t budget,
                         const GoldenFrames& golden) {
  for (const auto source : all_sources) {
    const std::uint64_t most = source == Source::golden ? golden.size() : budget;
    for (std::uint64_t number = 1; number <= most; ++number) {
      if (auto kill = judge_mutant(row, source, number, golden)) return kill;
    }
  }
  return std::nullopt;
}

bool concerns_the_model(const mutants::MutantRow& row) {
  return std::any_of(row.statements.begin(), row.statements.end(), is_in_scope);
}

}  // namespace mqttspec::fuzz
