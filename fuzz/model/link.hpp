// What the model knows of one network connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fuzz/model/history.hpp"
#include "reference/broker/events.hpp"

namespace mqttspec::fuzz {

using LinkId = broker::ConnectionId;

// A packet that the broker has to send in answer to ours.
struct OwedAnswer {
  codec::PacketType type{};
  std::uint16_t identifier = 0;  // 0 where the type has none
  Instant since{};
};

struct Link {
  LinkId id = 0;
  codec::Version version = codec::Version::v5_0;
  bool open = true;
  bool closing = false;  // the broker has ended it: what is sent now reaches nobody
  bool faithful = true;  // has broken no rule
  bool connect_sent = false;
  bool accepted = false;
  bool refused = false;
  bool disconnect_sent = false;
  bool may_close = false;         // the broker may end it, for a reason that is no fault
  bool superseded = false;        // its Client Identifier has connected again
  bool superseded_clean = false;  // with Clean Start
  bool will_settled = false;      // was dropped or is on its way
  // Takes bytes and has broken no rule: owed answers. Since when; else nothing.
  std::optional<Instant> listens_since;
  // Acknowledges at once as well: owed messages.
  std::optional<Instant> attentive_since;
  Moment attentive_from = not_yet;
  codec::Connect connect;
  std::string client_identifier;
  std::optional<std::uint32_t> session_expiry;  // seconds; nothing: 3.x
  std::uint32_t keep_alive = 0;                 // seconds
  Instant heard{};                              // when it last sent a whole packet
  std::vector<OwedAnswer> answers;
  // From then on the broker has to close it, for this reason.
  std::optional<Instant> must_close;
  std::string must_close_reason;
  std::optional<codec::DecodeError> error;  // what made it close
  std::map<std::uint16_t, codec::Subscribe> subscribes;
  struct Unsubscribing {
    codec::Unsubscribe packet;
    Moment at = 0;
  };
  std::map<std::uint16_t, Unsubscribing> unsubscribes;
  // Retained messages that an unanswered SUBSCRIBE asks for, by its identifier.
  struct RetainedDue {
    MessageNumber message = 0;
    std::size_t entry = 0;
    Moment after = 0;
  };
  std::map<std::uint16_t, std::vector<RetainedDue>> retained_dues;

  // Did it announce limits that excuse a broker from delivering?
  [[nodiscard]] bool has_room_for(const Message& message) const {
    const auto limit =
        codec::get_integer(connect.properties, codec::PropertyId::maximum_packet_size);
    return !limit || *limit >= message.size;
  }
};

}  // namespace mqttspec::fuzz
