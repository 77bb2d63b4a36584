#include "reference/broker/hand_out.hpp"

#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

// So many cancelled places are kept before the line is cleared of them.
constexpr std::size_t cancelled_maximum = 32;

HandOutLine& line_of(HandOuts& hand_outs, const HandOut& hand_out) {
  return hand_out.of_qos0 ? hand_outs.qos0 : hand_outs.acknowledged;
}

// Each is removed once for each that was cancelled, on average.
void remove_cancelled(HandOutLine& line, Fifo<Outgoing>& places) {
  if (line.cancelled < cancelled_maximum + places.size() / 2) return;
  places.erase_if([](const Outgoing& waiting) {
    return waiting.hand_out != nullptr && waiting.hand_out->cancelled;
  });
  line.cancelled = 0;
}

void cancel(Core& core, Session& session, HandOutLine& line, Fifo<Outgoing>& places,
            std::string_view topic_filter) {
  const auto found = line.open.find(topic_filter);
  if (found == line.open.end()) return;
  HandOut& hand_out = *found->second;
  if (core.journal) core.journal->hand_out_ended(session, hand_out);
  hand_out.cancelled = true;
  std::string().swap(hand_out.topic_filter);
  std::string().swap(hand_out.after);
  line.open.erase(found);
  ++line.cancelled;
  remove_cancelled(line, places);
}

}  // namespace

void begin_hand_out(Core& core, Session& session, const std::string& topic_filter,
                    const SubscriptionOptions& options) {
  // Whoever asks anew before all was handed out gets it all once more, instead of the rest and then
  // all: what waits stays in proportion to the subscriptions.
  cancel_hand_out(core, session, topic_filter);
  const auto until = core.retained.last_number();
  // Mostly nothing is retained.
  if (core.retained.next(topic_filter, "", until, core.now) == nullptr) return;
  if (session.hand_outs == nullptr) session.hand_outs = std::make_unique<HandOuts>();
  HandOuts& hand_outs = *session.hand_outs;
  for (const bool of_qos0 : {true, false}) {
    if (!of_qos0 && options.qos == 0) continue;
    Outgoing place;
    place.delivery.qos = of_qos0 ? std::uint8_t{0} : options.qos;
    place.hand_out =
        std::make_shared<HandOut>(HandOut{topic_filter, options, of_qos0, until, "", false, 0});
    // [V5-4.1-b] What is owed in QoS 1 and 2 is part of the session.
    if (core.journal) core.journal->handed_out(session, *place.hand_out);
    line_of(hand_outs, *place.hand_out).open.emplace(topic_filter, place.hand_out);
    (of_qos0 ? hand_outs.waiting : session.queue).push_back(std::move(place));
  }
}

void cancel_hand_out(Core& core, Session& session, std::string_view topic_filter) {
  if (session.hand_outs == nullptr) return;
  HandOuts& hand_outs = *session.hand_outs;
  cancel(core, session, hand_outs.qos0, hand_outs.waiting, topic_filter);
  cancel(core, session, hand_outs.acknowledged, session.queue, topic_filter);
}

std::optional<Outgoing> next_of(const Core& core, const Session& session, HandOut& hand_out) {
  const auto& options = hand_out.options;
  if (hand_out.cancelled) return std::nullopt;
  // [V5-3.3.1.3-b], 3.1.1 [MQTT-3.3.1-6] The newest of every topic that matches.
  while (auto message =
             core.retained.next(hand_out.topic_filter, hand_out.after, hand_out.until, core.now)) {
    hand_out.after = message->topic_name;
    // 5.0 [MQTT-3.8.3-3] No Local holds for retained messages too.
    if (options.no_local && message->publisher == session.client_identifier) continue;
    if (!may_receive(session, message->topic_name)) continue;
    Delivery delivery;
    // [V5-3.3.1.3-e] The lower of both QoS.
    delivery.qos = std::min(message->qos, options.qos);
    if ((delivery.qos == 0) != hand_out.of_qos0) continue;
    // [V5-3.3.1.3-a], 3.1.1 [MQTT-3.3.1-8] RETAIN tells that it is not fresh.
    delivery.retain = true;
    if (options.identifier) delivery.subscription_identifiers.push_back(*options.identifier);
    return Outgoing{std::move(message), std::move(delivery), nullptr};
  }
  return std::nullopt;
}

void end_hand_out(Core& core, Session& session, const HandOut& hand_out) {
  HandOutLine& line = line_of(*session.hand_outs, hand_out);
  if (hand_out.cancelled) {
    --line.cancelled;
    return;
  }
  if (core.journal) core.journal->hand_out_ended(session, hand_out);
  line.open.erase(hand_out.topic_filter);
}

}  // namespace mqttspec::broker
