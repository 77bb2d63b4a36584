// SHA-256 and what is built on it, by OpenSSL: pure functions of their arguments. Texts are bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mqttspec::broker {

inline constexpr std::size_t digest_size = 32;

[[nodiscard]] std::string sha256(std::string_view text);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);
// PBKDF2 with HMAC-SHA-256 and a result of 32 bytes (RFC 8018; Hi() of RFC 5802).
[[nodiscard]] std::string pbkdf2_sha256(std::string_view password, std::string_view salt,
                                        std::uint32_t iterations);

// In a time that depends on nothing but the sizes.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

[[nodiscard]] std::string to_base64(std::string_view bytes);
// Nothing if it is not base64 in its one canonical form (RFC 4648 section 4).
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace mqttspec::broker
