// One stated value against one received value: the heart of matching.
#pragma once

#include <optional>
#include <string>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::scenario {

// What values of a field mean beyond themselves.
struct FieldContext {
  bool code = false;  // reason codes, which also have names
  // The packet they stand in, which names depend on before 5.0; reserved: not known (in words
  // only).
  codec::PacketType type = codec::PacketType::reserved;
  codec::Version version = codec::Version::v5_0;
};
[[nodiscard]] FieldContext context_of(std::string_view field, codec::PacketType type,
                                      codec::Version version);

// {"min", "max"}, {"one_of"} ...: an object that is no {"bytes"} and whose keys are all matchers.
[[nodiscard]] bool is_matcher(const Value& value);

// Nothing if it matches, else what is to be said behind the field's name: "is 1, expected 2".
// `actual` is nullptr or null where the field is absent.
[[nodiscard]] std::optional<std::string> compare(const Value& expected, const Value* actual,
                                                 const FieldContext& context);

// In words: "a/b", 7, 0x94 (topic_alias_invalid), [10, 20], none; matchers as "at least 1".
[[nodiscard]] std::string in_words(const Value& value, const FieldContext& context);

}  // namespace mqttspec::scenario
