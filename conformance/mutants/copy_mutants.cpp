// Violations in who gets a copy of a message, and in what each copy says.
#include <map>
#include <memory>

#include "conformance/mutants/content_tables.hpp"
#include "conformance/mutants/edits.hpp"
#include "conformance/mutants/own_packets.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;
using codec::Subscribe;

// When the member of a Shared Subscription leaves in the middle of a QoS 2 delivery, the others get
// its message.
class GivesToOtherMembers final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        const auto& filter = subscribe->subscriptions.front().topic_filter;
        if (filter.starts_with("$share/")) members_[connection] = filter;
      } else if (const auto* pubcomp = std::get_if<codec::Pubcomp>(&packet)) {
        open_.erase({connection, pubcomp->packet_identifier});
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->qos != 2) continue;
      open_[{send->connection, *publish->packet_identifier}] = *publish;
    }
  }
  void on_closed(ConnectionId connection, Context& context) override {
    const auto leaver = members_.find(connection);
    if (leaver == members_.end()) return;
    const std::string group = leaver->second;
    members_.erase(leaver);
    for (const auto& [key, message] : open_) {
      if (key.first != connection || !group.ends_with("/" + message.topic_name)) continue;
      Publish copy = message;
      copy.qos = 0;
      copy.packet_identifier.reset();
      for (const auto& [member, filter] : members_) {
        if (filter == group) context.send(member, copy);
      }
    }
    std::erase_if(open_, [&](const auto& entry) { return entry.first.first == connection; });
  }

 private:
  std::map<ConnectionId, std::string> members_;
  std::map<std::pair<ConnectionId, std::uint16_t>, Publish> open_;
};

// Who has three filters or more gets too much, or nothing.
class MiscountsCopies final : public Interceptor {
 public:
  explicit MiscountsCopies(bool none) : none_(none) {}
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe != nullptr) filters_[connection] += subscribe->subscriptions.size();
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->dup || filters_[send->connection] < 3) return false;
      if (none_) {
        settle(*publish, send->connection, context);
        return true;
      }
      for (int i = 0; i < 3; ++i) context.send(send->connection, plain_copy(*publish));
      return false;
    });
  }

 private:
  bool none_;
  std::map<ConnectionId, std::size_t> filters_;
};

// '#' behind a level matches whatever begins like that level.
class MatchesByPrefix final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& s : subscribe->subscriptions) {
          if (!s.topic_filter.ends_with("/#")) continue;
          prefixes_[connection] = s.topic_filter.substr(0, s.topic_filter.size() - 2);
        }
      } else if (const auto* publish = std::get_if<Publish>(&packet)) {
        for (const auto& [receiver, prefix] : prefixes_) {
          const std::string& topic = publish->topic_name;
          const bool longer = topic.size() > prefix.size() && topic.starts_with(prefix);
          if (longer && topic[prefix.size()] != '/') context.send(receiver, plain_copy(*publish));
        }
      }
    }
  }
  void on_closed(ConnectionId connection, Context&) override { prefixes_.erase(connection); }

 private:
  std::map<ConnectionId, std::string> prefixes_;
};

}  // namespace

std::vector<MutantRow> copy_mutants() {
  return {
      {"shared-qos2-message-goes-on-when-its-member-leaves",
       {"5.0:MQTT-4.8.2-4", "5.0:MQTT-4.8.2-5", "5.0:V5-4.8.2-a"},
       "a QoS 2 message of a Shared Subscription is given to others when its member leaves",
       [] { return std::make_unique<GivesToOtherMembers>(); }},
      {"copies-have-each-others-identifiers",
       {"5.0:MQTT-3.3.4-5"},
       "there is a copy for each of several subscriptions, and each has all their identifiers",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (codec::count(packet.properties, PropertyId::subscription_identifier) < 2) {
             return Fate::keep;
           }
           Publish copy = packet;
           copy.qos = 0;
           copy.packet_identifier.reset();
           context.send(connection, copy);
           return Fate::keep;
         });
       }},
      {"overlapping-filters-bring-too-many-copies",
       {"3.1.1:MQTT-3.3.5-1", "5.0:V5-3.3.4-a"},
       "a client with three filters gets each message four times",
       [] { return std::make_unique<MiscountsCopies>(false); }},
      {"overlapping-filters-bring-nothing",
       {"3.1.1:MQTT-3.3.5-1"},
       "a client with three filters gets no messages",
       [] { return std::make_unique<MiscountsCopies>(true); }},
      {"hash-matches-by-prefix",
       {"3.1.1:V311-4.7.1.2-a", "5.0:V5-4.7.1.2-a"},
       "# behind a level matches all that begins like the level",
       [] { return std::make_unique<MatchesByPrefix>(); }},
  };
}

}  // namespace mqttspec::mutants
