// What mutants of subscriptions share: something else is subscribed to than was asked for, and no
// SUBACK lets it show.
#pragma once

#include "conformance/mutants/hooks.hpp"

namespace mqttspec::mutants {

// Calls `edit(topic_filter)` for each filter of each SUBSCRIBE.
template <class Edit>
[[nodiscard]] InterceptorPointer each_filter(Edit edit) {
  return incoming<codec::Subscribe>([edit](codec::Subscribe& packet, ConnectionId, Context&) {
    for (auto& subscription : packet.subscriptions) edit(subscription.topic_filter);
    return Fate::keep;
  });
}

// Base of mutants that rewrite each SUBSCRIBE; its SUBACK claims the QoS that was asked for.
class GrantsAsAsked : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) final {
    for (auto& packet : packets) {
      auto* subscribe = std::get_if<codec::Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      asked_.note(connection, *subscribe);
      rewrite(connection, *subscribe);
    }
  }
  void on_action(Actions& actions, Context&) final { asked_.claim(actions); }

 protected:
  virtual void rewrite(ConnectionId connection, codec::Subscribe& subscribe) = 0;

 private:
  AskedQos asked_;
};

}  // namespace mqttspec::mutants
