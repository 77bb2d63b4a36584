// One client at the door of a broker that starts: is there an answer to CONNECT yet? A port may
// accept long before the broker behind it is ready (RabbitMQ's closes whoever comes too early).
#pragma once

#include <cstdint>
#include <string>

namespace mqttspec::profile {

class Knock {
 public:
  // At a loopback port; `greeting` are the bytes to send.
  Knock(std::uint16_t port, std::string greeting);
  ~Knock();
  Knock(const Knock&) = delete;
  Knock& operator=(const Knock&) = delete;

  enum class Answer : std::uint8_t {
    none_yet,
    some,   // bytes came
    closed  // refused, or sent away without a word; this knock will get no other answer
  };
  // What is known by now; never waits.
  [[nodiscard]] Answer look();

 private:
  int socket_ = -1;
  bool connected_ = false;
  std::string greeting_;
};

}  // namespace mqttspec::profile
