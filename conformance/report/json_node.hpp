// A place in a JSON document that knows its path, so that whoever reads it can say where what is
// wrong. Paths are only spelled out for messages.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqttspec::report {

using Json = nlohmann::ordered_json;

class JsonNode {
 public:
  explicit JsonNode(const Json& root) : json_(&root) {}

  // Throws std::runtime_error: "results.json: instances[3].verdict: ...".
  [[noreturn]] void refuse(const std::string& what) const;

  // A member that may be missing; what is missing is nullopt. This node must be an object.
  [[nodiscard]] std::optional<JsonNode> member(const char* key) const;
  [[nodiscard]] JsonNode required(const char* key) const;

  // The value of a type; anything else is refused.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] bool flag() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] const Json& json() const { return *json_; }

  // Members with their defaults.
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] bool flag(const char* key) const;
  [[nodiscard]] double number(const char* key) const;
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;

  // Calls `use` with each element of the list `key`; none if it is missing.
  template <class Use>
  void each(const char* key, Use use) const {
    const std::optional<JsonNode> list = member(key);
    if (!list) return;
    list->require_array();
    for (std::size_t i = 0; i < list->json_->size(); ++i) {
      use(JsonNode((*list->json_)[i], *list, {}, i));
    }
  }
  // Calls `use` with name and value of each member of this object.
  template <class Use>
  void each_member(Use use) const {
    require_object();
    for (auto it = json_->begin(); it != json_->end(); ++it) {
      use(it.key(), JsonNode(it.value(), *this, it.key(), 0));
    }
  }
  [[nodiscard]] JsonNode at(std::size_t index) const;

 private:
  JsonNode(const Json& json, const JsonNode& parent, std::string_view key, std::size_t index)
      : json_(&json), parent_(&parent), key_(key), index_(index) {}
  void require_object() const;
  void require_array() const;
  [[nodiscard]] std::string path() const;

  const Json* json_;
  const JsonNode* parent_ = nullptr;
  std::string_view key_;  // empty: an element of a list
  std::size_t index_ = 0;
};

}  // namespace mqttspec::report
