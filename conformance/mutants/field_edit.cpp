#include "conformance/mutants/field_edit.hpp"

#include <string>

#include "reference/codec/layout.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Bytes;
using codec::Field;

Bytes variable_byte_integer(std::size_t value) {
  Bytes bytes;
  do {
    const auto low = static_cast<unsigned>(value & 0x7F);
    value >>= 7;
    bytes.push_back(static_cast<char>(low | (value > 0 ? 0x80U : 0U)));
  } while (value > 0);
  return bytes;
}

// Puts the lengths right that enclose `changed`, in whose place there are `growth` bytes more now.
// From the inside out, since a length that grows itself is counted by those around it.
void correct_lengths(Bytes& frame, const codec::Layout& layout, const Field& changed,
                     std::ptrdiff_t growth) {
  for (auto it = layout.fields.rbegin(); it != layout.fields.rend(); ++it) {
    // Of the two-byte lengths of strings none encloses a field that is edited as a whole.
    const bool variable = it->name == "remaining_length" || it->name == "property_length";
    const std::size_t begin = it->offset + it->length;
    if (!variable || changed.offset < begin ||
        changed.offset + changed.length > begin + it->extent) {
      continue;
    }
    const auto extent = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(it->extent) + growth);
    const Bytes length = variable_byte_integer(extent);
    frame.replace(it->offset, it->length, length);
    growth += static_cast<std::ptrdiff_t>(length.size()) - static_cast<std::ptrdiff_t>(it->length);
  }
}

void make_wrong(Bytes& frame, const Field& field) {
  const auto last = field.offset + field.length - 1;
  const unsigned byte = static_cast<unsigned char>(frame[last]);
  // Of a length one more: a frame that goes on behind its end would be read in part. An identifier
  // never becomes 0.
  const unsigned wrong = field.encloses                      ? byte + 1
                         : field.name == "packet_identifier" ? byte ^ 0x40U
                                                             : byte ^ 1U;
  frame[last] = static_cast<char>(wrong);
}

}  // namespace

std::string_view to_string(FieldEdit edit) {
  switch (edit) {
    case FieldEdit::wrong:
      return "wrong";
    case FieldEdit::missing:
      return "missing";
    case FieldEdit::doubled:
      return "doubled";
    case FieldEdit::padded:
      return "padded";
  }
  return "wrong";
}

std::string_view reach_of(codec::PacketType packet) {
  switch (packet) {
    case codec::PacketType::publish:
      return "A PUBLISH that is not what it should be is no delivery: every check that waits for a "
             "message sees it.";
    case codec::PacketType::disconnect:
      return "A DISCONNECT that cannot be read tells no reason: every check on the code of a close "
             "sees it.";
    default:
      return "";
  }
}

bool edit_field(Bytes& frame, codec::Version version, std::string_view name, FieldEdit edit) {
  const auto layout = codec::layout(frame, version);
  const Field* field = codec::find_field(layout, name);
  if (field == nullptr || field->length == 0) return false;
  const std::size_t end = field->offset + field->length;
  const auto size = static_cast<std::ptrdiff_t>(field->length);
  switch (edit) {
    case FieldEdit::wrong:
      make_wrong(frame, *field);
      break;
    case FieldEdit::padded:
      frame[end - 1] = static_cast<char>(static_cast<unsigned char>(frame[end - 1]) | 0x80U);
      frame.insert(end, 1, '\0');
      correct_lengths(frame, layout, *field, 1);
      break;
    case FieldEdit::missing:
      frame.erase(field->offset, field->length);
      correct_lengths(frame, layout, *field, -size);
      break;
    case FieldEdit::doubled:
      frame.insert(end, frame.substr(field->offset, field->length));
      correct_lengths(frame, layout, *field, size);
      break;
  }
  return true;
}

}  // namespace mqttspec::mutants
