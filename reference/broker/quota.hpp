// Flow control (section 4.9): how many QoS 1 and 2 PUBLISH packets may be open in one direction.
#pragma once

#include <cstdint>

namespace mqttspec::broker {

// Counts from zero on every connection [V5-4.9-c].
class Quota {
 public:
  // [MQTT-4.9.0-1] The initial quota is the receiver's Receive Maximum, which is never zero.
  explicit Quota(std::uint16_t receive_maximum = 65'535) : maximum_(receive_maximum) {}

  [[nodiscard]] bool available() const { return open_ < maximum_; }
  void take() { ++open_; }
  // [V5-4.9-b] Never rises above the initial value, however often something is acknowledged.
  void give_back() {
    if (open_ > 0) --open_;
  }

 private:
  std::uint16_t maximum_;
  std::uint32_t open_ = 0;  // more than the maximum only while a resumed session catches up
};

}  // namespace mqttspec::broker
