// Edits of the trace that several themes need: the broker that notices a fault and does nothing
// about it, the one that disregards what its CONNACK said, the one that answers for itself.
#pragma once

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "conformance/mutants/hooks.hpp"

namespace mqttspec::mutants {

// Swallows DISCONNECT packets with one of these codes, and the close that follows them: the fault
// was noticed, but the connection lives on. Only 5.0 has such packets.
class StaysOpen final : public Interceptor {
 public:
  explicit StaysOpen(std::initializer_list<codec::ReasonCode> codes) : codes_(codes) {}
  void on_action(Actions& actions, Context& context) override;

 private:
  std::set<codec::ReasonCode> codes_;
  std::set<ConnectionId> spared_;
};

// Remembers the CONNACK of each connection and shows it with every packet that comes in.
class AfterConnack : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override;
  void on_action(Actions& actions, Context& context) override;

 private:
  // What becomes of a packet of a client whose CONNACK was `connack`.
  virtual Fate meet(Packet& packet, const codec::Connack& connack, ConnectionId connection,
                    Context& context) = 0;

  std::map<ConnectionId, codec::Connack> connacks_;
};

// The same out of one function: edit(packet P, CONNACK, connection, context) -> Fate.
template <class P, class Edit>
[[nodiscard]] InterceptorPointer after_connack(Edit edit) {
  class Hook final : public AfterConnack {
   public:
    explicit Hook(Edit function) : edit_(std::move(function)) {}

   private:
    Fate meet(Packet& packet, const codec::Connack& connack, ConnectionId connection,
              Context& context) override {
      auto* wanted = std::get_if<P>(&packet);
      return wanted == nullptr ? Fate::keep : edit_(*wanted, connack, connection, context);
    }
    Edit edit_;
  };
  return std::make_unique<Hook>(std::move(edit));
}

// The value of a property of CONNACK, or `otherwise`.
[[nodiscard]] std::uint32_t announced(const codec::Connack& connack, codec::PropertyId id,
                                      std::uint32_t otherwise);

// Ends a 5.0 connection with this code, as a server does that has noticed a fault.
void throw_out(ConnectionId connection, codec::ReasonCode code, Context& context);

// Settles a PUBLISH with the broker as though the client had acknowledged it.
void settle(const codec::Publish& publish, ConnectionId connection, Context& context);

}  // namespace mqttspec::mutants
