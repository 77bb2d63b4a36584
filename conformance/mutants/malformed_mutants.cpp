// Brokers that take what they must refuse, or refuse it in the wrong way.
#include <memory>

#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Disconnect;
using codec::Rule;

// Passes over every frame that the codec refuses, once the client is connected.
class IgnoresMalformed final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError&, codec::RuleSet&, Context& context) override {
    const bool connect = !frame.empty() && (static_cast<unsigned char>(frame[0]) >> 4) == 1;
    return connect || context.client_identifier(connection).empty() ? OnError::report
                                                                    : OnError::ignore;
  }
};

// Passes over a CONNECT that the codec refuses and waits for a better one.
class IgnoresMalformedConnect final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId, codec::BytesView frame, const codec::DecodeError&,
                          codec::RuleSet&, Context&) override {
    const bool connect = !frame.empty() && (static_cast<unsigned char>(frame[0]) >> 4) == 1;
    return connect ? OnError::ignore : OnError::report;
  }
};

std::vector<Rule> utf8_rules() {
  return {Rule::utf8_nul,          Rule::utf8_surrogate, Rule::utf8_overlong,
          Rule::utf8_out_of_range, Rule::utf8_truncated, Rule::utf8_lone_continuation,
          Rule::utf8_invalid_byte};
}

}  // namespace

std::vector<MutantRow> malformed_mutants() {
  return {
      {"malformed-packets-are-ignored",
       {"5.0:MQTT-4.13.1-1", "3.1.1:MQTT-4.8.0-1", "5.0:MQTT-3.3.1-4", "3.1.1:MQTT-3.3.1-4",
        "3.1.1:V311-1.5.3-b", "5.0:V5-1.5.4-b", "3.1.1:V311-2.3.1-c", "5.0:V5-3.3.2-a",
        "5.0:V5-2.2.2.2-o", "5.0:V5-3.3.2.3.9-a", "5.0:V5-2.2.2.2-a", "3.1.1:MQTT-1.5.3-1",
        "5.0:MQTT-1.5.4-1", "3.1.1:MQTT-1.5.3-2", "5.0:MQTT-1.5.4-2"},
       "a packet that is malformed is passed over, and the connection lives on",
       [] { return std::make_unique<IgnoresMalformed>(); }},
      {"malformed-connect-is-ignored",
       {"5.0:MQTT-3.1.4-1", "3.1.1:MQTT-3.1.4-1"},
       "a CONNECT that is malformed is passed over",
       [] { return std::make_unique<IgnoresMalformedConnect>(); }},
      {"malformed-packets-close-with-the-wrong-code",
       {"5.0:V5-4.13.1-a"},
       "DISCONNECT says 0x97 whatever was wrong",
       [] {
         return outgoing<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           packet.reason_code = codec::ReasonCode::quota_exceeded;
           return Fate::keep;
         });
       }},
      {"ill-formed-strings-are-accepted",
       {"5.0:MQTT-1.5.4-1", "3.1.1:MQTT-1.5.3-1", "5.0:MQTT-1.5.4-2", "3.1.1:MQTT-1.5.3-2"},
       "strings are not checked for UTF-8",
       [] { return tolerating(utf8_rules()); }},
      {"wildcards-in-topic-names-are-accepted",
       {"5.0:MQTT-3.3.2-2", "3.1.1:MQTT-3.3.2-2", "5.0:MQTT-4.7.0-1", "3.1.1:MQTT-4.7.1-1"},
       "a Topic Name with a wildcard is routed",
       [] { return tolerating({Rule::topic_name_wildcard}); }},
      {"reserved-flags-are-ignored",
       {"5.0:MQTT-2.1.3-1", "3.1.1:MQTT-2.2.2-2", "5.0:MQTT-3.8.1-1", "3.1.1:MQTT-3.8.1-1",
        "5.0:MQTT-3.10.1-1", "3.1.1:MQTT-3.10.1-1", "5.0:MQTT-3.6.1-1", "3.1.1:MQTT-3.6.1-1",
        "5.0:MQTT-3.14.1-1", "3.1.1:MQTT-3.14.1-1"},
       "the reserved flags of the fixed header are not looked at",
       [] {
         return tolerating({Rule::puback_header_flags, Rule::pubrec_header_flags,
                            Rule::pubrel_header_flags, Rule::pubcomp_header_flags,
                            Rule::subscribe_header_flags, Rule::unsubscribe_header_flags,
                            Rule::pingreq_header_flags, Rule::disconnect_header_flags,
                            Rule::connect_header_flags});
       }},
      {"reserved-connect-flag-is-ignored",
       {"5.0:MQTT-3.1.2-3", "3.1.1:MQTT-3.1.2-3"},
       "bit 0 of the Connect Flags is not looked at",
       [] { return tolerating({Rule::connect_flag_reserved}); }},
      {"empty-subscribe-is-accepted",
       {"5.0:MQTT-3.8.3-2", "3.1.1:MQTT-3.8.3-3"},
       "a SUBSCRIBE without filters is passed over",
       [] { return tolerating({Rule::subscribe_empty}); }},
      {"empty-unsubscribe-is-accepted",
       {"5.0:MQTT-3.10.3-2", "3.1.1:MQTT-3.10.3-2"},
       "an UNSUBSCRIBE without filters is passed over",
       [] { return tolerating({Rule::unsubscribe_empty}); }},
      {"packet-identifier-0-is-accepted",
       {"5.0:MQTT-2.2.1-3", "3.1.1:MQTT-2.3.1-1"},
       "Packet Identifier 0 is taken like any other",
       [] { return tolerating({Rule::packet_identifier_zero}); }},
      {"reserved-subscription-options-are-ignored",
       {"5.0:MQTT-3.8.3-5", "3.1.1:MQTT-3.8.3-4"},
       "reserved bits of the Subscription Options are not looked at",
       [] {
         return tolerating({Rule::subscription_options_reserved, Rule::subscription_qos_3,
                            Rule::retain_handling_3});
       }},
      {"wildcards-anywhere-in-filters-are-accepted",
       {"5.0:MQTT-4.7.1-1", "3.1.1:MQTT-4.7.1-2", "5.0:MQTT-4.7.1-2", "3.1.1:MQTT-4.7.1-3"},
       "'a#' and 'a+/b' are taken as filters",
       [] {
         return tolerating(
             {Rule::topic_filter_multi_level_wildcard, Rule::topic_filter_single_level_wildcard});
       }},
      {"topic-alias-0-is-accepted",
       {"5.0:MQTT-3.3.2-8", "5.0:V5-3.3.4-g"},
       "Topic Alias 0 is passed over",
       [] {
         return both(
             tolerating({Rule::topic_alias_zero}),
             incoming<codec::Publish>([](codec::Publish& packet, ConnectionId, Context&) {
               if (codec::get_integer(packet.properties, codec::PropertyId::topic_alias) == 0U) {
                 remove(packet.properties, codec::PropertyId::topic_alias);
               }
               return Fate::keep;
             }));
       }},
  };
}

}  // namespace mqttspec::mutants
