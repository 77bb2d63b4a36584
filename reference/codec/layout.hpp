// Where each field of a frame lies. Used by annotated hex dumps, edits in scenarios, systematic
// mutants and fuzz mutators. Reads as far as the frame can be read and never further.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::codec {

// A span of the frame. Names are those of scenarios/README.md:
// - `first_byte`, `remaining_length`, `property_length`, `will_property_length`, and any field or
//   property by its name. A property that CONNECT has in both places stands as `will_user_property`
//   among the Will Properties.
// - A list has a name for the whole (`topic_filters`, `reason_codes`) and one for each place
//   (`topic_filters.1`, `reason_codes.0`). A property that may repeat, or does, has its plain name
//   for the first and `user_property.0`, `.1` ... for each.
// - Parts follow their whole: a string has `.length` and `.content`; a property also `.identifier`,
//   and `.content` if it is an integer; a User Property `.name` and `.value`, each with both. A
//   SUBSCRIBE's `topic_filters.1` has `.topic_filter`, `.length`, `.content` and
//   `.subscription_options`; the first one's options are `subscription_options` too.
//
// A property's span includes its id byte, a string's its length.
struct Field {
  std::string name;
  std::size_t offset = 0;
  std::size_t length = 0;
  bool row = false;       // one of those that lie side by side: together they are the frame
  bool encloses = false;  // a length field: `extent` bytes behind it are counted by it
  std::size_t extent = 0;
  std::string value;  // the readable content: "a/b" in quotes (64 bytes at most), 7, 0x8A banned
};

struct Layout {
  std::vector<Field> fields;
  std::size_t understood = 0;  // bytes from the start that belong to some field
};

// CONNECT is read by the version it names; `version` serves if that is neither 3, 4 nor 5.
[[nodiscard]] Layout layout(BytesView frame, Version version);

[[nodiscard]] const Field* find_field(const Layout& layout, std::string_view name);

// One line a row, or one for each 16 bytes of it, up to 16 lines: offset, hex, field and value.
// What belongs to no field comes last.
[[nodiscard]] std::string annotated_hex(BytesView frame, Version version);

}  // namespace mqttspec::codec
