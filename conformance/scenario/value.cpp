#include "conformance/scenario/value.hpp"

namespace mqttspec::scenario {

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

}  // namespace mqttspec::scenario
