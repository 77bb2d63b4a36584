// Violations in how long session state and quotas live.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connect;
using codec::PropertyId;
using codec::Publish;

template <class Edit>
InterceptorPointer each_connect(Edit edit) {
  return incoming<Connect>([edit](Connect& packet, ConnectionId c, Context& context) {
    edit(packet, c, context);
    return Fate::keep;
  });
}

// Ends subscriptions a while after CONNECT, whether or not the client is still there.
class ExpiresWhileConnected final : public Delaying {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* subscribe = std::get_if<codec::Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      codec::Unsubscribe end;
      end.packet_identifier = subscribe->packet_identifier;
      for (const auto& s : subscribe->subscriptions) end.topic_filters.push_back(s.topic_filter);
      at(context.now() + std::chrono::seconds(4), [connection, end](Context& later) {
        for (const ConnectionId c : later.connections()) {
          if (c == connection) later.receive(connection, end);
        }
      });
    }
  }
};

// Counts the Session Expiry Interval from the first CONNECT of a Client Identifier.
class CountsFromTheStart final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context& context) override {
    for (auto& packet : packets) {
      auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr || connect->client_identifier.empty()) continue;
      const auto interval =
          codec::get_integer(connect->properties, PropertyId::session_expiry_interval);
      const auto begun = begun_.try_emplace(connect->client_identifier, context.now()).first;
      if (interval && context.now() > begun->second + std::chrono::seconds(*interval)) {
        connect->clean_start = true;
      }
    }
  }

 private:
  std::map<std::string, Instant> begun_;
};

// Forgets the QoS 2 identifiers of a client when its connection ends.
class ForgetsReceived final : public Interceptor {
 public:
  explicit ForgetsReceived(bool answers) : answers_(answers) {}
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    std::erase_if(packets, [&](Packet& packet) {
      if (auto* publish = std::get_if<Publish>(&packet); publish != nullptr && publish->qos == 2) {
        if (publish->dup && answers_) {
          Publish copy = *publish;
          copy.qos = 0;
          copy.dup = false;
          copy.packet_identifier.reset();
          context.receive(connection, copy);
        }
        repeated_ = repeated_ || publish->dup;
      }
      return !answers_ && repeated_ && std::holds_alternative<codec::Pubrel>(packet);
    });
  }

 private:
  bool answers_;
  bool repeated_ = false;
};

// Serves each connection by the Receive Maximum of the one before.
class IsOneConnectionLate final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr || connect->protocol_version != 5) continue;
      const auto now = codec::get_integer(connect->properties, PropertyId::receive_maximum);
      const auto before =
          before_.try_emplace(connect->client_identifier, now.value_or(65'535)).first;
      remove(connect->properties, PropertyId::receive_maximum);
      connect->properties.push_back({PropertyId::receive_maximum, before->second});
      before->second = now.value_or(65'535);
    }
  }

 private:
  std::map<std::string, std::uint32_t> before_;
};

// Sends a resumed session no message at all.
InterceptorPointer starts_exhausted() {
  auto resumed = std::make_shared<std::set<ConnectionId>>();
  return both(outgoing<codec::Connack>([resumed](codec::Connack& packet, ConnectionId c, Context&) {
                if (packet.session_present) resumed->insert(c);
                return Fate::keep;
              }),
              outgoing<Publish>([resumed](Publish& packet, ConnectionId c, Context&) {
                return packet.qos > 0 && resumed->contains(c) ? Fate::drop : Fate::keep;
              }));
}

InterceptorPointer with_receive_maximum(std::uint32_t value, bool only_if_absent) {
  return each_connect([value, only_if_absent](Connect& packet, ConnectionId, Context&) {
    if (packet.protocol_version != 5) return;
    const bool present = codec::count(packet.properties, PropertyId::receive_maximum) > 0;
    if (present == only_if_absent) return;
    remove(packet.properties, PropertyId::receive_maximum);
    packet.properties.push_back({PropertyId::receive_maximum, value});
  });
}

std::vector<MutantRow> session_rows() {
  return {
      {"endless-session-ends-at-once",
       {"5.0:V5-3.1.2.11.2-c"},
       "Session Expiry Interval 0xFFFFFFFF overflows to the past",
       [] {
         return each_connect([](Connect& packet, ConnectionId, Context&) {
           if (codec::get_integer(packet.properties, PropertyId::session_expiry_interval) ==
               0xFFFFFFFFU) {
             remove(packet.properties, PropertyId::session_expiry_interval);
           }
         });
       }},
      {"session-expiry-of-the-first-connect-stays",
       {"5.0:V5-3.1.2.11.2-d"},
       "a CONNECT without Session Expiry Interval leaves the earlier one in force",
       [] {
         auto last = std::make_shared<std::map<std::string, std::uint32_t>>();
         return each_connect([last](Connect& packet, ConnectionId, Context&) {
           if (packet.protocol_version != 5) return;
           const auto now =
               codec::get_integer(packet.properties, PropertyId::session_expiry_interval);
           if (now) (*last)[packet.client_identifier] = *now;
           const auto earlier = last->find(packet.client_identifier);
           if (now || earlier == last->end()) return;
           packet.properties.push_back({PropertyId::session_expiry_interval, earlier->second});
         });
       }},
      {"subscriptions-expire-while-connected",
       {"5.0:MQTT-4.1.0-1", "3.1.1:MQTT-4.1.0-2"},
       "subscriptions end four seconds after they were made",
       [] { return std::make_unique<ExpiresWhileConnected>(); }},
      {"session-expiry-counts-from-the-first-connect",
       {"5.0:V5-4.1-e"},
       "the Session Expiry Interval counts from the first CONNECT",
       [] { return std::make_unique<CountsFromTheStart>(); }},
      {"every-disconnect-ends-the-session",
       {"5.0:V5-3.14.2.2.2-d", "5.0:V5-3.2.2.3.2-b"},
       "a DISCONNECT without Session Expiry Interval counts as one with 0",
       [] {
         return incoming<codec::Disconnect>([](codec::Disconnect& packet, ConnectionId c,
                                               Context& context) {
           if (context.version(c) == codec::Version::v5_0 &&
               codec::count(packet.properties, PropertyId::session_expiry_interval) == 0) {
             packet.properties.push_back({PropertyId::session_expiry_interval, std::uint32_t{0}});
           }
           return Fate::keep;
         });
       }},
      {"received-qos2-messages-are-forgotten",
       {"3.1.1:MQTT-4.1.0-1", "3.1.1:V311-3.1.2.4-f", "5.0:MQTT-4.3.3-10"},
       "a QoS 2 message that is repeated on a new connection is delivered again",
       [] { return std::make_unique<ForgetsReceived>(true); }},
      {"pubrel-after-a-reconnect-has-no-answer",
       {"3.1.1:MQTT-4.1.0-1", "5.0:MQTT-4.3.3-11"},
       "a QoS 2 exchange that was repeated is never completed",
       [] { return std::make_unique<ForgetsReceived>(false); }},
      {"take-over-begins-a-new-session",
       {"3.1.1:V311-3.1.4-d"},
       "a client that takes its own connection over begins a new session",
       [] {
         return each_connect([](Connect& packet, ConnectionId c, Context& context) {
           for (const ConnectionId other : context.connections()) {
             if (other != c && context.client_identifier(other) == packet.client_identifier) {
               packet.clean_start = true;
             }
           }
         });
       }},
      {"take-over-hides-the-session",
       {"3.1.1:V311-3.1.4-d", "5.0:V5-3.1.4-e"},
       "CONNACK says the opposite of what is so",
       [] {
         return outgoing<codec::Connack>([](codec::Connack& packet, ConnectionId, Context&) {
           if (packet.reason_code == codec::ReasonCode::success) {
             packet.session_present = !packet.session_present;
           }
           return Fate::keep;
         });
       }},
  };
}

std::vector<MutantRow> quota_rows() {
  return {
      {"receive-maximum-is-read-the-wrong-way-round",
       {"5.0:V5-1.5.2-a", "5.0:MQTT-4.9.0-1"},
       "Receive Maximum 1 is taken for 256",
       [] { return with_receive_maximum(256, false); }},
      {"receive-maximum-of-an-earlier-connection-counts",
       {"5.0:V5-3.1.2.11.3-c"},
       "a connection is served by the Receive Maximum of the one before",
       [] { return std::make_unique<IsOneConnectionLate>(); }},
      {"resumed-sessions-start-without-quota",
       {"5.0:V5-4.9-c"},
       "messages that were open still use up the quota of a new connection",
       [] { return starts_exhausted(); }},
      {"absent-receive-maximum-is-small",
       {"5.0:V5-3.1.2.11.3-d"},
       "without Receive Maximum a client gets one message and no more",
       [] {
         return both(with_receive_maximum(1, true),
                     incoming<codec::Puback>(
                         [](codec::Puback&, ConnectionId, Context&) { return Fate::drop; }));
       }},
  };
}

}  // namespace

std::vector<MutantRow> lifetime_mutants() {
  auto rows = session_rows();
  for (auto& row : quota_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
