// For tests: scripts against a broker that does exactly what a test tells it, in virtual time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::executor::testing {

using namespace std::chrono_literals;  // NOLINT: durations in tests
using codec::PacketType;

// A connection, as the fake broker sees it.
struct Peer {
  ConnectionNumber number = 0;
  std::string client;
  codec::Version version = codec::Version::v5_0;
  codec::FrameReader reader;
  bool open = true;
  bool reading = true;             // the client takes bytes
  std::vector<codec::Bytes> held;  // while it does not
};

// What a client did.
struct Seen {
  Instant at{};
  std::string client;
  std::string what;  // "PUBACK", "FIN", "RST", "HALF", "OPEN"
  codec::Bytes bytes;
};

class FakeBroker {
 public:
  // Answers a packet of a client; what has no hook of its own is answered as a good broker would.
  using Hook = std::function<void(FakeBroker&, Peer&, const codec::Packet&)>;
  FakeBroker& on(PacketType type, Hook hook) {
    hooks_[type] = std::move(hook);
    return *this;
  }
  // Frames that the codec refuses.
  std::function<void(FakeBroker&, Peer&, codec::BytesView)> on_malformed;
  std::function<void(FakeBroker&, Peer&, codec::BytesView)> on_bytes;
  bool accepts = true;        // new connections
  std::string restart_fails;  // why the broker does not come back
  Duration restart_takes{};
  bool takes_bytes = true;  // false: nothing is handed over
  // A script that is faulty by mistake ends early, and a test of what does not happen would pass.
  bool script_is_faulty = false;
  std::function<void(FakeBroker&)> on_start;

  void send(Peer& peer, const codec::Packet& packet, Duration delay = {}) {
    send_bytes(peer, codec::encode(packet, peer.version), delay);
  }
  void send_bytes(Peer& peer, codec::Bytes bytes, Duration delay = {}) {
    at(delay, [this, number = peer.number, bytes = std::move(bytes)] {
      Peer& target = *peers_[number];
      if (!target.open) return;
      if (target.reading) {
        interpreter_->bytes(number, bytes, now_);
      } else {
        target.held.push_back(bytes);
      }
    });
  }
  void close(Peer& peer, Duration delay = {}, CloseKind how = CloseKind::fin) {
    at(delay, [this, number = peer.number, how] {
      if (!peers_[number]->open) return;
      peers_[number]->open = false;
      interpreter_->closed(number, how, now_);
    });
  }
  void at(Duration delay, std::function<void()> event) {
    events_.push({now_ + delay, ++sequence_, std::move(event)});
  }
  // The last connection of the client.
  Peer& peer(const std::string& client) {
    Peer* found = nullptr;
    for (auto& [number, peer] : peers_) {
      if (peer->client == client) found = peer.get();
    }
    EXPECT_NE(found, nullptr) << client;
    return *found;
  }
  // A PUBLISH to the client, of QoS `qos`, on `${ns}/` + topic.
  void publish(const std::string& client, const std::string& topic, const std::string& payload,
               std::uint8_t qos = 0, std::uint16_t identifier = 1, Duration delay = {}) {
    send(peer(client), publication(topic, payload, qos, identifier), delay);
  }
  codec::Publish publication(const std::string& topic, const std::string& payload,
                             std::uint8_t qos = 0, std::uint16_t identifier = 1) const {
    codec::Publish packet;
    packet.topic_name = ns + "/" + topic;
    packet.payload = payload;
    packet.qos = qos;
    if (qos > 0) packet.packet_identifier = identifier;
    return packet;
  }
  Interpreter& interpreter() { return *interpreter_; }
  [[nodiscard]] Instant now() const { return now_; }

  // "OPEN a", "CONNECT a", ... in order; of one client if it is named.
  [[nodiscard]] std::vector<std::string> log(const std::string& client = "") const {
    std::vector<std::string> lines;
    for (const Seen& s : seen) {
      if (client.empty()) lines.push_back(s.what + " " + s.client);
      if (client == s.client) lines.push_back(s.what);
    }
    return lines;
  }

  InstanceOutcome run(const scenario::Instance& instance, RunOptions options);
  void answer(Peer& peer, const codec::Packet& packet);

  std::string ns = "abcdefghijkl";
  std::vector<Seen> seen;
  std::vector<SendCommand> writes;

 private:
  struct Event {
    Instant at{};
    std::uint64_t sequence = 0;
    std::function<void()> run;
    bool operator<(const Event& other) const {
      return std::pair(other.at, other.sequence) < std::pair(at, sequence);
    }
  };
  void perform(const Command& command);
  void receive(Peer& peer, codec::BytesView bytes);

  std::map<PacketType, Hook> hooks_;
  std::map<ConnectionNumber, std::unique_ptr<Peer>> peers_;
  std::priority_queue<Event> events_;
  std::uint64_t sequence_ = 0;
  Interpreter* interpreter_ = nullptr;
  Instant now_{};
};

inline void FakeBroker::receive(Peer& peer, codec::BytesView bytes) {
  if (on_bytes) on_bytes(*this, peer, bytes);
  peer.reader.push(bytes);
  for (;;) {
    const auto next = peer.reader.next();
    const auto* frame = std::get_if<codec::Frame>(&next);
    if (frame == nullptr) return;
    const auto type = static_cast<PacketType>(static_cast<std::uint8_t>(frame->bytes[0]) >> 4);
    seen.push_back(
        {now_, peer.client, std::string(codec::to_string(type)), codec::Bytes(frame->bytes)});
    const auto decoded = codec::decode(frame->bytes, peer.version, codec::Sender::client);
    const auto* packet = std::get_if<codec::Packet>(&decoded);
    if (packet == nullptr) {
      if (on_malformed)
        on_malformed(*this, peer, frame->bytes);
      else
        close(peer);
      continue;
    }
    if (const auto* connect = std::get_if<codec::Connect>(packet)) {
      peer.version = static_cast<codec::Version>(connect->protocol_version);
    }
    if (const auto hook = hooks_.find(type); hook != hooks_.end()) {
      hook->second(*this, peer, *packet);
    } else {
      answer(peer, *packet);
    }
  }
}

// As a good broker does, routing aside.
inline void FakeBroker::answer(Peer& peer, const codec::Packet& packet) {
  if (std::holds_alternative<codec::Connect>(packet)) {
    send(peer, codec::Connack{});
  } else if (const auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
    codec::Suback suback;
    suback.packet_identifier = subscribe->packet_identifier;
    for (const auto& s : subscribe->subscriptions) {
      suback.reason_codes.push_back(static_cast<codec::ReasonCode>(s.qos));
    }
    send(peer, suback);
  } else if (const auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
    codec::Unsuback unsuback;
    unsuback.packet_identifier = unsubscribe->packet_identifier;
    unsuback.reason_codes.resize(unsubscribe->topic_filters.size());
    send(peer, unsuback);
  } else if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    codec::Puback puback;
    codec::Pubrec pubrec;
    puback.packet_identifier = pubrec.packet_identifier = publish->packet_identifier.value_or(0);
    if (publish->qos == 1) send(peer, puback);
    if (publish->qos == 2) send(peer, pubrec);
  } else if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
    codec::Pubcomp pubcomp;
    pubcomp.packet_identifier = pubrel->packet_identifier;
    send(peer, pubcomp);
  } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
    codec::Pubrel release;
    release.packet_identifier = pubrec->packet_identifier;
    send(peer, release);
  } else if (std::holds_alternative<codec::Pingreq>(packet)) {
    send(peer, codec::Pingresp{});
  }
}

inline void FakeBroker::perform(const Command& command) {
  if (const auto* opening = std::get_if<OpenCommand>(&command)) {
    auto peer = std::make_unique<Peer>();
    peer->number = opening->connection;
    peer->client = opening->client;
    peers_[opening->connection] = std::move(peer);
    seen.push_back({now_, opening->client, "OPEN", opening->transport});
    at({}, [this, number = opening->connection] {
      if (accepts) {
        interpreter_->opened(number, now_);
      } else {
        peers_[number]->open = false;
        interpreter_->open_failed(number, "connection refused", now_);
      }
    });
  } else if (const auto* sending = std::get_if<SendCommand>(&command)) {
    writes.push_back(*sending);
    if (!takes_bytes) return;
    Duration delay{};
    for (std::size_t i = 0; i < sending->segments.size(); ++i) {
      if (i > 0) delay += sending->pause;
      const bool last = i + 1 == sending->segments.size();
      at(delay, [this, number = sending->connection, bytes = sending->segments[i], last] {
        if (last) interpreter_->sent(number, now_);
        if (peers_[number]->open) receive(*peers_[number], bytes);
      });
    }
  } else if (const auto* closing = std::get_if<CloseCommand>(&command)) {
    using How = CloseCommand::How;
    at({}, [this, number = closing->connection, how = closing->how] {
      Peer& peer = *peers_[number];
      seen.push_back(
          {now_, peer.client, how == How::fin ? "FIN" : (how == How::half ? "HALF" : "RST"), ""});
      if (how != How::half) peer.open = false;
    });
  } else if (const auto* reading = std::get_if<ReadingCommand>(&command)) {
    Peer& peer = *peers_[reading->connection];
    peer.reading = reading->reading;
    for (codec::Bytes& bytes : peer.held) send_bytes(peer, std::move(bytes));
    peer.held.clear();
  } else {
    const bool kill = std::get<BrokerCommand>(command).what == BrokerCommand::What::kill;
    seen.push_back({now_, "", kill ? "KILL" : "RESTART", ""});
    for (auto& [number, peer] : peers_) {
      close(*peer, {}, kill ? CloseKind::reset : CloseKind::fin);
    }
    at(restart_takes, [this] {
      if (restart_fails.empty()) {
        interpreter_->broker_ready(now_);
      } else {
        interpreter_->broker_failed(restart_fails, now_);
      }
    });
  }
}

inline InstanceOutcome FakeBroker::run(const scenario::Instance& instance, RunOptions options) {
  options.ns = ns;
  Interpreter interpreter(instance, std::move(options));
  interpreter_ = &interpreter;
  interpreter.start(now_);
  if (on_start) on_start(*this);
  std::vector<Command> commands;
  for (int turns = 0; turns < 100'000; ++turns) {
    commands.clear();
    interpreter.take_commands(commands);
    for (const Command& command : commands) perform(command);
    if (!commands.empty()) continue;
    if (interpreter.finished() && (events_.empty() || events_.top().at > now_)) {
      return interpreter.take_outcome();
    }
    if (!events_.empty() && events_.top().at <= now_) {
      const auto event = events_.top().run;
      events_.pop();
      event();
    } else if (interpreter.deadline() <= now_) {
      interpreter.quiet(now_);
    } else {
      const Instant next =
          std::min(interpreter.deadline(), events_.empty() ? never : events_.top().at);
      if (next == never) break;
      now_ = next;
    }
  }
  ADD_FAILURE() << "the instance came to no end";
  interpreter.abort(Verdict::inconclusive, "no end", now_);
  return interpreter.take_outcome();
}

// --- scripts ------------------------------------------------------------------------------------

// A script with the checks must, should and may, for one version; `rest` are the scenario's other
// keys, clients and steps among them.
inline std::string script(const std::string& rest, const std::string& version = "5.0") {
  const std::string statements = "\"statements\": [\"" + version + ":MQTT-3.1.0-1\"]";
  return R"({"$schema": "s", "theme": "t", "scenarios": [{"id": "x", )"
         R"("title": "What a good broker does", "versions": [")" +
         version + R"("], "checks": {"must": {"level": "MUST", )" + statements +
         R"(}, "should": {"level": "SHOULD", )" + statements + R"(}, "may": {"level": "MAY", )" +
         statements + R"(}, "other": {"level": "MUST", )" + statements +
         R"(}, "unasked": {"level": "MUST", "statements": ["3.1:V31-1"]}}, )" + rest + "}]}";
}

inline std::vector<scenario::Instance> instances_of(const std::string& text) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(text, "test.json", problems);
  std::vector<scenario::Instance> instances;
  if (file) {
    instances =
        scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
  }
  for (const auto& problem : problems) ADD_FAILURE() << to_string(problem) << "\nin " << text;
  return instances;
}

// Runs the script (see above) against the broker; tolerances are those of the reference.
inline InstanceOutcome run(FakeBroker& broker, const std::string& rest, RunOptions options = {},
                           const std::string& version = "5.0") {
  const auto instances = instances_of(script(rest, version));
  if (instances.empty()) return {};
  if (options.capabilities.empty()) options.capabilities["restart"] = scenario::Value(true);
  auto outcome = broker.run(instances.front(), std::move(options));
  EXPECT_EQ(outcome.scenario_errors.empty(), !broker.script_is_faulty)
      << (outcome.scenario_errors.empty() ? "no fault was found" : outcome.scenario_errors.front());
  return outcome;
}
inline RunOptions with(Tolerance tolerance) {
  RunOptions options;
  options.tolerance = tolerance;
  return options;
}

inline const CheckOutcome& check_of(const InstanceOutcome& outcome, const std::string& name) {
  for (const CheckOutcome& check : outcome.checks) {
    if (check.name == name) return check;
  }
  ADD_FAILURE() << "no check " << name;
  static const CheckOutcome none;
  return none;
}
inline std::string verdict_of(const InstanceOutcome& outcome, const std::string& name) {
  return std::string(to_string(check_of(outcome, name).verdict));
}
inline std::string why_of(const InstanceOutcome& outcome, const std::string& name) {
  const CheckOutcome& check = check_of(outcome, name);
  return check.evidence.empty() ? check.why : check.evidence.back().why;
}
// The whole trace, for messages.
inline std::string trace_of(const InstanceOutcome& outcome) {
  std::string text = outcome.reason + "\n";
  for (const TraceEntry& entry : outcome.trace) {
    text += std::to_string(entry.at.count() / 1'000'000) + " ms " + entry.client + " " +
            std::to_string(static_cast<int>(entry.kind)) + " " + entry.text + " " + entry.problem +
            "\n";
  }
  return text;
}

}  // namespace mqttspec::executor::testing
