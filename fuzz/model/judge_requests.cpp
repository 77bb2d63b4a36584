// SUBSCRIBE and UNSUBSCRIBE with their answers, and the retained messages that they bring.
#include <fmt/format.h>

#include "fuzz/model/judge.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::fuzz {

using codec::PacketType;
using codec::PropertyId;

namespace {

bool is_failure(codec::ReasonCode code) {
  return static_cast<std::uint8_t>(code) >= 0x80;
}

}  // namespace

void Judge::sent_subscribe(Link& link, const codec::Subscribe& packet) {
  owe(link, PacketType::suback, packet.packet_identifier);
  SessionBook& session = session_of(link);
  for (std::size_t i = 0; i < packet.subscriptions.size(); ++i) {
    const auto& entry = packet.subscriptions[i];
    // 3.1 does not say clearly which filters have their form.
    if (codec::find_topic_filter_fault(entry.topic_filter, codec::Version::v3_1_1)) {
      link.may_close = true;
    }
    note_retained(link, packet.packet_identifier, entry, i, session.holds(entry.topic_filter));
    session.each_under(entry.topic_filter, [&](Subscription& each) {
      each.doubtful = std::min(each.doubtful, moment_);
    });
    Subscription fresh;
    fresh.topic_filter = entry.topic_filter;
    fresh.filter = entry.topic_filter;
    fresh.qos = entry.qos;
    if (link.version == codec::Version::v5_0) {
      if (const auto shared = codec::split_shared_filter(entry.topic_filter)) {
        fresh.shared = true;
        fresh.filter = shared->filter;
      }
      fresh.no_local = entry.no_local;
      fresh.retain_as_published = entry.retain_as_published;
      fresh.identifier = codec::get_integer(packet.properties, PropertyId::subscription_identifier);
    }
    fresh.from = moment_++;
    session.subscriptions.push_back(std::move(fresh));
  }
  link.subscribes[packet.packet_identifier] = packet;
}

// Retained messages that may come, and must once the SUBACK is there (section 3.8.4).
void Judge::note_retained(Link& link, std::uint16_t identifier, const codec::Subscription& entry,
                          std::size_t place, Belief before) {
  const bool v5 = link.version == codec::Version::v5_0;
  if (v5 && codec::split_shared_filter(entry.topic_filter)) return;
  const int handling = v5 ? entry.retain_handling : 0;
  if (handling == 2 || (handling == 1 && before == Belief::yes)) return;
  SessionBook& session = session_of(link);
  const bool owed = handling == 0 || before == Belief::no;
  for (const auto& held : retained_.matching(entry.topic_filter, messages_)) {
    const Message& message = messages_[held.message];
    const auto left = message.expiry ? message.published + *message.expiry - now_ : Instant::max();
    if (left < -tolerance_.coarseness) continue;
    ++session.tallies[held.message].retained_allowed;
    // Retained messages of QoS 0 may be discarded at any time (section 3.3.1.3).
    if (!owed || !held.certain || message.qos == 0 || left <= tolerance_.coarseness) continue;
    const bool own = entry.no_local && message.publisher == link.client_identifier;
    if (own || message.topic.starts_with('$')) continue;
    link.retained_dues[identifier].push_back({held.message, place, moment_});
  }
}

void Judge::sent_unsubscribe(Link& link, const codec::Unsubscribe& packet) {
  owe(link, PacketType::unsuback, packet.packet_identifier);
  for (const auto& filter : packet.topic_filters) {
    session_of(link).each_under(
        filter, [&](Subscription& each) { each.doubtful = std::min(each.doubtful, moment_); });
  }
  link.unsubscribes[packet.packet_identifier] = {packet, moment_};
}

void Judge::received_suback(Link& link, const codec::Suback& packet) {
  const auto asked = link.subscribes.extract(packet.packet_identifier);
  const auto dues = link.retained_dues.extract(packet.packet_identifier);
  if (!asked) return;
  SessionBook& session = session_of(link);
  const auto& entries = asked.mapped().subscriptions;
  for (std::size_t i = 0; i < std::min(entries.size(), packet.reason_codes.size()); ++i) {
    const auto code = packet.reason_codes[i];
    // The n-th entry of a filter belongs to the n-th of its subscriptions without an answer.
    Subscription* mine = nullptr;
    session.each_under(entries[i].topic_filter, [&](Subscription& each) {
      if (mine == nullptr && each.certain == not_yet) mine = &each;
    });
    if (mine == nullptr) continue;
    if (is_failure(code)) {
      mine->to = moment_;
      continue;
    }
    // SUBACK of 3.1 cannot refuse what the server does not have.
    const bool refused = link.version == codec::Version::v3_1 && !offer_.wildcards &&
                         codec::has_wildcard(mine->filter);
    if (!refused) mine->certain = moment_;
    const auto granted = static_cast<std::uint8_t>(code);
    if (link.faithful && granted > entries[i].qos) {
      fault(link,
            fmt::format("QoS {} was granted where {} was asked for", granted, entries[i].qos));
    }
    mine->qos = std::min(granted, entries[i].qos);
    const Moment from = mine->from;
    session.each_under(entries[i].topic_filter, [&](Subscription& each) {
      if (each.from < from) each.to = moment_;
    });
    if (!dues || session.doubtful || refused) continue;
    for (const auto& due : dues.mapped()) {
      if (due.entry != i || !link.has_room_for(messages_[due.message])) continue;
      debts_.push_back({link.client_identifier, "", session.generation, due.message,
                        std::min(granted, messages_[due.message].qos), true, due.after, now_});
    }
  }
}

void Judge::received_unsuback(Link& link, const codec::Unsuback& packet) {
  const auto asked = link.unsubscribes.extract(packet.packet_identifier);
  if (!asked) return;
  SessionBook& session = session_of(link);
  const auto& filters = asked.mapped().packet.topic_filters;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const bool told = link.version == codec::Version::v5_0 && i < packet.reason_codes.size();
    if (told && is_failure(packet.reason_codes[i])) continue;
    Belief held = Belief::no;
    session.each_under(filters[i], [&](Subscription& each) {
      if (each.from > asked.mapped().at) return;  // made since
      held = std::max(held, each.certain != not_yet && each.doubtful != not_yet ? Belief::yes
                                                                                : Belief::perhaps);
      each.to = moment_;
    });
    if (!told || session.doubtful || filters.size() > 1) continue;
    const bool existed = packet.reason_codes[i] == codec::ReasonCode::success;
    if (held == Belief::no && existed) {
      fault(link, "UNSUBACK says 0x00 where there was no subscription to " + filters[i]);
    }
    if (held == Belief::yes && !existed) {
      fault(link, "UNSUBACK knows of no subscription to " + filters[i]);
    }
  }
}

}  // namespace mqttspec::fuzz
