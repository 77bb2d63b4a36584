// The HTTP request by which a connection becomes a WebSocket (RFC 6455 section 4.2), sans-IO.
#pragma once

#include <string>

#include "reference/node/websocket_rules.hpp"

namespace mqttspec::node {

struct UpgradeAnswer {
  codec::Bytes response;  // to be sent as it is; if it refuses, the connection is closed after it
  bool accepted = false;
  std::string subprotocol;  // that was chosen; empty: the client has offered none
};

// `head`: the request with the empty line at its end.
[[nodiscard]] UpgradeAnswer answer_upgrade(codec::BytesView head, const WebSocketRules& rules);

// For what never became a request.
[[nodiscard]] UpgradeAnswer refuse_upgrade(unsigned status, const std::string& sentence);

}  // namespace mqttspec::node
