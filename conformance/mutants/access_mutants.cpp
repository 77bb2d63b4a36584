// Violations around credentials and permissions.
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::ReasonCode;
using codec::Version;

// 0x04 and 0x05 of 3.x, 0x86 and 0x87 of 5.0.
bool is_login_refusal(const Connack& packet) {
  const auto code = static_cast<std::uint8_t>(packet.reason_code);
  return code == 4 || code == 5 || code == 0x86 || code == 0x87;
}

bool is_refusal(ReasonCode code) {
  return static_cast<std::uint8_t>(code) >= 0x80;
}

// Lets the connections live whose CONNECT was refused; `accepts`: and says that they were accepted.
class KeepsRefused final : public Interceptor {
 public:
  explicit KeepsRefused(bool accepts) : accepts_(accepts) {}
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](broker::Action& action) {
      if (const auto* close = std::get_if<broker::Close>(&action)) {
        return refused_.contains(close->connection);
      }
      auto* send = std::get_if<broker::Send>(&action);
      auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack == nullptr || connack->reason_code == ReasonCode::success) return false;
      if (accepts_ && !is_login_refusal(*connack)) return false;
      refused_.insert(send->connection);
      if (accepts_) *connack = Connack{};
      return false;
    });
  }

 private:
  bool accepts_;
  std::set<ConnectionId> refused_;
};

// Does something to the connections that hold the Client Identifier of a CONNECT, before anybody
// looks whether that may be accepted.
template <typename Function>
InterceptorPointer to_holders(Function function) {
  return incoming<Connect>([function](Connect& packet, ConnectionId connection, Context& context) {
    for (const ConnectionId other : context.connections()) {
      const bool holds = other != connection && !packet.client_identifier.empty() &&
                         context.client_identifier(other) == packet.client_identifier;
      if (holds) function(other, context);
    }
    return Fate::keep;
  });
}

// Clients speak of topics under other names than they think, so that no rule on topics holds.
class RenamesTopics final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      if (auto* publish = std::get_if<codec::Publish>(&packet)) rename(publish->topic_name);
      if (auto* connect = std::get_if<Connect>(&packet); connect != nullptr && connect->will) {
        rename(connect->will->topic);
      }
      if (auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
        for (auto& wanted : subscribe->subscriptions) rename(wanted.topic_filter);
      }
      if (auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
        for (auto& filter : unsubscribe->topic_filters) rename(filter);
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      auto* publish = send != nullptr ? std::get_if<codec::Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !publish->topic_name.starts_with(prefix)) continue;
      publish->topic_name.erase(0, prefix.size());
    }
  }

 private:
  static constexpr std::string_view prefix = "renamed/";
  static constexpr std::string_view shared = "$share/";

  // Of a Shared Subscription the filter behind the share name; nothing else that begins with '$'.
  static void rename(std::string& topic) {
    if (topic.starts_with(shared)) {
      const auto end = topic.find('/', shared.size());
      if (end != std::string::npos) topic.insert(end + 1, prefix);
    } else if (!topic.empty() && topic.front() != '$') {
      topic.insert(0, prefix);
    }
  }
};

// Takes a PUBLISH for the one that was refused under its Packet Identifier.
class KeepsRefusedIdentifier final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      const auto* publish = std::get_if<codec::Publish>(&packet);
      return publish != nullptr && publish->qos == 2 &&
             refused_.contains({connection, publish->packet_identifier.value_or(0)});
    });
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* pubrec = send != nullptr ? std::get_if<codec::Pubrec>(&send->packet) : nullptr;
      if (pubrec == nullptr || !is_refusal(pubrec->reason_code)) continue;
      refused_.insert({send->connection, pubrec->packet_identifier});
    }
  }

 private:
  std::set<std::pair<ConnectionId, std::uint16_t>> refused_;
};

template <typename Packet>
InterceptorPointer calling_it_a_success() {
  return outgoing<Packet>([](Packet& packet, ConnectionId, Context&) {
    if (packet.reason_code == ReasonCode::not_authorized) packet.reason_code = ReasonCode::success;
    return Fate::keep;
  });
}

template <typename Packet>
InterceptorPointer closing_after_refusal() {
  return outgoing<Packet>([](Packet& packet, ConnectionId connection, Context& context) {
    bool refuses = false;
    if constexpr (requires { packet.reason_codes; }) {
      for (const auto code : packet.reason_codes) refuses = refuses || is_refusal(code);
    } else {
      refuses = is_refusal(packet.reason_code);
    }
    if (refuses && context.version(connection) == Version::v5_0) context.close(connection);
    return Fate::keep;
  });
}

// Drops what a 3.1 client is sent of this type.
template <typename Packet>
InterceptorPointer withholding_from_3_1() {
  return outgoing<Packet>([](Packet&, ConnectionId connection, Context& context) {
    return context.version(connection) == Version::v3_1 ? Fate::drop : Fate::keep;
  });
}

InterceptorPointer refusing_password(bool (*is_bad)(const Connect&)) {
  return incoming<Connect>([is_bad](Connect& packet, ConnectionId connection, Context& context) {
    if (!packet.password || !is_bad(packet)) return Fate::keep;
    if (packet.protocol_version == 5) {
      Connack connack;
      connack.reason_code = ReasonCode::malformed_packet;
      context.send(connection, connack);
    }
    context.close(connection);
    return Fate::drop;
  });
}

std::vector<MutantRow> credential_mutants() {
  return {
      {"wrong-credentials-are-accepted",
       {"5.0:MQTT-3.1.4-2", "3.1.1:V311-3.1.4-b", "5.0:V5-4.12-b", "5.0:MQTT-4.12.0-4"},
       "a client with the wrong credentials is served",
       [] { return std::make_unique<KeepsRefused>(true); }},
      {"refusing-connack-does-not-close",
       {"5.0:MQTT-3.2.2-7", "3.1.1:MQTT-3.2.2-5", "5.0:MQTT-4.12.0-1"},
       "the connection stays open after a CONNACK that refuses",
       [] { return std::make_unique<KeepsRefused>(false); }},
      {"refused-login-has-a-code-that-does-not-fit",
       {"5.0:MQTT-3.1.4-2", "5.0:MQTT-4.12.0-4", "3.1.1:V311-3.2.2.3-b", "3.1:V31-7"},
       "wrong credentials are refused as if the Client Identifier or version were wrong",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId connection, Context& context) {
           if (!is_login_refusal(packet)) return Fate::keep;
           packet.reason_code = context.version(connection) == Version::v5_0
                                    ? ReasonCode::unsupported_protocol_version
                                    : static_cast<ReasonCode>(2);
           return Fate::keep;
         });
       }},
      {"wrong-credentials-are-refused-without-a-word",
       {"3.1.1:V311-3.2.2.3-a"},
       "a client with the wrong credentials is closed without CONNACK",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           return is_login_refusal(packet) ? Fate::drop : Fate::keep;
         });
       }},
      {"old-clients-need-the-user-name-that-they-announce",
       {"3.1:V31-17"},
       "a 3.1 CONNECT is taken for malformed when its flags announce a User Name and none is there",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId connection, Context& context) {
           const bool announced = (packet.connect_flags.value_or(0) & 0x80U) != 0;
           if (packet.protocol_version != 3 || !announced || packet.user_name) return Fate::keep;
           context.close(connection);
           return Fate::drop;
         });
       }},
      {"refused-login-shows-a-session",
       {"5.0:MQTT-3.2.2-6", "3.1.1:MQTT-3.2.2-4"},
       "a CONNACK that refuses has Session Present 1",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId, Context&) {
           if (packet.reason_code != ReasonCode::success) packet.session_present = true;
           return Fate::keep;
         });
       }},
      {"connect-takes-over-before-it-is-checked",
       {"5.0:V5-3.1.4-f"},
       "a CONNECT that is going to be refused ends the connection of its Client Identifier",
       [] {
         return to_holders([](ConnectionId other, Context& context) { context.close(other); });
       }},
      {"connect-ends-the-session-before-it-is-checked",
       {"5.0:V5-3.1.4-f"},
       "a CONNECT that is going to be refused ends the session of its Client Identifier",
       [] {
         return to_holders([](ConnectionId other, Context& context) {
           codec::Disconnect goodbye;
           goodbye.properties.push_back(
               {codec::PropertyId::session_expiry_interval, std::uint32_t{0}});
           context.receive(other, goodbye);
         });
       }},
      {"right-credentials-are-refused",
       {"5.0:MQTT-3.1.4-5", "3.1.1:MQTT-3.1.4-4"},
       "a User Name is taken for a wrong one whatever the Password",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           if (packet.user_name) packet.user_name->append("?");
           return Fate::keep;
         });
       }},
      {"password-has-to-be-utf-8",
       {"5.0:V5-3.1.3.6-a", "5.0:V5-1.5.6-a", "3.1.1:V311-3.1.3.5-a"},
       "a CONNECT whose Password is not UTF-8 is taken for malformed",
       [] {
         return refusing_password([](const Connect& packet) {
           return codec::find_utf8_fault(*packet.password).has_value();
         });
       }},
      {"password-needs-a-user-name",
       {"5.0:V5-3.1.2.9-a", "5.0:V5-3.1-a"},
       "a 5.0 CONNECT with a Password and no User Name is taken for malformed",
       [] { return refusing_password([](const Connect& packet) { return !packet.user_name; }); }},
  };
}

}  // namespace

std::vector<MutantRow> access_mutants() {
  auto rows = credential_mutants();
  std::vector<MutantRow> permissions = {
      {"denials-do-not-hold",
       {"3.1:V31-9", "3.1:V31-10", "5.0:V5-3.4.2.1-c", "5.0:V5-3.5.2.1-c"},
       "what is denied is permitted",
       [] { return std::make_unique<RenamesTopics>(); }},
      {"denied-publish-is-called-a-success",
       {"5.0:V5-3.4.2.1-c", "5.0:V5-3.5.2.1-c"},
       "a message that was not accepted is acknowledged with 0x00",
       [] {
         return both(calling_it_a_success<codec::Puback>(), calling_it_a_success<codec::Pubrec>());
       }},
      {"old-clients-get-no-acknowledgement",
       {"3.1:V31-10"},
       "a 3.1 client gets neither PUBACK nor PUBREC",
       [] {
         return both(withholding_from_3_1<codec::Puback>(), withholding_from_3_1<codec::Pubrec>());
       }},
      {"old-clients-are-told-of-a-failure",
       {"3.1:V31-9"},
       "SUBACK has the code 0x80 for a 3.1 client",
       [] {
         return outgoing<codec::Suback>(
             [](codec::Suback& packet, ConnectionId connection, Context& context) {
               if (context.version(connection) != Version::v3_1) return Fate::keep;
               for (auto& code : packet.reason_codes) code = ReasonCode::unspecified_error;
               return Fate::keep;
             });
       }},
      {"identifier-of-a-refused-message-stays-taken",
       {"5.0:MQTT-4.3.3-9"},
       "a PUBLISH with the identifier of a refused one is passed over",
       [] { return std::make_unique<KeepsRefusedIdentifier>(); }},
      {"refusing-acknowledgement-is-followed-by-a-close",
       {"5.0:V5-4.13.2-a"},
       "after an acknowledgement of 0x80 or above the connection is closed",
       [] {
         return both(
             closing_after_refusal<codec::Suback>(),
             both(closing_after_refusal<codec::Puback>(), closing_after_refusal<codec::Pubrec>()));
       }},
  };
  std::move(permissions.begin(), permissions.end(), std::back_inserter(rows));
  return rows;
}

}  // namespace mqttspec::mutants
