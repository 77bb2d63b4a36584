#include "reference/broker/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace mqttspec::broker {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// These fail only without memory or without SHA-256 in the library.
void demand(bool done) {
  if (!done) throw std::runtime_error("the cryptographic library cannot compute SHA-256");
}

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string sha256(std::string_view text) {
  std::string digest(digest_size, '\0');
  demand(EVP_Digest(text.data(), text.size(), bytes_of(digest), nullptr, EVP_sha256(), nullptr) ==
         1);
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(digest_size, '\0');
  demand(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
              bytes_of(digest), nullptr) != nullptr);
  return digest;
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt,
                          std::uint32_t iterations) {
  std::string key(digest_size, '\0');
  demand(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                           static_cast<int>(salt.size()), static_cast<int>(iterations),
                           EVP_sha256(), static_cast<int>(key.size()), bytes_of(key)) == 1);
  return key;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t place = 0; place < bytes.size(); place += 3) {
    const auto part = bytes.substr(place, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8U) | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= part.size() ? alphabet[(bits >> (18U - 6U * i)) & 0x3FU] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t place = 0; place < text.size(); place += 4) {
    std::uint32_t bits = 0;
    std::size_t digits = 0;
    for (const char character : text.substr(place, 4)) {
      const auto value = alphabet.find(character);
      if (value == std::string_view::npos) break;
      bits = (bits << 6U) | static_cast<std::uint32_t>(value);
      ++digits;
    }
    if (digits < 2) return std::nullopt;
    bits <<= 6U * (4U - digits);
    for (std::size_t i = 0; i + 1 < digits; ++i) {
      bytes += static_cast<char>((bits >> (16U - 8U * i)) & 0xFFU);
    }
  }
  // Padding elsewhere than at the end, and bits that stand for nothing, do not survive the way
  // back.
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace mqttspec::broker
