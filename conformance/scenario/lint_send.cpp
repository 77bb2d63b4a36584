#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/static_packets.hpp"
#include "conformance/scenario/vocabulary.hpp"
#include "reference/codec/frame_reader.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::scenario {
namespace {

constexpr std::int64_t automatic_identifiers = 10'001;  // and up: chosen by the client

std::optional<std::int64_t> number_of(const Value& value) {
  if (value.integer() != nullptr) return *value.integer();
  const std::string* text = value.string();
  if (text == nullptr || !text->starts_with("0x") || text->size() > 10) return std::nullopt;
  return static_cast<std::int64_t>(std::stoll(*text, nullptr, 16));
}

// May the scenario touch what is not its own?
bool is_exclusive(const Scenario& scenario) {
  bool restarts = false;
  for_each_step(scenario.steps, [&](const Step& step) {
    restarts = restarts || step.action == ActionKind::broker;
  });
  return restarts || !scenario.exclusive.empty() || scenario.config.object() != nullptr;
}

// One packet's fields, wherever they stand; `report` knows the place.
class FieldRules {
 public:
  using Report = std::function<void(std::string_view where, std::uint32_t, const std::string&)>;
  FieldRules(const Scenario& scenario, const StaticScope& scope, Report report)
      : exclusive_(is_exclusive(scenario)), scope_(scope), report_(std::move(report)) {}

  void check(const Value& fields, const std::string& where) const {
    if (fields.object() == nullptr) return;
    for (const auto& [name, value] : *fields.object()) {
      const std::string at = where + "." + name;
      if (name == "will") check(value, at);
      if (name == "topic_filters") check_filters(value, at);
      if (is_own_field(name)) check_own(value, at);
      if (name == "packet_identifier" && number_of(value).value_or(0) >= automatic_identifiers) {
        report_(
            at, value.line,
            fmt::format("identifiers from {} up are the client's own choice; take a smaller one",
                        automatic_identifiers));
      }
    }
  }

  // The same for a frame that was written as bytes, or changed by edits.
  void check_frame(codec::BytesView frame, Version version, const std::string& where,
                   std::uint32_t line) const {
    constexpr std::string_view content = ".content";
    for (const codec::Field& field : codec::layout(frame, version).fields) {
      const std::string_view name = field.name;
      if (!name.ends_with(content)) continue;
      const std::string_view whole = name.substr(0, name.size() - content.size());
      const bool filter = whole.starts_with("topic_filters.");
      if (!filter && !is_own_field(whole)) continue;
      // What overruns its packet is read by nobody.
      if (field.offset < 2 || length_before(frame, field.offset) != field.length) continue;
      const std::string_view text = frame.substr(field.offset, field.length);
      // A ShareName may be wrong on purpose; what it stands before must then be our own.
      const bool shared = text.starts_with("$share/") && text.find(static_ns) != text.npos;
      if (!exclusive_ && !shared) check_text(text, where, line);
    }
  }

  void check_filters(const Value& filters, const std::string& where) const {
    if (filters.array() == nullptr) return;
    for (std::size_t i = 0; i < filters.array()->size(); ++i) {
      const Value& filter = (*filters.array())[i];
      const Value* inner = filter.find("topic_filter");
      check_own(inner != nullptr ? *inner : filter, fmt::format("{}[{}]", where, i));
    }
  }

 private:
  static std::size_t length_before(codec::BytesView frame, std::size_t offset) {
    return static_cast<std::size_t>(static_cast<unsigned char>(frame[offset - 2])) << 8 |
           static_cast<unsigned char>(frame[offset - 1]);
  }

  static bool is_own_field(std::string_view name) {
    return name == "topic_name" || name == "will_topic" || name == "client_identifier";
  }

  // ${ns} at the front; of a Shared Subscription at the front of its filter and in its ShareName.
  void check_own(const Value& value, const std::string& where) const {
    const Resolution resolved = scope_.resolve(value);
    if (exclusive_ || !resolved.ok()) return;
    std::string text;
    if (const Value* notation = resolved.value.find("bytes")) {
      const Result<codec::Bytes> bytes = parse_bytes(notation->string() ? *notation->string() : "");
      if (!bytes) return;  // told when the packet is built
      text = *bytes;
    } else if (resolved.value.string() != nullptr) {
      text = *resolved.value.string();
    } else if (resolved.value.integer() != nullptr) {
      text = fmt::format("{}", *resolved.value.integer());
    }
    check_text(text, where, value.line);
  }

  void check_text(std::string_view text, const std::string& where, std::uint32_t line) const {
    if (text.empty() || is_within_namespace(text)) return;
    report_(where, line,
            fmt::format("{} does not begin with ${{ns}}, so that it could meet other scenarios; if "
                        "it has to, say why in \"exclusive\"",
                        quoted(text)));
  }

  bool exclusive_;
  const StaticScope& scope_;
  Report report_;
};

class SendRules {
 public:
  SendRules(LintReport& report, const LintStep& at, const ClientDefinition& client)
      : report_(report),
        at_(at),
        client_(client),
        fields_(at.scenario.scenario, at.scope,
                [this](std::string_view where, std::uint32_t line, const std::string& message) {
                  add(std::string(where), line, message);
                }) {}

  void check(const Value& argument, bool known) {
    const std::string verb(to_string(at_.step.action));
    if (at_.step.action != ActionKind::send) {
      fields_.check(argument, verb);
      fields_.check_filters(argument, verb);  // the short form
      if (known) build(argument, verb);
      return;
    }
    const Array packets = argument.array() != nullptr ? *argument.array() : Array{argument};
    for (std::size_t i = 0; i < packets.size(); ++i) {
      const std::string where = argument.array() ? fmt::format("{}[{}]", verb, i) : verb;
      for (const PacketRow& row : packet_table()) {
        const Value* body = packets[i].find(row.name);
        if (body != nullptr) fields_.check(*body, fmt::format("{}.{}", where, row.name));
      }
      if (known) build(packets[i], where);
    }
  }

 private:
  void add(const std::string& where, std::uint32_t line, const std::string& message) {
    report_.add(at_.at(where), line != 0 ? line : at_.step.line, message, &at_.instance);
  }

  void build(const Value& value, const std::string& where) {
    const std::optional<Version> version = version_of(client_, at_.scope, at_.instance.version);
    std::optional<Object> defaults = static_connect_defaults(client_, at_.scope);
    if (!version || !defaults) return;
    const Result<BuiltPacket> built =
        build_static(at_.step.action, value, *version, std::move(*defaults));
    if (!built) return add(where, value.line, built.error());
    const bool as_written = built->packet && !built->altered;
    if (!as_written) check_frames(*built, *version, where, value.line);
    if (!at_.step.illegal.empty() || !built->packet) return;
    if (as_written) {
      const auto broken = codec::validate(*built->packet, *version, codec::Sender::client);
      if (!broken.empty()) refuse(broken.front(), where, value.line);
    } else {
      check_legal(built->bytes, *version, where, value.line);
    }
  }

  // Bytes may be a piece of a packet, or several: what is looked at are those that are whole.
  void check_frames(const BuiltPacket& built, Version version, const std::string& where,
                    std::uint32_t line) {
    codec::FrameReader reader;
    reader.push(built.bytes);
    for (codec::FrameResult next = reader.next(); std::holds_alternative<codec::Frame>(next);
         next = reader.next()) {
      const codec::Bytes frame(std::get<codec::Frame>(next).bytes);
      fields_.check_frame(frame, version, where, line);
      if (at_.step.illegal.empty() && !built.packet) check_legal(frame, version, where, line);
    }
  }

  // Only what a packet breaks by itself.
  void check_legal(codec::BytesView frame, Version version, const std::string& where,
                   std::uint32_t line) {
    const codec::DecodeResult decoded = codec::decode(frame, version, codec::Sender::client);
    const auto* error = std::get_if<codec::DecodeError>(&decoded);
    if (error != nullptr) refuse(error->rule, where, line);
  }

  void refuse(codec::Rule broken, const std::string& where, std::uint32_t line) {
    add(where, line,
        fmt::format("this is against the rules ({}); if that is meant, say so in \"illegal\"",
                    codec::row_of(broken).sentence));
  }

  LintReport& report_;
  const LintStep& at_;
  const ClientDefinition& client_;
  const FieldRules fields_;
};

}  // namespace

void lint_send(LintReport& report, const LintStep& at) {
  if (!sends_packets(at.step.action)) return;
  const std::string verb(to_string(at.step.action));
  const Resolution resolved = at.scope.resolve(at.step.argument);
  if (resolved.known == Resolution::Known::wrong) {
    (void)known_or_report(report, at, verb, resolved);
    return;
  }
  const Resolution segments = at.scope.resolve(at.step.segments);
  if (known_or_report(report, at, "segments", segments) && !segments.value.is_null()) {
    const bool number = segments.value.integer() != nullptr && *segments.value.integer() > 0;
    if (!number && segments.value.array() == nullptr) {
      report.add(at.at("segments"), at.step.line, "expected a number of bytes from 1 up",
                 &at.instance);
    }
  }
  (void)known_or_report(report, at, "illegal", at.scope.resolve(Value(at.step.illegal)));
  for (const ClientDefinition* client : at.clients) {
    SendRules(report, at, *client).check(resolved.value, resolved.ok());
  }
}

void lint_client(LintReport& report, const LintScenario& scenario, const Instance& instance,
                 const ClientDefinition& client, const StaticScope& scope) {
  const std::string place = scenario.at("clients." + client.name);
  const auto add = [&](std::string_view where, std::uint32_t line, const std::string& message) {
    report.add(place + "." + std::string(where), line != 0 ? line : client.line, message,
               &instance);
  };
  const Resolution connect = scope.resolve(client.connect);
  if (connect.known == Resolution::Known::wrong) {
    return add("connect", connect.line, connect.problem);
  }
  FieldRules(scenario.scenario, scope, add).check(connect.value, "connect");
  const Resolution transport = scope.resolve(client.transport);
  const Value* named = transport.value.find("name");
  const std::string* name = (named != nullptr ? *named : transport.value).string();
  if (transport.ok() && name != nullptr && !contains(transport_names(), *name)) {
    add("transport", client.transport.line,
        fmt::format("{} is no transport{}", quoted(*name), did_you_mean(*name, transport_names())));
  } else if (transport.known == Resolution::Known::wrong) {
    add("transport", transport.line, transport.problem);
  }
}

}  // namespace mqttspec::scenario
