// For tests: what a suite has left behind on a reference broker, asked by a scenario that reads the
// broker's statistics.
#pragma once

#include <string_view>

namespace mqttspec::executor {

// Its checks fail where sessions, subscriptions or retained messages are left beside its own. A
// statistic is published when somebody subscribes to it, so it is asked for by its full name; the
// client that asks is the one session, and its request the one subscription, that there is.
inline constexpr std::string_view nothing_remains = R"({
  "$schema": "s", "theme": "Hygiene", "scenarios": [ {
    "id": "nothing-remains", "title": "A good suite leaves nothing behind", "versions": ["5.0"],
    "exclusive": "counts what there is on the broker",
    "matrix": { "what": [
      { "name": "retained-messages", "topic": "$SYS/broker/retained messages/count", "count": "0" },
      { "name": "subscriptions", "topic": "$SYS/broker/subscriptions/count", "count": "1" },
      { "name": "sessions", "topic": "$SYS/broker/clients/total", "count": "1" },
      { "name": "absent-sessions", "topic": "$SYS/broker/sessions/absent", "count": "0" }
    ] },
    "checks": { "clean": { "level": "MUST", "statements": ["5.0:MQTT-4.1.0-1"] } },
    "clients": { "a": {} },
    "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "subscribe": ["${what.topic}"] },
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${what.topic}", "payload": "${what.count}" } }, "check": "clean" }
    ] } ] })";

}  // namespace mqttspec::executor
