// Where each field of a frame lies. Used by annotated hex dumps, edits in scenarios, systematic
// mutants and fuzz mutators. Reads as far as the frame can be read and never further.
#pragma once

#include <string>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::codec {

// A span of the frame. Names are those of scenarios/README.md: `first_byte`, `remaining_length`,
// `property_length`, `will_property_length`, any field or property by its name, a repeated one also
// by place (`topic_filters.1`, `user_property.0`). A property's span includes its id byte, a
// string's its length. Parts follow their whole: `topic_name`, `topic_name.length`,
// `topic_name.content`. `value` is the readable content ("a/b", "7", "0x81 malformed_packet").
struct Field {
  std::string name;
  std::size_t offset = 0;
  std::size_t length = 0;
  bool encloses = false;  // a length field: `extent` bytes behind it are counted by it
  std::size_t extent = 0;
  std::string value;
};

struct Layout {
  std::vector<Field> fields;
  std::size_t understood = 0;  // bytes from the start that belong to some field
};

[[nodiscard]] Layout layout(BytesView frame, Version version);

// Several lines: offset, hex, field and value.
[[nodiscard]] std::string annotated_hex(BytesView frame, Version version);

}  // namespace mqttspec::codec
