// Edits of one field in the bytes of a packet that the broker sends.
#pragma once

#include <string_view>

#include "reference/codec/types.hpp"

namespace mqttspec::mutants {

enum class FieldEdit : std::uint8_t {
  wrong,    // one bit of its last byte is another; a length counts one more than there is
  missing,  // not there; the lengths around it are right
  doubled,  // there twice, one behind the other; the lengths around it are right
  padded,   // a length that is written with a byte more than it needs
};
[[nodiscard]] std::string_view to_string(FieldEdit edit);

// Why a mutant that damages each packet of a type turns many checks at once; "" where it does not.
[[nodiscard]] std::string_view reach_of(codec::PacketType packet);

// Edits the field of that name (reference/codec/layout.hpp). False, and nothing is changed, if the
// frame has none or an empty one.
bool edit_field(codec::Bytes& frame, codec::Version version, std::string_view field,
                FieldEdit edit);

}  // namespace mqttspec::mutants
