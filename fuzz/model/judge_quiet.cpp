// What is due once nothing moves: messages, answers and closes.
#include <fmt/format.h>

#include <utility>

#include "fuzz/model/judge.hpp"
#include "reference/broker/naive_topics.hpp"

namespace mqttspec::fuzz {

void Judge::time(Instant now) {
  now_ = now;
  ++moment_;
  for (const PendingWill& will : wills_) {
    Message& message = messages_[will.message];
    if (message.from == not_yet && now_ >= will.due - tolerance_.coarseness) {
      message.from = moment_;
      message.published = now_;
    }
  }
}

void Judge::broker_closes(LinkId id) {
  Link& link = links_[id];
  ++moment_;
  // [MQTT-3.1.2-22] One and a half times the Keep Alive, and a client has ten seconds to begin.
  const auto silence = now_ - link.heard;
  const bool silent =
      (link.keep_alive > 0 && link.accepted &&
       silence + tolerance_.coarseness >= std::chrono::milliseconds(1'500) * link.keep_alive) ||
      !link.accepted;
  if (link.faithful && !silent && !link.disconnect_sent && !link.may_close && !link.must_close) {
    fault(link, "the broker ended a connection without cause");
  }
  link.closing = true;
  end(link);
}

void Judge::gone(LinkId id) {
  Link& link = links_[id];
  ++moment_;
  end(link);
  link.open = false;
  link.answers.clear();
  link.must_close.reset();
  attentive(id, false, false);
}

void Judge::quiet() {
  ++moment_;
  for (const MessageNumber number : std::exchange(unsettled_, {})) settle_message(number, true);
  for (const MessageNumber number : std::exchange(abandoned_, {})) settle_message(number, false);
  settle_wills();
  settle_debts();
  for (auto& [id, link] : links_) {
    if (link.open) judge_link(link);
  }
  std::erase_if(links_, [&](const auto& entry) { return !entry.second.open; });
}

// Has the client been there for as long as a broker may take?
bool Judge::has_waited(const std::optional<Instant>& there, Instant since) const {
  return there && now_ - std::max(since, *there) >= tolerance_.patience;
}

void Judge::settle_debts() {
  std::erase_if(debts_, [&](const Debt& debt) { return is_settled(debt); });
}

bool Judge::is_settled(const Debt& debt) {
  const Message& message = messages_[debt.message];
  if (debt.client_identifier.empty()) {
    const bool arrived = std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
      return entry.second.has_arrived(debt.message, debt.after, 0, false);
    });
    if (arrived) return true;
    if (now_ - debt.since < tolerance_.patience) return false;
    faults_.push_back(fmt::format("no member of {} has got {}", debt.group, message.payload));
    return true;
  }
  const SessionBook& session = sessions_[debt.client_identifier];
  if (session.generation != debt.generation || session.doubtful) return true;
  if (session.has_arrived(debt.message, debt.after, debt.qos, debt.retained)) {
    if (session.link && !debt.retained) {
      judge_identifiers(links_.at(*session.link), session, debt.message);
    }
    return true;
  }
  if (message.expiry && now_ + tolerance_.coarseness >= message.published + *message.expiry) {
    return true;
  }
  const Link* link = session.link ? &links_.at(*session.link) : nullptr;
  if (link == nullptr || !link->attentive_since) return debt.qos == 0;
  if (!link->has_room_for(message)) return true;
  if (!has_waited(link->attentive_since, debt.since)) return false;
  fault(*link,
        fmt::format("has not got {}{} at QoS {}", debt.retained ? "the retained " : "",
                    message.payload.empty() ? "an empty message" : message.payload, debt.qos));
  return true;
}

// [MQTT-3.3.4-3] [MQTT-3.3.4-4] A single copy carries the identifiers of all subscriptions that
// match, several copies one each; so together they carry all.
void Judge::judge_identifiers(const Link& link, const SessionBook& session, MessageNumber number) {
  if (link.version != codec::Version::v5_0) return;
  const Message& message = messages_[number];
  std::set<std::uint32_t> due;
  for (const auto& each : session.subscriptions) {
    if (!may_meet(each, message) || !broker::naive::matches(each.filter, message.topic)) continue;
    if (each.shared || each.doubtful != not_yet || !must_meet(each, message)) return;
    const bool excluded = each.no_local && message.publisher == session.client_identifier;
    if (each.identifier && !excluded) due.insert(*each.identifier);
  }
  for (const auto& arrival : session.arrivals) {
    if (arrival.message != number) continue;
    for (const auto identifier : arrival.identifiers) due.erase(identifier);
  }
  if (!due.empty()) {
    fault(link, fmt::format("{} came without the Subscription Identifier {}", message.payload,
                            *due.begin()));
  }
}

void Judge::judge_link(Link& link) {
  const auto late = [&](Instant since) { return now_ - since >= tolerance_.patience; };
  if (link.must_close && late(*link.must_close)) {
    fault(link, "the connection stays open although " + std::exchange(link.must_close_reason, ""));
    link.must_close.reset();
  }
  if (link.keep_alive > 0 && link.accepted &&
      now_ - link.heard > std::chrono::milliseconds(1'500) * link.keep_alive +
                              tolerance_.coarseness + tolerance_.patience) {
    fault(link, "silent for more than one and a half times its Keep Alive, and still connected");
    link.heard = now_;
  }
  if (!link.faithful) return;
  std::erase_if(link.answers, [&](const OwedAnswer& each) {
    const bool due = link.accepted ? has_waited(link.listens_since, each.since) : late(each.since);
    if (due) {
      fault(link, fmt::format("{} {} has not come", codec::to_string(each.type), each.identifier));
    }
    return due;
  });
  if (!link.attentive_since) return;
  SessionBook& session = session_of(link);
  if (session.link != link.id || session.doubtful) return;
  for (const auto& [identifier, open] : std::map(session.to_repeat)) {
    const Message& message = messages_[open.message];
    const bool excused = message.expiry || !link.has_room_for(message) || !open.group.empty();
    if (excused) {
      session.to_repeat.erase(identifier);
    } else if (has_waited(link.attentive_since, *link.attentive_since)) {
      fault(link, fmt::format("{} {} was not repeated when the session was resumed",
                              open.received ? "PUBREL" : "PUBLISH", identifier));
      session.to_repeat.erase(identifier);
    }
  }
}

}  // namespace mqttspec::fuzz
