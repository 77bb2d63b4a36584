#include "reference/broker/retained.hpp"

#include <utility>

#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

// 3.1.1 and 5.0 [MQTT-4.7.2-1] Wildcards in the first level match no topic that begins with '$'.
template <typename Node>
bool hidden(const Node& parent, const Node& child) {
  return parent.parent == nullptr && child.level.starts_with('$');
}

}  // namespace

void Retained::add_below(std::vector<const Node*> pending, std::vector<const Node*>& found) {
  while (!pending.empty()) {
    const Node* node = pending.back();
    pending.pop_back();
    found.push_back(node);
    for (const auto& [text, child] : node->children) {
      if (!hidden(*node, *child)) pending.push_back(child);
    }
  }
}

void Retained::add_children(const Node& node, std::vector<const Node*>& found) {
  for (const auto& [text, child] : node.children) {
    if (!hidden(node, *child)) found.push_back(child);
  }
}

std::vector<const Retained::Node*> Retained::nodes_matching(std::string_view filter) {
  std::vector<const Node*> level{&trie_.root()};
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

void Retained::forget_expiry(const Entry& entry) {
  if (entry.message != nullptr && entry.expires) {
    expiries_.erase({*entry.expires, entry.message.get()});
  }
}

void Retained::set(std::shared_ptr<const Message> message, std::optional<Instant> expires) {
  auto& value = trie_.insert(message->topic_name).value;
  forget_expiry(value);
  if (expires) expiries_.emplace(*expires, message.get());
  if (value.message == nullptr) ++size_;
  if (journal_ != nullptr) journal_->retained(value.message, message);
  value = {std::move(message), expires};
}

void Retained::erase(std::string_view topic) {
  auto* node = trie_.find(topic);
  if (node == nullptr) return;
  forget_expiry(node->value);
  if (const auto old = std::exchange(node->value, Entry{}).message) {
    --size_;
    if (journal_ != nullptr) journal_->retained(old, nullptr);
  }
  trie_.prune(node, [](const Entry& entry) { return entry.message == nullptr; });
}

bool Retained::contains(std::string_view topic) {
  const auto* node = trie_.find(topic);
  return node != nullptr && node->value.message != nullptr;
}

void Retained::drop_expired(Instant now) {
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    // [V5-3.3.1.3-d] The topic has none any more.
    erase(std::string(expiries_.begin()->second->topic_name));
  }
}

Instant Retained::next_expiry() const {
  return expiries_.empty() ? never : expiries_.begin()->first;
}

std::vector<std::shared_ptr<const Message>> Retained::match(std::string_view filter, Instant now) {
  std::vector<std::shared_ptr<const Message>> found;
  std::vector<std::shared_ptr<const Message>> expired;
  for (const Node* node : nodes_matching(filter)) {
    const auto& [message, expires] = node->value;
    if (message == nullptr) continue;
    // [V5-3.3.1.3-d] An expired retained message is discarded: the topic has none any more.
    const bool over = expires && *expires <= now;
    (over ? expired : found).push_back(message);
  }
  for (const auto& message : expired) erase(message->topic_name);
  return found;
}

}  // namespace mqttspec::broker
