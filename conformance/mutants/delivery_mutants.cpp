// Violations in who gets a message, and in what DUP, aliases and acknowledgements mean for it.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::Publish;

// Keeps Topic Aliases for a Client Identifier beyond the end of its connection.
class KeepsAliases final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (auto& packet : packets) {
      auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr) continue;
      const auto alias = codec::get_integer(publish->properties, PropertyId::topic_alias);
      if (!alias) continue;
      auto& topic = topics_[{context.client_identifier(connection), *alias}];
      if (publish->topic_name.empty()) {
        publish->topic_name = topic;
      } else {
        topic = publish->topic_name;
      }
    }
  }

 private:
  std::map<std::pair<std::string, std::uint32_t>, std::string> topics_;
};

// Takes the topic of what it sent last for the meaning of a client's alias.
class SharesAliases final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->topic_name.empty() && sent_.contains(connection)) {
        publish->topic_name = sent_[connection];
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish != nullptr) sent_[send->connection] = publish->topic_name;
    }
  }

 private:
  std::map<ConnectionId, std::string> sent_;
};

// Sends every message to every client, subscribed or not.
class SendsToAll final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr || publish->topic_name.empty()) continue;
      Publish copy;
      copy.topic_name = publish->topic_name;
      copy.payload = publish->payload;
      for (const ConnectionId other : context.connections()) {
        const bool meant = context.version(other) == codec::Version::v5_0;
        if (other != connection && meant) context.send(other, copy);
      }
    }
  }
};

// Of the receivers of a message only the first gets it.
class SendsToOne final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (std::holds_alternative<Publish>(packet)) receiver_ = 0;
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr) return false;
      if (receiver_ == 0) receiver_ = send->connection;
      if (receiver_ == send->connection) return false;
      settle(*publish, send->connection, context);
      return true;
    });
  }

 private:
  ConnectionId receiver_ = 0;
};

// While any client owes a PUBACK no PUBLISH goes to another one.
class WaitsForTheSlowest final : public Interceptor {
 public:
  explicit WaitsForTheSlowest(bool publishers) : publishers_(publishers) {}
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (std::holds_alternative<codec::Puback>(packet)) owed_.erase(connection);
    }
  }
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr) return false;
      if (std::holds_alternative<codec::Puback>(send->packet)) {
        return publishers_ && !owed_.empty();
      }
      const auto* publish = std::get_if<Publish>(&send->packet);
      if (publish == nullptr || publish->qos == 0) return false;
      if (!publishers_ && owes_more_than_one(send->connection)) return true;
      ++owed_[send->connection];
      return false;
    });
  }

 private:
  [[nodiscard]] bool owes_more_than_one(ConnectionId besides) const {
    for (const auto& [connection, count] : owed_) {
      if (connection != besides && count > 1) return true;
    }
    return false;
  }
  bool publishers_;
  std::map<ConnectionId, int> owed_;
};

// Takes any PUBACK for the oldest open message.
class SettlesTheOldest final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* puback = std::get_if<codec::Puback>(&packet);
      if (puback == nullptr || open_[connection].empty()) continue;
      if (!open_[connection].contains(puback->packet_identifier)) {
        puback->packet_identifier = *open_[connection].begin();
      }
      open_[connection].erase(puback->packet_identifier);
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish != nullptr && publish->qos == 1) {
        open_[send->connection].insert(*publish->packet_identifier);
      }
    }
  }

 private:
  std::map<ConnectionId, std::set<std::uint16_t>> open_;
};

// Accepts one open publication at a time; what comes before it is settled is lost.
class TakesOneAtATime final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
        if (open_[connection] == pubrel->packet_identifier) open_.erase(connection);
        return false;
      }
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr || publish->qos == 0) return false;
      if (open_.contains(connection) && open_[connection] != *publish->packet_identifier) {
        return true;
      }
      open_[connection] = *publish->packet_identifier;
      return false;
    });
  }

 private:
  std::map<ConnectionId, std::uint16_t> open_;
};

std::vector<MutantRow> duplicate_rows() {
  return {
      {"qos0-delivery-has-dup",
       {"3.1.1:MQTT-3.3.1-2", "3.1.1:MQTT-4.3.1-1", "5.0:MQTT-3.3.1-2", "5.0:MQTT-4.3.1-1"},
       "QoS 0 messages are delivered with DUP 1",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.qos == 0) packet.dup = true;
           return Fate::keep;
         });
       }},
      {"dup-is-taken-for-a-repetition",
       {"5.0:V5-3.3.1.1-a"},
       "a PUBLISH with DUP 1 is acknowledged and dropped, whether or not its first copy came",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (!packet.dup) return Fate::keep;
           if (packet.qos == 1) context.send(connection, codec::Puback{*packet.packet_identifier});
           if (packet.qos == 2) context.send(connection, codec::Pubrec{*packet.packet_identifier});
           return Fate::drop;
         });
       }},
      {"dup-is-not-even-acknowledged",
       {"5.0:V5-3.3.1.1-a"},
       "a PUBLISH with DUP 1 is passed over",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           return packet.dup ? Fate::drop : Fate::keep;
         });
       }},
      {"empty-messages-are-not-delivered",
       {"3.1.1:V311-3.3.3-a", "5.0:V5-3.3.3-a"},
       "a message without payload reaches nobody",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (!packet.payload.empty()) return Fate::keep;
           settle(packet, connection, context);
           return Fate::drop;
         });
       }},
  };
}

std::vector<MutantRow> receiver_rows() {
  return {
      {"aliases-outlive-their-connection",
       {"5.0:MQTT-3.3.2-7", "5.0:V5-3.3.4-h"},
       "a Topic Alias of an earlier connection still counts",
       [] { return std::make_unique<KeepsAliases>(); }},
      {"unmapped-alias-is-reported-as-quota",
       {"5.0:V5-3.3.4-h"},
       "a Topic Alias without mapping is refused with 0x97",
       [] {
         return outgoing<codec::Disconnect>([](codec::Disconnect& packet, ConnectionId, Context&) {
           if (packet.reason_code == codec::ReasonCode::protocol_error) {
             packet.reason_code = codec::ReasonCode::quota_exceeded;
           }
           return Fate::keep;
         });
       }},
      {"aliases-are-shared-by-both-directions",
       {"5.0:V5-3.3.2.3.4-d"},
       "what the server sends changes the meaning of its client's aliases",
       [] { return std::make_unique<SharesAliases>(); }},
      {"messages-reach-everybody",
       {"5.0:V5-4.5-a"},
       "every message goes to every client",
       [] { return std::make_unique<SendsToAll>(); }},
      {"messages-reach-one-subscriber",
       {"5.0:V5-4.8.1-a"},
       "of several subscribers only one gets a message",
       [] { return std::make_unique<SendsToOne>(); }},
      {"messages-come-once-more-at-qos0",
       {"5.0:V5-4.8.1-a"},
       "each delivery above QoS 0 is followed by a copy at QoS 0",
       [] {
         return outgoing<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
           if (packet.qos == 0 || packet.dup) return Fate::keep;
           Publish copy = packet;
           copy.qos = 0;
           copy.packet_identifier.reset();
           context.send(connection, copy);
           return Fate::keep;
         });
       }},
      {"slow-subscriber-delays-the-others",
       {"3.1.1:V311-4.3-a", "5.0:V5-4.3-a"},
       "while one subscriber owes acknowledgements, others get no messages",
       [] { return std::make_unique<WaitsForTheSlowest>(false); }},
      {"slow-subscriber-delays-the-publisher",
       {"3.1.1:V311-4.3-a", "5.0:V5-4.3-a"},
       "PUBACK is withheld while a subscriber owes one",
       [] { return std::make_unique<WaitsForTheSlowest>(true); }},
      {"one-open-publication-at-a-time",
       {"3.1.1:V311-4.3.3-b", "5.0:MQTT-4.3.3-8", "3.1.1:MQTT-4.3.3-2"},
       "QoS 2 messages that come before the last is settled are passed over",
       [] { return std::make_unique<TakesOneAtATime>(); }},
      {"puback-only-for-the-first-of-several",
       {"3.1.1:V311-4.3.2-a", "5.0:MQTT-4.3.2-4"},
       "of the QoS 1 messages of a client only the first is acknowledged",
       [] {
         auto first = std::make_shared<std::set<ConnectionId>>();
         return outgoing<codec::Puback>([first](codec::Puback&, ConnectionId c, Context&) {
           return first->insert(c).second ? Fate::keep : Fate::drop;
         });
       }},
      {"any-puback-settles-the-oldest",
       {"3.1.1:V311-4.3.3-d", "5.0:V5-3.4.2.1-e"},
       "a PUBACK for nothing that is open settles the oldest open message",
       [] { return std::make_unique<SettlesTheOldest>(); }},
  };
}

}  // namespace

std::vector<MutantRow> delivery_mutants() {
  auto rows = duplicate_rows();
  for (auto& row : receiver_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
