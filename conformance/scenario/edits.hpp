// Edits of an encoded packet: set, insert, remove and cut, with the lengths that enclose a change
// brought up to date (scenarios/README.md, section 4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::scenario {

// A frame under edit. Names are the fields that layout() finds in the frame as it was encoded; each
// moves with its bytes.
class FrameEditor {
 public:
  FrameEditor(codec::Bytes frame, codec::Version version);

  [[nodiscard]] bool has_field(std::string_view name) const { return find(name) != nullptr; }
  // One element of "edits". What is wrong with it, or nothing.
  [[nodiscard]] std::optional<std::string> apply(const Value& edit);
  // The edit { "remove": place }.
  [[nodiscard]] std::optional<std::string> remove(const Value& place);
  [[nodiscard]] const codec::Bytes& frame() const { return frame_; }

 private:
  struct Span {
    std::vector<std::string> names;  // "user_property" is "user_property.0" too
    std::size_t begin = 0;
    std::size_t end = 0;
    bool gone = false;  // removed, cut off, or part of something that was replaced
    // Of a length: it counts the `extent` bytes right behind it.
    bool is_length = false;
    bool is_set = false;  // by an edit; never recomputed thereafter
    std::size_t extent = 0;
    std::int64_t growth = 0;  // of the extent, by the change at hand
  };
  struct Place {
    Span* span = nullptr;  // nullptr: a byte that is no field by itself
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  // Bytes [at, at + removed) become `inserted`.
  struct Change {
    enum class How : std::uint8_t { replace, before, after } how = How::replace;
    const Span* target = nullptr;
    std::size_t at = 0;
    std::size_t removed = 0;
    codec::BytesView inserted;
    bool removes_target = false;  // its name has no bytes to stand for any more
    [[nodiscard]] std::size_t end() const { return at + removed; }
  };

  void add_span(Span span);
  [[nodiscard]] const Span* find(std::string_view name) const;
  [[nodiscard]] Result<Place> place_of(const Value& place);
  [[nodiscard]] Result<Place> named_place(const std::string& name);
  [[nodiscard]] std::optional<std::string> set(const Value& place, const Value& to, bool keep);
  [[nodiscard]] std::optional<std::string> insert(const Value& bytes, const Value& place,
                                                  Change::How how, bool keep);
  [[nodiscard]] std::optional<std::string> remove(const Value& place, bool keep);
  [[nodiscard]] std::optional<std::string> cut(const Value& place, bool keep);

  [[nodiscard]] bool lies_within(const Span& length, const Span& field) const;
  [[nodiscard]] bool counts(const Span& length, const Change& change) const;
  static void move(Span& span, const Change& change);
  void splice(const Change& change);
  [[nodiscard]] std::optional<std::string> recompute(Span& length);
  [[nodiscard]] std::optional<std::string> change(const Change& change, bool keep_lengths);

  codec::Bytes frame_;
  std::vector<Span> spans_;
};

}  // namespace mqttspec::scenario
