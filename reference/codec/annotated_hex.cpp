#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reference/codec/layout.hpp"

namespace mqttspec::codec {

namespace {

constexpr std::size_t bytes_a_line = 16;
constexpr std::size_t lines_a_field_max = 16;

std::string hex(BytesView bytes) {
  std::string text;
  for (const char c : bytes) {
    if (!text.empty()) text += ' ';
    fmt::format_to(std::back_inserter(text), "{:02X}", static_cast<unsigned char>(c));
  }
  return text;
}

void append_rows(std::string& out, BytesView frame, std::size_t offset, std::size_t length,
                 const std::string& note) {
  std::size_t done = 0;
  do {
    if (done == lines_a_field_max * bytes_a_line) {
      out += fmt::format("      ... {} more bytes\n", length - done);
      return;
    }
    const auto piece = std::min(bytes_a_line, length - done);
    const auto line = fmt::format("{:04X}  {:<47}  {}", offset + done,
                                  hex(frame.substr(offset + done, piece)), done == 0 ? note : "");
    out += line.substr(0, line.find_last_not_of(' ') + 1);
    out += '\n';
    done += piece;
  } while (done < length);
}

}  // namespace

std::string annotated_hex(BytesView frame, Version version) {
  std::string out;
  const auto fields = layout(frame, version);
  std::size_t shown = 0;
  for (const auto& field : fields.fields) {
    if (!field.row) continue;
    append_rows(out, frame, field.offset, field.length,
                fmt::format("{} {}", field.name, field.value));
    shown = field.offset + field.length;
  }
  if (shown < frame.size()) {
    append_rows(out, frame, shown, frame.size() - shown, "(no field of this packet)");
  }
  return out;
}

}  // namespace mqttspec::codec
