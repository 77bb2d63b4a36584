#include "conformance/executor/connect_fields.hpp"

#include <algorithm>

namespace mqttspec::executor {

using scenario::Member;
using scenario::Object;
using scenario::Result;
using scenario::Value;

Result<Object> connect_fields(const Run& run, const Client& client, const Scope& scope) {
  Object fields = {{"client_identifier", Value(run.environment.ns() + client.name)},
                   {"clean_start", Value(true)},
                   {"keep_alive", Value(0)}};
  if (run.options.user_name) fields.emplace_back("user_name", Value(*run.options.user_name));
  if (run.options.password) fields.emplace_back("password", Value(*run.options.password));
  if (client.definition == nullptr || client.definition->connect.is_null()) return fields;

  const auto own = run.environment.substitute(client.definition->connect, scope);
  if (!own) return Result<Object>::failure(own.error());
  if (own->object() == nullptr) {
    return Result<Object>::failure("\"connect\" of client " + client.name + " is no object");
  }
  for (const Member& member : *own->object()) {
    const auto place = std::find_if(fields.begin(), fields.end(), [&](const Member& field) {
      return field.first == member.first;
    });
    if (member.second.is_null()) {
      if (place != fields.end()) fields.erase(place);
    } else if (place != fields.end()) {
      place->second = member.second;
    } else {
      fields.push_back(member);
    }
  }
  return fields;
}

bool mentions_connect(const Value& packets) {
  if (const std::string* name = packets.string()) return *name == "CONNECT";
  if (const scenario::Array* list = packets.array()) {
    return std::any_of(list->begin(), list->end(), mentions_connect);
  }
  return packets.find("CONNECT") != nullptr;
}

}  // namespace mqttspec::executor
