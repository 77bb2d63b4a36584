#include "fuzz/targets/websocket_frames.hpp"

namespace mqttspec::fuzz {

namespace {

constexpr std::uint64_t frame_size_max = codec::variable_byte_integer_max + std::uint64_t{5};

unsigned byte_at(BytesView bytes, std::size_t place) {
  return static_cast<unsigned char>(bytes[place]);
}

void append_number(Bytes& out, std::uint64_t value, unsigned size) {
  while (size > 0) out += static_cast<char>(value >> (8 * --size) & 0xFFU);
}

std::uint64_t number_at(BytesView bytes, std::size_t place, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8U | byte_at(bytes, place + i);
  return value;
}

struct Header {
  unsigned first = 0;
  bool masked = false;
  bool minimal = true;
  std::uint64_t length = 0;
  std::size_t size = 0;  // of the header itself, mask included

  [[nodiscard]] unsigned opcode() const { return first & 0x0FU; }
  [[nodiscard]] bool fin() const { return first >= 0x80; }
  [[nodiscard]] bool control() const { return opcode() >= 8; }
};

// Nothing: the header is not there as a whole.
std::optional<Header> header_of(BytesView bytes) {
  if (bytes.size() < 2) return std::nullopt;
  Header header;
  header.first = byte_at(bytes, 0);
  header.masked = byte_at(bytes, 1) >= 0x80;
  header.length = byte_at(bytes, 1) & 0x7FU;
  header.size = 2;
  if (header.length >= 126) {
    const std::size_t more = header.length == 126 ? 2 : 8;
    if (bytes.size() < 2 + more) return std::nullopt;
    header.length = number_at(bytes, 2, more);
    header.minimal = header.length > (more == 2 ? 125U : 0xFFFFU) && header.length >> 63U == 0;
    header.size += more;
  }
  if (header.masked) header.size += 4;
  if (bytes.size() < header.size) return std::nullopt;
  return header;
}

Bytes unmasked(const Header& header, BytesView frame) {
  Bytes payload(frame.substr(header.size, header.length));
  const BytesView mask = frame.substr(header.size - 4, 4);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return payload;
}

// The status that the frame earns by its header, 0 if none.
unsigned fault_of(const Header& header, bool message_open) {
  if ((header.first & 0x70U) != 0 || !header.masked) return 1002;
  if (header.length > frame_size_max) return 1009;
  const unsigned opcode = header.opcode();
  if (header.control()) return opcode > 10 ? 1002 : 0;
  if ((opcode == 0) != message_open) return 1002;
  if (opcode == 1) return 1003;
  return opcode > 2 ? 1002 : 0;
}

}  // namespace

Bytes client_frame(unsigned first_byte, BytesView payload, BytesView mask) {
  Bytes frame(1, static_cast<char>(first_byte));
  const unsigned masked = mask.empty() ? 0U : 0x80U;
  if (payload.size() < 126) {
    append_number(frame, masked | payload.size(), 1);
  } else if (payload.size() <= 0xFFFF) {
    append_number(frame, masked | 126U, 1);
    append_number(frame, payload.size(), 2);
  } else {
    append_number(frame, masked | 127U, 1);
    append_number(frame, payload.size(), 8);
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += mask.empty() ? payload[i] : static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return frame;
}

Judged judge_client(BytesView bytes) {
  Judged judged;
  bool message_open = false;
  while (const auto header = header_of(bytes)) {
    if (!header->minimal || (header->control() && (!header->fin() || header->length > 125))) {
      judged.ended = 1002;
      return judged;
    }
    if (bytes.size() == header->size && header->length > 0) {
      judged.undecided = true;
      return judged;
    }
    if (const unsigned status = fault_of(*header, message_open); status != 0) {
      judged.ended = status;
      return judged;
    }
    const bool whole = bytes.size() - header->size >= header->length;
    if (!header->control()) {
      judged.payload += unmasked(*header, bytes);
      message_open = !header->fin();
    }
    if (!whole) return judged;
    if (header->opcode() == 8) {
      judged.by_close_frame = true;
      return judged;
    }
    bytes.remove_prefix(header->size + static_cast<std::size_t>(header->length));
  }
  // wslay may see the fault of a header before all of it is there.
  judged.undecided = !bytes.empty();
  return judged;
}

FromServer read_server(BytesView bytes) {
  FromServer read;
  bool open = false;
  while (!bytes.empty()) {
    const auto header = header_of(bytes);
    if (!header || bytes.size() - header->size < header->length) {
      read.fault = "it ends within a frame";
      return read;
    }
    if (header->masked || !header->minimal || (header->first & 0x70U) != 0) {
      read.fault = "a frame is masked, has reserved bits or a length that is too long";
      return read;
    }
    if (read.closed) {
      read.fault = "something follows the close frame";
      return read;
    }
    const BytesView payload = bytes.substr(header->size, header->length);
    const unsigned opcode = header->opcode();
    if (opcode == 8) {
      read.closed = payload.size() < 2 ? 1005U : static_cast<unsigned>(number_at(payload, 0, 2));
    } else if (opcode == 2 || (opcode == 0 && open)) {
      read.payload += payload;
      open = !header->fin();
    } else if (opcode != 10 || header->length > 125 || !header->fin()) {
      read.fault = "a frame is none of binary, pong and close";
      return read;
    }
    bytes.remove_prefix(header->size + static_cast<std::size_t>(header->length));
  }
  if (open) read.fault = "a message has no end";
  return read;
}

}  // namespace mqttspec::fuzz
