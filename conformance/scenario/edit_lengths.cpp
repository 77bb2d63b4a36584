// How names and lengths follow a change of the bytes.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/edits.hpp"

namespace mqttspec::scenario {
namespace {

// A length of two bytes stands in front of every string; all others are Variable Byte Integers.
bool is_two_byte_length(std::string_view name) {
  return name.ends_with(".length");
}

bool is_part_of(std::string_view name, std::string_view whole) {
  return name.size() > whole.size() && name.starts_with(whole) && name[whole.size()] == '.';
}

// Nothing if the bytes are no length any more.
std::optional<std::int64_t> read_length(codec::BytesView bytes, bool two_bytes) {
  if (two_bytes ? bytes.size() != 2 : bytes.empty() || bytes.size() > 4) return std::nullopt;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::int64_t byte = static_cast<unsigned char>(bytes[i]);
    value = two_bytes ? value * 256 + byte : value + ((byte & 0x7F) << (7 * i));
  }
  return value;
}

codec::Bytes write_length(std::int64_t value, bool two_bytes) {
  codec::Bytes bytes;
  if (two_bytes) {
    bytes += static_cast<char>(value / 256);
    bytes += static_cast<char>(value % 256);
    return bytes;
  }
  do {
    bytes += static_cast<char>(value % 128 + (value > 127 ? 128 : 0));
    value /= 128;
  } while (value > 0);
  return bytes;
}

std::size_t overlap(std::size_t begin, std::size_t end, std::size_t from, std::size_t to) {
  const std::size_t first = std::max(begin, from);
  const std::size_t last = std::min(end, to);
  return first < last ? last - first : 0;
}

}  // namespace

// Does the length count this field? Where the field is empty its place alone does not tell: an
// empty payload behind empty properties is not one of them. An empty string is where its own length
// is.
bool FrameEditor::lies_within(const Span& length, const Span& field) const {
  const std::size_t end = length.end + length.extent;
  if (field.begin < length.end || field.end > end) return false;
  if (field.begin < field.end || field.begin < end) return true;
  if (length.names.front() == "remaining_length") return true;
  const std::string& name = field.names.front();
  if (!name.ends_with(".content")) return false;
  const Span* own = find(name.substr(0, name.find_last_of('.')) + ".length");
  return own != nullptr && !own->gone && (own == &length || lies_within(length, *own));
}

// Does the length count what the change puts in?
bool FrameEditor::counts(const Span& length, const Change& change) const {
  const std::size_t end = length.end + length.extent;
  const bool replaces = change.how == Change::How::replace;
  // Right behind a length; behind an empty field that is not the length's own it is something else.
  const bool behind_field =
      change.how == Change::How::after && change.target != nullptr && change.target != &length;
  if (!replaces && change.at == length.end && !behind_field) return true;
  if (change.target != nullptr) return lies_within(length, *change.target);
  if (replaces) return overlap(change.at, change.end(), length.end, end) > 0;
  const bool inside = change.at > length.end && change.at < end;
  return inside || (change.at == end && length.names.front() == "remaining_length");
}

void FrameEditor::move(Span& span, const Change& change) {
  const std::size_t size = change.inserted.size();
  const bool replaces = change.how == Change::How::replace;
  if (change.target == &span && replaces) {
    span.end = change.at + size;
    span.gone = change.removes_target;
    return;
  }
  if (change.removed > 0) {
    const bool inside = span.begin >= change.at && span.end <= change.end();
    const bool at_edge = span.begin == change.at || span.end == change.end();
    if (inside && (span.begin < span.end || !at_edge)) {
      span.gone = true;
    } else if (span.begin >= change.end()) {
      span.begin += size - change.removed;
      span.end += size - change.removed;
    } else if (span.begin <= change.at && span.end >= change.end()) {
      span.end += size - change.removed;
    } else if (span.end > change.at) {
      span.end = change.at;  // its rest is cut off
      span.gone = span.is_length;
    }
    return;
  }
  // An empty field that is set makes what it is a part of longer.
  bool holds_target = span.begin < change.at && span.end > change.at;
  if (replaces && change.target != nullptr) {
    const std::string_view part = change.target->names.front();
    const std::string_view whole = part.substr(0, part.find_last_of('.'));
    for (const std::string& name : span.names) {
      holds_target = holds_target || is_part_of(part, name) ||
                     (name.ends_with(".topic_filter") && is_part_of(name, whole));
    }
  }
  const bool stays = change.target == &span && change.how == Change::How::after;
  if (holds_target) {
    span.end += size;
  } else if (span.begin >= change.at && !stays) {
    span.begin += size;
    span.end += size;
  }
}

void FrameEditor::splice(const Change& change) {
  for (Span& length : spans_) {
    if (length.gone || !length.is_length) continue;
    const std::size_t gained = counts(length, change) ? change.inserted.size() : 0;
    const std::size_t lost =
        overlap(change.at, change.end(), length.end, length.end + length.extent);
    length.extent += gained - lost;
    length.growth += static_cast<std::int64_t>(gained) - static_cast<std::int64_t>(lost);
  }
  frame_.replace(change.at, change.removed, change.inserted);
  for (Span& span : spans_) {
    if (!span.gone) move(span, change);
  }
}

std::optional<std::string> FrameEditor::recompute(Span& length) {
  const std::string& name = length.names.front();
  const bool two_bytes = is_two_byte_length(name);
  const codec::BytesView bytes =
      codec::BytesView(frame_).substr(length.begin, length.end - length.begin);
  const std::optional<std::int64_t> old = read_length(bytes, two_bytes);
  if (!old) return std::nullopt;
  const std::int64_t value = std::max<std::int64_t>(0, *old + length.growth);
  const std::int64_t largest = two_bytes ? 0xFFFF : codec::variable_byte_integer_max;
  if (value > largest) {
    return fmt::format("{} would have to be {}, which does not fit it; set it, or keep_lengths",
                       name, value);
  }
  const codec::Bytes encoded = write_length(value, two_bytes);
  Change rewrite;
  rewrite.target = &length;
  rewrite.at = length.begin;
  rewrite.removed = bytes.size();
  rewrite.inserted = encoded;
  splice(rewrite);
  return std::nullopt;
}

std::optional<std::string> FrameEditor::change(const Change& change, bool keep_lengths) {
  for (Span& span : spans_) span.growth = 0;
  splice(change);
  if (keep_lengths) return std::nullopt;
  // Inner lengths stand behind outer ones. They come first, since a Property Length that needs one
  // byte more makes the Remaining Length grow.
  std::vector<Span*> lengths;
  for (Span& span : spans_) {
    if (span.is_length) lengths.push_back(&span);
  }
  std::sort(lengths.begin(), lengths.end(),
            [](const Span* a, const Span* b) { return a->begin > b->begin; });
  for (Span* length : lengths) {
    if (length->gone || length->is_set || length->growth == 0) continue;
    if (auto problem = recompute(*length)) return problem;
  }
  return std::nullopt;
}

}  // namespace mqttspec::scenario
