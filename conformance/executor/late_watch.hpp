// Listens on for what did not come in time, only to tell "late" from "never".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/outcome.hpp"
#include "conformance/scenario/matcher.hpp"

namespace mqttspec::executor {

// What an observation that ran out of time still hopes for.
struct LateHope {
  std::function<bool(const scenario::Received&)> wanted;
  std::size_t missing = 1;  // so many must come
  Instant due{};            // when it should have come at the latest
  Instant until{};          // how long to listen
};

class LateWatches {
 public:
  using Id = std::uint64_t;
  // `told` is called once, with what came and how late it was.
  using Told = std::function<void(const scenario::Received&, Duration)>;

  Id add(LateHope hope, Told told);
  void arrived(const scenario::Received& received);
  // Is it still worth waiting for?
  [[nodiscard]] bool open(Id id) const;
  // Until when; nothing if it is over.
  [[nodiscard]] std::optional<Instant> until(Id id) const;
  void give_up(Id id);

 private:
  struct Watch {
    Id id = 0;
    LateHope hope;
    Told told;
  };
  std::vector<Watch> watches_;
  Id last_ = 0;
};

}  // namespace mqttspec::executor
