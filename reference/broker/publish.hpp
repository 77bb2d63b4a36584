// The PUBLISH of a delivery, for those who make many of them.
#pragma once

#include "reference/broker/events.hpp"

namespace mqttspec::broker {

// What to_publish() gives, into a PUBLISH that was used before, whose memory is used again.
void fill_publish(codec::Publish& publish, const Message& message, const Delivery& delivery);

}  // namespace mqttspec::broker
