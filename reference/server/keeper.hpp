// Stores what a node asks for, turn by turn, and says so when that fails. While it does the node
// holds back everything, so nothing is acknowledged that could be lost.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/node/node.hpp"
#include "reference/store/store.hpp"

namespace mqttspec::server {

class Keeper {
 public:
  // Gets one sentence for people when storing begins to fail, for another reason, or works again.
  using Report = std::function<void(const std::string&)>;

  Keeper(std::unique_ptr<store::Store> store, Report report)
      : store_(std::move(store)), report_(std::move(report)) {}

  // Lets the node go on from what is stored; `wall_clock`: time since 1970 at `now`. Gives what is
  // wrong with the store.
  [[nodiscard]] std::optional<std::string> restore(node::Node& node, broker::WallClock wall_clock,
                                                   node::Instant now);
  // Stores what the node has asked for since the last call, and what could not be stored then. True
  // if all of it is durable now: the node's output may leave.
  bool settle(node::Node& node);
  // The last settle() failed.
  [[nodiscard]] bool is_failing() const { return !fault_.empty(); }

 private:
  std::unique_ptr<store::Store> store_;
  Report report_;
  std::vector<broker::RecordPointer> records_;  // asked for and not durable yet
  std::string fault_;
};

}  // namespace mqttspec::server
