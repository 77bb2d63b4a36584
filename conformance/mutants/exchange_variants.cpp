// Freedoms in the course of exchanges: when a message is repeated, held back, acknowledged or given
// to somebody else.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "conformance/mutants/edits.hpp"
#include "conformance/mutants/variant_tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::PropertyId;
using codec::Publish;
using codec::Subscribe;
using codec::Version;

// Repeats a QoS 1 message of a 3.x client that is not acknowledged within some seconds, once.
class RepeatsOnALiveConnection final : public Delaying {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* puback = std::get_if<codec::Puback>(&packet);
      if (puback != nullptr) open_.erase({connection, puback->packet_identifier});
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->qos != 1) continue;
      if (context.version(send->connection) == Version::v5_0) continue;
      const Key key{send->connection, *publish->packet_identifier};
      open_.insert(key);
      at(context.now() + std::chrono::seconds(7), [this, key, again = *publish](Context& later) {
        if (open_.erase(key) == 0) return;
        Publish repeated = again;
        repeated.dup = true;
        later.send(key.first, repeated);
      });
    }
  }
  void on_closed(ConnectionId connection, Context&) override {
    std::erase_if(open_, [&](const Key& key) { return key.first == connection; });
  }

 private:
  using Key = std::pair<ConnectionId, std::uint16_t>;
  std::set<Key> open_;
};

// What has not been sent when its subscription ends is thrown away: messages that wait behind the
// Receive Maximum of their client.
class DropsWhatWaits final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
        for (const auto& filter : unsubscribe->topic_filters) ended_.insert({connection, filter});
      }
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& s : subscribe->subscriptions) ended_.erase({connection, s.topic_filter});
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->dup || publish->qos != 1) return false;
      if (!ended_.contains({send->connection, publish->topic_name})) return false;
      settle(*publish, send->connection, context);
      return true;
    });
  }

 private:
  std::set<std::pair<ConnectionId, std::string>> ended_;
};

// A 3.1.1 client that publishes to itself gets its PUBACK first.
class AcknowledgesBeforeDelivering final : public Delaying {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (std::holds_alternative<Publish>(packet)) publisher_ = connection;
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || publish->qos != 1 || publish->dup || publish->retain ||
          send->connection != publisher_ || context.version(send->connection) != Version::v3_1_1) {
        return false;
      }
      at(context.now() + std::chrono::milliseconds(1),
         [c = send->connection, message = *publish](Context& later) { later.send(c, message); });
      return true;
    });
  }

 private:
  ConnectionId publisher_ = 0;
};

// While as many messages are open towards a client as its Receive Maximum permits, QoS 0 waits too.
class HoldsQos0WhileFull final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      if (const auto* connect = std::get_if<Connect>(&packet)) {
        const auto maximum = codec::get_integer(connect->properties, PropertyId::receive_maximum);
        if (maximum) clients_[connection].maximum = *maximum;
      } else if (const auto* puback = std::get_if<codec::Puback>(&packet)) {
        settled(connection, puback->packet_identifier, context);
      } else if (const auto* pubcomp = std::get_if<codec::Pubcomp>(&packet)) {
        settled(connection, pubcomp->packet_identifier, context);
      } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
        if (static_cast<unsigned>(pubrec->reason_code) >= 0x80) {
          settled(connection, pubrec->packet_identifier, context);
        }
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      const auto known = send != nullptr ? clients_.find(send->connection) : clients_.end();
      if (publish == nullptr || known == clients_.end()) return false;
      Client& client = known->second;
      if (publish->qos > 0) {
        client.open.insert(*publish->packet_identifier);
        return false;
      }
      if (client.open.size() < client.maximum) return false;
      client.held.push_back(*publish);
      return true;
    });
  }
  void on_closed(ConnectionId connection, Context&) override { clients_.erase(connection); }

 private:
  struct Client {
    std::size_t maximum = 65'535;
    std::set<std::uint16_t> open;
    std::vector<Publish> held;
  };
  void settled(ConnectionId connection, std::uint16_t identifier, Context& context) {
    const auto known = clients_.find(connection);
    if (known == clients_.end()) return;
    known->second.open.erase(identifier);
    for (auto& message : known->second.held) context.send(connection, std::move(message));
    known->second.held.clear();
  }

  std::map<ConnectionId, Client> clients_;
};

// A message of a Shared Subscription that is too large for the member "small" goes to another one:
// the broker is told that it may send it, and what it sends takes the other way.
class GivesLargeOnesToOthers final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      if (auto* connect = std::get_if<Connect>(&packet)) {
        const auto limit = codec::get_integer(connect->properties, PropertyId::maximum_packet_size);
        if (!limit || *limit != 100 || !connect->client_identifier.ends_with("small")) continue;
        remove(connect->properties, PropertyId::maximum_packet_size);
        small_ = connection;
      } else if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        const auto& filter = subscribe->subscriptions.front().topic_filter;
        if (filter.starts_with("$share/")) members_[connection] = filter;
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !small_ || send->connection != *small_) return false;
      if (codec::encoded_size(*publish, Version::v5_0) <= 100) return false;
      settle(*publish, send->connection, context);
      const auto own = members_.find(*small_);
      for (const auto& [member, filter] : members_) {
        if (own == members_.end() || member == *small_ || filter != own->second) continue;
        Publish copy = *publish;
        copy.qos = 0;
        copy.packet_identifier.reset();
        context.send(member, copy);
        break;
      }
      return true;
    });
  }

 private:
  std::optional<ConnectionId> small_;
  std::map<ConnectionId, std::string> members_;
};

}  // namespace

std::vector<VariantRow> exchange_variants() {
  return {
      {"repeats-on-a-live-connection",
       "repeats to a 3.x client after 7 s what it does not acknowledge",
       "3.1.1 4.4, 3.1 p.37",
       [] { return std::make_unique<RepeatsOnALiveConnection>(); },
       {}},
      {"forgets-what-waits-on-unsubscribe",
       "throws away what waits to be sent when its subscription ends", "5.0 3.10.4, 3.1.1 3.10.4",
       [] { return std::make_unique<DropsWhatWaits>(); },
       [](broker::Config& config) { config.inflight_limit = std::uint16_t{1}; }},
      {"acknowledges-before-the-delivery",
       "sends PUBACK to a publisher before what it has subscribed to",
       "3.1.1 4.3.2",
       [] { return std::make_unique<AcknowledgesBeforeDelivering>(); },
       {}},
      {"qos-0-waits-behind-the-receive-maximum",
       "sends no QoS 0 message while the Receive Maximum of its client is used up",
       "5.0 3.1.2.11.3, 4.9",
       [] { return std::make_unique<HoldsQos0WhileFull>(); },
       {}},
      {"gives-large-shared-messages-to-others",
       "gives a message of a Shared Subscription that is too large for one member to another",
       "5.0 3.1.2.11.4",
       [] { return std::make_unique<GivesLargeOnesToOthers>(); },
       {}},
  };
}

}  // namespace mqttspec::mutants
