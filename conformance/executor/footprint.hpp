// What an instance leaves behind on the broker, kept up to date with every packet that crosses the
// wire, so that the end of the instance can clear it away.
#pragma once

#include <map>
#include <set>
#include <string>

#include "conformance/executor/client.hpp"

namespace mqttspec::executor {

struct Footprint {
  bool illegal = false;  // something illegal was sent: a fresh client must still be served
  std::map<std::string, codec::Version> sessions;  // that may remain, by Client Identifier
  std::set<std::string> retained;                  // topics on which we set a retained message
};

// What a CONNECT says about the time after its connection.
[[nodiscard]] ConnectFacts facts_of(const codec::Connect& connect, codec::Version version);

// A packet of ours was sent, legal or not.
void leave_tracks(Footprint& footprint, Connection& connection, const codec::Packet& packet);
// The broker accepted the connection.
void leave_tracks_of_session(Footprint& footprint, const Connection& connection,
                             const codec::Connack& connack);

}  // namespace mqttspec::executor
