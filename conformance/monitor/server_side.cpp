// Rules on what the server sends.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/monitor/judge.hpp"
#include "conformance/monitor/topic_filter.hpp"

namespace mqttspec::monitor {
namespace {

using codec::PacketType;
using codec::PropertyId;
using codec::ReasonCode;

bool is_failure(ReasonCode code) {
  return static_cast<std::uint8_t>(code) >= 0x80;
}

class ServerSide {
 public:
  ServerSide(World& world, Connection& connection)
      : world_(world), judge_(world.judge), c_(connection), session_(*connection.session) {}

  void operator()(const codec::Connack& packet) {
    judge_.watch(Rule::connack_once, c_, !c_.connack_received,
                 [] { return std::string("a second CONNACK came"); });
    c_.connack_received = true;
    if (packet.reason_code != ReasonCode::success) return;
    if (c_.connect.clean_start) {
      judge_.watch(Rule::session_present_needs_old_session, c_, !packet.session_present, [] {
        return std::string("CONNACK to a CONNECT with Clean Start 1 has Session Present 1");
      });
    }
    judge_.watch(
        Rule::response_information, c_,
        codec::count(packet.properties, PropertyId::response_information) == 0 ||
            integer_or(c_.connect.properties, PropertyId::request_response_information, 0) == 1,
        [] { return std::string("CONNACK has Response Information without a request"); });
    judge_.watch(Rule::authentication_only_if_asked, c_,
                 codec::count(packet.properties, PropertyId::authentication_method) == 0 ||
                     codec::count(c_.connect.properties, PropertyId::authentication_method) > 0,
                 [] { return std::string("CONNACK names an Authentication Method"); });
    c_.accepted = true;
    c_.connack = packet;
    // CONNACK of 3.1 cannot tell whether there was a session: what is known of one may hold or not.
    const bool untold = c_.version == codec::Version::v3_1 && !c_.connect.clean_start;
    if (untold && session_.began_on != 0) {
      session_.seen_from_its_start = false;
    } else if (!packet.session_present) {
      std::string client_identifier = session_.client_identifier;
      session_ = Session{};
      session_.client_identifier = std::move(client_identifier);
      session_.began_on = c_.number;
      // 3.1 has no Session Present: this may be the old session or a new one.
      session_.seen_from_its_start = c_.version != codec::Version::v3_1 || c_.connect.clean_start;
    } else if (session_.began_on == 0) {
      session_.seen_from_its_start = false;
    }
  }

  void operator()(const codec::Publish& packet) {
    std::string topic = resolve_alias(packet);
    judge_subscriptions(packet, topic);
    judge_order(packet, topic);
    if (packet.packet_identifier) judge_exchange(packet, topic, *packet.packet_identifier);
  }

  void operator()(const codec::Puback& packet) {
    judge_answer(PacketType::puback, 1, packet.packet_identifier);
    close_ours(packet.packet_identifier);
    explains_itself(packet.properties, "PUBACK");
  }

  void operator()(const codec::Pubrec& packet) {
    judge_answer(PacketType::pubrec, 2, packet.packet_identifier);
    if (is_failure(packet.reason_code)) {
      close_ours(packet.packet_identifier);
    } else if (auto open = session_.from_us.find(packet.packet_identifier);
               open != session_.from_us.end()) {
      open->second.received = true;
    }
    explains_itself(packet.properties, "PUBREC");
  }

  void operator()(const codec::Pubrel& packet) {
    const auto id = packet.packet_identifier;
    const auto open = session_.from_server.find(id);
    if (session_.seen_from_its_start && !session_.doubtful.contains(id) && !c_.superseded) {
      judge_.watch(Rule::acknowledges_our_publish, c_,
                   is_failure(packet.reason_code) ||
                       (open != session_.from_server.end() && open->second.qos == 2),
                   [&] { return fmt::format("PUBREL {} belongs to no QoS 2 message", id); });
    }
    explains_itself(packet.properties, "PUBREL");
  }

  void operator()(const codec::Pubcomp& packet) {
    judge_answer(PacketType::pubcomp, 2, packet.packet_identifier);
    close_ours(packet.packet_identifier);
    explains_itself(packet.properties, "PUBCOMP");
  }

  void operator()(const codec::Suback& packet) {
    const auto request = take_request(packet.packet_identifier, PacketType::subscribe);
    if (request) {
      judge_.watch(Rule::one_code_per_filter, c_,
                   packet.reason_codes.size() == request->subscriptions.size(), [&] {
                     return fmt::format("SUBACK has {} codes for {} filters",
                                        packet.reason_codes.size(), request->subscriptions.size());
                   });
      settle(*request, packet.reason_codes);
    }
    explains_itself(packet.properties, "SUBACK");
  }

  void operator()(const codec::Unsuback& packet) {
    (void)take_request(packet.packet_identifier, PacketType::unsubscribe);
    explains_itself(packet.properties, "UNSUBACK");
  }

  void operator()(const codec::Pingresp&) {
    judge_.watch(Rule::pingresp_only_if_asked, c_, c_.pings_unanswered > 0,
                 [] { return std::string("PINGRESP without a PINGREQ"); });
    if (c_.pings_unanswered > 0) --c_.pings_unanswered;
  }

  void operator()(const codec::Disconnect&) { c_.disconnect_received = true; }

  void operator()(const codec::Auth& packet) {
    judge_.watch(Rule::authentication_only_if_asked, c_,
                 codec::count(c_.connect.properties, PropertyId::authentication_method) > 0,
                 [] { return std::string("AUTH came without Authentication Method in CONNECT"); });
    explains_itself(packet.properties, "AUTH");
  }

  // The codec has already refused a client's packet from a server.
  template <class Other>
  void operator()(const Other&) {}

 private:
  std::string resolve_alias(const codec::Publish& packet) {
    const auto alias = codec::get_integer(packet.properties, PropertyId::topic_alias);
    if (!alias) return packet.topic_name;
    const auto maximum = integer_or(c_.connect.properties, PropertyId::topic_alias_maximum, 0);
    judge_.watch(Rule::topic_alias_maximum, c_, *alias <= maximum, [&] {
      return fmt::format("Topic Alias {} is above our Topic Alias Maximum {}", *alias, maximum);
    });
    if (!packet.topic_name.empty()) return c_.server_aliases[*alias] = packet.topic_name;
    const auto known = c_.server_aliases.find(*alias);
    judge_.watch(Rule::topic_alias_known, c_, known != c_.server_aliases.end(),
                 [&] { return fmt::format("Topic Alias {} was never mapped", *alias); });
    return known == c_.server_aliases.end() ? std::string{} : known->second;
  }

  void judge_subscriptions(const codec::Publish& packet, const std::string& topic) {
    if (!session_.seen_from_its_start || c_.superseded) return;
    int granted = -1;
    bool all_no_local = true;
    std::set<std::uint32_t> identifiers;
    for (const auto& [filter, memory] : session_.subscriptions) {
      if (!matches(without_share(filter), topic)) continue;
      granted = std::max(granted, static_cast<int>(memory.qos_max));
      all_no_local = all_no_local && memory.always_no_local;
      identifiers.insert(memory.identifiers.begin(), memory.identifiers.end());
    }
    // A server may subscribe a client by itself (section 4.5 of 3.1.1), so that nothing follows
    // from a message without subscription.
    if (granted < 0) return;
    judge_.watch(Rule::granted_qos, c_, packet.qos <= granted, [&] {
      return fmt::format("\"{}\" came at QoS {}, the highest granted is {}", topic, packet.qos,
                         granted);
    });
    for (const auto& property : packet.properties) {
      if (property.id != PropertyId::subscription_identifier) continue;
      const auto* value = std::get_if<std::uint32_t>(&property.value);
      judge_.watch(Rule::subscription_identifier_is_ours, c_,
                   value != nullptr && identifiers.contains(*value), [&] {
                     return fmt::format("Subscription Identifier {} belongs to no matching filter",
                                        value != nullptr ? *value : 0);
                   });
    }
    const auto known = world_.publications.find({topic, packet.payload});
    if (!packet.retain && all_no_local && known != world_.publications.end() &&
        !known->second.ambiguous) {
      judge_.watch(Rule::no_local, c_, known->second.publisher != session_.client_identifier, [&] {
        return "our own message on \"" + topic + "\" came back in spite of No Local";
      });
    }
  }

  [[nodiscard]] bool repeats_an_open_one(const codec::Publish& packet,
                                         const std::string& topic) const {
    if (!packet.packet_identifier) return false;
    const auto open = session_.from_server.find(*packet.packet_identifier);
    return open != session_.from_server.end() && open->second.payload == packet.payload &&
           open->second.topic_name == topic;
  }

  void judge_order(const codec::Publish& packet, const std::string& topic) {
    if (packet.dup || packet.retain || c_.superseded || !session_.seen_from_its_start) return;
    // Its missing DUP is a finding by itself, and no reason to take it for a new message.
    if (repeats_an_open_one(packet, topic)) return;
    const auto known = world_.publications.find({topic, packet.payload});
    if (known == world_.publications.end() || known->second.ambiguous) return;
    // Copies for several subscriptions may overtake each other, and a shared subscription splits
    // the stream.
    std::size_t matching = 0;
    for (const auto& [filter, memory] : session_.subscriptions) {
      if (!matches(without_share(filter), topic)) continue;
      if (is_shared(filter)) return;
      ++matching;
    }
    if (matching != 1) return;
    auto& latest = session_.latest[{known->second.publisher, topic, known->second.qos, packet.qos}];
    judge_.watch(Rule::order, c_, known->second.place >= latest, [&] {
      return "a message on \"" + topic + "\" came after one that was published later";
    });
    latest = std::max(latest, known->second.place);
  }

  void judge_exchange(const codec::Publish& packet, const std::string& topic, std::uint16_t id) {
    const auto open = session_.from_server.find(id);
    const bool is_open = open != session_.from_server.end();
    const bool here = is_open && open->second.connection == c_.number;
    const bool same = repeats_an_open_one(packet, topic);
    if (!c_.superseded) {
      if (same) {
        judge_.watch(Rule::repetition_with_dup, c_, packet.dup,
                     [&] { return fmt::format("message {} was repeated with DUP 0", id); });
        judge_.watch(Rule::no_repetition_while_connected, c_, !here, [&] {
          return fmt::format("message {} was repeated on the same connection", id);
        });
      } else {
        judge_.watch(Rule::identifier_is_free, c_, !here, [&] {
          return fmt::format("Packet Identifier {} was used again before its exchange ended", id);
        });
        if (!is_open && session_.began_on == c_.number) {
          judge_.watch(Rule::first_delivery_without_dup, c_, !packet.dup, [&] {
            return fmt::format("message {} came for the first time with DUP 1", id);
          });
        }
      }
    }
    session_.from_server[id] = {packet.qos, topic, packet.payload, same && open->second.received,
                                c_.number};
    c_.open_from_server.insert(id);
    const auto maximum = integer_or(c_.connect.properties, PropertyId::receive_maximum, 65'535);
    judge_.watch(Rule::receive_maximum, c_, c_.open_from_server.size() <= maximum, [&] {
      return fmt::format("{} messages are open, our Receive Maximum is {}",
                         c_.open_from_server.size(), maximum);
    });
  }

  void judge_answer(PacketType type, std::uint8_t qos, std::uint16_t id) {
    auto due = c_.answers_due.find({type, id});
    const bool expected = due != c_.answers_due.end() && due->second > 0;
    if (expected) --due->second;
    const auto open = session_.from_us.find(id);
    const bool is_open = open != session_.from_us.end();
    judge_.watch(Rule::acknowledges_our_publish, c_, expected || is_open, [&] {
      return fmt::format("{} {} belongs to no open exchange", codec::to_string(type), id);
    });
    if (!expected && is_open && type != PacketType::pubcomp) {
      judge_.watch(Rule::acknowledgement_fits_qos, c_, open->second.qos == qos, [&] {
        return fmt::format("{} answers a PUBLISH of QoS {}", codec::to_string(type),
                           open->second.qos);
      });
    }
  }

  void close_ours(std::uint16_t id) {
    session_.from_us.erase(id);
    c_.open_from_us.erase(id);
  }

  std::optional<Request> take_request(std::uint16_t id, PacketType type) {
    const auto found = c_.requests.find(id);
    const bool pending = found != c_.requests.end() && found->second.type == type;
    judge_.watch(Rule::answers_carry_a_pending_identifier, c_, pending, [&] {
      return fmt::format("the answer to a {} has identifier {}, which waits for none",
                         codec::to_string(type), id);
    });
    if (!pending) return std::nullopt;
    Request request = std::move(found->second);
    c_.requests.erase(found);
    return request;
  }

  void settle(const Request& request, const std::vector<ReasonCode>& codes) {
    for (std::size_t i = 0; i < std::min(codes.size(), request.subscriptions.size()); ++i) {
      const std::string& filter = request.subscriptions[i].topic_filter;
      const auto& before = request.before[i];
      if (is_failure(codes[i])) {
        if (before) {
          session_.subscriptions[filter] = *before;
        } else {
          session_.subscriptions.erase(filter);
        }
        continue;
      }
      auto& memory = session_.subscriptions[filter];
      memory.qos_max =
          std::max(static_cast<std::uint8_t>(codes[i]), before ? before->qos_max : std::uint8_t{0});
    }
  }

  void explains_itself(const codec::Properties& properties, std::string_view packet) {
    if (integer_or(c_.connect.properties, PropertyId::request_problem_information, 1) != 0) return;
    judge_.watch(Rule::problem_information, c_,
                 codec::count(properties, PropertyId::reason_string) == 0 &&
                     codec::count(properties, PropertyId::user_property) == 0,
                 [&] { return fmt::format("{} has Reason String or User Property", packet); });
  }

  World& world_;
  Judge& judge_;
  Connection& c_;
  Session& session_;
};

}  // namespace

std::uint32_t integer_or(const codec::Properties& properties, PropertyId id,
                         std::uint32_t otherwise) {
  return codec::get_integer(properties, id).value_or(otherwise);
}

void judge_received(World& world, Connection& connection, const codec::Packet& packet,
                    std::size_t size) {
  const PacketType type = codec::type_of(packet);
  const auto maximum = integer_or(connection.connect.properties, PropertyId::maximum_packet_size,
                                  codec::variable_byte_integer_max + 5);
  world.judge.watch(Rule::maximum_packet_size, connection, size <= maximum, [&] {
    return fmt::format("{} has {} bytes, our Maximum Packet Size is {}", codec::to_string(type),
                       size, maximum);
  });
  world.judge.watch(Rule::nothing_after_disconnect, connection, !connection.disconnect_received,
                    [&] { return fmt::format("{} follows DISCONNECT", codec::to_string(type)); });
  const bool may_come_first = type == PacketType::connack || type == PacketType::auth;
  if (!connection.connack_received) {
    world.judge.watch(Rule::connack_first, connection, may_come_first, [&] {
      return fmt::format("{} came before CONNACK", codec::to_string(type));
    });
  }
  // What we broke on purpose leaves the server free in all that follows from it.
  if (connection.damaged && type != PacketType::connack && type != PacketType::disconnect) return;
  std::visit(ServerSide(world, connection), packet);
}

}  // namespace mqttspec::monitor
