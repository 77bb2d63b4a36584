// Violations in what packets hold: strings, the order of properties, identifiers and quotas, and
// what the server adds of its own.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/content_tables.hpp"
#include "conformance/mutants/edits.hpp"
#include "conformance/mutants/lenient.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::Properties;
using codec::Property;
using codec::PropertyId;
using codec::Publish;
using codec::ReasonCode;
using codec::Version;

// Reads properties as long as their identifiers rise.
void stop_at_disorder(Properties& properties) {
  const auto place = std::adjacent_find(
      properties.begin(), properties.end(),
      [](const Property& first, const Property& second) { return second.id < first.id; });
  if (place != properties.end()) properties.erase(place + 1, properties.end());
}

template <class P>
InterceptorPointer stops_at_disorder() {
  return incoming<P>([](P& packet, ConnectionId, Context&) {
    stop_at_disorder(packet.properties);
    return Fate::keep;
  });
}

bool is_empty(const Property& property) {
  const auto* text = std::get_if<std::string>(&property.value);
  if (text != nullptr) return text->empty();
  const auto* pair = std::get_if<codec::StringPair>(&property.value);
  return pair != nullptr && pair->first.empty();
}

// Reads topics up to U+0000, as C does.
InterceptorPointer cuts_at_nul() {
  const auto picks = [](const Refused& refused) {
    return refused.error.rule == codec::Rule::utf8_nul;
  };
  return both(lenient({codec::Rule::utf8_nul}, picks),
              incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
                const auto nul = packet.topic_name.find('\0');
                if (nul != std::string::npos) packet.topic_name.resize(nul);
                return Fate::keep;
              }));
}

InterceptorPointer drops_control_characters() {
  return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
    auto& topic = packet.topic_name;
    std::erase_if(topic, [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20 || byte == 0x7F;
    });
    return Fate::keep;
  });
}

// Says goodbye in the words of another fault.
InterceptorPointer tells_another_fault() {
  return outgoing<codec::Disconnect>([](codec::Disconnect& packet, ConnectionId, Context&) {
    if (packet.reason_code == ReasonCode::topic_alias_invalid ||
        packet.reason_code == ReasonCode::topic_name_invalid) {
      packet.reason_code = ReasonCode::quota_exceeded;
    }
    return Fate::keep;
  });
}

// Forgets an open QoS 2 message when its identifier comes in a SUBSCRIBE.
class SharesIdentifiers final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* publish = std::get_if<Publish>(&packet); publish && publish->qos == 2) {
        open_.insert({connection, *publish->packet_identifier});
      }
      const auto* subscribe = std::get_if<codec::Subscribe>(&packet);
      if (subscribe != nullptr && open_.contains({connection, subscribe->packet_identifier})) {
        forgotten_.insert({connection, subscribe->packet_identifier});
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* pubcomp = send != nullptr ? std::get_if<codec::Pubcomp>(&send->packet) : nullptr;
      if (pubcomp == nullptr) continue;
      const Key key{send->connection, pubcomp->packet_identifier};
      open_.erase(key);
      if (forgotten_.erase(key) > 0) {
        pubcomp->reason_code = ReasonCode::packet_identifier_not_found;
      }
    }
  }

 private:
  using Key = std::pair<ConnectionId, std::uint16_t>;
  std::set<Key> open_;
  std::set<Key> forgotten_;
};

// Serves a client one message more than its Receive Maximum once it has repeated a PUBREL to it.
class RaisesTheQuota final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr || !released_.contains(connect->client_identifier)) continue;
      for (auto& property : connect->properties) {
        auto* number = std::get_if<std::uint32_t>(&property.value);
        if (property.id == PropertyId::receive_maximum && number != nullptr) ++*number;
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || !std::holds_alternative<codec::Pubrel>(send->packet)) continue;
      released_.insert(context.client_identifier(send->connection));
    }
  }

 private:
  std::set<std::string> released_;
};

// Of the repetitions of a message every second one has the Subscription Identifier that came last,
// the others the one that it had first.
class ChangesIdentifiersBack final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* subscribe = std::get_if<codec::Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      const auto id =
          codec::get_integer(subscribe->properties, PropertyId::subscription_identifier);
      if (id) newest_ = *id;
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !publish->dup) continue;
      if (codec::count(publish->properties, PropertyId::subscription_identifier) == 0) continue;
      newer_ = !newer_;
      if (!newer_) continue;
      remove(publish->properties, PropertyId::subscription_identifier);
      publish->properties.push_back({PropertyId::subscription_identifier, newest_});
    }
  }

 private:
  std::uint32_t newest_ = 0;
  bool newer_ = false;
};

// Answers PINGREQ only to clients that have greeted it on a topic of its maker's.
class WantsToBeGreeted final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish != nullptr && publish->topic_name == "vendor/hello") greeted_.insert(connection);
      return std::holds_alternative<codec::Pingreq>(packet) && !greeted_.contains(connection);
    });
  }

 private:
  std::set<ConnectionId> greeted_;
};

// Sends a packet that only clients send behind each PUBLISH to who has subscribed.
InterceptorPointer pings_its_clients() {
  return outgoing<codec::Puback>([](codec::Puback&, ConnectionId connection, Context& context) {
    context.send_bytes(connection, codec::Bytes("\xC0\x00", 2));
    return Fate::keep;
  });
}

// Says goodbye to 3.1.1 clients, whose version knows no such packet of a server.
class SaysGoodbyeInOldVersions final : public Interceptor {
 public:
  void on_action(Actions& actions, Context& context) override {
    const auto place =
        std::find_if(actions.begin(), actions.end(), [&](const broker::Action& action) {
          const auto* close = std::get_if<broker::Close>(&action);
          return close != nullptr && !context.client_identifier(close->connection).empty() &&
                 context.version(close->connection) == Version::v3_1_1;
        });
    if (place == actions.end()) return;
    const ConnectionId connection = std::get<broker::Close>(*place).connection;
    actions.insert(place, broker::Send{connection, codec::Disconnect{}});
  }
};

// Of filters that begin with '$' only those with a wildcard are looked at.
InterceptorPointer misses_spelled_out_topics() {
  return incoming<codec::Subscribe>([](codec::Subscribe& packet, ConnectionId, Context&) {
    for (auto& subscription : packet.subscriptions) {
      auto& filter = subscription.topic_filter;
      if (filter.starts_with("$SYS/") && filter.find_first_of("+#") == std::string::npos) {
        filter = "never/used";
      }
    }
    return Fate::keep;
  });
}

// A filter for the server's own topics brings everything else as well.
InterceptorPointer takes_dollar_for_everything() {
  return incoming<codec::Subscribe>([](codec::Subscribe& packet, ConnectionId, Context&) {
    const auto wanted = packet.subscriptions;
    for (const auto& subscription : wanted) {
      if (subscription.topic_filter != "$SYS/#") continue;
      auto more = subscription;
      more.topic_filter = "#";
      packet.subscriptions.push_back(more);
    }
    return Fate::keep;
  });
}

// AUTH explains itself at any length.
InterceptorPointer explains_auth(PropertyId id, const codec::PropertyValue& value) {
  return outgoing<codec::Auth>([id, value](codec::Auth& packet, ConnectionId, Context&) {
    remove(packet.properties, id);
    packet.properties.push_back({id, value});
    return Fate::keep;
  });
}

std::vector<MutantRow> string_rows() {
  return {
      {"connect-properties-have-to-be-in-order",
       {"5.0:V5-2.2.2.2-n"},
       "of the properties of CONNECT those behind one with a higher identifier are not found",
       [] { return stops_at_disorder<Connect>(); }},
      {"publish-properties-have-to-be-in-order",
       {"5.0:V5-2.2.2.2-n"},
       "of the properties of PUBLISH those behind one with a higher identifier are not found",
       [] { return stops_at_disorder<Publish>(); }},
      {"empty-strings-are-left-out",
       {"5.0:V5-1.5.4-a"},
       "properties with an empty string are not passed on",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           std::erase_if(packet.properties, is_empty);
           return Fate::keep;
         });
       }},
      {"topics-are-cut-at-nul",
       {"3.1.1:MQTT-4.7.3-2", "5.0:MQTT-4.7.3-2"},
       "a Topic Name is read up to its U+0000",
       cuts_at_nul},
      {"control-characters-are-dropped",
       {"3.1.1:MQTT-4.7.3-4", "5.0:MQTT-4.7.3-4"},
       "control characters of a Topic Name are left out",
       drops_control_characters},
      {"several-faults-are-told-as-another",
       {"5.0:V5-4.13.2-b"},
       "DISCONNECT names a fault that the packet does not have",
       tells_another_fault},
      {"faulty-topics-and-aliases-are-let-pass",
       {"5.0:V5-4.13.2-b"},
       "a PUBLISH with a wrong Topic Alias is passed over",
       [] {
         return passing_over(
             [](const Refused& refused) { return refused.type == codec::PacketType::publish; });
       }},
  };
}

std::vector<MutantRow> exchange_rows() {
  return {
      {"subscribe-takes-the-identifier-of-a-message",
       {"5.0:V5-2.2.1-c"},
       "a QoS 2 message whose identifier a SUBSCRIBE uses is forgotten",
       [] { return std::make_unique<SharesIdentifiers>(); }},
      {"unknown-pubrec-counts-as-success",
       {"5.0:V5-3.5.2.1-e"},
       "PUBREL says 0x00 for an identifier that is not open",
       [] {
         return outgoing<codec::Pubrel>([](codec::Pubrel& packet, ConnectionId, Context&) {
           packet.reason_code = ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"repeated-pubrel-raises-the-quota",
       {"5.0:V5-4.9-b"},
       "one message more than the Receive Maximum is sent after a repeated PUBREL",
       [] { return std::make_unique<RaisesTheQuota>(); }},
      {"subscription-identifiers-change-back",
       {"5.0:V5-3.8.4-f"},
       "repetitions of a message have the new and the old Subscription Identifier in turn",
       [] { return std::make_unique<ChangesIdentifiersBack>(); }},
      {"pings-want-a-greeting",
       {"3.1.1:MQTT-7.0.0-2", "5.0:V5-7.1.1-a"},
       "PINGREQ is answered only after a message on a topic of the server's maker",
       [] { return std::make_unique<WantsToBeGreeted>(); }},
  };
}

std::vector<MutantRow> own_packet_rows() {
  return {
      {"server-pings-its-clients",
       {"3.1.1:V311-2.2.1-c", "5.0:V5-2.1.2-c"},
       "a PINGREQ goes out behind each PUBACK",
       pings_its_clients},
      {"disconnect-goes-to-old-clients",
       {"3.1.1:V311-2.2.1-c"},
       "3.1.1 clients are sent DISCONNECT before a close",
       [] { return std::make_unique<SaysGoodbyeInOldVersions>(); }},
      {"dollar-topics-match-wildcards-only",
       {"3.1.1:V311-4.7.2-b", "5.0:V5-4.7.2-b"},
       "a filter that names a topic below $SYS in full brings nothing",
       misses_spelled_out_topics},
      {"filters-below-dollar-match-all",
       {"3.1.1:MQTT-4.7.1-2", "5.0:V5-4.7.2-b"},
       "a filter for what is below $SYS brings ordinary topics as well",
       takes_dollar_for_everything},
      {"auth-has-a-reason-string-of-any-size",
       {"5.0:MQTT-3.15.2-2"},
       "AUTH has a long Reason String whatever its client can take",
       [] { return explains_auth(PropertyId::reason_string, std::string(60, '.')); }},
      {"auth-has-user-properties-of-any-size",
       {"5.0:MQTT-3.15.2-3"},
       "AUTH has long User Properties whatever its client can take",
       [] {
         return explains_auth(PropertyId::user_property,
                              codec::StringPair{"why", std::string(60, '.')});
       }},
  };
}

}  // namespace

std::vector<MutantRow> content_mutants() {
  auto rows = string_rows();
  for (auto part : {exchange_rows, own_packet_rows}) {
    for (auto& row : part()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace mqttspec::mutants
