#include "conformance/scenario/matcher.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/match_value.hpp"
#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

using codec::PacketType;
using Mismatch = std::optional<std::string>;

bool has_fields(const Received& received) {
  return received.closed() || received.packet.has_value();
}

// Facts about a packet that are known even if the codec refuses it.
bool is_about_arrival(std::string_view field) {
  return field == "elapsed" || field == "packet_size" || field == "client" || field == "frame" ||
         field == "subprotocol";
}

std::string_view kind_name(const Received& received) {
  return received.closed() ? "CLOSED" : codec::to_string(received.type);
}

std::string_view kind_name(const Pattern& pattern) {
  if (pattern.kind == Pattern::Kind::closed) return "CLOSED";
  return pattern.kind == Pattern::Kind::any ? "ANY" : codec::to_string(pattern.type);
}

bool kinds_match(const Pattern& pattern, const Received& received) {
  switch (pattern.kind) {
    case Pattern::Kind::closed:
      return received.closed();
    case Pattern::Kind::any:
      return !received.closed();
    case Pattern::Kind::packet:
      return received.type == pattern.type;
  }
  return false;
}

FieldContext context_in(std::string_view field, const Received& received) {
  return context_of(field, received.closed() ? received.farewell : received.type, received.version);
}

const Value* stated(const Object& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const Member& field) { return field.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

// In seconds; to the millisecond unless it takes more to tell the time from its limit.
std::string in_seconds(Duration duration, Duration limit) {
  using std::chrono::milliseconds;
  const bool close = std::chrono::abs(duration - limit) < milliseconds(1);
  const Duration shown = close ? duration : std::chrono::round<milliseconds>(duration);
  return fmt::format("{} s", static_cast<double>(shown.count()) / 1e9);
}

Mismatch elapsed_mismatch(const Value& expected, Duration elapsed,
                          const ElapsedTolerance& tolerance) {
  const bool bounds = expected.object() != nullptr;
  const Value* min = bounds ? expected.find("min") : &expected;
  const Value* max = bounds ? expected.find("max") : &expected;
  for (const Value* bound : {min, max}) {
    if (bound == nullptr) continue;
    const Result<Duration> limit =
        parse_duration(bound->string() == nullptr ? "" : *bound->string());
    if (!limit) return "elapsed: " + limit.error();
    const bool early = bound == min && elapsed < *limit - tolerance.granularity;
    const bool late = bound == max && elapsed > *limit + tolerance.patience;
    if (!early && !late) continue;
    const Duration grace = early ? tolerance.granularity : tolerance.patience;
    return fmt::format(
        "elapsed is {}, expected at {} {}{}", in_seconds(elapsed, *limit), early ? "least" : "most",
        in_seconds(*limit, *limit),
        grace.count() == 0 ? "" : fmt::format(" (and {} of tolerance)", in_seconds(grace, grace)));
  }
  return std::nullopt;
}

// Durations as they were written, without quotes.
std::string elapsed_in_words(const Value& elapsed) {
  const auto text = [](const Value* bound) {
    return bound == nullptr || bound->string() == nullptr ? "" : *bound->string();
  };
  const std::string min = text(elapsed.find("min"));
  const std::string max = text(elapsed.find("max"));
  if (!min.empty() && !max.empty()) return min + " to " + max;
  if (!min.empty()) return "at least " + min;
  return max.empty() ? text(&elapsed) : "at most " + max;
}

// {"exact": true}: no property but those that the pattern names, be it as null.
Mismatch exact_mismatch(const Object& fields, const Received& received) {
  const codec::Properties* properties =
      received.packet ? codec::properties_of(*received.packet) : nullptr;
  if (properties == nullptr) return std::nullopt;
  for (const codec::Property& property : *properties) {
    const std::string_view name = codec::to_string(property.id);
    if (stated(fields, name) != nullptr) continue;
    return fmt::format("there is {}, but \"exact\" allows only the properties that are named",
                       name.empty() ? "an unknown property" : name);
  }
  return std::nullopt;
}

// An UNSUBACK of 3.x has no codes, which counts as 0x00 for as many filters as the pattern thinks.
Value codes_of_old_unsuback(const Value& expected) {
  const Value* list = &expected;
  for (const char* key : {"contains", "same"}) {
    if (const Value* inner = expected.find(key)) list = inner;
  }
  const std::size_t size = list->array() == nullptr ? 1 : list->array()->size();
  return Value(Array(size, Value(0)));
}

Mismatch field_mismatch(const std::string& name, const Value& expected, const Value& fields,
                        const Received& received) {
  const Value size(static_cast<std::int64_t>(received.size));
  const Value client(received.client);
  Value codes;
  const Value* actual = fields.find(name);
  if (name == "packet_size") actual = &size;
  if (name == "client") actual = &client;
  if (name == "reason_codes" && received.type == PacketType::unsuback &&
      received.version != codec::Version::v5_0) {
    codes = codes_of_old_unsuback(expected);
    actual = &codes;
  }
  const Mismatch mismatch = compare(expected, actual, context_in(name, received));
  if (!mismatch) return std::nullopt;
  return name + " " + *mismatch;
}

// Of a frame that is not refused: the key of an acknowledgement or a PUBLISH.
bool keys_match(const Pattern& pattern, const Received& received, std::string_view ns) {
  const bool publish = received.type == PacketType::publish;
  const std::string_view key = publish ? "topic_name" : "packet_identifier";
  const Value* wanted = stated(pattern.fields, key);
  if (received.closed()) return true;
  if (!received.packet) return wanted == nullptr;
  if (publish && wanted == nullptr) {
    const std::string& topic = std::get<codec::Publish>(*received.packet).topic_name;
    return topic.empty() || topic.starts_with(ns);
  }
  if (wanted == nullptr) return true;
  const Value fields = received.fields.is_null() ? fields_of(received) : received.fields;
  return !field_mismatch(std::string(key), *wanted, fields, received);
}

}  // namespace

Value fields_of(const Received& received) {
  Object fields;
  if (received.packet) {
    const Value packet = to_value(*received.packet, received.version);
    fields = *packet.object();
  }
  if (received.closed()) {
    const bool none = received.farewell == PacketType::reserved;
    fields.emplace_back("farewell", none ? Value(nullptr)
                                         : Value(std::string(codec::to_string(received.farewell))));
    if (stated(fields, "reason_code") == nullptr) fields.emplace_back("reason_code", nullptr);
  } else {
    fields.emplace_back("packet_size", static_cast<std::int64_t>(received.size));
  }
  fields.emplace_back("client", received.client);
  return Value(std::move(fields));
}

bool kind_and_key_match(const Pattern& pattern, const Received& received, std::string_view ns) {
  return kinds_match(pattern, received) && keys_match(pattern, received, ns);
}

std::optional<std::string> mismatch_fields(const Object& fields, const Received& received,
                                           Duration elapsed, const ElapsedTolerance& tolerance) {
  const Value computed = received.fields.is_null() ? fields_of(received) : Value();
  const Value& actual = received.fields.is_null() ? computed : received.fields;
  for (const auto& [name, expected] : fields) {
    if (!has_fields(received) && !is_about_arrival(name)) {
      return fmt::format("the {} is malformed, so that it has no {}", kind_name(received), name);
    }
    Mismatch mismatch;
    if (name == "elapsed") {
      mismatch = elapsed_mismatch(expected, elapsed, tolerance);
    } else if (name == "exact") {
      if (expected == Value(true)) mismatch = exact_mismatch(fields, received);
    } else {
      mismatch = field_mismatch(name, expected, actual, received);
    }
    if (mismatch) return mismatch;
  }
  return std::nullopt;
}

std::optional<std::string> mismatch(const Pattern& pattern, const Received& received,
                                    Duration elapsed, const ElapsedTolerance& tolerance) {
  if (!kinds_match(pattern, received)) {
    return fmt::format("{} came, expected {}", kind_name(received),
                       pattern.kind == Pattern::Kind::any ? "a packet" : kind_name(pattern));
  }
  return mismatch_fields(pattern.fields, received, elapsed, tolerance);
}

std::string describe(const Pattern& pattern) {
  const bool any = pattern.kind == Pattern::Kind::any;
  std::string out(any ? "any packet" : kind_name(pattern));
  std::string divider = " with ";
  for (const auto& [name, value] : pattern.fields) {
    const FieldContext context = context_of(name, pattern.type, codec::Version::v5_0);
    out += divider;
    divider = ", ";
    if (name == "exact") {
      out += "no other property";
    } else if (value.is_null()) {
      out += "no " + name;
    } else if (name == "elapsed") {
      out += "elapsed " + elapsed_in_words(value);
    } else {
      out += name + " " + in_words(value, context);
    }
  }
  return out;
}

std::string describe(const Alternatives& alternatives) {
  std::string out;
  for (const Pattern& pattern : alternatives.patterns) {
    if (!out.empty()) out += ", or ";
    out += describe(pattern);
  }
  return out;
}

}  // namespace mqttspec::scenario
