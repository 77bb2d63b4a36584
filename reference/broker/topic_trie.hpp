// A tree by topic level with a value at each node. Subscriptions hang in one (its levels may be "+"
// and "#"), retained messages in another. Everything walks level by level with a list of nodes
// instead of recursion, because a topic may have 65,535 levels.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reference/broker/topics.hpp"

namespace mqttspec::broker {

template <typename Value>
class TopicTrie {
 public:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Node {
    Node* parent = nullptr;
    std::string level;
    std::unordered_map<std::string, Node*, Hash, std::equal_to<>> children;
    // The two wildcard children, also in `children`.
    Node* any_level = nullptr;   // "+"
    Node* any_levels = nullptr;  // "#"
    Value value;

    [[nodiscard]] Node* child(std::string_view text) const {
      const auto found = children.find(text);
      return found == children.end() ? nullptr : found->second;
    }
  };

  [[nodiscard]] Node& root() { return root_; }

  [[nodiscard]] Node& insert(std::string_view path) {
    Node* node = &root_;
    for (bool more = true; more;) {
      const Level level = take_level(path);
      more = level.more;
      Node* next = node->child(level.text);
      node = next != nullptr ? next : add_child(*node, level.text);
    }
    return *node;
  }

  [[nodiscard]] Node* find(std::string_view path) {
    Node* node = &root_;
    for (bool more = true; more && node != nullptr;) {
      const Level level = take_level(path);
      more = level.more;
      node = node->child(level.text);
    }
    return node;
  }

  // Removes the node and its ancestors as far as they carry nothing; `is_empty` judges a value.
  template <typename IsEmpty>
  void prune(Node* node, IsEmpty is_empty) {
    while (node != &root_ && node->children.empty() && is_empty(node->value)) {
      Node* parent = node->parent;
      if (parent->any_level == node) parent->any_level = nullptr;
      if (parent->any_levels == node) parent->any_levels = nullptr;
      parent->children.erase(parent->children.find(node->level));
      *node = Node{};
      free_.push_back(node);
      node = parent;
    }
  }

 private:
  Node* add_child(Node& parent, std::string_view text) {
    Node* node = nullptr;
    if (free_.empty()) {
      node = &pool_.emplace_back();
    } else {
      node = free_.back();
      free_.pop_back();
    }
    node->parent = &parent;
    node->level = text;
    parent.children.emplace(node->level, node);
    if (text == "+") parent.any_level = node;
    if (text == "#") parent.any_levels = node;
    return node;
  }

  Node root_;
  std::deque<Node> pool_;  // nodes never move; a chain of owners would be destroyed recursively
  std::vector<Node*> free_;
};

}  // namespace mqttspec::broker
