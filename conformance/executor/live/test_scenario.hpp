// Small scenarios for tests, as text.
#pragma once

#include <string>

namespace mqttspec::executor {

// Clients a and b, a check c; `more` is put before the steps ("exclusive": "...",).
inline std::string scenario_text(const std::string& id, const std::string& steps,
                                 const std::string& more = "") {
  const bool uses_b = steps.find("\"b\"") != std::string::npos;
  return R"({ "id": ")" + id + R"(", "title": "A scenario of a test", "versions": ["3.1.1"], )" +
         more +
         R"( "checks": { "c": { "level": "MUST", "statements": ["3.1.1:MQTT-3.12.4-1"] } },
             "clients": { "a": {})" +
         (uses_b ? R"(, "b": {})" : "") + R"( }, "steps": [)" + steps + "] }";
}

inline std::string scenario_file(const std::string& scenarios) {
  return R"({ "$schema": "s", "theme": "Tests", "scenarios": [)" + scenarios + "] }";
}

inline constexpr const char* ping_steps =
    R"({ "client": "a", "connect": {} }, { "client": "a", "ping": {}, "check": "c" })";

}  // namespace mqttspec::executor
