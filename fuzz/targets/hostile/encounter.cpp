#include "fuzz/targets/hostile/encounter.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "conformance/executor/virtual/virtual_driver.hpp"
#include "embedded/hostile_script.hpp"
#include "fuzz/generators/spoil.hpp"
#include "reference/node/node.hpp"
#include "reference/node/websocket_frame.hpp"

namespace mqttspec::fuzz {

using codec::Choices;
using executor::CloseKind;
using executor::ConnectionNumber;
using executor::Instant;

namespace {

// A script of a few dozen steps needs a few hundred turns.
constexpr int turns_max = 5'000;
constexpr int hostile_turns_max = 400;

struct Link {
  ConnectionNumber number = 0;
  node::ConnectionId honest = 0;  // the connection at the honest broker behind it
  bool honest_knows = true;
  bool websocket = false;
  bool open = true;
  codec::Version version = codec::Version::v5_0;
  codec::Bytes coming;  // what the honest broker has sent
  bool closing = false;
};

class Stage {
 public:
  Stage(const scenario::Instance& instance, Choices& choices)
      : choices_(choices),
        version_(instance.version),
        interpreter_(instance, options()),
        node_({}, nullptr) {}

  Encounter play() {
    interpreter_.start(now_);
    int turns = 0;
    for (; !interpreter_.finished() && turns < turns_max; ++turns) {
      take_commands();
      if (interpreter_.finished()) break;
      if (turns < hostile_turns_max && choices_.one_in(4)) {
        misbehave();
      } else if (!deliver()) {
        let_time_pass();
      }
    }
    if (!interpreter_.finished()) {
      encounter_.finished = false;
      interpreter_.abort(executor::Verdict::inconclusive, "it does not end", now_);
    }
    encounter_.outcome = interpreter_.take_outcome();
    return std::move(encounter_);
  }

 private:
  static executor::RunOptions options() {
    executor::RunOptions options;
    options.ns = "hostilebroke";
    options.tolerance = executor::Tolerance::live();
    options.capabilities = executor::capabilities_of({});
    options.capabilities["transports"] =
        scenario::Value(scenario::Array{scenario::Value("tcp"), scenario::Value("ws")});
    return options;
  }

  void take_commands() {
    // What is obeyed may bring forth more at once.
    for (std::vector<executor::Command> commands;; commands.clear()) {
      interpreter_.take_commands(commands);
      if (commands.empty()) return;
      for (const auto& command : commands) {
        std::visit([this](const auto& c) { obey(c); }, command);
      }
    }
  }

  void obey(const executor::OpenCommand& command) {
    if (choices_.one_in(64)) {
      encounter_.honest = false;
      return interpreter_.open_failed(command.connection, "refused", now_);
    }
    Link link;
    link.number = command.connection;
    link.websocket = command.transport == "ws";
    link.version = version_;
    link.honest = node_.opened("hostile", command.transport, now_);
    links_.push_back(link);
    interpreter_.opened(command.connection, now_);
  }
  void obey(const executor::SendCommand& command) {
    if (Link* link = find(command.connection); link != nullptr && link->honest_knows) {
      for (const auto& piece : command.segments) {
        if (link->honest_knows) node_.received(link->honest, piece, now_);
        collect();
      }
    }
    interpreter_.sent(command.connection, now_);
  }
  void obey(const executor::CloseCommand& command) {
    Link* link = find(command.connection);
    if (link == nullptr) return;
    link->open = link->open && command.how == executor::CloseCommand::How::half;
    if (!link->honest_knows) return;
    link->honest_knows = false;
    node_.closed(link->honest, now_);
    collect();
  }
  void obey(const executor::ReadingCommand&) {}
  void obey(const executor::BrokerCommand&) { interpreter_.broker_ready(now_); }

  void collect() {
    std::vector<node::Output> outputs;
    node_.take_output(outputs);
    for (const auto& output : outputs) {
      const auto link = std::find_if(links_.begin(), links_.end(),
                                     [&](const Link& l) { return l.honest == output.connection; });
      if (link == links_.end()) continue;
      link->coming += output.bytes;
      if (!output.close) {
        node_.drained(output.connection, output.bytes.size(), now_);
        continue;
      }
      link->closing = true;
      link->honest_knows = false;
    }
  }

  // What the honest broker has to say next; false: nothing.
  bool deliver() {
    for (Link& link : links_) {
      if (!link.open || (link.coming.empty() && !link.closing)) continue;
      if (!link.coming.empty()) {
        give(link, std::exchange(link.coming, {}));
      } else {
        close(link, CloseKind::fin);
      }
      return true;
    }
    return false;
  }

  void give(Link& link, const codec::Bytes& bytes) { interpreter_.bytes(link.number, bytes, now_); }
  void close(Link& link, CloseKind how) {
    link.open = false;
    interpreter_.closed(link.number, how, now_);
  }

  void let_time_pass() {
    const Instant next = std::min(interpreter_.deadline(), node_.next_deadline());
    if (next == executor::never) {
      // Nothing is waited for but the wire, and it is silent: a peer that has died is reset.
      for (Link& link : links_) {
        if (!link.open) continue;
        encounter_.honest = false;
        return close(link, CloseKind::reset);
      }
      return interpreter_.abort(executor::Verdict::inconclusive, "nothing moves", now_);
    }
    now_ = std::max(now_, next);
    node_.tick(now_);
    collect();
    if (interpreter_.deadline() <= now_) interpreter_.quiet(now_);
  }

  void misbehave() {
    Link* link = any_open();
    if (link == nullptr) return let_time_pass();
    encounter_.honest = false;
    switch (choices_.below(8)) {
      case 0:
        return give(*link, damaged(std::exchange(link->coming, {})));
      case 1:
      case 2: {
        codec::Packet packet = codec::arbitrary::packet(choices_, link->version);
        spoil(choices_, packet);
        return give(*link, framed(*link, codec::encode(packet, link->version)));
      }
      case 3:
        return give(*link, framed(*link, codec::arbitrary::bytes(choices_)));
      case 4:
        return give(*link, codec::arbitrary::bytes(choices_));
      case 5:
        return close(*link, choices_.flip() ? CloseKind::reset : CloseKind::fin);
      case 6:  // it keeps what it has to itself for some time
        if (interpreter_.deadline() == executor::never) return;
        now_ = std::max(now_, interpreter_.deadline());
        return interpreter_.quiet(now_);
      default: {  // it says things twice
        const codec::Bytes twice = std::exchange(link->coming, {});
        give(*link, twice);
        if (link->open) give(*link, twice);
      }
    }
  }

  codec::Bytes damaged(codec::Bytes bytes) {
    for (auto count = choices_.between(1, 3); count > 0 && !bytes.empty(); --count) {
      const auto place = static_cast<std::size_t>(choices_.below(bytes.size()));
      switch (choices_.below(4)) {
        case 0:
          bytes[place] = choices_.byte();
          break;
        case 1:
          bytes.erase(place, 1);
          break;
        case 2:
          bytes.insert(place, 1, choices_.byte());
          break;
        default:
          bytes.resize(place);
      }
    }
    return bytes;
  }

  codec::Bytes framed(const Link& link, const codec::Bytes& bytes) {
    if (!link.websocket) return bytes;
    codec::Bytes out;
    const auto opcode =
        choices_.element({node::WebSocketOpcode::binary, node::WebSocketOpcode::text,
                          node::WebSocketOpcode::continuation, node::WebSocketOpcode::ping,
                          node::WebSocketOpcode::close});
    node::append_frame(out, opcode, !choices_.one_in(8), bytes);
    return out;
  }

  Link* find(ConnectionNumber number) {
    const auto found = std::find_if(links_.begin(), links_.end(),
                                    [&](const Link& link) { return link.number == number; });
    return found == links_.end() ? nullptr : &*found;
  }
  Link* any_open() {
    std::vector<Link*> open;
    for (Link& link : links_) {
      if (link.open) open.push_back(&link);
    }
    return open.empty() ? nullptr : open[choices_.below(open.size())];
  }

  Choices& choices_;
  codec::Version version_;
  executor::Interpreter interpreter_;
  node::Node node_;
  std::deque<Link> links_;
  Instant now_{};
  Encounter encounter_;
};

std::vector<scenario::Instance> load() {
  std::vector<scenario::Problem> problems;
  const auto& file = embedded::hostile_script().front();
  auto parsed = scenario::parse_file(file.content, std::string(file.path), problems);
  std::vector<scenario::Instance> instances;
  if (parsed) {
    instances =
        scenario::expand(std::make_shared<const scenario::File>(std::move(*parsed)), problems);
  }
  if (!problems.empty()) throw std::logic_error(to_string(problems.front()));
  return instances;
}

}  // namespace

const std::vector<scenario::Instance>& hostile_instances() {
  static const std::vector<scenario::Instance> instances = load();
  return instances;
}

Encounter meet(const scenario::Instance& instance, Choices& choices) {
  return Stage(instance, choices).play();
}

}  // namespace mqttspec::fuzz
