// A tree of Topic Filters with a value at each. A node stands for one level or for a run of levels
// that nothing branches off, so that there are at most twice as many nodes as filters: a filter of
// 65,536 levels costs what its text does. Everything walks with a loop instead of recursion.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
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
    std::string levels;  // "a/+/b": at least one
    // By the first level of theirs.
    std::unordered_map<std::string, Node*, Hash, std::equal_to<>> children;
    // The two whose first level is a wildcard, also in `children`.
    Node* any_level = nullptr;   // "+"
    Node* any_levels = nullptr;  // "#"
    Value value;                 // of the filter that ends with this node

    [[nodiscard]] Node* child(std::string_view level) const {
      const auto found = children.find(level);
      return found == children.end() ? nullptr : found->second;
    }
  };

  [[nodiscard]] Node& root() { return root_; }

  [[nodiscard]] Node& insert(std::string_view path) {
    Node* node = &root_;
    for (;;) {
      Node* next = node->child(first_level(path));
      if (next == nullptr) return adopt(*node, make(path));
      const Shared shared = shared_levels(next->levels, path);
      if (shared.size < next->levels.size()) next = &split(*next, shared.size);
      if (!shared.more_of_path) return *next;
      path.remove_prefix(shared.size + 1);
      node = next;
    }
  }

  [[nodiscard]] Node* find(std::string_view path) {
    Node* node = &root_;
    for (;;) {
      node = node->child(first_level(path));
      if (node == nullptr) return nullptr;
      const Shared shared = shared_levels(node->levels, path);
      if (shared.size < node->levels.size()) return nullptr;
      if (!shared.more_of_path) return node;
      path.remove_prefix(shared.size + 1);
    }
  }

  // Removes the node and its ancestors as far as they carry nothing, and joins what does not branch
  // any more; `is_empty` judges a value.
  template <typename IsEmpty>
  void prune(Node* node, IsEmpty is_empty) {
    while (node != &root_ && node->children.empty() && is_empty(node->value)) {
      Node* parent = node->parent;
      abandon(*parent, *node);
      release(*node);
      node = parent;
    }
    if (node == &root_ || node->children.size() != 1 || !is_empty(node->value)) return;
    Node& child = *node->children.begin()->second;
    Node& parent = *node->parent;
    abandon(parent, *node);
    child.levels = std::move(node->levels) + '/' + child.levels;
    release(*node);
    adopt(parent, child);
  }

  [[nodiscard]] std::size_t nodes() const { return pool_.size() - free_.size(); }

 private:
  struct Shared {
    std::size_t size = 0;  // of the text of the levels that are alike, without a '/' behind them
    bool more_of_path = false;
  };

  static std::string_view first_level(std::string_view path) {
    return path.substr(0, path.find('/'));
  }

  // The first levels are alike.
  static Shared shared_levels(std::string_view levels, std::string_view path) {
    Shared shared;
    for (std::string_view left = levels, right = path;;) {
      const Level mine = take_level(left);
      const Level theirs = take_level(right);
      if (mine.text != theirs.text) return shared;
      shared.size += mine.text.size() + (shared.more_of_path ? 1 : 0);
      shared.more_of_path = theirs.more;
      if (!mine.more || !theirs.more) return shared;
    }
  }

  // What is in front of `size` gets a node of its own; the rest stays where it is, with its value.
  Node& split(Node& node, std::size_t size) {
    Node& parent = *node.parent;
    Node& front = make(std::string_view(node.levels).substr(0, size));
    abandon(parent, node);
    node.levels.erase(0, size + 1);
    node.levels.shrink_to_fit();
    adopt(parent, front);
    adopt(front, node);
    return front;
  }

  Node& make(std::string_view levels) {
    Node* node = nullptr;
    if (free_.empty()) {
      node = &pool_.emplace_back();
    } else {
      node = free_.back();
      free_.pop_back();
    }
    node->levels = levels;
    return *node;
  }
  void release(Node& node) {
    node = Node{};
    free_.push_back(&node);
  }

  static Node& adopt(Node& parent, Node& child) {
    const auto level = first_level(child.levels);
    child.parent = &parent;
    parent.children.emplace(level, &child);
    if (level == "+") parent.any_level = &child;
    if (level == "#") parent.any_levels = &child;
    return child;
  }
  static void abandon(Node& parent, const Node& child) {
    if (parent.any_level == &child) parent.any_level = nullptr;
    if (parent.any_levels == &child) parent.any_levels = nullptr;
    parent.children.erase(parent.children.find(first_level(child.levels)));
  }

  Node root_;
  std::deque<Node> pool_;  // nodes never move; a chain of owners would be destroyed recursively
  std::vector<Node*> free_;
};

}  // namespace mqttspec::broker
