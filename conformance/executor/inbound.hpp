// What the broker sends: frames, packets, acknowledgements that fall due, the client's inbox.
#pragma once

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

// Bytes of the client's current connection, however they were cut.
void receive_bytes(Run& run, Client& client, codec::BytesView bytes);

// Sends what the client owes, in order, unless a packet of ours is half sent. Returns the ticket of
// the last acknowledgement sent, 0 if there was none.
Ticket settle_debts(Run& run, Client& client);

}  // namespace mqttspec::executor
