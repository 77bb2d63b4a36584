// The HTTP part of a WebSocket handshake (RFC 6455, section 4), the client's side: a request, and
// what the server's answer comes to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/scenario/expression.hpp"

namespace mqttspec::executor {

struct UpgradeRequest {
  std::string host;
  std::string target;  // path and query
  std::string key;     // of Sec-WebSocket-Key
  std::vector<std::string> subprotocols;
};
[[nodiscard]] std::string to_text(const UpgradeRequest& request);

// Sixteen bytes as Sec-WebSocket-Key has them.
[[nodiscard]] std::string base64(std::string_view bytes);
// What Sec-WebSocket-Accept has to say to a key.
[[nodiscard]] std::string accept_of(const std::string& key);

struct UpgradeAnswer {
  std::optional<std::string> subprotocol;
};
// The head of an answer, up to and with its empty line. A failure is a sentence that tells what is
// wrong with it; what it says of the subprotocol is not judged.
[[nodiscard]] scenario::Result<UpgradeAnswer> read_answer(std::string_view head,
                                                          const std::string& key);

// A head longer than this is none.
inline constexpr std::size_t head_size_max = 16'384;

}  // namespace mqttspec::executor
