#include "fuzz/model/judge.hpp"

#include <fmt/format.h>

#include <utility>

#include "reference/codec/utf8.hpp"

namespace mqttspec::fuzz {

using codec::PacketType;
using codec::PropertyId;

Judge::Judge(Offer offer, Tolerance tolerance) : offer_(offer), tolerance_(tolerance) {}

std::vector<std::string> Judge::take_faults() {
  return std::exchange(faults_, {});
}

void Judge::fault(const Link& link, const std::string& what) {
  faults_.push_back(fmt::format("client {}: {}", link.client_identifier, what));
}

SessionBook& Judge::session_of(const Link& link) {
  return sessions_[link.client_identifier];
}

void Judge::opened(LinkId link, codec::Version version) {
  Link& fresh = links_[link];
  fresh.id = link;
  fresh.version = version;
  fresh.heard = now_;
  fresh.client_identifier = fmt::format("(connection {})", link);
}

void Judge::owe(Link& link, PacketType type, std::uint16_t identifier) {
  link.answers.push_back({type, identifier, now_});
}

void Judge::must_close(Link& link, std::string reason) {
  if (!link.must_close) {
    link.must_close = now_;
    link.must_close_reason = std::move(reason);
  }
}

// What a server that does not support something may answer by any means.
bool Judge::exceeds_offer(const codec::Packet& packet) const {
  const auto ill_formed = [](const codec::Properties& properties, const std::string& payload) {
    return codec::get_integer(properties, PropertyId::payload_format_indicator) == 1U &&
           !codec::is_plain_ascii(payload) && codec::find_utf8_fault(payload);
  };
  if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    return publish->qos > offer_.maximum_qos || (publish->retain && !offer_.retain) ||
           ill_formed(publish->properties, publish->payload);
  }
  if (const auto* connect = std::get_if<codec::Connect>(&packet); connect && connect->will) {
    return connect->will->qos > offer_.maximum_qos || (connect->will->retain && !offer_.retain) ||
           ill_formed(connect->will->properties, connect->will->payload);
  }
  return false;
}

void Judge::begun_packet(LinkId id) {
  links_[id].may_close = true;
}

void Judge::sent_illegal(LinkId id, const std::optional<codec::DecodeError>& error) {
  Link& link = links_[id];
  if (link.closing) return;
  link.faithful = false;
  ++moment_;
  session_of(link).doubtful = true;
  if (!error) return;
  const auto& row = codec::row_of(error->rule);
  link.error = error;
  // No reaction is laid down for these, or none that a server has to show.
  const bool harmless = error->rule == codec::Rule::publish_dup_with_qos_0 ||
                        error->rule == codec::Rule::will_payload_not_ascii ||
                        error->rule == codec::Rule::remaining_length_padded;
  const bool told = link.version != codec::Version::v3_1 &&
                    !codec::statement_of(error->rule, link.version).empty();
  if (told && !harmless) must_close(link, std::string(row.sentence));
}

void Judge::sent(LinkId id, const codec::Packet& packet, bool faithful) {
  Link& link = links_[id];
  if (link.closing) return;
  ++moment_;
  link.heard = now_;
  link.faithful = link.faithful && faithful && !exceeds_offer(packet);
  if (!link.connect_sent) {
    if (const auto* connect = std::get_if<codec::Connect>(&packet)) {
      sent_connect(link, *connect);
    } else {
      link.faithful = false;
      if (link.version != codec::Version::v3_1) must_close(link, "it did not begin with CONNECT");
    }
    return;
  }
  if (!link.faithful) session_of(link).doubtful = true;
  const bool reason_counts = link.version == codec::Version::v5_0;
  const auto acknowledge = [&](PacketType type, const auto& p) {
    sent_acknowledgement(link, type, p.packet_identifier,
                         reason_counts ? p.reason_code : codec::ReasonCode::success);
  };
  if (std::holds_alternative<codec::Connect>(packet)) {
    link.faithful = false;
    if (link.accepted) must_close(link, "it sent a second CONNECT");
  } else if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    sent_publish(link, *publish);
  } else if (const auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
    sent_subscribe(link, *subscribe);
  } else if (const auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
    sent_unsubscribe(link, *unsubscribe);
  } else if (const auto* puback = std::get_if<codec::Puback>(&packet)) {
    acknowledge(PacketType::puback, *puback);
  } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
    acknowledge(PacketType::pubrec, *pubrec);
  } else if (const auto* pubcomp = std::get_if<codec::Pubcomp>(&packet)) {
    acknowledge(PacketType::pubcomp, *pubcomp);
  } else if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
    session_of(link).released.insert(pubrel->packet_identifier);
    owe(link, PacketType::pubcomp, pubrel->packet_identifier);
  } else if (std::holds_alternative<codec::Pingreq>(packet)) {
    owe(link, PacketType::pingresp, 0);
  } else if (const auto* disconnect = std::get_if<codec::Disconnect>(&packet)) {
    sent_disconnect(link, *disconnect);
  }
}

void Judge::received(LinkId id, const codec::Packet& packet) {
  Link& link = links_[id];
  ++moment_;
  const auto type = codec::type_of(packet);
  // The session belongs to another connection already.
  if (link.superseded && type != PacketType::connack) return;
  std::uint16_t identifier = 0;
  std::visit(
      [&](const auto& p) {
        if constexpr (requires { identifier = p.packet_identifier; }) {
          identifier = p.packet_identifier;
        }
      },
      packet);
  const auto answered = std::find_if(
      link.answers.begin(), link.answers.end(),
      [&](const OwedAnswer& each) { return each.type == type && each.identifier == identifier; });
  if (answered != link.answers.end()) link.answers.erase(answered);
  if (const auto* connack = std::get_if<codec::Connack>(&packet)) {
    received_connack(link, *connack);
  } else if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    received_publish(link, *publish);
  } else if (const auto* suback = std::get_if<codec::Suback>(&packet)) {
    received_suback(link, *suback);
  } else if (const auto* unsuback = std::get_if<codec::Unsuback>(&packet)) {
    received_unsuback(link, *unsuback);
  } else if (const auto* puback = std::get_if<codec::Puback>(&packet)) {
    received_acknowledgement(link, type, puback->packet_identifier, puback->reason_code);
  } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
    received_acknowledgement(link, type, pubrec->packet_identifier, pubrec->reason_code);
  } else if (const auto* pubcomp = std::get_if<codec::Pubcomp>(&packet)) {
    received_acknowledgement(link, type, pubcomp->packet_identifier, pubcomp->reason_code);
  } else if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
    received_pubrel(link, *pubrel);
  } else if (const auto* disconnect = std::get_if<codec::Disconnect>(&packet)) {
    // Section 4.13.1: the code says what was wrong; unspecified ones are allowed everywhere.
    const auto code = disconnect->reason_code;
    const bool fits =
        !link.error || code == link.error->reason || code == codec::ReasonCode::unspecified_error ||
        code == codec::ReasonCode::malformed_packet || code == codec::ReasonCode::protocol_error;
    if (!fits) {
      fault(link, fmt::format("DISCONNECT 0x{:02X} although {}", static_cast<unsigned>(code),
                              codec::row_of(link.error->rule).sentence));
    }
  }
}

void Judge::attentive(LinkId id, bool takes, bool acknowledges) {
  Link& link = links_[id];
  const bool listens =
      takes && link.faithful && link.accepted && link.open && !link.disconnect_sent;
  if (!listens) {
    link.listens_since.reset();
  } else if (!link.listens_since) {
    link.listens_since = now_;
  }
  if (!listens || !acknowledges) {
    link.attentive_since.reset();
    link.attentive_from = not_yet;
  } else if (!link.attentive_since) {
    link.attentive_since = now_;
    link.attentive_from = moment_;
  }
}

}  // namespace mqttspec::fuzz
