#include "conformance/executor/barrier.hpp"

#include <algorithm>

#include "conformance/executor/outbound.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

namespace {

// A ping would disturb a client whose Keep Alive is under test, and cannot be sent or answered
// where packets are only half sent or nothing is read.
bool can_be_pinged(const Client& client) {
  if (!client.connected()) return false;
  const Connection& connection = *client.connection;
  return connection.in_session && connection.reading && !connection.half_closed &&
         !connection.unreadable && connection.between_packets() && connection.connect &&
         connection.connect->keep_alive == 0;
}

}  // namespace

std::vector<Client*> Barrier::others(Run& run) const {
  std::vector<Client*> result;
  for (auto& [name, client] : run.clients) {
    if (std::find(observed_.begin(), observed_.end(), &client) == observed_.end()) {
      result.push_back(&client);
    }
  }
  return result;
}

void Barrier::ping(Run& run, const std::vector<Client*>& clients) {
  pings_.clear();
  for (Client* client : clients) {
    if (!can_be_pinged(*client)) continue;
    send_own(run, *client, codec::Pingreq{});
    pings_.push_back({client, client->connection->number, client->connection->pings_sent});
  }
  deadline_ = run.now + run.tolerance().patience;
}

// A connection that is closed meanwhile is no longer in a session: nobody waits for it.
bool Barrier::all_answered() {
  std::erase_if(pings_, [](const Ping& ping) {
    return ping.client->deaf() || ping.client->connection->number != ping.connection ||
           ping.client->connection->pings_answered >= ping.number;
  });
  return pings_.empty();
}

bool Barrier::poll(Run& run, Quiet& quiet) {
  for (;;) {
    switch (phase_) {
      case Phase::begin:
        phase_ = Phase::others;
        ping(run, others(run));
        quiet.reset();
        break;
      case Phase::others:
      case Phase::observed:
        if (!all_answered()) {
          if (!quiet || *quiet < deadline_) return false;
          failure_ = "the broker did not answer the PINGREQ with which " +
                     pings_.front().client->name +
                     " made sure that nothing else was on its way, within " +
                     in_words(run.tolerance().patience);
          phase_ = Phase::over;
          return true;
        }
        quiet.reset();
        if (phase_ == Phase::others) {
          phase_ = Phase::observed;
          ping(run, observed_);
        } else {
          phase_ = Phase::window;
          deadline_ = run.now + run.tolerance().quiet;
        }
        break;
      case Phase::window:
        if (!quiet || *quiet < deadline_) return false;
        phase_ = Phase::over;
        return true;
      case Phase::over:
        return true;
    }
  }
}

}  // namespace mqttspec::executor
