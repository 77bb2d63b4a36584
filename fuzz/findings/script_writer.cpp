#include "fuzz/findings/script_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reference/node/connect_version.hpp"

namespace mqttspec::fuzz {

using codec::Version;
using scenario::ActionKind;
using scenario::Array;
using scenario::Object;
using scenario::ObservationKind;
using scenario::Step;
using scenario::Value;
using Kind = Operation::Kind;
using What = Happening::What;

namespace {

std::optional<codec::Packet> decoded(codec::BytesView frame, Version version) {
  auto result = codec::decode(frame, version, codec::Sender::server);
  auto* packet = std::get_if<codec::Packet>(&result);
  if (packet == nullptr) return std::nullopt;
  return std::move(*packet);
}

Value set_reading(bool reading) {
  return Value(Object{{"reading", Value(reading)}});
}

}  // namespace

Step& ScriptWriter::step(const std::string& client, ActionKind action, Value argument) {
  Step& made = scenario_.steps.emplace_back();
  if (!client.empty()) made.clients = {client};
  made.action = action;
  made.argument = std::move(argument);
  return made;
}

void ScriptWriter::use_check(const std::string& name) {
  if (std::find(used_checks_.begin(), used_checks_.end(), name) == used_checks_.end()) {
    used_checks_.push_back(name);
  }
}

std::string ScriptWriter::name_of(std::size_t client, const Actor& actor) {
  std::string name = fmt::format("c{}", client);
  if (actor.version == Version::v3_1_1) name += "v4";
  if (actor.version == Version::v3_1) name += "v3";
  if (!actor.automatic) name += "m";
  const auto known = std::find_if(scenario_.clients.begin(), scenario_.clients.end(),
                                  [&](const auto& definition) { return definition.name == name; });
  if (known != scenario_.clients.end()) return name;
  if (scenario_.versions.empty()) scenario_.versions.push_back(actor.version);
  auto& definition = scenario_.clients.emplace_back();
  definition.name = name;
  definition.automatic_acks = actor.automatic;
  if (actor.version != scenario_.versions.front()) {
    definition.version = Value(std::string(codec::to_string(actor.version)));
  }
  return name;
}

void ScriptWriter::add(const Operation& operation, const std::vector<Happening>& happenings) {
  act(operation, happenings);
  // Whoever did something is first, so that the answer stands in the same step.
  flush(actors_[operation.client]);
  for (Actor& actor : actors_) flush(actor);
}

// What the client does by itself, then what comes of it.
void ScriptWriter::act(const Operation& operation, const std::vector<Happening>& happenings) {
  Actor& actor = actors_[operation.client];
  bool own = false;
  switch (operation.kind) {
    case Kind::connect:
      own = true;
      connect(actor, operation, happenings);
      break;
    case Kind::send:
    case Kind::raw:
    case Kind::acknowledge:
      own = !happenings.empty() && happenings.front().what == What::sent;
      if (own) send(actor, happenings.front().bytes);
      break;
    case Kind::stall:
      if (!actor.open || actor.stalled) break;
      step(actor.name, ActionKind::set, set_reading(false));
      actor.stalled = true;
      break;
    case Kind::deliver:
      if (actor.held.empty()) break;
      read_again(actor);
      flush(actor);
      step(actor.name, ActionKind::set, set_reading(false));
      actor.stalled = true;
      break;
    case Kind::resume:
      read_again(actor);
      break;
    case Kind::half_close:
      close(actor, "fin");
      break;
    case Kind::reset:
      close(actor, "reset");
      break;
    case Kind::advance:
      step("", ActionKind::wait, Value(fmt::format("{}ms", operation.time.count())));
      break;
    case Kind::restart:
      step("", ActionKind::broker, Value("kill"));
      for (Actor& each : actors_) each.open = each.stalled = false;
      for (Actor& each : actors_) each.held.clear();
      break;
  }
  bool first = own;
  for (const Happening& happening : happenings) {
    if (first && happening.what == What::sent && happening.client == operation.client) {
      first = false;
      continue;
    }
    take_happening(happening);
  }
}

void ScriptWriter::connect(Actor& actor, const Operation& operation,
                           const std::vector<Happening>& happenings) {
  close(actor, "fin");
  actor = Actor{};
  actor.version = node::connect_version(operation.bytes).value_or(operation.version);
  actor.automatic = operation.automatic;
  actor.open = true;
  actor.name = name_of(operation.client, actor);
  const auto own = std::find_if(happenings.begin(), happenings.end(), [&](const Happening& h) {
    return h.what == What::sent && h.client == operation.client;
  });
  const bool answered = std::any_of(happenings.begin(), happenings.end(), [&](const Happening& h) {
    return h.what != What::sent && h.client == operation.client;
  });
  if (own == happenings.end()) {
    step(actor.name, ActionKind::open, Value(Object{}));
  } else if (answered) {
    begin_connection(actor, own->bytes);
  } else {
    step(actor.name, ActionKind::open, Value(Object{}));
    send(actor, own->bytes);
  }
}

void ScriptWriter::begin_connection(Actor& actor, codec::BytesView bytes) {
  if (auto fields = to_connect(bytes, actor.version)) {
    step(actor.name, ActionKind::connect, std::move(*fields));
    actor.sent.push(bytes);
    while (std::holds_alternative<codec::Frame>(actor.sent.next())) {
    }
    return;
  }
  step(actor.name, ActionKind::open, Value(Object{}));
  send(actor, bytes);
}

void ScriptWriter::send(Actor& actor, codec::BytesView bytes) {
  if (!actor.open) return;
  Step& made = step(actor.name, ActionKind::send, to_send(bytes, actor.version));
  // What single packets break is known here; the rest shows when the scenario is played.
  actor.sent.push(bytes);
  for (;;) {
    const auto next = actor.sent.next();
    const auto* frame = std::get_if<codec::Frame>(&next);
    if (frame == nullptr) return;
    const auto result = codec::decode(frame->bytes, actor.version, codec::Sender::client);
    const auto* error = std::get_if<codec::DecodeError>(&result);
    if (error != nullptr && made.illegal.empty()) {
      made.illegal = std::string(codec::row_of(error->rule).sentence);
    }
  }
}

void ScriptWriter::close(Actor& actor, const char* how) {
  if (!actor.open) return;
  step(actor.name, ActionKind::close, Value(how));
  actor.open = false;
  actor.pending.clear();
  actor.held.clear();
}

void ScriptWriter::read_again(Actor& actor) {
  if (!actor.stalled) return;
  actor.stalled = false;
  if (!actor.open) return;
  step(actor.name, ActionKind::set, set_reading(true));
  actor.pending.insert(actor.pending.end(), actor.held.begin(), actor.held.end());
  actor.held.clear();
}

void ScriptWriter::take_happening(const Happening& happening) {
  Actor& actor = actors_[happening.client];
  switch (happening.what) {
    case What::sent: {
      // The script's clients acknowledge by themselves, but for PUBREL.
      const auto packet = codec::decode(happening.bytes, actor.version, codec::Sender::client);
      const auto* sent = std::get_if<codec::Packet>(&packet);
      if (sent == nullptr || !std::holds_alternative<codec::Pubrel>(*sent)) return;
      flush(actor);
      return send(actor, happening.bytes);
    }
    case What::received:
      return received(actor, happening.bytes);
    case What::closed:
      actor.closing = actor.open;
      return;
  }
}

void ScriptWriter::received(Actor& actor, codec::BytesView frame) {
  const auto packet = decoded(frame, actor.version);
  if (!packet) return;
  std::string topic;
  if (const auto* publish = std::get_if<codec::Publish>(&*packet)) {
    const auto alias =
        codec::get_integer(publish->properties, codec::PropertyId::topic_alias).value_or(0);
    std::string& known = actor.aliases[static_cast<std::uint16_t>(alias)];
    if (!publish->topic_name.empty()) known = publish->topic_name;
    topic = known;
  }
  if (const auto* connack = std::get_if<codec::Connack>(&*packet)) {
    actor.in_session = connack->reason_code == codec::ReasonCode::success;
  }
  Expected expected = to_expect(*packet, actor.version, topic);
  if (expected.check.empty()) return;
  (actor.stalled ? actor.held : actor.pending).push_back(std::move(expected));
}

void ScriptWriter::flush(Actor& actor) {
  if (actor.closing) {
    read_again(actor);
    actor.pending.push_back({Value("CLOSED"), std::string(check_of_close)});
    actor.open = actor.closing = false;
  }
  std::vector<Expected> left = std::move(actor.pending);
  actor.pending.clear();
  while (!left.empty()) {
    const std::string check = left.front().check;
    const auto others = std::stable_partition(left.begin(), left.end(),
                                              [&](const Expected& e) { return e.check == check; });
    Array patterns;
    for (auto place = left.begin(); place != others; ++place) {
      patterns.push_back(std::move(place->pattern));
    }
    left.erase(left.begin(), others);
    observe(actor, check,
            patterns.size() == 1 ? std::move(patterns.front()) : Value(std::move(patterns)));
  }
}

// By the last step, if it is the client's own and observes nothing yet.
void ScriptWriter::observe(Actor& actor, const std::string& check, Value pattern) {
  const auto& last = scenario_.steps.back();
  const bool fits = last.clients == std::vector{actor.name} && last.action != ActionKind::none &&
                    last.action != ActionKind::close && last.observation == ObservationKind::none;
  if (!fits && last.action == ActionKind::wait) {
    // Time has passed; the client goes on as it was, so that this is no wait for what comes.
    step(actor.name, ActionKind::set, set_reading(true));
  } else if (!fits) {
    step(actor.name, ActionKind::none, Value());
  }
  Step& observing = scenario_.steps.back();
  observing.observation = ObservationKind::expect;
  observing.pattern = std::move(pattern);
  observing.checks = {check};
  use_check(check);
}

void ScriptWriter::finish() {
  for (Actor& actor : actors_) {
    read_again(actor);
    flush(actor);
  }
  std::vector<const Actor*> alive;
  for (const Actor& actor : actors_) {
    if (actor.open && actor.in_session && actor.sent.buffered() == 0) alive.push_back(&actor);
  }
  for (const Actor* actor : alive) {
    Step& ping = step(actor->name, ActionKind::ping, Value(Object{}));
    ping.checks = {std::string(check_of_ping)};
    use_check(ping.checks.front());
  }
  const Value no_message(
      Object{{"PUBLISH",
              Value(Object{{"topic_name",
                            Value(Object{{"not", Value(Object{{"prefix", Value("$SYS")}})}})}})}});
  for (const Actor* actor : alive) {
    for (const Value& pattern : {no_message, Value("ANY")}) {
      Step& silence = step(actor->name, ActionKind::none, Value());
      silence.observation = ObservationKind::silence;
      silence.pattern = pattern;
      silence.checks = {std::string(check_of_silence)};
      use_check(silence.checks.front());
    }
  }
  std::vector<Version> versions;
  for (const auto& client : scenario_.clients) {
    const auto* own = client.version.string();
    for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
      const bool speaks = own != nullptr ? *own == codec::to_string(version)
                                         : version == scenario_.versions.front();
      if (speaks) versions.push_back(version);
    }
  }
  for (const auto& name : used_checks_) {
    scenario_.checks.push_back(define_check(name, versions));
  }
}

}  // namespace mqttspec::fuzz
