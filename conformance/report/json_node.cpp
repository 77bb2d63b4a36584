#include "conformance/report/json_node.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "conformance/report/text.hpp"

namespace mqttspec::report {

std::string JsonNode::path() const {
  if (parent_ == nullptr) return {};
  const std::string before = parent_->path();
  if (key_.empty()) return fmt::format("{}[{}]", before, index_);
  const std::string key = printable(key_);
  return before.empty() ? key : before + "." + key;
}

void JsonNode::refuse(const std::string& what) const {
  const std::string where = path();
  throw std::runtime_error("results.json: " + (where.empty() ? what : where + ": " + what));
}

void JsonNode::require_object() const {
  if (!json_->is_object()) refuse("an object is expected");
}

void JsonNode::require_array() const {
  if (!json_->is_array()) refuse("a list is expected");
}

std::optional<JsonNode> JsonNode::member(const char* key) const {
  require_object();
  const auto found = json_->find(key);
  if (found == json_->end()) return std::nullopt;
  return JsonNode(*found, *this, key, 0);
}

JsonNode JsonNode::required(const char* key) const {
  const std::optional<JsonNode> found = member(key);
  if (!found) refuse(fmt::format("\"{}\" is missing", key));
  return *found;
}

JsonNode JsonNode::at(std::size_t index) const {
  require_array();
  if (index >= json_->size()) refuse(fmt::format("element {} is missing", index));
  return {(*json_)[index], *this, {}, index};
}

const std::string& JsonNode::text() const {
  const auto* text = json_->get_ptr<const std::string*>();
  if (text == nullptr) refuse("a string is expected");
  return *text;
}

bool JsonNode::flag() const {
  const auto* flag = json_->get_ptr<const bool*>();
  if (flag == nullptr) refuse("true or false is expected");
  return *flag;
}

double JsonNode::number() const {
  if (!json_->is_number()) refuse("a number is expected");
  return json_->get<double>();
}

std::uint64_t JsonNode::count() const {
  if (!json_->is_number_unsigned()) refuse("a whole number from 0 up is expected");
  return json_->get<std::uint64_t>();
}

std::string JsonNode::text(const char* key) const {
  const std::optional<JsonNode> node = member(key);
  return node ? node->text() : std::string();
}

bool JsonNode::flag(const char* key) const {
  const std::optional<JsonNode> node = member(key);
  return node && node->flag();
}

double JsonNode::number(const char* key) const {
  const std::optional<JsonNode> node = member(key);
  return node ? node->number() : 0;
}

std::vector<std::string> JsonNode::texts(const char* key) const {
  std::vector<std::string> list;
  each(key, [&](const JsonNode& item) { list.push_back(item.text()); });
  return list;
}

}  // namespace mqttspec::report
