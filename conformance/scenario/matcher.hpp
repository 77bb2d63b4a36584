// Patterns against what was received (scenarios/README.md, sections 3 and 5).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::scenario {

using Duration = std::chrono::nanoseconds;

// Something in a client's inbox: a packet, a frame that the codec refused (fields absent), or the
// end of the connection.
struct Received {
  codec::Version version = codec::Version::v5_0;
  codec::PacketType type = codec::PacketType::reserved;  // reserved without a size: CLOSED
  [[nodiscard]] bool closed() const { return type == codec::PacketType::reserved && size == 0; }
  std::optional<codec::Packet> packet;  // with the topic resolved; nothing for a refused frame
  // Of CLOSED: the farewell packet's type, reserved if there was none; its packet stands in
  // `packet`.
  codec::PacketType farewell = codec::PacketType::reserved;
  std::size_t size = 0;  // of the whole packet, bytes
  std::string client;
  Duration at{};          // time of arrival
  std::size_t trace = 0;  // its place in the trace
  Value fields;           // fields_of(); while it is null, matching makes them each time
};

// What `Received::fields` holds: to_value() of the packet, packet_size and client; of CLOSED the
// farewell packet's fields, farewell, client, and reason_code, which is null without a farewell.
[[nodiscard]] Value fields_of(const Received& received);

// A pattern after substitution, ready to be compared.
struct Pattern {
  enum class Kind : std::uint8_t { packet, closed, any } kind = Kind::packet;
  codec::PacketType type{};
  Object fields;  // stated fields, `elapsed` and `exact` included
  std::vector<std::pair<std::string, std::string>> gives;  // check -> grade
};

// What an expectation looks for: alternatives (one, if it is no any_of).
struct Alternatives {
  std::vector<Pattern> patterns;
};

// From the value behind expect or silence; a list gives several Alternatives.
[[nodiscard]] Result<std::vector<Alternatives>> parse_expectation(const Value& value);
[[nodiscard]] Result<Pattern> parse_pattern(const Value& value);
// What is wrong with the fields behind verify's is, every, some; nothing if they can be compared.
[[nodiscard]] std::optional<std::string> problem_in_fields(const Value& fields);

// Tolerances that `elapsed` is compared with.
struct ElapsedTolerance {
  Duration granularity{};
  Duration patience{};
};

// Rule 1 of expect: right type and, where stated, packet_identifier (acknowledgements) and
// topic_name (PUBLISH). `ns` decides which topics an unqualified PUBLISH pattern sees.
[[nodiscard]] bool kind_and_key_match(const Pattern& pattern, const Received& received,
                                      std::string_view ns);
// Nothing if all stated fields match, else a sentence: "qos is 1, expected 2".
[[nodiscard]] std::optional<std::string> mismatch(const Pattern& pattern, const Received& received,
                                                  Duration elapsed,
                                                  const ElapsedTolerance& tolerance);
// The same for bare fields (verify's is, every, some).
[[nodiscard]] std::optional<std::string> mismatch_fields(const Object& fields,
                                                         const Received& received, Duration elapsed,
                                                         const ElapsedTolerance& tolerance);
// In words, for reports: PUBLISH with topic_name "a", qos 1 or 2
[[nodiscard]] std::string describe(const Pattern& pattern);
[[nodiscard]] std::string describe(const Alternatives& alternatives);

}  // namespace mqttspec::scenario
