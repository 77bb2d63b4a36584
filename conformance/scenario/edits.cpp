#include "conformance/scenario/edits.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/spelling.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::scenario {
namespace {

using Problem = std::optional<std::string>;

// "user_property.0.name" -> "user_property.name": the first of several goes by both names.
std::string without_first_place(const std::string& name) {
  const std::size_t dot = name.find('.');
  const bool first = dot != std::string::npos && name.compare(dot, 2, ".0") == 0 &&
                     (dot + 2 == name.size() || name[dot + 2] == '.');
  return first ? name.substr(0, dot) + name.substr(dot + 2) : name;
}

Result<codec::Bytes> read_notation(const Value& value) {
  const std::string* notation = value.string();
  if (notation == nullptr) {
    return Result<codec::Bytes>::failure(
        fmt::format("{} is no byte notation; write it in a string", kind_of(value)));
  }
  return parse_bytes(*notation);
}

}  // namespace

FrameEditor::FrameEditor(codec::Bytes frame, codec::Version version) : frame_(std::move(frame)) {
  for (codec::Field& field : codec::layout(frame_, version).fields) {
    Span span;
    span.names.push_back(std::move(field.name));
    span.begin = field.offset;
    span.end = field.offset + field.length;
    span.is_length = field.encloses;
    span.extent = field.extent;
    add_span(std::move(span));
  }
  const bool publish = !frame_.empty() && (static_cast<unsigned char>(frame_[0]) >> 4U) ==
                                              static_cast<unsigned>(codec::PacketType::publish);
  if (publish && find("payload") == nullptr) {  // an empty one can be edited too
    Span payload;
    payload.names.emplace_back("payload");
    payload.begin = payload.end = frame_.size();
    add_span(std::move(payload));
  }
}

void FrameEditor::add_span(Span span) {
  const std::string plain = without_first_place(span.names.front());
  for (Span& known : spans_) {
    if (known.begin != span.begin || known.end != span.end || known.is_length != span.is_length) {
      continue;
    }
    if (span.begin == span.end && known.names.front() != plain) continue;
    known.names.push_back(std::move(span.names.front()));
    return;
  }
  spans_.push_back(std::move(span));
}

const FrameEditor::Span* FrameEditor::find(std::string_view name) const {
  for (const Span& span : spans_) {
    if (std::find(span.names.begin(), span.names.end(), name) != span.names.end()) return &span;
  }
  return nullptr;
}

Result<FrameEditor::Place> FrameEditor::named_place(const std::string& name) {
  using Answer = Result<Place>;
  const Span* found = find(name);
  if (found != nullptr && found->gone) {
    return Answer::failure(fmt::format("an earlier edit has taken out {}", quoted(name)));
  }
  if (found != nullptr) {
    return Place{&spans_[static_cast<std::size_t>(found - spans_.data())], found->begin,
                 found->end};
  }
  std::vector<std::string_view> names;
  for (const Span& span : spans_) names.insert(names.end(), span.names.begin(), span.names.end());
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) {
    for (const std::string_view known : names) {
      if (known.find('.') != std::string_view::npos) continue;
      hint += hint.empty() ? "; it has " : ", ";
      hint += known;
    }
  }
  return Answer::failure(fmt::format("the packet has no {}{}", quoted(name), hint));
}

Result<FrameEditor::Place> FrameEditor::place_of(const Value& place) {
  using Answer = Result<Place>;
  if (const std::string* name = place.string()) return named_place(*name);
  const std::int64_t* offset = place.integer();
  if (offset == nullptr) {
    return Answer::failure(
        fmt::format("{} is no place; name a field or give a byte offset", kind_of(place)));
  }
  const auto size = static_cast<std::int64_t>(frame_.size());
  const std::int64_t at = *offset < 0 ? size + *offset : *offset;
  if (at < 0 || at >= size) {
    return Answer::failure(fmt::format("there is no byte {}; the packet has {}", *offset, size));
  }
  return Place{nullptr, static_cast<std::size_t>(at), static_cast<std::size_t>(at) + 1};
}

Problem FrameEditor::set(const Value& place, const Value& to, bool keep) {
  const Result<codec::Bytes> bytes = read_notation(to);
  if (!bytes) return "to: " + bytes.error();
  const Result<Place> found = place_of(place);
  if (!found) return "set: " + found.error();
  Change replacement;
  replacement.target = found->span;
  replacement.at = found->begin;
  replacement.removed = found->end - found->begin;
  replacement.inserted = *bytes;
  for (Span& span : spans_) {
    const bool same = span.begin == found->begin && span.end == found->end;
    if (replacement.target == nullptr && same && !span.gone) replacement.target = &span;
    // A length of which but one byte is set is set as well.
    const bool touched = span.begin < found->end && span.end > found->begin;
    if (span.is_length && !span.gone && touched) span.is_set = true;
  }
  return change(replacement, keep);
}

Problem FrameEditor::insert(const Value& bytes, const Value& place, Change::How how, bool keep) {
  const Result<codec::Bytes> inserted = read_notation(bytes);
  if (!inserted) return "insert: " + inserted.error();
  const Result<Place> found = place_of(place);
  if (!found) return (how == Change::How::before ? "before: " : "after: ") + found.error();
  Change insertion;
  insertion.how = how;
  insertion.target = found->span;
  insertion.at = how == Change::How::before ? found->begin : found->end;
  insertion.inserted = *inserted;
  return change(insertion, keep);
}

Problem FrameEditor::remove(const Value& place, bool keep) {
  const Result<Place> found = place_of(place);
  if (!found) return "remove: " + found.error();
  Change removal;
  removal.target = found->span;
  removal.at = found->begin;
  removal.removed = found->end - found->begin;
  removal.removes_target = true;
  return change(removal, keep);
}

Problem FrameEditor::remove(const Value& place) {
  return remove(place, false);
}

Problem FrameEditor::cut(const Value& place, bool keep) {
  const Result<Place> found = place_of(place);
  if (!found) return "cut: " + found.error();
  Change removal;
  removal.at = found->begin;
  removal.removed = frame_.size() - found->begin;
  return change(removal, keep);
}

Problem FrameEditor::apply(const Value& edit) {
  static constexpr std::string_view known[] = {"set",   "to",     "insert", "before",
                                               "after", "remove", "cut",    "keep_lengths"};
  const Object* members = edit.object();
  if (members == nullptr) return fmt::format("{} is no edit", kind_of(edit));
  for (const Member& member : *members) {
    if (std::find(std::begin(known), std::end(known), member.first) != std::end(known)) continue;
    return fmt::format("unknown key {}{}", quoted(member.first), did_you_mean(member.first, known));
  }
  const Value* keep_lengths = edit.find("keep_lengths");
  if (keep_lengths != nullptr && keep_lengths->boolean() == nullptr) {
    return "keep_lengths: expected true";
  }
  const bool keep = keep_lengths != nullptr && *keep_lengths->boolean();
  const std::size_t keys = members->size() - (keep_lengths != nullptr ? 1 : 0);
  const auto key = [&edit](std::string_view name) { return edit.find(name); };
  if (keys == 2 && key("set") && key("to")) return set(*key("set"), *key("to"), keep);
  if (keys == 2 && key("insert") && key("before")) {
    return insert(*key("insert"), *key("before"), Change::How::before, keep);
  }
  if (keys == 2 && key("insert") && key("after")) {
    return insert(*key("insert"), *key("after"), Change::How::after, keep);
  }
  if (keys == 1 && key("remove")) return remove(*key("remove"), keep);
  if (keys == 1 && key("cut")) return cut(*key("cut"), keep);
  return "an edit is one of set with to, insert with before or after, remove, and cut";
}

}  // namespace mqttspec::scenario
