// Walks over a frame and notes its fields: what layout() has of strings, lengths and properties.
// Not for use outside the codec.
#pragma once

#include <map>
#include <string>

#include "reference/codec/layout.hpp"
#include "reference/codec/property.hpp"

namespace mqttspec::codec {

// All functions that walk return false where the frame cannot be read further; what could be read
// until then has been noted.
class LayoutWalker {
 public:
  explicit LayoutWalker(BytesView frame) : frame_(frame), end_(frame.size()) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return end_ - at_; }
  [[nodiscard]] unsigned byte_at(std::size_t offset) const {
    return static_cast<unsigned char>(frame_[offset]);
  }
  [[nodiscard]] std::string quoted(std::size_t offset, std::size_t length) const;

  // Notes a field without moving.
  Field& add(std::string name, std::size_t offset, std::size_t length, std::string value);
  // Notes one that stands by itself, and moves behind it.
  Field& add_row(std::string name, std::size_t length, std::string value);

  // A field made of those that come until it is closed; may be closed again, further on.
  [[nodiscard]] std::size_t open(std::string name);
  void close(std::size_t field) { out_.fields[field].length = at_ - out_.fields[field].offset; }

  bool remaining_length();
  bool integer(const std::string& name, std::size_t width);
  // `parts`: the name before ".length" and ".content", if it is another.
  bool string(const std::string& name, const std::string& parts = "");
  // The length, called `length_name`, and the properties behind it.
  bool properties(const std::string& length_name, bool of_will);

  Layout take();

 private:
  struct Seen {
    std::size_t offset = 0;
    std::size_t count = 0;
  };

  // Of a Variable Byte Integer at `offset`; 0 if it is cut short. Up to five bytes.
  [[nodiscard]] std::size_t variable_length(std::size_t offset, std::uint64_t& value) const;
  [[nodiscard]] std::uint64_t number(std::size_t offset, std::size_t width) const;
  [[nodiscard]] std::size_t clip(std::uint64_t extent) const;

  bool property(bool of_will, std::map<std::uint64_t, Seen>& seen);
  // Notes the property at `offset` under `name`; its length, or 0 if it cannot be read to its end.
  std::size_t note_property(const std::string& name, std::size_t offset, bool row);
  std::size_t note_value(const std::string& name, const PropertyRow& row, std::size_t offset);
  std::size_t note_string(const std::string& parts, std::size_t offset);
  void note_length(const std::string& name, std::size_t width, std::uint64_t extent);

  BytesView frame_;
  std::size_t at_ = 0;
  std::size_t end_;
  Layout out_;
};

}  // namespace mqttspec::codec
