// Violations of enhanced authentication and re-authentication.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Auth;
using codec::Connack;
using codec::Connect;
using codec::Disconnect;
using codec::PropertyId;
using codec::ReasonCode;
using codec::Rule;

bool has_method(const codec::Properties& properties) {
  return codec::count(properties, PropertyId::authentication_method) > 0;
}

void set_method(codec::Properties& properties, const std::string& method) {
  for (auto& property : properties) {
    if (property.id == PropertyId::authentication_method) property.value = method;
  }
}

codec::PacketType type_of(codec::BytesView frame) {
  return frame.empty() ? codec::PacketType::reserved
                       : static_cast<codec::PacketType>(static_cast<unsigned char>(frame[0]) >> 4U);
}

// Passes over an AUTH that breaks this rule.
class IgnoresFaultyAuth final : public Interceptor {
 public:
  explicit IgnoresFaultyAuth(Rule rule) : rule_(rule) {}
  OnError on_decode_error(ConnectionId, codec::BytesView frame, const codec::DecodeError& error,
                          codec::RuleSet&, Context&) override {
    const bool meant = type_of(frame) == codec::PacketType::auth && error.rule == rule_;
    return meant ? OnError::ignore : OnError::report;
  }

 private:
  Rule rule_;
};

// Takes a CONNECT in which a property occurs twice, as if the first one stood alone.
class TakesPropertiesTwice final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId, codec::BytesView frame, const codec::DecodeError& error,
                          codec::RuleSet& tolerated, Context&) override {
    if (type_of(frame) != codec::PacketType::connect || error.rule != Rule::property_twice) {
      return OnError::report;
    }
    tolerated.insert(Rule::property_twice);
    return OnError::tolerate;
  }
};

// Knows which method each connection's CONNECT named.
class Methods : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](Packet& packet) {
      if (const auto* connect = std::get_if<Connect>(&packet)) {
        const auto method =
            codec::get_string(connect->properties, PropertyId::authentication_method);
        if (method) methods_[connection] = *method;
      }
      auto* auth = std::get_if<Auth>(&packet);
      return auth != nullptr && drops(*auth, connection);
    });
  }

 protected:
  // May change the packet.
  virtual bool drops(Auth& packet, ConnectionId connection) = 0;
  std::map<ConnectionId, std::string> methods_;
};

class IgnoresAuthWithoutMethod final : public Methods {
  bool drops(Auth&, ConnectionId connection) override { return !methods_.contains(connection); }
};

class TakesAnyMethod final : public Methods {
  bool drops(Auth& packet, ConnectionId connection) override {
    if (methods_.contains(connection)) set_method(packet.properties, methods_[connection]);
    return false;
  }
};

// Sends AUTH to a client that has asked for no authentication.
class SendsAuthUnasked final : public Interceptor {
 public:
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack == nullptr || connack->reason_code != ReasonCode::success ||
          context.version(send->connection) != codec::Version::v5_0 ||
          has_method(connack->properties)) {
        continue;
      }
      Auth auth;
      auth.reason_code = ReasonCode::continue_authentication;
      auth.properties.push_back({PropertyId::authentication_method, std::string("m")});
      context.send(send->connection, std::move(auth));
    }
  }
};

// Lets the connection live on when re-authentication has failed.
class KeepsAfterFailure final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      if (const auto* close = std::get_if<broker::Close>(&action)) {
        return failed_.contains(close->connection);
      }
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* goodbye = send != nullptr ? std::get_if<Disconnect>(&send->packet) : nullptr;
      if (goodbye == nullptr || goodbye->reason_code != ReasonCode::not_authorized) return false;
      failed_.insert(send->connection);
      return true;
    });
  }

 private:
  std::set<ConnectionId> failed_;
};

// Passes over messages while a re-authentication is under way.
class DeafMeanwhile final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    std::erase_if(packets, [&](const Packet& packet) {
      if (const auto* auth = std::get_if<Auth>(&packet)) {
        if (auth->reason_code == ReasonCode::re_authenticate) under_way_.insert(connection);
      }
      return std::holds_alternative<codec::Publish>(packet) && under_way_.contains(connection);
    });
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* auth = send != nullptr ? std::get_if<Auth>(&send->packet) : nullptr;
      if (auth != nullptr && auth->reason_code == ReasonCode::success) {
        under_way_.erase(send->connection);
      }
    }
  }

 private:
  std::set<ConnectionId> under_way_;
};

template <typename Edit>
InterceptorPointer changing_connack(Edit edit) {
  return outgoing<Connack>(
      [edit](Connack& packet, ConnectionId, Context& context) { return edit(packet, context); });
}

std::vector<MutantRow> faulty_auth_mutants() {
  const auto row = [](std::string slug, std::vector<std::string> statements, std::string sentence,
                      Rule rule) {
    return MutantRow{std::move(slug), std::move(statements), std::move(sentence),
                     [rule] { return std::make_unique<IgnoresFaultyAuth>(rule); }};
  };
  return {row("auth-with-reserved-flags-is-ignored", {"5.0:MQTT-3.15.1-1"},
              "an AUTH whose header flags are not 0 is passed over", Rule::auth_header_flags),
          row("auth-with-a-wrong-code-is-ignored", {"5.0:V5-3.15.2.1-a", "5.0:MQTT-3.15.2-1"},
              "an AUTH with a Reason Code that is not the client's is passed over",
              Rule::auth_reason_code),
          row("auth-without-a-method-of-its-own-is-ignored", {"5.0:V5-3.15.2.2.2-a"},
              "an AUTH that lacks the Authentication Method is passed over",
              Rule::authentication_method_missing),
          row("auth-with-a-property-twice-is-ignored",
              {"5.0:V5-3.15.2.2.2-a", "5.0:V5-3.15.2.2.3-a", "5.0:V5-3.15.2.2.4-a"},
              "an AUTH in which a property occurs twice is passed over", Rule::property_twice),
          row("auth-with-a-foreign-property-is-ignored", {"5.0:V5-2.2.2.2-l"},
              "an AUTH with a property that is not for AUTH is passed over",
              Rule::property_not_in_auth)};
}

std::vector<MutantRow> connack_method_mutants() {
  return {
      {"connack-lacks-the-authentication-method",
       {"5.0:MQTT-4.12.0-5"},
       "CONNACK does not repeat the Authentication Method",
       [] {
         return changing_connack([](Connack& packet, Context&) {
           remove(packet.properties, PropertyId::authentication_method);
           return Fate::keep;
         });
       }},
      {"connack-has-the-authentication-method-twice",
       {"5.0:V5-3.2.2.3.17-a"},
       "CONNACK has the Authentication Method twice",
       [] {
         return changing_connack([](Connack& packet, Context&) {
           const auto method =
               codec::get_string(packet.properties, PropertyId::authentication_method);
           if (method) {
             packet.properties.push_back({PropertyId::authentication_method, std::string(*method)});
           }
           return Fate::keep;
         });
       }},
      {"connack-names-a-method-unasked",
       {"5.0:MQTT-4.12.0-6"},
       "CONNACK has an Authentication Method though CONNECT had none",
       [] {
         return outgoing<Connack>([](Connack& packet, ConnectionId connection, Context& context) {
           const bool told = context.version(connection) == codec::Version::v5_0 &&
                             packet.reason_code == ReasonCode::success;
           if (told && !has_method(packet.properties)) {
             packet.properties.push_back({PropertyId::authentication_method, std::string("m")});
           }
           return Fate::keep;
         });
       }},
      {"authentication-ends-without-connack",
       {"5.0:V5-4.12-a"},
       "a client that has authenticated itself by AUTH gets no CONNACK",
       [] {
         return changing_connack([](Connack& packet, Context&) {
           const bool ends = packet.reason_code == ReasonCode::success;
           return ends && has_method(packet.properties) ? Fate::drop : Fate::keep;
         });
       }},
      {"unsupported-method-has-a-code-that-does-not-fit",
       {"5.0:MQTT-4.12.0-1"},
       "an Authentication Method that is not supported is refused with 0x84",
       [] {
         return changing_connack([](Connack& packet, Context&) {
           if (packet.reason_code == ReasonCode::bad_authentication_method) {
             packet.reason_code = ReasonCode::unsupported_protocol_version;
           }
           return Fate::keep;
         });
       }},
  };
}

}  // namespace

std::vector<MutantRow> authentication_mutants() {
  std::vector<MutantRow> rows = {
      {"authentication-method-is-not-looked-at",
       {"5.0:MQTT-4.12.0-1"},
       "CONNECT is treated as if it named no Authentication Method",
       [] {
         return incoming<Connect>([](Connect& packet, ConnectionId, Context&) {
           remove(packet.properties, PropertyId::authentication_method);
           remove(packet.properties, PropertyId::authentication_data);
           return Fate::keep;
         });
       }},
      {"auth-challenge-has-another-code",
       {"5.0:MQTT-4.12.0-2", "5.0:MQTT-3.15.2-1"},
       "the server's AUTH that wants more has Reason Code 0x19",
       [] {
         return outgoing<Auth>([](Auth& packet, ConnectionId, Context&) {
           if (packet.reason_code == ReasonCode::continue_authentication) {
             packet.reason_code = ReasonCode::re_authenticate;
           }
           return Fate::keep;
         });
       }},
      {"auth-names-another-method",
       {"5.0:MQTT-4.12.0-5"},
       "the server's AUTH has another Authentication Method than CONNECT",
       [] {
         return outgoing<Auth>([](Auth& packet, ConnectionId, Context&) {
           set_method(packet.properties, "another");
           return Fate::keep;
         });
       }},
      {"auth-is-sent-unasked",
       {"5.0:MQTT-4.12.0-6"},
       "a client without Authentication Method gets an AUTH",
       [] { return std::make_unique<SendsAuthUnasked>(); }},
      {"auth-without-a-method-in-connect-is-ignored",
       {"5.0:MQTT-4.12.0-7"},
       "an AUTH on a connection without Authentication Method is passed over",
       [] { return std::make_unique<IgnoresAuthWithoutMethod>(); }},
      {"re-authentication-takes-any-method",
       {"5.0:MQTT-4.12.1-1"},
       "the method of an AUTH is taken for the one of CONNECT",
       [] { return std::make_unique<TakesAnyMethod>(); }},
      {"failed-re-authentication-does-not-close",
       {"5.0:MQTT-4.12.1-2"},
       "the connection lives on when re-authentication has failed",
       [] { return std::make_unique<KeepsAfterFailure>(); }},
      {"failed-re-authentication-has-a-code-that-does-not-fit",
       {"5.0:MQTT-4.12.1-2"},
       "a failed re-authentication is answered with DISCONNECT 0x97",
       [] {
         return outgoing<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           if (packet.reason_code == ReasonCode::not_authorized) {
             packet.reason_code = ReasonCode::quota_exceeded;
           }
           return Fate::keep;
         });
       }},
      {"re-authentication-ends-without-a-word",
       {"5.0:V5-4.12.1-a"},
       "re-authentication that has succeeded is not answered",
       [] {
         return outgoing<Auth>([](Auth& packet, ConnectionId, Context&) {
           return packet.reason_code == ReasonCode::success ? Fate::drop : Fate::keep;
         });
       }},
      {"re-authentication-stops-traffic",
       {"5.0:V5-4.12.1-b"},
       "messages of a client that re-authenticates are passed over",
       [] { return std::make_unique<DeafMeanwhile>(); }},
      {"auth-with-user-properties-is-ignored",
       {"5.0:V5-3.15.2.2.5-a"},
       "an AUTH with User Properties is passed over",
       [] {
         return incoming<Auth>([](Auth& packet, ConnectionId, Context&) {
           const bool has = codec::count(packet.properties, PropertyId::user_property) > 0;
           return has ? Fate::drop : Fate::keep;
         });
       }},
      {"authentication-properties-may-occur-twice",
       {"5.0:V5-3.1.2.11.9-a", "5.0:V5-3.1.2.11.10-b"},
       "a CONNECT in which a property occurs twice is taken",
       [] { return std::make_unique<TakesPropertiesTwice>(); }},
      {"authentication-data-needs-no-method",
       {"5.0:V5-3.1.2.11.10-a"},
       "a CONNECT with Authentication Data and no method is taken",
       [] { return tolerating({Rule::authentication_data_without_method}); }},
  };
  for (auto part : {faulty_auth_mutants, connack_method_mutants}) {
    auto more = part();
    std::move(more.begin(), more.end(), std::back_inserter(rows));
  }
  return rows;
}

}  // namespace mqttspec::mutants
