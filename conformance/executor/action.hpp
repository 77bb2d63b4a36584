// The action of a step: begun once, then watched until it is done (last byte handed over,
// connection open or closed, time over, broker back).
#pragma once

#include "conformance/executor/observation.hpp"

namespace mqttspec::executor {

class Action {
 public:
  // `clients`: of the step, resolved. Repeat, parallel and verify are none of its business.
  Action(const scenario::Step& step, const Scope& scope, std::vector<Client*> clients,
         Instant began)
      : step_(step), scope_(scope), clients_(std::move(clients)), began_(began) {}

  // Begins it. An error says that the script is wrong.
  [[nodiscard]] std::optional<std::string> begin(Run& run);
  // Looks how far it is: nothing while it goes on, else true (done) or an ending.
  struct Done {
    std::optional<Ending> ending;
  };
  [[nodiscard]] std::optional<Done> poll(Run& run, Quiet& quiet);
  [[nodiscard]] Instant deadline() const { return deadline_; }

  // What a request sent, for the answer it awaits; nothing for other actions.
  [[nodiscard]] const std::optional<codec::Packet>& request() const { return request_; }
  [[nodiscard]] const std::vector<std::size_t>& trace() const { return trace_; }

 private:
  using Error = std::optional<std::string>;
  enum class Waiting : std::uint8_t { nothing, opening, handing_over, time, broker };

  [[nodiscard]] Client& client() const { return *clients_.front(); }
  void begin_opening(Run& run);
  [[nodiscard]] Error begin_open(Run& run);
  [[nodiscard]] Error begin_connect(Run& run);
  [[nodiscard]] Error begin_request(Run& run, codec::PacketType type);
  [[nodiscard]] Error begin_send(Run& run);
  [[nodiscard]] Error begin_disconnect(Run& run);
  [[nodiscard]] Error begin_close(Run& run);
  [[nodiscard]] Error begin_set(Run& run);
  [[nodiscard]] Error begin_wait(Run& run);
  [[nodiscard]] Error begin_broker(Run& run);

  [[nodiscard]] scenario::Result<scenario::BuildContext> context(Run& run) const;
  [[nodiscard]] Error transmit(Run& run, const std::vector<scenario::BuiltPacket>& packets);
  void wait_for(Run& run, Ticket ticket, Duration pauses);

  const scenario::Step& step_;
  const Scope& scope_;
  std::vector<Client*> clients_;
  Instant began_{};
  Waiting waiting_ = Waiting::nothing;
  Instant deadline_ = never;
  Ticket ticket_ = 0;
  std::optional<codec::Packet> request_;
  std::vector<std::size_t> trace_;
};

}  // namespace mqttspec::executor
