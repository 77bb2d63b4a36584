// Violations of Shared Subscriptions: matching, membership, QoS, what becomes of messages.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;
using codec::Subscribe;
using codec::Unsubscribe;

// The part behind "$share/{ShareName}/", or nothing.
std::string inner(const std::string& filter) {
  if (!filter.starts_with("$share/")) return {};
  const auto end = filter.find('/', 7);
  return end == std::string::npos ? std::string() : filter.substr(end + 1);
}

template <class Edit>
InterceptorPointer each_shared_filter(Edit edit) {
  return incoming<Subscribe>([edit](Subscribe& packet, ConnectionId c, Context& context) {
    for (auto& s : packet.subscriptions) {
      if (s.topic_filter.starts_with("$share/")) edit(s, packet, c, context);
    }
    return Fate::keep;
  });
}

// Offers a message that was refused to every other client that has subscribed in a group.
class OffersRefused final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& s : subscribe->subscriptions) {
          if (!inner(s.topic_filter).empty()) members_.insert(connection);
        }
      }
      if (const auto* puback = std::get_if<codec::Puback>(&packet)) {
        offer(connection, puback->packet_identifier, puback->reason_code, context);
      }
      if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
        offer(connection, pubrec->packet_identifier, pubrec->reason_code, context);
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish != nullptr && publish->packet_identifier) {
        sent_[{send->connection, *publish->packet_identifier}] = *publish;
      }
    }
  }

 private:
  void offer(ConnectionId from, std::uint16_t id, codec::ReasonCode code, Context& context) {
    const auto message = sent_.find({from, id});
    if (static_cast<unsigned>(code) < 0x80 || message == sent_.end()) return;
    Publish copy = message->second;
    copy.qos = 0;
    copy.packet_identifier.reset();
    for (const ConnectionId member : members_) {
      if (member != from) context.send(member, copy);
    }
  }
  std::set<ConnectionId> members_;
  std::map<std::pair<ConnectionId, std::uint16_t>, Publish> sent_;
};

// Answers the first UNSUBSCRIBE from a group that was joined twice without leaving it.
class NeedsOneUnsubscribeEach final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& s : subscribe->subscriptions) ++times_[{connection, s.topic_filter}];
      }
      const auto* unsubscribe = std::get_if<Unsubscribe>(&packet);
      if (unsubscribe == nullptr || unsubscribe->topic_filters.size() != 1) return false;
      const auto& filter = unsubscribe->topic_filters.front();
      if (inner(filter).empty() || --times_[{connection, filter}] <= 0) return false;
      codec::Unsuback answer;
      answer.packet_identifier = unsubscribe->packet_identifier;
      answer.reason_codes = {codec::ReasonCode::success};
      context.send(connection, answer);
      return true;
    });
  }

 private:
  std::map<std::pair<ConnectionId, std::string>, int> times_;
};

// Loses every second message of a group once one of its members has left.
class ServesTheDeparted final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& s : subscribe->subscriptions) {
          if (!inner(s.topic_filter).empty()) groups_[connection].insert(inner(s.topic_filter));
        }
      }
      if (std::holds_alternative<codec::Disconnect>(packet)) {
        departed_.insert(groups_[connection].begin(), groups_[connection].end());
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !departed_.contains(publish->topic_name) || ++count_ % 2 == 0) {
        return false;
      }
      settle(*publish, send->connection, context);
      return true;
    });
  }

 private:
  std::map<ConnectionId, std::set<std::string>> groups_;
  std::set<std::string> departed_;
  unsigned count_ = 0;
};

// Keeps what a group was sent and gives all of it to whoever joins next.
class KeepsAbandonedQueue final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      if (const auto* publish = std::get_if<Publish>(&packet)) {
        if (publish->payload == last_[publish->topic_name].payload) ++repeats_;
        last_[publish->topic_name] = *publish;
      }
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      for (const auto& s : subscribe->subscriptions) {
        const auto old = last_.find(inner(s.topic_filter));
        if (old == last_.end() || repeats_ == 0) continue;
        Publish copy = old->second;
        copy.qos = 0;
        copy.packet_identifier.reset();
        context.send(connection, copy);
      }
    }
  }

 private:
  std::map<std::string, Publish> last_;
  unsigned repeats_ = 0;
};

std::vector<MutantRow> membership_rows() {
  return {
      {"shared-inner-filter-unsubscribes-too",
       {"5.0:V5-3.10.4-b"},
       "UNSUBSCRIBE of the inner filter counts for the Shared Subscription",
       [] {
         return outgoing<codec::Unsuback>([](codec::Unsuback& packet, ConnectionId, Context&) {
           for (auto& code : packet.reason_codes) code = codec::ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"shared-unsubscribe-ends-it-for-all",
       {"5.0:V5-3.10.4-b"},
       "when one member unsubscribes, no member gets messages any more",
       [] {
         auto ended = std::make_shared<std::set<std::string>>();
         return both(incoming<Unsubscribe>([ended](Unsubscribe& packet, ConnectionId, Context&) {
                       for (const auto& filter : packet.topic_filters) ended->insert(inner(filter));
                       return Fate::keep;
                     }),
                     outgoing<Publish>([ended](Publish& packet, ConnectionId c, Context& context) {
                       if (!ended->contains(packet.topic_name)) return Fate::keep;
                       settle(packet, c, context);
                       return Fate::drop;
                     }));
       }},
      {"shared-membership-is-counted",
       {"5.0:V5-4.8.2-g"},
       "a member that subscribed twice has to unsubscribe twice",
       [] { return std::make_unique<NeedsOneUnsubscribeEach>(); }},
      {"shared-messages-go-to-ended-sessions",
       {"5.0:V5-4.8.2-f"},
       "a member whose session has ended is still given messages",
       [] { return std::make_unique<ServesTheDeparted>(); }},
      {"shared-member-keeps-its-first-qos",
       {"5.0:V5-4.8.2-h"},
       "subscribing again leaves the QoS of a member as it was",
       [] {
         auto first = std::make_shared<std::map<std::string, std::uint8_t>>();
         return both(each_shared_filter(
                         [first](codec::Subscription& s, Subscribe&, ConnectionId c, Context&) {
                           first->try_emplace(std::to_string(c) + inner(s.topic_filter), s.qos);
                         }),
                     outgoing<Publish>([first](Publish& packet, ConnectionId c, Context& context) {
                       const auto known = first->find(std::to_string(c) + packet.topic_name);
                       if (known == first->end() || known->second > 0 || packet.qos == 0) {
                         return Fate::keep;
                       }
                       settle(packet, c, context);
                       packet.qos = 0;
                       packet.packet_identifier.reset();
                       return Fate::keep;
                     }));
       }},
  };
}

std::vector<MutantRow> message_rows() {
  return {
      {"shared-filter-is-matched-literally",
       {"5.0:V5-4.8.2-b"},
       "a Shared Subscription matches topics that begin with its ShareName",
       [] {
         return each_shared_filter([](codec::Subscription& s, Subscribe&, ConnectionId, Context&) {
           s.topic_filter.erase(0, 7);
         });
       }},
      {"shared-groups-are-one",
       {"5.0:V5-4.8.2-c"},
       "all Shared Subscriptions on a filter are one group",
       [] {
         return each_shared_filter([](codec::Subscription& s, Subscribe&, ConnectionId, Context&) {
           s.topic_filter = "$share/all/" + inner(s.topic_filter);
         });
       }},
      {"shared-members-get-no-plain-copy",
       {"5.0:V5-4.8.2-d"},
       "a client that has joined a group loses its plain subscription to the same filter",
       [] {
         return each_shared_filter(
             [](codec::Subscription& s, Subscribe& packet, ConnectionId, Context&) {
               for (auto& other : packet.subscriptions) {
                 if (other.topic_filter == inner(s.topic_filter))
                   other.topic_filter = s.topic_filter;
               }
             });
       }},
      {"shared-members-have-one-qos",
       {"5.0:MQTT-4.8.2-3"},
       "a member that was granted QoS 0 is served at QoS 1",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.qos > 0) return Fate::keep;
           packet.qos = 1;
           packet.packet_identifier = 50'000;
           return Fate::keep;
         });
       }},
      {"shared-members-have-one-identifier",
       {"5.0:V5-3.3.4-e"},
       "every member gets the Subscription Identifier of the first",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           for (auto& p : packet.properties) {
             if (p.id == PropertyId::subscription_identifier) p.value = std::uint32_t{1};
           }
           return Fate::keep;
         });
       }},
      {"refused-shared-message-is-offered-again",
       {"5.0:MQTT-4.8.2-6"},
       "a message that its member refuses goes to the other members",
       [] { return std::make_unique<OffersRefused>(); }},
      {"sole-absent-member-loses-messages",
       {"5.0:V5-4.8.2-l"},
       "messages for a group whose only member is absent are dropped",
       [] {
         auto absent = std::make_shared<std::set<std::string>>();
         auto groups = std::make_shared<std::map<ConnectionId, std::string>>();
         return both(
             both(each_shared_filter([groups](codec::Subscription& s, Subscribe&, ConnectionId c,
                                              Context&) { (*groups)[c] = inner(s.topic_filter); }),
                  incoming<codec::Disconnect>(
                      [groups, absent](codec::Disconnect&, ConnectionId c, Context&) {
                        if (groups->contains(c)) absent->insert((*groups)[c]);
                        return Fate::keep;
                      })),
             incoming<Publish>([absent](Publish& packet, ConnectionId c, Context& context) {
               if (!absent->contains(packet.topic_name) || packet.qos != 1) return Fate::keep;
               context.send(c, codec::Puback{*packet.packet_identifier});
               return Fate::drop;
             }));
       }},
      {"abandoned-shared-queue-is-kept",
       {"5.0:V5-4.8.2-i"},
       "who joins an abandoned group gets what had waited there",
       [] { return std::make_unique<KeepsAbandonedQueue>(); }},
      {"unacknowledged-shared-message-is-lost",
       {"5.0:V5-4.8.2-j"},
       "a QoS 1 message counts as delivered once it has been sent to a member",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId c, Context& context) {
           if (packet.qos == 1) settle(packet, c, context);
           return Fate::keep;
         });
       }},
  };
}

}  // namespace

std::vector<MutantRow> shared_mutants() {
  auto rows = membership_rows();
  for (auto& row : message_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
