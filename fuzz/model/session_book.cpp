#include "fuzz/model/session_book.hpp"

namespace mqttspec::fuzz {

Belief SessionBook::exists(Instant now, codec::Version asking, Instant coarseness) const {
  if (!begun) return doubtful ? Belief::perhaps : Belief::no;
  if (doubtful) return Belief::perhaps;
  if (ended_with_link) return link ? Belief::perhaps : Belief::no;
  // Whether a session outlives a change of the protocol's version is nowhere said.
  const Belief here = asking == version ? Belief::yes : Belief::perhaps;
  if (link || !ends) return here;
  if (now > *ends + coarseness) return Belief::no;
  return now < *ends - coarseness ? here : Belief::perhaps;
}

bool SessionBook::is_there(Instant now, Instant coarseness) const {
  if (!begun || doubtful) return false;
  return link || (!ended_with_link && (!ends || now < *ends - coarseness));
}

void SessionBook::begin() {
  ++generation;
  begun = true;
  doubtful = false;
  subscriptions.clear();
  from_broker.clear();
  from_client.clear();
  released.clear();
  tallies.clear();
  arrivals.clear();
  to_repeat.clear();
}

Belief SessionBook::holds(const std::string& topic_filter) const {
  Belief belief = Belief::no;
  for (const auto& each : subscriptions) {
    if (each.topic_filter != topic_filter || each.to != not_yet) continue;
    const bool certain = each.certain != not_yet && each.doubtful == not_yet;
    if (certain) return Belief::yes;
    belief = Belief::perhaps;
  }
  return belief;
}

bool SessionBook::has_arrived(MessageNumber message, Moment after, std::uint8_t qos,
                              bool as_retained) const {
  return std::any_of(arrivals.rbegin(), arrivals.rend(), [&](const Arrival& arrival) {
    return arrival.message == message && arrival.at >= after && arrival.qos >= qos &&
           (arrival.retain || !as_retained);
  });
}

}  // namespace mqttspec::fuzz
