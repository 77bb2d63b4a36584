#include "reference/codec/text.hpp"

namespace mqttspec::codec {

void append_quoted(std::string& out, BytesView bytes) {
  constexpr char digits[] = "0123456789ABCDEF";
  out += '"';
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte > 0x7E) {
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace mqttspec::codec
