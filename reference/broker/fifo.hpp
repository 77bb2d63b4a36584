// A queue that costs four words while it is empty. A std::deque keeps half a KiB even then, and
// there may be a session for each of many thousand clients that wait for nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace mqttspec::broker {

template <typename T>
class Fifo {
 public:
  using value_type = T;
  using iterator = typename std::vector<T>::iterator;
  using const_iterator = typename std::vector<T>::const_iterator;

  [[nodiscard]] bool empty() const { return first_ == items_.size(); }
  [[nodiscard]] std::size_t size() const { return items_.size() - first_; }
  [[nodiscard]] T& front() { return items_[first_]; }
  [[nodiscard]] const T& front() const { return items_[first_]; }
  [[nodiscard]] T& back() { return items_.back(); }
  [[nodiscard]] const T& back() const { return items_.back(); }
  [[nodiscard]] iterator begin() { return items_.begin() + offset(); }
  [[nodiscard]] iterator end() { return items_.end(); }
  [[nodiscard]] const_iterator begin() const { return items_.begin() + offset(); }
  [[nodiscard]] const_iterator end() const { return items_.end(); }

  void push_back(T item) { items_.push_back(std::move(item)); }
  void push_front(T item) {
    if (first_ > 0) {
      items_[--first_] = std::move(item);
    } else {
      items_.insert(items_.begin(), std::move(item));
    }
  }
  void pop_front() {
    items_[first_] = T{};  // what it holds is given back at once
    ++first_;
    if (empty()) {
      clear();
    } else if (first_ >= moved_at_least && first_ > items_.size() / 2) {
      // Moves less than was taken, so that each item is moved once on average.
      items_.erase(items_.begin(), begin());
      first_ = 0;
    }
  }
  void clear() {
    first_ = 0;
    items_.clear();
    // What one busy moment needed is not kept for as long as the session lives.
    if (items_.capacity() > kept_capacity) std::vector<T>().swap(items_);
  }
  template <typename Iterator>
  void assign(Iterator from, Iterator to) {
    items_.assign(from, to);
    first_ = 0;
  }
  // Removes what the predicate wants removed; it sees each item once, in order.
  template <typename Predicate>
  std::size_t erase_if(Predicate predicate) {
    const auto kept_end = std::remove_if(begin(), end(), predicate);
    const auto erased = static_cast<std::size_t>(end() - kept_end);
    items_.erase(kept_end, end());
    if (empty()) clear();
    return erased;
  }

 private:
  static constexpr std::size_t moved_at_least = 32;
  static constexpr std::size_t kept_capacity = 64;

  [[nodiscard]] std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(first_); }

  std::vector<T> items_;
  std::size_t first_ = 0;  // those before it were taken
};

}  // namespace mqttspec::broker
