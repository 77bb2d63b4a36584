#include "reference/codec/layout_walker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reference/codec/text.hpp"

namespace mqttspec::codec {

namespace {
constexpr std::size_t value_shown_max = 64;
}

std::string LayoutWalker::quoted(std::size_t offset, std::size_t length) const {
  std::string text;
  append_quoted(text, frame_.substr(offset, std::min(length, value_shown_max)));
  if (length > value_shown_max) text += fmt::format("... ({} bytes)", length);
  return text;
}

Field& LayoutWalker::add(std::string name, std::size_t offset, std::size_t length,
                         std::string value) {
  auto& field = out_.fields.emplace_back();
  field.name = std::move(name);
  field.offset = offset;
  field.length = length;
  field.value = std::move(value);
  out_.understood = std::max(out_.understood, offset + length);
  return field;
}

Field& LayoutWalker::add_row(std::string name, std::size_t length, std::string value) {
  auto& field = add(std::move(name), at_, length, std::move(value));
  field.row = true;
  at_ += length;
  return field;
}

std::size_t LayoutWalker::open(std::string name) {
  add(std::move(name), at_, 0, "");
  return out_.fields.size() - 1;
}

std::size_t LayoutWalker::variable_length(std::size_t offset, std::uint64_t& value) const {
  value = 0;
  for (std::size_t i = 0; i < 5 && offset + i < end_; ++i) {
    value |= static_cast<std::uint64_t>(byte_at(offset + i) & 0x7FU) << (7 * i);
    if (byte_at(offset + i) < 0x80) return i + 1;
  }
  return 0;
}

std::uint64_t LayoutWalker::number(std::size_t offset, std::size_t width) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | byte_at(offset + i);
  return value;
}

std::size_t LayoutWalker::clip(std::uint64_t extent) const {
  return static_cast<std::size_t>(std::min<std::uint64_t>(extent, end_ - at_));
}

void LayoutWalker::note_length(const std::string& name, std::size_t width, std::uint64_t extent) {
  const auto index = out_.fields.size();
  add_row(name, width, fmt::format("{}", extent));
  out_.fields[index].encloses = true;
  out_.fields[index].extent = clip(extent);
}

bool LayoutWalker::remaining_length() {
  std::uint64_t extent = 0;
  const auto width = variable_length(at_, extent);
  if (width == 0) return false;
  note_length("remaining_length", width, extent);
  end_ = at_ + clip(extent);
  return true;
}

bool LayoutWalker::integer(const std::string& name, std::size_t width) {
  if (left() < width) return false;
  add_row(name, width, fmt::format("{}", number(at_, width)));
  return true;
}

bool LayoutWalker::string(const std::string& name, const std::string& parts) {
  if (left() < 2) return false;
  const auto stated = static_cast<std::size_t>(number(at_, 2));
  const auto length = std::min(stated, left() - 2);
  const auto start = at_;
  add_row(name, 2 + length, quoted(at_ + 2, length));
  static_cast<void>(note_string(parts.empty() ? name : parts, start));
  return length == stated;
}

// The parts of a string; its length, or 0 if it runs past the end.
std::size_t LayoutWalker::note_string(const std::string& parts, std::size_t offset) {
  if (offset + 2 > end_) return 0;
  const auto stated = static_cast<std::size_t>(number(offset, 2));
  const auto length = std::min(stated, end_ - offset - 2);
  auto& field = add(parts + ".length", offset, 2, fmt::format("{}", stated));
  field.encloses = true;
  field.extent = length;
  add(parts + ".content", offset + 2, length, quoted(offset + 2, length));
  return length == stated ? 2 + length : 0;
}

bool LayoutWalker::properties(const std::string& length_name, bool of_will) {
  std::uint64_t extent = 0;
  const auto width = variable_length(at_, extent);
  if (width == 0) return false;
  note_length(length_name, width, extent);
  const auto outer_end = end_;
  const bool fits = extent <= left();
  end_ = at_ + clip(extent);
  std::map<std::uint64_t, Seen> seen;
  while (left() > 0) {
    if (!property(of_will, seen)) return false;
  }
  end_ = outer_end;
  return fits;
}

bool LayoutWalker::property(bool of_will, std::map<std::uint64_t, Seen>& seen) {
  std::uint64_t id = 0;
  const auto width = variable_length(at_, id);
  const auto* row =
      width == 0 || id > 0xFF ? nullptr : find_property(static_cast<std::uint32_t>(id));
  if (row == nullptr) {
    // Its type is not known, so neither is its end: all that is left of the block.
    add_row(fmt::format("property_0x{:02X}", id), left(), "unknown property");
    return false;
  }
  auto name = std::string(row->name);
  if (of_will && row->id == PropertyId::user_property) name = "will_" + name;
  auto& first = seen[id];
  const auto place = first.count++;
  const auto start = at_;
  const bool by_place = row->repeatable || place > 0;
  if (place == 0) {
    first.offset = start;
    if (row->repeatable) static_cast<void>(note_property(name, start, false));
  } else if (place == 1 && !row->repeatable) {
    static_cast<void>(note_property(name + ".0", first.offset, false));
  }
  const auto length =
      note_property(by_place ? fmt::format("{}.{}", name, place) : name, start, true);
  at_ += length;
  return length > 0;
}

std::size_t LayoutWalker::note_property(const std::string& name, std::size_t offset, bool row) {
  std::uint64_t id = 0;
  const auto width = variable_length(offset, id);
  const auto whole = out_.fields.size();
  add(name, offset, width, "").row = row;
  add(name + ".identifier", offset, width, fmt::format("0x{:02X}", id));
  const auto parts = out_.fields.size();
  const auto length =
      note_value(name, *find_property(static_cast<std::uint32_t>(id)), offset + width);
  auto& field = out_.fields[whole];
  field.length = length == 0 ? end_ - offset : width + length;
  out_.understood = std::max(out_.understood, field.offset + field.length);
  for (auto i = parts; i < out_.fields.size(); ++i) {
    const auto& part = out_.fields[i];
    if (!part.name.ends_with(".content")) continue;
    if (!field.value.empty()) field.value += ": ";
    field.value += part.value;
  }
  return length == 0 ? 0 : width + length;
}

std::size_t LayoutWalker::note_value(const std::string& name, const PropertyRow& row,
                                     std::size_t offset) {
  std::size_t width = 0;
  std::uint64_t value = 0;
  switch (row.type) {
    case PropertyType::utf8_string:
    case PropertyType::binary_data:
      return note_string(name, offset);
    case PropertyType::utf8_string_pair: {
      const auto whole = out_.fields.size();
      add(name + ".name", offset, 0, "");
      const auto first = note_string(name + ".name", offset);
      out_.fields[whole].length = first;
      if (first == 0) return 0;
      const auto second_whole = out_.fields.size();
      add(name + ".value", offset + first, 0, "");
      const auto second = note_string(name + ".value", offset + first);
      out_.fields[second_whole].length = second;
      return second == 0 ? 0 : first + second;
    }
    case PropertyType::variable_byte_integer:
      width = variable_length(offset, value);
      break;
    case PropertyType::byte:
      width = 1;
      break;
    case PropertyType::two_byte_integer:
      width = 2;
      break;
    case PropertyType::four_byte_integer:
      width = 4;
      break;
  }
  if (width == 0 || offset + width > end_) return 0;
  if (row.type != PropertyType::variable_byte_integer) value = number(offset, width);
  add(name + ".content", offset, width, fmt::format("{}", value));
  return width;
}

Layout LayoutWalker::take() {
  return std::move(out_);
}

}  // namespace mqttspec::codec
