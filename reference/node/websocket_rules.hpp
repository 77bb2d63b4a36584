// What a server may choose about WebSocket connections (chapter 6, RFC 6455).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::node {

struct WebSocketRules {
  // Where an upgrade may be asked for; the standards name no path. A query behind it is ignored.
  std::vector<std::string> paths = {"/mqtt", "/"};
  // Refuse an upgrade that offers no subprotocol at all (a client has to offer "mqtt").
  bool subprotocol_required = true;
  // Bytes that the request for the upgrade may have.
  std::size_t request_size_maximum = 8192;
  // Bytes that one frame may announce. A packet may be spread over many, so this limits no packet.
  std::uint64_t frame_size_maximum = codec::variable_byte_integer_max + std::uint64_t{5};
};

}  // namespace mqttspec::node
