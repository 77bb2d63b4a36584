// How connections and sessions begin and end, and what becomes of Wills.
#include <fmt/format.h>

#include "fuzz/model/judge.hpp"

namespace mqttspec::fuzz {

using codec::PacketType;
using codec::PropertyId;
using codec::ReasonCode;

namespace {

bool is_plain(const std::string& identifier) {
  return !identifier.empty() && identifier.size() <= 23 &&
         std::all_of(identifier.begin(), identifier.end(),
                     [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; });
}

// A server may refuse whom it does not know, whose identifier it does not like or who wants what it
// does not have; anybody else has to be let in here.
bool may_be_refused(const codec::Connect& packet) {
  return !is_plain(packet.client_identifier) || packet.user_name || packet.password ||
         codec::find(packet.properties, PropertyId::authentication_method) != nullptr;
}

std::uint32_t integer(const codec::Properties& properties, PropertyId id, std::uint32_t otherwise) {
  return codec::get_integer(properties, id).value_or(otherwise);
}

}  // namespace

void Judge::sent_connect(Link& link, const codec::Connect& packet) {
  link.connect_sent = true;
  link.connect = packet;
  link.keep_alive = packet.keep_alive;
  if (link.version == codec::Version::v5_0) {
    link.session_expiry = integer(packet.properties, PropertyId::session_expiry_interval, 0);
  }
  owe(link, PacketType::connack, 0);
  if (packet.client_identifier.empty()) return;
  link.client_identifier = packet.client_identifier;
  SessionBook& session = session_of(link);
  session.client_identifier = link.client_identifier;
  if (!link.faithful) session.doubtful = true;
  if (session.link) {
    Link& other = links_[*session.link];
    other.may_close = true;
    other.superseded = link.faithful;
    other.superseded_clean = packet.clean_start;
  }
  meet_wills_of(link.client_identifier, packet.clean_start);
}

void Judge::received_connack(Link& link, const codec::Connack& packet) {
  if (packet.reason_code != ReasonCode::success) {
    link.refused = true;
    link.answers.clear();
    if (const auto& other = session_of(link).link) links_[*other].superseded = false;
    if (link.faithful && !may_be_refused(link.connect)) {
      fault(link, fmt::format("a CONNECT without fault was refused with 0x{:02X}",
                              static_cast<unsigned>(packet.reason_code)));
    }
    return;
  }
  if (link.must_close) fault(link, "accepted although " + link.must_close_reason);
  link.accepted = true;
  link.keep_alive = integer(packet.properties, PropertyId::server_keep_alive, link.keep_alive);
  if (link.session_expiry) {
    link.session_expiry =
        integer(packet.properties, PropertyId::session_expiry_interval, *link.session_expiry);
  }
  if (link.connect.client_identifier.empty()) {
    const auto assigned =
        codec::get_string(packet.properties, PropertyId::assigned_client_identifier);
    if (link.version == codec::Version::v5_0 && link.faithful) {
      // [MQTT-3.1.3-7] [MQTT-3.2.2-16]
      if (!assigned || assigned->empty()) {
        fault(link, "no Client Identifier was assigned");
      } else if (sessions_.contains(std::string(*assigned)) &&
                 sessions_[std::string(*assigned)].exists(now_, link.version, {}) == Belief::yes) {
        fault(link, "the Client Identifier that was assigned is in use");
      }
    }
    if (assigned) link.client_identifier = *assigned;
  }
  enter_session(link, packet);
}

void Judge::enter_session(Link& link, const codec::Connack& packet) {
  SessionBook& session = session_of(link);
  session.client_identifier = link.client_identifier;
  const bool clean = link.connect.clean_start;
  const Belief before =
      clean ? Belief::no : session.exists(now_, link.version, tolerance_.coarseness);
  const bool can_tell = link.version != codec::Version::v3_1;
  if (can_tell && link.faithful && !link.superseded) {
    // [MQTT-3.2.2-2] [MQTT-3.2.2-3]
    if (before == Belief::no && packet.session_present) {
      fault(link, clean ? "a session is present after Clean Start"
                        : "a session is present that does not exist");
    }
    if (before == Belief::yes && !packet.session_present) {
      fault(link, "the session is not there any more");
    }
  }
  if (session.link && *session.link != link.id) {
    Link& other = links_[*session.link];
    if (other.open) must_close(other, "its Client Identifier has connected again");
    end(other);
  }
  const bool resumed = can_tell ? packet.session_present && !clean : before != Belief::no;
  meet_wills_of(link.client_identifier, !resumed);
  if (!resumed) {
    for (const auto& [identifier, number] : session.from_client) settle_message(number, false);
    session.begin();
  } else if (link.faithful && !session.doubtful && (can_tell || before == Belief::yes)) {
    session.to_repeat = session.from_broker;
  }
  session.doubtful = session.doubtful || !link.faithful || (!can_tell && before == Belief::perhaps);
  session.version = link.version;
  session.link = link.id;
  session.ends.reset();
  session.ended_with_link = link.session_expiry ? *link.session_expiry == 0 : clean;
}

void Judge::sent_disconnect(Link& link, const codec::Disconnect& packet) {
  const auto expiry = codec::get_integer(packet.properties, PropertyId::session_expiry_interval);
  // Section 3.14.2.2.2: what was 0 in CONNECT cannot be changed.
  if (expiry.value_or(0) > 0 &&
      integer(link.connect.properties, PropertyId::session_expiry_interval, 0) == 0) {
    link.faithful = false;
    session_of(link).doubtful = true;
    must_close(link, "its DISCONNECT gives a session an expiry that had none");
    return;
  }
  if (link.session_expiry && expiry) {
    link.session_expiry = expiry;
    session_of(link).ended_with_link = *expiry == 0;
  }
  link.answers.clear();
  link.disconnect_sent = true;
  const bool normal =
      link.version != codec::Version::v5_0 || packet.reason_code == ReasonCode::success;
  // [MQTT-3.14.4-3]; a client that is not obeyed any more may not be obeyed here either.
  if (normal && link.faithful) link.will_settled = true;
}

// The connection is over, or about to be.
void Judge::end(Link& link) {
  if (!link.connect_sent || link.refused) return;
  SessionBook& session = session_of(link);
  // Without CONNACK (it may be too large for the client) nobody knows how far the broker went.
  if (!link.accepted) {
    session.doubtful = true;
    if (session.link) links_[*session.link].superseded = false;
  }
  if (!link.will_settled && link.connect.will) arm_will(link, session);
  link.will_settled = true;
  if (session.link != link.id) return;
  session.link.reset();
  if (link.session_expiry && *link.session_expiry != UINT32_MAX) {
    session.ends = now_ + std::chrono::seconds(*link.session_expiry);
  }
  // A QoS 1 message of a Shared Subscription may go to another member now (section 4.8.2).
  for (const auto& [identifier, open] : session.from_broker) {
    if (open.qos != 1 || open.group.empty()) continue;
    auto& copies = group_copies_[{open.group, open.message}];
    if (copies > 0) --copies;
  }
  for (const auto& [identifier, number] : session.from_client) {
    if (messages_[number].qos == 1) abandoned_.push_back(number);
  }
}

void Judge::arm_will(Link& link, const SessionBook& session) {
  const auto& will = *link.connect.will;
  const auto delay = integer(will.properties, PropertyId::will_delay_interval, 0);
  const auto expiry = link.session_expiry.value_or(0);
  Message message;
  message.topic = will.topic;
  message.payload = will.payload;
  message.qos = will.qos;
  message.retain = will.retain;
  message.will = true;
  message.publisher = link.client_identifier;
  message.properties = will.properties;
  message.size = will.topic.size() + will.payload.size() + 200;
  PendingWill pending;
  pending.client_identifier = link.client_identifier;
  pending.generation = session.generation;
  // DISCONNECT 0x04 and errors of the client's leave the Will as it is.
  pending.certain = link.faithful && link.accepted;
  const bool waits = delay > 0 && expiry > 0;
  pending.at_once = !waits || (link.superseded && link.superseded_clean);
  pending.due =
      now_ + (pending.at_once ? Instant{} : std::chrono::seconds(std::min(delay, expiry)));
  // [MQTT-3.1.3-9] Who is back before the delay is over has no Will published.
  if (waits && link.superseded && !link.superseded_clean) return;
  if (pending.at_once) message.from = moment_;
  pending.message = add_message(std::move(message));
  wills_.push_back(std::move(pending));
}

// The client with this identifier is there again.
void Judge::meet_wills_of(const std::string& client_identifier, bool clean) {
  std::erase_if(wills_, [&](PendingWill& will) {
    if (will.client_identifier != client_identifier || will.at_once) return false;
    Message& message = messages_[will.message];
    if (clean) {  // the session is at its end, and so is the wait
      will.due = std::min(will.due, now_);
      message.from = std::min(message.from, moment_);
      return false;
    }
    if (now_ < will.due - tolerance_.coarseness) {
      message.from = not_yet;
      message.to = 0;
      return true;
    }
    will.certain = false;
    return false;
  });
}

// Opens the span of Wills whose time may have come, closes that of those whose time is over.
void Judge::settle_wills() {
  std::erase_if(wills_, [&](const PendingWill& will) {
    const Instant slack = will.at_once ? Instant{} : tolerance_.coarseness;
    if (now_ < will.due + slack + tolerance_.patience) return false;
    Message& message = messages_[will.message];
    message.from = std::min(message.from, moment_);
    settle_message(will.message, will.certain);
    return true;
  });
}

}  // namespace mqttspec::fuzz
