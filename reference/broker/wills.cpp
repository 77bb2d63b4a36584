#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

DeadlineKey will_key(const Session& session) {
  return {DeadlineKey::Kind::will, session.number};
}

}  // namespace

void release_will(Core& core, Session& session) {
  // [V5-3.1.3.2.2-b] Without Will Delay Interval there is no delay; 3.x has none.
  const auto delay =
      codec::get_integer(session.will->properties, codec::PropertyId::will_delay_interval)
          .value_or(0);
  // [V5-3.1.3.2.2-c] The end of the session comes first: then the delay has no effect.
  // [V311-3.1.2.5-e] Otherwise at once.
  if (delay == 0 || session.expiry_interval == 0) {
    publish_will(core, session);
    return;
  }
  session.will_due = core.now + std::chrono::seconds(delay);
  core.deadlines.set(will_key(session), *session.will_due);
}

void publish_will(Core& core, Session& session) {
  // 5.0 [MQTT-3.1.2-10], 3.1.1 [MQTT-3.1.2-10] Once published it is no longer stored.
  const codec::Will will = *std::exchange(session.will, std::nullopt);
  forget_will(core, session);
  // What the client may not publish itself it may not leave behind either.
  if (!may_publish(core.config, session, will.topic)) return;
  route(core, make_message(core, will, session.client_identifier));
}

void forget_will(Core& core, Session& session) {
  session.will.reset();
  session.will_due.reset();
  core.deadlines.cancel(will_key(session));
  if (core.journal) core.journal->session_changed(session);
}

}  // namespace mqttspec::broker
