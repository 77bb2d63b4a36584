// What happens at a certain time if nothing happens before.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "reference/broker/events.hpp"

namespace mqttspec::broker {

struct DeadlineKey {
  enum class Kind : std::uint8_t { connect, keep_alive, will, session, retained, system, retry };
  Kind kind{};
  std::uint64_t id = 0;  // of the connection or the session; 0 for retained messages and $SYS
  friend auto operator<=>(const DeadlineKey&, const DeadlineKey&) = default;
};

class Deadlines {
 public:
  // Sets or moves it.
  void set(DeadlineKey key, Instant when);
  void cancel(DeadlineKey key);
  // `never` if there is none.
  [[nodiscard]] Instant next() const;
  // Takes the earliest one that is due at `now`; among those of one instant, in the order of kinds.
  [[nodiscard]] std::optional<DeadlineKey> take_due(Instant now);

 private:
  std::set<std::pair<Instant, DeadlineKey>> order_;
  std::map<DeadlineKey, Instant> when_;
};

}  // namespace mqttspec::broker
