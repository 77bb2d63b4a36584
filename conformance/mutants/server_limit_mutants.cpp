// Brokers that do not keep the limits that their CONNACK announces.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::PropertyId;
using codec::Publish;
using codec::ReasonCode;

InterceptorPointer connack_without(PropertyId id) {
  return outgoing<Connack>([id](Connack& packet, ConnectionId, Context&) {
    remove(packet.properties, id);
    return Fate::keep;
  });
}

// Takes a PUBLISH that is larger than CONNACK allows, before the node's own limit meets it.
class TakesOversizePackets final : public Interceptor {
 public:
  void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    const auto limit = limits_.find(connection);
    if (limit == limits_.end() || bytes.size() <= limit->second) return;
    auto decoded = codec::decode(bytes, codec::Version::v5_0);
    auto* packet = std::get_if<Packet>(&decoded);
    auto* publish = packet != nullptr ? std::get_if<Publish>(packet) : nullptr;
    if (publish == nullptr) return;
    // The engine has a limit of its own, hence the shorter payload.
    const std::size_t excess = bytes.size() - limit->second;
    publish->payload.resize(publish->payload.size() - std::min(excess, publish->payload.size()));
    context.receive(connection, std::move(*packet));
    bytes.clear();
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack == nullptr) continue;
      const auto limit = announced(*connack, PropertyId::maximum_packet_size, 0);
      if (limit != 0) limits_[send->connection] = limit;
    }
  }

 private:
  std::map<ConnectionId, std::uint32_t> limits_;
};

// Counts the QoS 2 messages that a client has open, and throws it out over them in a wrong way.
class CountsOpenMessages final : public AfterConnack {
 public:
  enum class Fault : std::uint8_t { one_too_early, with_qos0, once_more_when_repeated };
  explicit CountsOpenMessages(Fault fault) : fault_(fault) {}

 private:
  Fate meet(Packet& packet, const Connack& connack, ConnectionId connection,
            Context& context) override {
    const auto limit = announced(connack, PropertyId::receive_maximum, 65'535);
    if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
      open_[connection].erase(pubrel->packet_identifier);
    }
    const auto* publish = std::get_if<Publish>(&packet);
    if (publish == nullptr) return Fate::keep;
    if (publish->qos == 2) open_[connection].insert(*publish->packet_identifier);
    if (!is_too_much(*publish, open_[connection].size(), limit)) return Fate::keep;
    throw_out(connection, ReasonCode::receive_maximum_exceeded, context);
    return Fate::drop;
  }
  [[nodiscard]] bool is_too_much(const Publish& publish, std::size_t open,
                                 std::size_t limit) const {
    switch (fault_) {
      case Fault::one_too_early:
        return publish.qos == 2 && limit < 65'535 && open >= limit;
      case Fault::with_qos0:
        return publish.qos == 0 && open >= limit;
      case Fault::once_more_when_repeated:
        return publish.qos == 2 && publish.dup && open * 2 > limit;
    }
    return false;
  }

  Fault fault_;
  std::map<ConnectionId, std::set<std::uint16_t>> open_;
};

std::vector<MutantRow> publish_rows() {
  return {
      {"maximum-qos-is-not-announced",
       {"5.0:MQTT-3.2.2-9"},
       "CONNACK says nothing of a limited QoS",
       [] { return connack_without(PropertyId::maximum_qos); }},
      {"publish-above-maximum-qos-is-lowered",
       {"5.0:MQTT-3.2.2-11", "5.0:V5-3.2.2.3.4-b"},
       "a PUBLISH above the announced Maximum QoS is taken at that QoS",
       [] {
         return after_connack<Publish>(
             [](Publish& packet, const Connack& connack, ConnectionId, Context&) {
               const auto maximum = announced(connack, PropertyId::maximum_qos, 2);
               if (packet.qos <= maximum) return Fate::keep;
               packet.qos = static_cast<std::uint8_t>(maximum);
               if (maximum == 0) packet.packet_identifier.reset();
               return Fate::keep;
             });
       }},
      {"limits-of-publish-are-reported-with-another-code",
       {"5.0:V5-3.2.2.3.4-b", "5.0:V5-3.2.2.3.5-b", "5.0:V5-3.2.2.3.6-b", "5.0:V5-3.3.4-f",
        "5.0:V5-3.3.4-g"},
       "what the server has announced as too much is refused as an administrative action",
       [] {
         return outgoing<codec::Disconnect>([](codec::Disconnect& packet, ConnectionId, Context&) {
           static const std::set<ReasonCode> meant = {
               ReasonCode::qos_not_supported, ReasonCode::retain_not_supported,
               ReasonCode::packet_too_large, ReasonCode::receive_maximum_exceeded,
               ReasonCode::topic_alias_invalid};
           if (meant.contains(packet.reason_code)) {
             packet.reason_code = ReasonCode::administrative_action;
           }
           return Fate::keep;
         });
       }},
      {"retain-is-cleared-where-it-is-unavailable",
       {"5.0:MQTT-3.2.2-14", "5.0:V5-3.2.2.3.5-b"},
       "RETAIN 1 is taken for RETAIN 0 by a server that retains nothing",
       [] {
         return after_connack<Publish>(
             [](Publish& packet, const Connack& connack, ConnectionId, Context&) {
               if (announced(connack, PropertyId::retain_available, 1) == 0) packet.retain = false;
               return Fate::keep;
             });
       }},
      {"oversize-packets-are-taken",
       {"5.0:MQTT-3.2.2-15", "5.0:V5-3.2.2.3.6-b"},
       "a PUBLISH larger than the announced Maximum Packet Size is processed",
       [] { return std::make_unique<TakesOversizePackets>(); }},
      {"packets-of-exactly-the-maximum-size-are-refused",
       {"5.0:V5-3.2.2.3.6-c"},
       "the announced Maximum Packet Size is the first size that is refused",
       [] {
         return after_connack<Publish>([](Publish& packet, const Connack& connack,
                                          ConnectionId connection, Context& context) {
           const auto size = codec::encoded_size(packet, codec::Version::v5_0);
           if (size != announced(connack, PropertyId::maximum_packet_size, 0)) return Fate::keep;
           throw_out(connection, ReasonCode::packet_too_large, context);
           return Fate::drop;
         });
       }},
      {"topic-aliases-above-the-maximum-are-taken",
       {"5.0:MQTT-3.2.2-17", "5.0:MQTT-3.2.2-18", "5.0:MQTT-3.3.2-9"},
       "a Topic Alias above the announced maximum is passed over",
       [] {
         return after_connack<Publish>(
             [](Publish& packet, const Connack& connack, ConnectionId, Context&) {
               const auto alias = codec::get_integer(packet.properties, PropertyId::topic_alias);
               const auto maximum = announced(connack, PropertyId::topic_alias_maximum, 0);
               if (alias && *alias > maximum) remove(packet.properties, PropertyId::topic_alias);
               return Fate::keep;
             });
       }},
      {"receive-maximum-of-the-server-is-not-kept-up",
       {"5.0:MQTT-3.3.4-7", "5.0:V5-3.3.4-f"},
       "more open messages than the announced Receive Maximum are passed over",
       [] { return InterceptorPointer(new StaysOpen({ReasonCode::receive_maximum_exceeded})); }},
  };
}

std::vector<MutantRow> quota_rows() {
  using Fault = CountsOpenMessages::Fault;
  return {
      {"receive-maximum-of-the-server-is-one-less",
       {"5.0:V5-3.2.2.3.3-b"},
       "a client is thrown out when as many messages are open as the server has announced",
       [] { return std::make_unique<CountsOpenMessages>(Fault::one_too_early); }},
      {"qos0-counts-against-the-receive-maximum",
       {"5.0:V5-3.2.2.3.3-c"},
       "a QoS 0 message is one too many while the Receive Maximum is used up",
       [] { return std::make_unique<CountsOpenMessages>(Fault::with_qos0); }},
      {"repetitions-count-twice-against-the-receive-maximum",
       {"5.0:V5-3.3.4-i"},
       "a message that is repeated on a new connection counts as two open ones",
       [] { return std::make_unique<CountsOpenMessages>(Fault::once_more_when_repeated); }},
  };
}

std::vector<MutantRow> will_rows() {
  return {
      {"will-above-maximum-qos-is-lowered",
       {"5.0:MQTT-3.2.2-12"},
       "a Will QoS of 2 is taken as 1",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.will && packet.will->qos == 2) packet.will->qos = 1;
           return Fate::keep;
         });
       }},
      {"will-retain-is-cleared-where-it-is-unavailable",
       {"5.0:MQTT-3.2.2-13"},
       "Will Retain 1 is taken for 0",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.will) packet.will->retain = false;
           return Fate::keep;
         });
       }},
      {"unsupported-wills-are-refused-with-another-code",
       {"5.0:MQTT-3.2.2-12", "5.0:MQTT-3.2.2-13"},
       "CONNACK calls a Will that the server cannot publish malformed",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           if (packet.reason_code == ReasonCode::qos_not_supported ||
               packet.reason_code == ReasonCode::retain_not_supported) {
             packet.reason_code = ReasonCode::malformed_packet;
           }
           return Fate::keep;
         });
       }},
  };
}

}  // namespace

std::vector<MutantRow> server_limit_mutants() {
  std::vector<MutantRow> all;
  for (auto part : {publish_rows, quota_rows, will_rows}) {
    for (auto& row : part()) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace mqttspec::mutants
