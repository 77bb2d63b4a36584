// What we send: packets of the script, whose legality is judged first, and our own (automatic
// acknowledgements, pings of barriers, what the epilogue needs).
#pragma once

#include <string>
#include <vector>

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

// How a script wants something sent.
struct SendStyle {
  std::string illegal;                // the rule broken on purpose; empty: none may be
  std::vector<std::size_t> segments;  // sizes of pieces; empty: one write
  bool repeat_segment = false;        // the one size stands for all pieces
  Duration pause{};
  std::string frame = "binary";
};

struct Sent {
  Ticket ticket = 0;       // 0: the connection was gone, the bytes are lost
  std::size_t pauses = 0;  // between its pieces
  std::vector<std::size_t> trace;
};

// Sends the packets in one write. An error says that the script is wrong: nothing to send on, or
// `illegal` missing or without ground. Then nothing was sent.
[[nodiscard]] scenario::Result<Sent> send_script(Run& run, Client& client,
                                                 const std::vector<scenario::BuiltPacket>& packets,
                                                 const SendStyle& style);

// Sends a packet of our own making. 0 if the connection takes none.
Ticket send_own(Run& run, Client& client, const codec::Packet& packet);

}  // namespace mqttspec::executor
