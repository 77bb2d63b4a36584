#include "conformance/executor/http_upgrade.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>

namespace mqttspec::executor {

namespace {

using scenario::Result;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// What a server wrote, fit to be shown: one line, not too long.
std::string shown(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 80)) result += c < ' ' || c > '~' ? '?' : c;
  return result;
}

// Header names in small letters; lines of one name are joined as RFC 9110 says.
using Headers = std::map<std::string, std::string>;

Headers read_headers(std::string_view text) {
  Headers headers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string& value = headers[lower(trimmed(line.substr(0, colon)))];
    value += (value.empty() ? "" : ", ") + std::string(trimmed(line.substr(colon + 1)));
  }
  return headers;
}

bool has_token(const Headers& headers, const std::string& name, std::string_view token) {
  const auto found = headers.find(name);
  if (found == headers.end()) return false;
  std::string_view rest = found->second;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (lower(trimmed(rest.substr(0, comma))) == token) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

// What a person should look at when the server answers with this status.
std::string hint_for(std::string_view status) {
  if (status == "401" || status == "403") return "; it wants HTTP credentials, or no such client";
  if (status == "404") return "; is the path right? Many brokers use /mqtt, some / or /ws";
  if (status == "400") return "; is this the port and path of its WebSocket listener?";
  if (status.starts_with("3")) return "; give the address that it redirects to";
  return "";
}

}  // namespace

std::string to_text(const UpgradeRequest& request) {
  std::string text =
      "GET " + request.target + " HTTP/1.1\r\nHost: " + request.host +
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + request.key +
      "\r\nSec-WebSocket-Version: 13\r\n";
  if (!request.subprotocols.empty()) {
    std::string offered;
    for (const std::string& name : request.subprotocols) {
      offered += (offered.empty() ? "" : ", ") + name;
    }
    text += "Sec-WebSocket-Protocol: " + offered + "\r\n";
  }
  return text + "\r\n";
}

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string accept_of(const std::string& key) {
  // RFC 6455, section 1.3.
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return base64(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

Result<UpgradeAnswer> read_answer(std::string_view head, const std::string& key) {
  using Failure = Result<UpgradeAnswer>;
  const std::string_view line = head.substr(0, head.find("\r\n"));
  if (!line.starts_with("HTTP/1.") || line.size() < 12) {
    return Failure::failure("what answers the WebSocket handshake does not speak HTTP");
  }
  const std::string_view status = line.substr(9, 3);
  if (status != "101") {
    return Failure::failure("the broker refuses the WebSocket handshake with HTTP " +
                            shown(line.substr(9)) + hint_for(status));
  }
  const Headers headers = read_headers(head.substr(line.size() + 2));
  if (!has_token(headers, "upgrade", "websocket") || !has_token(headers, "connection", "upgrade")) {
    return Failure::failure(
        "the answer to the WebSocket handshake is HTTP 101, but does not switch to websocket");
  }
  const auto accept = headers.find("sec-websocket-accept");
  if (accept == headers.end() || accept->second != accept_of(key)) {
    return Failure::failure(
        "the answer to the WebSocket handshake has no Sec-WebSocket-Accept that fits its key");
  }
  if (headers.contains("sec-websocket-extensions")) {
    return Failure::failure(
        "the answer to the WebSocket handshake names an extension, and none was offered");
  }
  UpgradeAnswer answer;
  if (const auto chosen = headers.find("sec-websocket-protocol"); chosen != headers.end()) {
    answer.subprotocol = chosen->second;
  }
  return answer;
}

}  // namespace mqttspec::executor
