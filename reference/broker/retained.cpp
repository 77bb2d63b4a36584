#include "reference/broker/retained.hpp"

#include <utility>

#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

using Node = TopicTrie<std::shared_ptr<const Message>>::Node;

// [MQTT-4.7.2-1] Wildcards in the first level match no topic that begins with '$'.
bool hidden(const Node& parent, const Node& child) {
  return parent.parent == nullptr && child.level.starts_with('$');
}

void add_below(std::vector<const Node*> pending, std::vector<const Node*>& found) {
  while (!pending.empty()) {
    const Node* node = pending.back();
    pending.pop_back();
    found.push_back(node);
    for (const auto& [text, child] : node->children) {
      if (!hidden(*node, *child)) pending.push_back(child);
    }
  }
}

void add_children(const Node& node, std::vector<const Node*>& found) {
  for (const auto& [text, child] : node.children) {
    if (!hidden(node, *child)) found.push_back(child);
  }
}

std::vector<const Node*> nodes_matching(const Node& root, std::string_view filter) {
  std::vector<const Node*> level{&root};
  std::vector<const Node*> next;
  for (bool more = true; more; std::swap(level, next)) {
    const Level wanted = take_level(filter);
    more = wanted.more;
    next.clear();
    if (wanted.text == "#") {
      // [V5-4.7.1.2-a] '#' stands for its parent level and all levels below.
      add_below(std::move(level), next);
      return next;
    }
    for (const Node* node : level) {
      if (wanted.text == "+") {
        add_children(*node, next);
      } else if (const Node* child = node->child(wanted.text)) {
        next.push_back(child);
      }
    }
  }
  return level;
}

}  // namespace

void Retained::set(std::shared_ptr<const Message> message) {
  if (message->expires) expiries_.emplace(*message->expires, message);
  auto& value = trie_.insert(message->topic_name).value;
  if (value == nullptr) ++size_;
  if (journal_ != nullptr) journal_->retained(value, message);
  value = std::move(message);
}

void Retained::erase(std::string_view topic) {
  auto* node = trie_.find(topic);
  if (node == nullptr) return;
  if (const auto old = std::exchange(node->value, nullptr)) {
    --size_;
    if (journal_ != nullptr) journal_->retained(old, nullptr);
  }
  trie_.prune(node, [](const auto& value) { return value == nullptr; });
}

void Retained::drop_expired(Instant now) {
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    const auto message = expiries_.begin()->second.lock();
    expiries_.erase(expiries_.begin());
    if (message == nullptr) continue;
    // [V5-3.3.1.3-d] The topic has none any more, unless another message took its place.
    const auto* node = trie_.find(message->topic_name);
    if (node != nullptr && node->value == message) erase(message->topic_name);
  }
}

Instant Retained::next_expiry() const {
  return expiries_.empty() ? never : expiries_.begin()->first;
}

std::vector<std::shared_ptr<const Message>> Retained::match(std::string_view filter, Instant now) {
  std::vector<std::shared_ptr<const Message>> found;
  std::vector<std::shared_ptr<const Message>> expired;
  for (const Node* node : nodes_matching(trie_.root(), filter)) {
    if (node->value == nullptr) continue;
    // [V5-3.3.1.3-d] An expired retained message is discarded: the topic has none any more.
    const bool over = node->value->expires && *node->value->expires <= now;
    (over ? expired : found).push_back(node->value);
  }
  for (const auto& message : expired) erase(message->topic_name);
  return found;
}

}  // namespace mqttspec::broker
