// Notes what has to be stored, and hands it out at the end of each turn. The engine has one only if
// its sessions are durable; each handler tells it what it changed, right where it does.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reference/broker/record.hpp"
#include "reference/broker/session.hpp"

namespace mqttspec::broker {

class Journal {
 public:
  // `epoch`: wall-clock time at Instant 0.
  explicit Journal(WallClock epoch) : epoch_(epoch) {}

  // Expiry Interval, deadlines or the Will have changed; written once at the end of the turn.
  void session_changed(Session& session) { changed_[session.number] = &session; }
  // To be called before the session is destroyed, with what still hangs on it.
  void session_ended(const Session& session);

  void subscribed(const Session& session, const std::string& filter,
                  const SubscriptionOptions& options, bool share_filters);
  void unsubscribed(const Session& session, const std::string& filter);

  // The message is about to enter, or to leave, the queue.
  void queued(Session& session, Outgoing& outgoing);
  void unqueued(const Session& session, const Outgoing& outgoing);

  // The hand-out waits in the queue; was continued; has left the queue.
  void handed_out(Session& session, HandOut& hand_out);
  void hand_out_ended(const Session& session, const HandOut& hand_out);

  void exchange_begun(Session& session, std::uint16_t identifier, const Exchange& exchange);
  // PUBREL was sent instead of `message`, which is not needed any more.
  void exchange_released(const Session& session, std::uint16_t identifier, const Exchange& exchange,
                         const std::shared_ptr<const Message>& message);
  void exchange_ended(const Session& session, std::uint16_t identifier, const Exchange& exchange);

  void incoming_begun(const Session& session, std::uint16_t identifier, const Incoming& incoming);
  void incoming_ended(const Session& session, std::uint16_t identifier, const Incoming& incoming);

  // A topic's retained message was `old` and is `now`; null: there is none.
  void retained(const std::shared_ptr<const Message>& old,
                const std::shared_ptr<const Message>& now);

  // Appends the records of this turn to the actions.
  void end_turn(Actions& actions);

  // --- while the state is restored ---

  [[nodiscard]] WallClock epoch() const { return epoch_; }
  // The store has the message under this number; what refers to it is told by hold().
  void knows(std::uint64_t number, std::shared_ptr<const Message> message);
  // One more reference to the message, which is stored with the first; gives its number.
  std::uint64_t hold(const std::shared_ptr<const Message>& message);
  void erase_retained(const std::string& topic_name) { note(RetainedErased{topic_name}); }

 private:
  struct Held {
    std::uint64_t number = 0;
    std::size_t references = 0;
  };

  void note(Record::Change change) {
    records_.push_back(std::make_shared<const Record>(Record{std::move(change)}));
  }
  void release(const std::shared_ptr<const Message>& message);
  // Is it among what has to survive? The session's header is written if it is.
  [[nodiscard]] static bool is_kept(const Session& session, const Outgoing& outgoing);
  [[nodiscard]] StoredDelivery stored(const Outgoing& outgoing, std::uint64_t message) const;
  void write(Session& session);
  [[nodiscard]] std::optional<WallClock> wall_clock(const std::optional<Instant>& when) const;

  WallClock epoch_;
  std::vector<RecordPointer> records_;  // of this turn
  std::map<std::uint64_t, Session*> changed_;
  std::unordered_map<const Message*, Held> held_;
  // Lost its last reference in this turn, but may get another one until its end.
  std::vector<std::shared_ptr<const Message>> released_;
  std::uint64_t last_message_ = 0;
};

}  // namespace mqttspec::broker
