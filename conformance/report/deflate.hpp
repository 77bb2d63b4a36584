// How data travels inside a page (compressed, then as text that cannot mean anything to HTML) and
// in small files (gzip).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mqttspec::report {

// Raw DEFLATE (RFC 1951), which browsers call "deflate-raw".
[[nodiscard]] std::string deflate(std::string_view bytes);

// The way back. Throws std::runtime_error where the bytes are broken, or would become more than
// `size_max`; that an end is missing only a checksum tells.
[[nodiscard]] std::string inflate(std::string_view bytes, std::size_t size_max);

[[nodiscard]] std::string to_base64(std::string_view bytes);

// A gzip file (RFC 1952) without name and time, so that equal contents give equal files.
[[nodiscard]] std::string gzip(std::string_view bytes);
[[nodiscard]] bool is_gzip(std::string_view bytes);
// Throws std::runtime_error, as inflate() does, and where the checksum is wrong.
[[nodiscard]] std::string gunzip(std::string_view file, std::size_t size_max);

}  // namespace mqttspec::report
