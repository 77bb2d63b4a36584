// How data travels inside the page: compressed, then as text that cannot mean anything to HTML.
#pragma once

#include <string>
#include <string_view>

namespace mqttspec::report {

// Raw DEFLATE (RFC 1951), which browsers call "deflate-raw".
[[nodiscard]] std::string deflate(std::string_view bytes);

[[nodiscard]] std::string to_base64(std::string_view bytes);

}  // namespace mqttspec::report
