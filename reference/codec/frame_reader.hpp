// Turns a byte stream into frames, whatever the segmentation.
#pragma once

#include <cstdint>
#include <variant>

#include "reference/codec/rule.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::codec {

struct NeedMore {};
// A whole frame. Valid until the next call of push() or next().
struct Frame {
  BytesView bytes;
};
// The stream cannot be read further: Remaining Length of five bytes, or a frame above the limit
// (reported from its header, before its body is buffered). `head` is what was read of it.
struct FrameError {
  DecodeError error;
  BytesView head;
};
using FrameResult = std::variant<NeedMore, Frame, FrameError>;

class FrameReader {
 public:
  // `limit`: the largest frame accepted, in bytes, its header included.
  explicit FrameReader(std::size_t limit = variable_byte_integer_max + 5) : limit_(limit) {}
  void set_limit(std::size_t limit) { limit_ = limit; }

  // Nothing is taken any more once next() has returned a FrameError, which it then goes on doing.
  void push(BytesView bytes);
  // Like push(), but whole frames are not copied: the bytes have to stay where they are
  // until next() has returned something else than a Frame.
  void borrow(BytesView bytes);
  [[nodiscard]] FrameResult next();
  [[nodiscard]] std::size_t buffered() const { return pending().size(); }
  // What has been pushed and not been returned as a frame.
  [[nodiscard]] BytesView pending() const {
    return borrowed_.empty() ? BytesView(buffer_).substr(consumed_) : borrowed_;
  }

 private:
  Bytes buffer_;
  BytesView borrowed_;  // only while the buffer is empty
  std::size_t consumed_ = 0;
  std::size_t limit_;
  bool failed_ = false;

  void consume(std::size_t size);
  NeedMore keep_rest();
  FrameResult fail(Rule rule, std::size_t offset, std::size_t header);
};

}  // namespace mqttspec::codec
