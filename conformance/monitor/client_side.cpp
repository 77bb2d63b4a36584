// Rules on what we send ourselves: the suite must not break the standard by accident.
#include <fmt/format.h>

#include "conformance/monitor/judge.hpp"
#include "conformance/monitor/topic_filter.hpp"

namespace mqttspec::monitor {
namespace {

using codec::PacketType;
using codec::PropertyId;
using codec::ReasonCode;

class ClientSide {
 public:
  ClientSide(World& world, Connection& connection)
      : world_(world), judge_(world.judge), c_(connection), session_(*connection.session) {}

  void operator()(const codec::Connect&) {}  // Watch has taken it in already

  void operator()(const codec::Publish& packet) {
    const std::string topic = resolve_alias(packet);
    log(packet, topic);
    if (c_.accepted) {
      const auto maximum = integer_or(c_.connack.properties, PropertyId::maximum_qos, 2);
      judge_.watch(Rule::our_maximum_qos, c_, packet.qos <= maximum, [&] {
        return fmt::format("PUBLISH of QoS {} where the server's Maximum QoS is {}", packet.qos,
                           maximum);
      });
      judge_.watch(Rule::our_retain_available, c_,
                   !packet.retain || announced(PropertyId::retain_available),
                   [] { return std::string("RETAIN 1 where Retain Available is 0"); });
    }
    if (packet.packet_identifier && packet.qos > 0) open_exchange(packet, topic);
  }

  void operator()(const codec::Puback& packet) {
    judge_cause(PacketType::puback, packet.packet_identifier, 1);
    close_servers(packet.packet_identifier);
  }
  void operator()(const codec::Pubrec& packet) {
    judge_cause(PacketType::pubrec, packet.packet_identifier, 2);
    if (static_cast<std::uint8_t>(packet.reason_code) >= 0x80) {
      close_servers(packet.packet_identifier);
    } else if (auto open = session_.from_server.find(packet.packet_identifier);
               open != session_.from_server.end()) {
      open->second.received = true;
    }
  }
  void operator()(const codec::Pubrel& packet) {
    ++c_.answers_due[{PacketType::pubcomp, packet.packet_identifier}];
  }
  void operator()(const codec::Pubcomp& packet) { close_servers(packet.packet_identifier); }

  void operator()(const codec::Subscribe& packet) {
    judge_free(packet.packet_identifier, "SUBSCRIBE");
    const auto identifier =
        codec::get_integer(packet.properties, PropertyId::subscription_identifier);
    Request request{PacketType::subscribe, packet.subscriptions, identifier, {}};
    for (const auto& subscription : packet.subscriptions) {
      if (c_.accepted) judge_available(subscription.topic_filter);
      remember(subscription, identifier, request);
    }
    if (c_.accepted && identifier) {
      judge_.watch(Rule::our_identifiers_available, c_,
                   announced(PropertyId::subscription_identifier_available),
                   [] { return std::string("a Subscription Identifier is not available here"); });
    }
    c_.requests[packet.packet_identifier] = std::move(request);
  }

  void operator()(const codec::Unsubscribe& packet) {
    judge_free(packet.packet_identifier, "UNSUBSCRIBE");
    c_.requests[packet.packet_identifier] = {PacketType::unsubscribe, {}, {}, {}};
  }

  void operator()(const codec::Pingreq&) { ++c_.pings_unanswered; }
  void operator()(const codec::Disconnect&) { c_.disconnect_sent = true; }

  void operator()(const codec::Auth& packet) {
    const auto ours = codec::get_string(c_.connect.properties, PropertyId::authentication_method);
    const auto given = codec::get_string(packet.properties, PropertyId::authentication_method);
    judge_.watch(Rule::our_authentication, c_, ours && given == ours, [&] {
      return std::string(ours ? "AUTH has another Authentication Method than CONNECT"
                              : "AUTH after a CONNECT without Authentication Method");
    });
  }

  // The codec refuses a server's packet from a client.
  template <class Other>
  void operator()(const Other&) {}

 private:
  // Features are available unless CONNACK says 0.
  bool announced(PropertyId id) const { return integer_or(c_.connack.properties, id, 1) != 0; }

  std::string resolve_alias(const codec::Publish& packet) {
    const auto alias = codec::get_integer(packet.properties, PropertyId::topic_alias);
    if (!alias) return packet.topic_name;
    if (c_.accepted) {
      const auto maximum = integer_or(c_.connack.properties, PropertyId::topic_alias_maximum, 0);
      judge_.watch(Rule::our_topic_alias_maximum, c_, *alias <= maximum, [&] {
        return fmt::format("Topic Alias {} where the server's maximum is {}", *alias, maximum);
      });
    }
    if (!packet.topic_name.empty()) return c_.our_aliases[*alias] = packet.topic_name;
    const auto known = c_.our_aliases.find(*alias);
    judge_.watch(Rule::our_topic_alias_known, c_, known != c_.our_aliases.end(),
                 [&] { return fmt::format("Topic Alias {} was never mapped", *alias); });
    return known == c_.our_aliases.end() ? std::string{} : known->second;
  }

  void log(const codec::Publish& packet, const std::string& topic) {
    auto [entry, fresh] = world_.publications.try_emplace(
        {topic, packet.payload},
        Publication{session_.client_identifier, packet.qos, ++world_.publication_count, false});
    if (!fresh) entry->second.ambiguous = true;
  }

  void open_exchange(const codec::Publish& packet, const std::string& topic) {
    const std::uint16_t id = *packet.packet_identifier;
    const auto open = session_.from_us.find(id);
    const bool is_open = open != session_.from_us.end();
    const bool same = is_open && open->second.payload == packet.payload &&
                      open->second.topic_name == topic && open->second.qos == packet.qos;
    if (same) {
      judge_.watch(Rule::our_repetition_with_dup, c_, packet.dup,
                   [&] { return fmt::format("PUBLISH {} is repeated with DUP 0", id); });
      if (c_.version == codec::Version::v5_0) {
        judge_.watch(
            Rule::our_no_repetition_while_connected, c_, open->second.connection != c_.number,
            [&] { return fmt::format("PUBLISH {} is repeated on the same connection", id); });
      }
    } else {
      judge_free(id, "PUBLISH");
    }
    session_.from_us[id] = {packet.qos, topic, packet.payload, same && open->second.received,
                            c_.number};
    c_.open_from_us.insert(id);
    ++c_.answers_due[{packet.qos == 1 ? PacketType::puback : PacketType::pubrec, id}];
    if (!c_.accepted) return;
    const auto maximum = integer_or(c_.connack.properties, PropertyId::receive_maximum, 65'535);
    judge_.watch(Rule::our_receive_maximum, c_, c_.open_from_us.size() <= maximum, [&] {
      return fmt::format("{} messages of ours are open, the server's Receive Maximum is {}",
                         c_.open_from_us.size(), maximum);
    });
  }

  void judge_free(std::uint16_t id, std::string_view packet) {
    judge_.watch(Rule::our_identifier_is_free, c_,
                 !session_.from_us.contains(id) && !c_.requests.contains(id),
                 [&] { return fmt::format("{} uses identifier {}, which is open", packet, id); });
  }

  void judge_cause(PacketType type, std::uint16_t id, std::uint8_t qos) {
    const auto open = session_.from_server.find(id);
    judge_.watch(Rule::our_acknowledgement_has_a_cause, c_,
                 open != session_.from_server.end() && open->second.qos == qos, [&] {
                   return fmt::format("{} {} answers no open PUBLISH of QoS {}",
                                      codec::to_string(type), id, qos);
                 });
  }

  void close_servers(std::uint16_t id) {
    session_.from_server.erase(id);
    c_.open_from_server.erase(id);
    c_.completed_here.insert(id);
  }

  void judge_available(const std::string& filter) {
    judge_.watch(Rule::our_wildcards_available, c_,
                 !has_wildcard(filter) ||  // no ShareName has one
                     announced(PropertyId::wildcard_subscription_available),
                 [&] { return "wildcards are not available: \"" + filter + "\""; });
    judge_.watch(Rule::our_shared_available, c_,
                 !is_shared(filter) || announced(PropertyId::shared_subscription_available),
                 [&] { return "shared subscriptions are not available: \"" + filter + "\""; });
  }

  // The SUBACK may be overtaken by messages, so what was asked for counts until it comes.
  void remember(const codec::Subscription& subscription,
                const std::optional<std::uint32_t>& identifier, Request& request) {
    const auto known = session_.subscriptions.find(subscription.topic_filter);
    request.before.push_back(known == session_.subscriptions.end() ? std::nullopt
                                                                   : std::optional(known->second));
    auto& memory = session_.subscriptions[subscription.topic_filter];
    memory.filter = subscription.topic_filter;
    memory.qos_max = std::max(memory.qos_max, subscription.qos);
    memory.always_no_local = memory.always_no_local && subscription.no_local;
    if (identifier) memory.identifiers.insert(*identifier);
  }

  World& world_;
  Judge& judge_;
  Connection& c_;
  Session& session_;
};

}  // namespace

void judge_sent(World& world, Connection& connection, const codec::Packet& packet,
                std::size_t size) {
  const PacketType type = codec::type_of(packet);
  world.judge.watch(Rule::our_nothing_after_disconnect, connection, !connection.disconnect_sent,
                    [&] { return fmt::format("{} follows DISCONNECT", codec::to_string(type)); });
  if (connection.accepted) {
    const auto maximum = integer_or(connection.connack.properties, PropertyId::maximum_packet_size,
                                    codec::variable_byte_integer_max + 5);
    world.judge.watch(Rule::our_maximum_packet_size, connection, size <= maximum, [&] {
      return fmt::format("{} has {} bytes, the server's Maximum Packet Size is {}",
                         codec::to_string(type), size, maximum);
    });
  }
  std::visit(ClientSide(world, connection), packet);
}

}  // namespace mqttspec::monitor
