// A message that goes to many clients is encoded once per distinct form; its copies differ in their
// Packet Identifier at most.
#pragma once

#include <memory>
#include <vector>

#include "reference/broker/events.hpp"

namespace mqttspec::node {

class FormCache {
 public:
  // Appends the PUBLISH that the delivery stands for.
  void append(const std::shared_ptr<const broker::Message>& message,
              const broker::Delivery& delivery, codec::Version version, codec::Bytes& out);

 private:
  struct Form {
    broker::Delivery delivery;  // without its Packet Identifier
    codec::Version version{};
    codec::Bytes bytes;
    std::size_t identifier_place = 0;  // of its two bytes
  };

  [[nodiscard]] Form& form_of(const broker::Message& message, const broker::Delivery& delivery,
                              codec::Version version);

  std::shared_ptr<const broker::Message> message_;  // of the forms
  // The first `used_` are forms of that message; the others only keep their memory.
  std::vector<Form> forms_;
  std::size_t used_ = 0;
  codec::Packet publish_ = codec::Publish{};  // scratch
};

}  // namespace mqttspec::node
