// Repeats on a connection that lives: only 3.1 has them ("Message delivery retry").
#include <utility>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

void repeat_now(Core& core, Connection& connection, std::uint16_t identifier,
                const Exchange& exchange) {
  if (!exchange.released) {
    static_cast<void>(transmit(core, connection, exchange.outgoing, true));
    return;
  }
  codec::Pubrel pubrel;
  pubrel.packet_identifier = identifier;
  // 3.1 has no Maximum Packet Size that could be in the way.
  static_cast<void>(send(core, connection, std::move(pubrel)));
}

}  // namespace

void watch_retry(Core& core, Session& session) {
  const bool wanted = session.connection->version == codec::Version::v3_1 &&
                      core.config.retry_interval.count() != 0;
  if (!wanted || session.retry_until || session.exchanges.empty()) return;
  session.retry_until = session.last_order;
  core.deadlines.set({DeadlineKey::Kind::retry, session.number},
                     core.now + core.config.retry_interval);
}

void retry(Core& core, Session& session) {
  const auto until = std::exchange(session.retry_until, std::nullopt);
  if (session.connection == nullptr || !until) return;
  // What the client has not even read it cannot have lost, and copies would pile up.
  if (session.connection->unread == 0) {
    // [V31-11] What was sent before the interval began and is not acknowledged.
    for (const bool released : {true, false}) {
      for (const auto identifier : exchanges_in_order(session, released)) {
        const Exchange& exchange = session.exchanges.at(identifier);
        if (!exchange.counted || exchange.order > *until) continue;
        repeat_now(core, *session.connection, identifier, exchange);
      }
    }
  }
  watch_retry(core, session);
}

}  // namespace mqttspec::broker
