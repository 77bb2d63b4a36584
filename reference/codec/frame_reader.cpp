#include "reference/codec/frame_reader.hpp"

#include <utility>

namespace mqttspec::codec {

namespace {
constexpr std::size_t kept_capacity_max = 64 * 1024;

// Assigning an empty string would keep the memory.
void give_back(Bytes& buffer) {
  Bytes().swap(buffer);
}

}  // namespace

void FrameReader::borrow(BytesView bytes) {
  if (failed_) return;
  if (buffered() > 0) {
    push(bytes);
    return;
  }
  // A connection that sends whole packets needs no buffer.
  give_back(buffer_);
  consumed_ = 0;
  borrowed_ = bytes;
}

void FrameReader::consume(std::size_t size) {
  if (borrowed_.empty()) {
    consumed_ += size;
  } else {
    borrowed_.remove_prefix(size);
  }
}

NeedMore FrameReader::keep_rest() {
  if (!borrowed_.empty()) buffer_ = std::exchange(borrowed_, {});
  return {};
}

void FrameReader::push(BytesView bytes) {
  // After an error nothing that follows can be understood, so it is not kept either.
  if (failed_) return;
  keep_rest();
  if (consumed_ == buffer_.size()) {
    // One large packet must not hold its memory for as long as the connection lives.
    if (buffer_.capacity() > kept_capacity_max) give_back(buffer_);
    buffer_.clear();
    consumed_ = 0;
  } else if (consumed_ > buffer_.size() / 2) {
    // Moves less than was consumed, so that each byte is moved once on average.
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
  buffer_.append(bytes);
}

FrameResult FrameReader::next() {
  const auto bytes = pending();
  std::size_t remaining_length = 0;
  std::size_t header = 1;
  for (unsigned shift = 0;; shift += 7, ++header) {
    if (shift == 28) return fail(Rule::remaining_length_five_bytes, 1, header);
    if (header >= bytes.size()) return keep_rest();
    const auto byte = static_cast<unsigned char>(bytes[header]);
    remaining_length |= static_cast<std::size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  ++header;
  const auto size = header + remaining_length;
  if (size > limit_) return fail(Rule::packet_too_large, 0, header);
  if (size > bytes.size()) return keep_rest();
  consume(size);
  return Frame{bytes.substr(0, size)};
}

FrameResult FrameReader::fail(Rule rule, std::size_t offset, std::size_t header) {
  keep_rest();
  failed_ = true;
  return FrameError{{rule, offset, row_of(rule).reason}, pending().substr(0, header)};
}

}  // namespace mqttspec::codec
