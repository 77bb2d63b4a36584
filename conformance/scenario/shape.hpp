// The shape of single values: what the parser demands of packets, patterns, matchers, durations.
// Each check_* reports what is wrong; the JSON Schema says the same (a test compares them).
#pragma once

#include <string>
#include <string_view>

#include "conformance/scenario/reporter.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {

[[nodiscard]] bool is_variable_text(std::string_view text);  // one ${...} and nothing else
[[nodiscard]] bool is_variable(const Value& value);
[[nodiscard]] bool is_slug(std::string_view text);         // of scenarios and matrix values
[[nodiscard]] bool is_name(std::string_view text);         // of captures, marks, variables, checks
[[nodiscard]] bool is_client_name(std::string_view text);  // at most 11 letters and digits
[[nodiscard]] bool is_duration(std::string_view text);     // "3s", "${n}ms", "${delay}"
[[nodiscard]] bool is_statement(std::string_view text);    // "5.0:MQTT-3.3.1-4" or ${...}
// "a list", "an object", "\"abc\"", "7": for messages.
[[nodiscard]] std::string describe(const Value& value);

// Each returns false after reporting.
bool check_text(Reporter& reporter, const Value& value, const Place& place);  // not empty
bool check_duration(Reporter& reporter, const Value& value, const Place& place);
bool check_name(Reporter& reporter, const Value& value, const Place& place);
bool check_client_name(Reporter& reporter, const Value& value, const Place& place);
bool check_word(Reporter& reporter, const Value& value, const Place& place,
                std::span<const std::string_view> words);
bool check_integer(Reporter& reporter, const Value& value, const Place& place);
bool check_boolean(Reporter& reporter, const Value& value, const Place& place);
bool check_bytes(Reporter& reporter, const Value& value, const Place& place);
bool check_byte_notation(Reporter& reporter, const Value& value, const Place& place);
bool check_reason_code(Reporter& reporter, const Value& value, const Place& place);
// A list with at least `minimum` elements; reports and returns nullptr if it is none.
const Array* check_list(Reporter& reporter, const Value& value, const Place& place,
                        std::size_t minimum);
// An object whose keys are all among `keys`; unknown ones are reported with what was meant.
const Object* check_object(Reporter& reporter, const Value& value, const Place& place,
                           std::span<const std::string_view> keys);
using ShapeCheck = bool (*)(Reporter&, const Value&, const Place&);
// What a field of a kind with one value (integer, boolean, bytes, reason_code) must be; nullptr for
// other kinds.
[[nodiscard]] ShapeCheck single_value_check(FieldKind kind);
// ["name", "value"].
bool check_pair(Reporter& reporter, const Value& value, const Place& place);
// {"min": a, "max": b}, at least one of them, each of which `check` accepts.
void check_bounds(Reporter& reporter, const Value& value, const Place& place, ShapeCheck check);
// A number, ${...} or bounds: what `count` compares with, and the matcher `size`.
void check_range(Reporter& reporter, const Value& value, const Place& place);

// What `send` sends: a name, {NAME: fields}, {"bytes"}, with or without edits.
void check_packet(Reporter& reporter, const Value& value, const Place& place);
// The fields behind a packet's name, or behind a request's verb.
void check_packet_fields(Reporter& reporter, const PacketRow& packet, const Value& value,
                         const Place& place);
void check_subscriptions(Reporter& reporter, const Value& value, const Place& place);
void check_topic_filters(Reporter& reporter, const Value& value, const Place& place);

// Behind `expect`: a pattern, {"any_of"} or a list of these. Behind `silence`: no list, no gives.
void check_expectation(Reporter& reporter, const Value& value, const Place& place);
void check_silence(Reporter& reporter, const Value& value, const Place& place);
// Behind is, every, some.
void check_verify_fields(Reporter& reporter, const Value& value, const Place& place);
// One field in a pattern: a value or a matcher.
void check_match(Reporter& reporter, FieldKind kind, const Value& value, const Place& place);

}  // namespace mqttspec::scenario
