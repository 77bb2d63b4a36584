// Where durable sessions are kept. Errors are sentences for people that name the store.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "reference/broker/record.hpp"

namespace mqttspec::store {

class Store {
 public:
  virtual ~Store() = default;
  // Everything that is kept; else what is wrong.
  [[nodiscard]] virtual std::variant<std::vector<broker::Record>, std::string> load() = 0;
  // One transaction: afterwards all of the records are durable, or, if an error is given, none. It
  // may be tried again.
  [[nodiscard]] virtual std::optional<std::string> commit(
      std::span<const broker::RecordPointer> records) = 0;
};

}  // namespace mqttspec::store
