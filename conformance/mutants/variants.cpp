// Legal variants: each uses one freedom that the standard leaves. No check may fail one.
#include <algorithm>
#include <memory>

#include "conformance/mutants/own_packets.hpp"
#include "conformance/mutants/tables.hpp"
#include "conformance/mutants/variant_tables.hpp"

namespace mqttspec::mutants {
namespace {

using broker::Config;
using codec::PropertyId;
using codec::ReasonCode;

constexpr auto delay = std::chrono::milliseconds(800);

// Sends acknowledgements a while after they are due, in order. Well within anybody's patience.
class AcknowledgesLate final : public Delaying {
 public:
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](broker::Action& action) {
      auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || !is_acknowledgement(send->packet)) return false;
      at(context.now() + delay, [c = send->connection, packet = std::move(send->packet)](
                                    Context& later) { later.send(c, packet); });
      return true;
    });
  }

 private:
  static bool is_acknowledgement(const Packet& packet) {
    return std::holds_alternative<codec::Puback>(packet) ||
           std::holds_alternative<codec::Pubrec>(packet) ||
           std::holds_alternative<codec::Pubcomp>(packet) ||
           std::holds_alternative<codec::Unsuback>(packet);
  }
};

// Explains itself wherever that is allowed and the client has set no size limit.
class Talkative final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<codec::Connect>(&packet);
      if (connect == nullptr) continue;
      const auto& properties = connect->properties;
      if (connect->protocol_version == 5 &&
          codec::count(properties, PropertyId::maximum_packet_size) == 0 &&
          codec::get_integer(properties, PropertyId::request_problem_information) != 0U) {
        listeners_.push_back(connection);
      }
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (auto& action : actions) {
      auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || std::holds_alternative<codec::Publish>(send->packet)) continue;
      bool listens = false;
      for (const ConnectionId c : listeners_) listens = listens || c == send->connection;
      auto* properties = codec::properties_of(send->packet);
      if (!listens || properties == nullptr) continue;
      if (codec::count(*properties, PropertyId::reason_string) == 0) {
        properties->push_back({PropertyId::reason_string, std::string("by the book")});
      }
      properties->push_back({PropertyId::user_property, codec::StringPair{"server", "talkative"}});
    }
  }

 private:
  std::vector<ConnectionId> listeners_;
};

// Retained messages and others that a SUBSCRIBE brings come before its SUBACK.
class SubackComesLast final : public Delaying {
 public:
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](broker::Action& action) {
      auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || !std::holds_alternative<codec::Suback>(send->packet)) return false;
      at(context.now() + std::chrono::milliseconds(50),
         [c = send->connection, packet = std::move(send->packet)](Context& later) {
           later.send(c, packet);
         });
      return true;
    });
  }
};

template <class P>
InterceptorPointer code_instead(std::initializer_list<ReasonCode> codes, ReasonCode instead) {
  return outgoing<P>(
      [codes = std::vector<ReasonCode>(codes), instead](P& packet, ConnectionId, Context&) {
        for (const auto code : codes) {
          if (packet.reason_code == code) packet.reason_code = instead;
        }
        return Fate::keep;
      });
}

// Those that need no more than another configuration or a few lines.
std::vector<VariantRow> common_variants() {
  return {
      {"closes-without-disconnect",
       "closes a 5.0 connection without DISCONNECT",
       "5.0 4.13.1",
       {},
       [](Config& config) { config.disconnect_before_close = false; },
       true},
      {"refuses-without-connack",
       "closes on a bad CONNECT without CONNACK",
       "5.0 4.13.1",
       {},
       [](Config& config) { config.connack_before_close = false; }},
      {"one-copy-per-subscription",
       "sends a copy for each overlapping subscription",
       "5.0 3.3.4, 3.1.1 3.3.5",
       {},
       [](Config& config) { config.one_copy_for_overlapping = false; }},
      {"qos2-is-forwarded-on-pubrel",
       "forwards a QoS 2 message when PUBREL comes",
       "5.0 4.3.3, 3.1.1 4.3.3",
       {},
       [](Config& config) { config.forward_qos2_on_publish = false; }},
      {"qos0-waits-for-absent-clients",
       "keeps QoS 0 messages for absent clients",
       "5.0 4.1, 3.1.1 3.1.2.4",
       {},
       [](Config& config) { config.queue_qos0_for_absent = true; }},
      {"grants-at-most-qos1",
       "grants no more than QoS 1",
       "5.0 3.8.4, 3.1.1 3.8.4",
       {},
       [](Config& config) { config.maximum_granted_qos = 1; }},
      {"grants-at-most-qos0",
       "grants no more than QoS 0",
       "5.0 3.8.4, 3.1.1 3.8.4",
       {},
       [](Config& config) { config.maximum_granted_qos = 0; }},
      {"uses-topic-aliases",
       "uses Topic Aliases towards clients that allow them",
       "5.0 3.3.2.3.4",
       {},
       [](Config& config) { config.use_topic_aliases = true; }},
      {"announces-maximum-qos-1",
       "supports QoS 0 and 1 only",
       "5.0 3.2.2.3.4",
       {},
       [](Config& config) { config.maximum_qos = 1; }},
      {"announces-no-retain",
       "does not support retained messages",
       "5.0 3.2.2.3.5",
       {},
       [](Config& config) { config.retain_available = false; }},
      {"announces-small-limits",
       "accepts few open messages, few aliases and small packets",
       "5.0 3.2.2.3",
       {},
       [](Config& config) {
         config.receive_maximum = 10;
         config.topic_alias_maximum = 2;
         config.maximum_packet_size = 16'384;
       }},
      {"announces-a-server-keep-alive",
       "sets a Keep Alive of its own",
       "5.0 3.2.2.3.14",
       {},
       [](Config& config) { config.server_keep_alive = std::uint16_t{5}; }},
      {"shared-messages-go-to-any-member",
       "chooses the member of a Shared Subscription at random",
       "5.0 4.8.2",
       {},
       [](Config& config) { config.shared_choice = Config::SharedChoice::at_random; }},
      {"shared-messages-move-on-disconnect",
       "gives a QoS 1 message of a Shared Subscription to another member when the connection of "
       "the first is lost",
       "5.0 4.8.2",
       {},
       [](Config& config) { config.redeliver_shared_on_disconnect = true; }},
      {"retained-messages-come-before-suback",
       "sends retained messages in front of the SUBACK",
       "5.0 3.8.4, 3.1.1 3.8.4",
       {},
       [](Config& config) { config.retained_before_suback = true; }},
      {"payloads-are-checked-for-utf8",
       "refuses payloads that are said to be UTF-8 and are not",
       "5.0 3.3.2.3.2",
       {},
       [](Config& config) { config.check_payload_format = true; }},
      {"publishers-are-not-told-of-missing-subscribers",
       "acknowledges with 0x00 though nobody has subscribed",
       "5.0 3.4.2.1, 3.5.2.1",
       {},
       [](Config& config) { config.no_matching_subscribers_code = false; }},
      {"explains-nothing",
       "sends no Reason String",
       "5.0 3.2.2.3.9",
       {},
       [](Config& config) { config.reason_strings = false; }},
      {"denied-publishes-end-the-connection",
       "closes on a 3.1.1 PUBLISH that is not permitted",
       "3.1.1 3.3.5",
       {},
       [](Config& config) { config.close_on_denied_publish = true; }},
      {"one-message-is-open-at-a-time",
       "keeps a single QoS 1 or 2 message open towards a client",
       "5.0 4.9, 3.1.1 4.6",
       {},
       [](Config& config) { config.inflight_limit = std::uint16_t{1}; }},
      {"connack-has-user-properties",
       "adds User Properties to CONNACK",
       "5.0 3.2.2.3.10",
       {},
       [](Config& config) {
         config.connack_user_properties = {{"region", "north"}, {"region", "south"}};
       }},
      {"statistics-come-often",
       "publishes statistics below $SYS every second",
       "5.0 4.7.2, 3.1.1 4.7.2",
       {},
       [](Config& config) { config.sys_interval = std::chrono::seconds(1); }},
      {"client-identifiers-have-to-be-chosen",
       "refuses clients without a Client Identifier",
       "5.0 3.1.3.1, 3.1.1 3.1.3.1",
       {},
       [](Config& config) { config.assign_client_identifiers = false; }},
      {"announces-a-session-expiry-limit",
       "keeps no session longer than an hour",
       "5.0 3.2.2.3.2",
       {},
       [](Config& config) { config.session_expiry_interval = 3600U; }},
      {"announces-no-wildcards",
       "does not support wildcards in Topic Filters",
       "5.0 3.2.2.3.11",
       {},
       [](Config& config) { config.wildcard_subscription_available = false; }},
      {"announces-no-subscription-identifiers",
       "does not support Subscription Identifiers",
       "5.0 3.2.2.3.12",
       {},
       [](Config& config) { config.subscription_identifier_available = false; }},
      {"announces-no-shared-subscriptions",
       "does not support Shared Subscriptions",
       "5.0 3.2.2.3.13",
       {},
       [](Config& config) { config.shared_subscription_available = false; }},
      {"announces-no-topic-aliases",
       "accepts no Topic Aliases",
       "5.0 3.2.2.3.8",
       {},
       [](Config& config) { config.topic_alias_maximum = 0; }},
      {"offers-response-information",
       "gives Response Information to who asks for it",
       "5.0 3.2.2.3.15",
       {},
       [](Config& config) { config.response_information = "answers/"; }},
      {"clients-exchange-messages-on-dollar-topics",
       "lets clients use topics that begin with '$' among themselves",
       "5.0 4.7.2, 3.1.1 4.7.2",
       {},
       [](Config& config) { config.exchange_on_dollar_topics = true; },
       true},
      {"has-no-topics-of-its-own",
       "publishes nothing below $SYS",
       "5.0 4.7.2, 3.1.1 4.7.2",
       {},
       [](Config& config) {
         config.system_topics.clear();
         config.sys_interval = std::chrono::milliseconds(0);
       }},
      {"retained-qos0-messages-are-discarded",
       "discards retained messages of QoS 0 at once",
       "5.0 3.3.1.3, 3.1.1 3.3.1.3",
       {},
       [](Config& config) { config.keep_retained_qos0 = false; },
       true},
      {"does-not-repeat-to-3-1",
       "repeats to 3.1 clients on a new connection only",
       "3.1 Message delivery retry",
       {},
       [](Config& config) { config.retry_interval = std::chrono::milliseconds(0); },
       true},
      {"assigns-long-client-identifiers",
       "assigns Client Identifiers with any characters and of any length",
       "5.0 3.2.2.3.7",
       {},
       [](Config& config) {
         config.assigned_client_identifier_prefix = "given by us: \xC3\xA9/" + std::string(80, 'x');
       }},
      {"waits-two-seconds-for-connect",
       "closes a connection without CONNECT after two seconds",
       "5.0 3.1.4, 3.1.1 3.1.4",
       {},
       [](Config& config) { config.connect_timeout = std::chrono::seconds(2); }},
      {"acknowledges-late",
       "acknowledges after 0.8 s",
       "5.0 4.3, 3.1.1 4.3",
       [] { return std::make_unique<AcknowledgesLate>(); },
       {}},
      {"explains-everything",
       "adds Reason String and User Property where allowed",
       "5.0 3.1.2.11.7",
       [] { return std::make_unique<Talkative>(); },
       {}},
      {"reads-padded-lengths",
       "reads a Remaining Length that has more bytes than it needs",
       "5.0 1.5.5, 3.1.1 2.2.3",
       [] { return tolerating({codec::Rule::remaining_length_padded}); },
       {},
       true},
      {"takes-plain-client-identifiers-only",
       "refuses Client Identifiers with other characters than ASCII",
       "5.0 3.1.3.1, 3.1.1 3.1.3.1",
       [] {
         return incoming<codec::Connect>([](codec::Connect& packet, ConnectionId c,
                                            Context& context) {
           const auto& id = packet.client_identifier;
           // 3.1 leaves no such freedom: it counts characters, whatever they are.
           if (packet.protocol_version == 3) return Fate::keep;
           if (std::none_of(id.begin(), id.end(),
                            [](char each) { return static_cast<unsigned char>(each) >= 0x80; })) {
             return Fate::keep;
           }
           answer_connect(packet, c,
                          packet.protocol_version == 5 ? ReasonCode::client_identifier_not_valid
                                                       : ReasonCode{2},
                          context);
           context.close(c);
           return Fate::drop;
         });
       },
       {}},
      {"suback-comes-last",
       "sends retained messages before SUBACK",
       "5.0 3.8.4, 3.1.1 3.8.4",
       [] { return std::make_unique<SubackComesLast>(); },
       {}},
      {"unspecified-reasons",
       "gives 0x80 as the reason of every close",
       "5.0 2.4, 4.13",
       [] {
         return code_instead<codec::Disconnect>(
             {ReasonCode::malformed_packet, ReasonCode::protocol_error,
              ReasonCode::topic_name_invalid},
             ReasonCode::unspecified_error);
       },
       {},
       true},
  };
}

}  // namespace

const std::vector<VariantRow>& variant_table() {
  static const std::vector<VariantRow> table = [] {
    auto rows = common_variants();
    for (auto part : {trace_variants, message_variants, exchange_variants}) {
      for (auto& row : part()) rows.push_back(std::move(row));
    }
    return rows;
  }();
  return table;
}

}  // namespace mqttspec::mutants
