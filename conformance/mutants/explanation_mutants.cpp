// Brokers that explain themselves whether or not it fits the client's Maximum Packet Size: one row
// for each packet and each of the two properties that explain.
#include <memory>

#include <fmt/format.h>

#include "conformance/mutants/behaviour_tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PropertyId;

struct Explained {
  std::string_view packet;         // in the slug and the sentence
  std::string_view reason_string;  // the statement that an oversize Reason String breaks
  std::string_view user_property;  // the statement that oversize User Properties break
};

template <class P>
InterceptorPointer with_property(PropertyId id, codec::PropertyValue value) {
  return outgoing<P>([id, value](P& packet, ConnectionId connection, Context& context) {
    if (context.version(connection) == codec::Version::v5_0) {
      remove(packet.properties, id);
      packet.properties.push_back({id, value});
    }
    return Fate::keep;
  });
}

template <class P>
void add_rows(std::vector<MutantRow>& rows, const Explained& row) {
  rows.push_back(
      {fmt::format("{}-has-a-reason-string-of-any-size", row.packet),
       {std::string(row.reason_string)},
       fmt::format("{} has a long Reason String whatever its client can take", row.packet),
       [] { return with_property<P>(PropertyId::reason_string, std::string(60, '.')); }});
  rows.push_back(
      {fmt::format("{}-has-user-properties-of-any-size", row.packet),
       {std::string(row.user_property)},
       fmt::format("{} has long User Properties whatever its client can take", row.packet),
       [] {
         return with_property<P>(PropertyId::user_property,
                                 codec::StringPair{"why", std::string(60, '.')});
       }});
}

}  // namespace

std::vector<MutantRow> explanation_mutants() {
  std::vector<MutantRow> rows;
  add_rows<codec::Connack>(rows, {"connack", "5.0:MQTT-3.2.2-19", "5.0:MQTT-3.2.2-20"});
  add_rows<codec::Puback>(rows, {"puback", "5.0:MQTT-3.4.2-2", "5.0:MQTT-3.4.2-3"});
  add_rows<codec::Pubrec>(rows, {"pubrec", "5.0:MQTT-3.5.2-2", "5.0:MQTT-3.5.2-3"});
  add_rows<codec::Pubrel>(rows, {"pubrel", "5.0:MQTT-3.6.2-2", "5.0:MQTT-3.6.2-3"});
  add_rows<codec::Pubcomp>(rows, {"pubcomp", "5.0:MQTT-3.7.2-2", "5.0:MQTT-3.7.2-3"});
  add_rows<codec::Suback>(rows, {"suback", "5.0:MQTT-3.9.2-1", "5.0:MQTT-3.9.2-2"});
  add_rows<codec::Unsuback>(rows, {"unsuback", "5.0:MQTT-3.11.2-1", "5.0:MQTT-3.11.2-2"});
  add_rows<codec::Disconnect>(rows, {"disconnect", "5.0:MQTT-3.14.2-3", "5.0:MQTT-3.14.2-4"});
  return rows;
}

}  // namespace mqttspec::mutants
