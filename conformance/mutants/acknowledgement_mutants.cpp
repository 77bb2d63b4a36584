// Violations in the forms and codes of PUBACK, PUBREC, PUBREL and PUBCOMP, both ways, and brokers
// that stumble over repeated User Properties.
#include <memory>
#include <set>

#include <fmt/format.h>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;
using codec::ReasonCode;

// Takes a packet in which a User Property repeats for a Protocol Error.
template <class P>
MutantRow refuses_repeated(std::string_view packet_name, std::string_view statement) {
  return {fmt::format("user-properties-may-not-repeat-in-{}", packet_name),
          {std::string(statement)},
          fmt::format("a repeated User Property in {} ends the connection", packet_name),
          [] {
            return incoming<P>([](P& packet, ConnectionId connection, Context& context) {
              if (codec::count(packet.properties, PropertyId::user_property) < 2) return Fate::keep;
              throw_out(connection, ReasonCode::protocol_error, context);
              return Fate::drop;
            });
          }};
}

// Likewise in the properties of a Will.
MutantRow refuses_repeated_in_will() {
  return {"user-properties-may-not-repeat-in-will",
          {"5.0:V5-3.1.3.2.8-a"},
          "a repeated User Property in a Will ends the connection",
          [] {
            return incoming<codec::Connect>(
                [](codec::Connect& packet, ConnectionId connection, Context& context) {
                  if (!packet.will ||
                      codec::count(packet.will->properties, PropertyId::user_property) < 2) {
                    return Fate::keep;
                  }
                  context.close(connection);
                  return Fate::drop;
                });
          }};
}

// A DISCONNECT whose User Properties repeat is none: the connection counts as lost.
MutantRow refuses_repeated_in_disconnect() {
  return {"user-properties-may-not-repeat-in-disconnect",
          {"5.0:V5-3.14.2.2.4-a"},
          "a DISCONNECT with repeated User Properties lets the Will out",
          [] {
            return incoming<codec::Disconnect>(
                [](codec::Disconnect& packet, ConnectionId connection, Context& context) {
                  if (codec::count(packet.properties, PropertyId::user_property) < 2)
                    return Fate::keep;
                  context.lose(connection);
                  return Fate::drop;
                });
          }};
}

// Takes an acknowledgement of fewer than `size` bytes after its first two for malformed.
class WantsWholeForm final : public Interceptor {
 public:
  explicit WantsWholeForm(codec::PacketType type) : type_(type) {}
  void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    const bool meant = bytes.size() >= 2 && bytes.size() < 6 &&
                       (static_cast<unsigned char>(bytes[0]) >> 4) == static_cast<int>(type_);
    if (!meant || context.version(connection) != codec::Version::v5_0) return;
    throw_out(connection, ReasonCode::malformed_packet, context);
    bytes.clear();
  }

 private:
  codec::PacketType type_;
};

MutantRow wants_whole_form(codec::PacketType type, std::string_view packet_name,
                           std::string_view statement) {
  return {fmt::format("short-{}-is-malformed", packet_name),
          {std::string(statement)},
          fmt::format("a {} without code or properties ends the connection", packet_name),
          [type] { return std::make_unique<WantsWholeForm>(type); }};
}

// Sends `instead` wherever the standard has success.
template <class P>
InterceptorPointer with_code(ReasonCode instead) {
  return outgoing<P>([instead](P& packet, ConnectionId connection, Context& context) {
    if (context.version(connection) == codec::Version::v5_0) packet.reason_code = instead;
    return Fate::keep;
  });
}

template <class P>
MutantRow has_unknown_code(std::string_view packet_name, std::string_view statement,
                           ReasonCode code) {
  return {fmt::format("{}-has-a-code-of-another-packet", packet_name),
          {std::string(statement)},
          fmt::format("{} has a Reason Code that its table lacks", packet_name),
          [code] { return with_code<P>(code); }};
}

// Says 0x10 in spite of subscribers.
template <class P>
MutantRow always_says_nobody(std::string_view packet_name, std::string_view statement) {
  return {fmt::format("{}-always-says-that-nobody-has-subscribed", packet_name),
          {std::string(statement)},
          fmt::format("{} has Reason Code 0x10 for every message", packet_name),
          [] { return with_code<P>(ReasonCode::no_matching_subscribers); }};
}

std::vector<MutantRow> exchange_rows() {
  return {
      {"pubrec-0x10-ends-the-exchange",
       {"5.0:V5-3.5.2.1-b"},
       "after PUBREC 0x10 the identifier is forgotten, and PUBREL is answered by 0x92",
       [] {
         auto nobody = std::make_shared<std::set<std::uint16_t>>();
         return both(
             outgoing<codec::Pubrec>([nobody](codec::Pubrec& packet, ConnectionId, Context&) {
               if (packet.reason_code == ReasonCode::no_matching_subscribers) {
                 nobody->insert(packet.packet_identifier);
               }
               return Fate::keep;
             }),
             outgoing<codec::Pubcomp>([nobody](codec::Pubcomp& packet, ConnectionId, Context&) {
               if (nobody->contains(packet.packet_identifier)) {
                 packet.reason_code = ReasonCode::packet_identifier_not_found;
               }
               return Fate::keep;
             }));
       }},
      {"unknown-pubrel-counts-as-success",
       {"5.0:V5-3.6.2.1-b"},
       "PUBCOMP says 0x00 for an identifier that was never used",
       [] {
         return outgoing<codec::Pubcomp>([](codec::Pubcomp& packet, ConnectionId, Context&) {
           packet.reason_code = ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"unknown-pubrel-closes",
       {"5.0:V5-3.6.2.1-b"},
       "a PUBREL whose identifier is not known ends the connection, even in recovery",
       [] {
         return outgoing<codec::Pubcomp>(
             [](codec::Pubcomp& packet, ConnectionId connection, Context& context) {
               if (packet.reason_code != ReasonCode::packet_identifier_not_found) return Fate::keep;
               throw_out(connection, ReasonCode::protocol_error, context);
               return Fate::drop;
             });
       }},
      {"pubrel-0x92-is-not-answered",
       {"5.0:V5-3.6.2.1-d"},
       "a PUBREL with 0x92 has no answer",
       [] {
         return incoming<codec::Pubrel>([](codec::Pubrel& packet, ConnectionId, Context&) {
           return packet.reason_code == ReasonCode::packet_identifier_not_found ? Fate::drop
                                                                                : Fate::keep;
         });
       }},
      {"pubcomp-0x92-settles-nothing",
       {"5.0:V5-3.7.2.1-b"},
       "after a PUBCOMP with 0x92 the message still counts as open",
       [] {
         return incoming<codec::Pubcomp>([](codec::Pubcomp& packet, ConnectionId, Context&) {
           return packet.reason_code == ReasonCode::packet_identifier_not_found ? Fate::drop
                                                                                : Fate::keep;
         });
       }},
  };
}

// Calls `edit` for PUBACK and PUBREC packets that refuse.
template <class Edit>
InterceptorPointer each_refusal(Edit edit) {
  const auto hook = [edit](auto& packet, ConnectionId connection, Context& context) {
    if (static_cast<unsigned>(packet.reason_code) < 0x80) return Fate::keep;
    return edit(packet.packet_identifier, connection, context);
  };
  return both(outgoing<codec::Puback>(hook), outgoing<codec::Pubrec>(hook));
}

bool is_denied(const codec::Publish& packet) {
  return packet.topic_name.ends_with("/forbidden") || packet.topic_name.ends_with("/denied");
}

std::vector<MutantRow> refusal_rows() {
  return {
      {"denied-publish-has-no-answer",
       {"3.1.1:MQTT-3.3.5-2", "5.0:V5-3.4.2.1-c", "5.0:V5-3.5.2.1-c"},
       "a PUBLISH that is not allowed is dropped without a word",
       [] {
         return incoming<codec::Publish>([](codec::Publish& packet, ConnectionId, Context&) {
           return is_denied(packet) ? Fate::drop : Fate::keep;
         });
       }},
      {"denied-publish-is-forwarded",
       {"5.0:V5-3.4.2.1-c", "5.0:V5-3.5.2.1-c", "5.0:V5-2.4-a"},
       "a PUBLISH that is not allowed is refused and delivered",
       [] {
         return incoming<codec::Publish>(
             [](codec::Publish& packet, ConnectionId from, Context& context) {
               if (!is_denied(packet)) return Fate::keep;
               codec::Publish copy = packet;
               copy.qos = 0;
               copy.packet_identifier.reset();
               for (const ConnectionId c : context.connections()) {
                 if (c != from) context.send(c, copy);
               }
               return Fate::keep;
             });
       }},
      {"refusing-acknowledgements-close",
       {"5.0:V5-4.13.2-a"},
       "an acknowledgement of 0x80 or above is followed by a close",
       [] {
         return each_refusal([](std::uint16_t, ConnectionId connection, Context& context) {
           throw_out(connection, ReasonCode::not_authorized, context);
           return Fate::keep;
         });
       }},
      {"refused-identifiers-stay-in-use",
       {"5.0:MQTT-4.3.3-9", "5.0:V5-3.5.2.1-c"},
       "the identifier of a refused QoS 2 PUBLISH is refused with 0x91 from then on",
       [] {
         auto refused = std::make_shared<std::set<std::uint16_t>>();
         return both(each_refusal([refused](std::uint16_t id, ConnectionId, Context&) {
                       refused->insert(id);
                       return Fate::keep;
                     }),
                     incoming<codec::Publish>(
                         [refused](codec::Publish& packet, ConnectionId c, Context& context) {
                           if (packet.qos != 2 || !refused->contains(*packet.packet_identifier)) {
                             return Fate::keep;
                           }
                           codec::Pubrec answer{*packet.packet_identifier};
                           answer.reason_code = ReasonCode::packet_identifier_in_use;
                           context.send(c, answer);
                           return Fate::drop;
                         }));
       }},
  };
}

}  // namespace

std::vector<MutantRow> acknowledgement_mutants() {
  using codec::PacketType;
  std::vector<MutantRow> rows = {
      refuses_repeated<codec::Connect>("connect", "5.0:V5-3.1.2.11.8-a"),
      refuses_repeated_in_will(),
      refuses_repeated<codec::Subscribe>("subscribe", "5.0:V5-3.8.2.1.3-a"),
      refuses_repeated<codec::Publish>("publish", "5.0:V5-3.3.2.3.7-a"),
      refuses_repeated<codec::Unsubscribe>("unsubscribe", "5.0:V5-3.10.2.1.2-a"),
      refuses_repeated_in_disconnect(),
      refuses_repeated<codec::Puback>("puback", "5.0:V5-3.4.2.2.3-a"),
      refuses_repeated<codec::Pubrec>("pubrec", "5.0:V5-3.5.2.2.3-a"),
      refuses_repeated<codec::Pubrel>("pubrel", "5.0:V5-3.6.2.2.3-a"),
      refuses_repeated<codec::Pubcomp>("pubcomp", "5.0:V5-3.7.2.2.3-a"),
      wants_whole_form(PacketType::puback, "puback", "5.0:V5-3.4.2.1-a"),
      wants_whole_form(PacketType::pubrec, "pubrec", "5.0:V5-3.5.2.1-a"),
      wants_whole_form(PacketType::pubrel, "pubrel", "5.0:V5-3.6.2.1-a"),
      wants_whole_form(PacketType::pubcomp, "pubcomp", "5.0:V5-3.7.2.1-a"),
      has_unknown_code<codec::Puback>("puback", "5.0:MQTT-3.4.2-1",
                                      ReasonCode::packet_identifier_not_found),
      has_unknown_code<codec::Pubrec>("pubrec", "5.0:MQTT-3.5.2-1",
                                      ReasonCode::packet_identifier_not_found),
      has_unknown_code<codec::Pubrel>("pubrel", "5.0:MQTT-3.6.2-1", ReasonCode::unspecified_error),
      has_unknown_code<codec::Pubcomp>("pubcomp", "5.0:MQTT-3.7.2-1",
                                       ReasonCode::unspecified_error),
      always_says_nobody<codec::Puback>("puback", "5.0:V5-3.4.2.1-b"),
      always_says_nobody<codec::Pubrec>("pubrec", "5.0:V5-3.5.2.1-b"),
  };
  for (auto part : {exchange_rows, refusal_rows}) {
    for (auto& row : part()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace mqttspec::mutants
