// For tests: the server's side of a WebSocket, by hand.
#pragma once

#include <string>

#include "conformance/executor/http_upgrade.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::executor::by_hand {

// The answer to a client's request that a good broker gives.
inline std::string good_answer(const std::string& request,
                               const std::string& more = "Sec-WebSocket-Protocol: mqtt\r\n") {
  const std::string name = "Sec-WebSocket-Key: ";
  const std::size_t at = request.find(name) + name.size();
  const std::string key = request.substr(at, request.find("\r\n", at) - at);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         accept_of(key) + "\r\n" + more + "\r\n";
}

// A frame as servers send it. `first`: FIN, reserved bits and opcode.
inline codec::Bytes server_frame(std::uint8_t first, const codec::Bytes& payload) {
  codec::Bytes frame(1, static_cast<char>(first));
  const std::size_t size = payload.size();
  if (size < 126) {
    frame += static_cast<char>(size);
  } else if (size < 65'536) {
    frame += '\x7E';
    for (int shift = 8; shift >= 0; shift -= 8) frame += static_cast<char>(size >> shift & 0xFFU);
  } else {
    frame += '\x7F';
    for (int shift = 56; shift >= 0; shift -= 8) frame += static_cast<char>(size >> shift & 0xFFU);
  }
  return frame + payload;
}

// One frame of a client, its mask taken off; what is left stays in `bytes`. Nothing whole: opcode 0
// and no FIN.
struct ClientFrame {
  bool whole = false;
  bool masked = false;
  std::uint8_t first = 0;
  codec::Bytes payload;
};
inline ClientFrame take_client_frame(codec::Bytes& bytes) {
  ClientFrame frame;
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() < 2) return frame;
  std::size_t size = at(1) & 0x7FU;
  std::size_t head = 2;
  const std::size_t wide = size == 126 ? 2 : (size == 127 ? 8 : 0);
  frame.masked = (at(1) & 0x80U) != 0;
  if (bytes.size() < head + wide + (frame.masked ? 4 : 0)) return frame;
  if (wide > 0) size = 0;
  for (std::size_t i = 0; i < wide; ++i) size = size << 8U | at(head + i);
  head += wide;
  const std::size_t mask = head;
  if (frame.masked) head += 4;
  if (bytes.size() < head + size) return frame;
  frame.whole = true;
  frame.first = at(0);
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte =
        static_cast<std::uint8_t>(at(head + i) ^ (frame.masked ? at(mask + i % 4) : 0));
    frame.payload += static_cast<char>(byte);
  }
  bytes.erase(0, head + size);
  return frame;
}

}  // namespace mqttspec::executor::by_hand
