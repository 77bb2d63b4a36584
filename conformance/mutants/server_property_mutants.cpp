// Properties and codes of a 5.0 server's packets: twice where once is allowed, out of range, in
// packets where they do not belong, and codes that the packet does not have.
#include <algorithm>
#include <array>
#include <memory>

#include "conformance/mutants/field_edit.hpp"
#include "conformance/mutants/only_once.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PacketType;
using codec::Property;
using codec::PropertyId;
using codec::PropertyType;
using codec::ReasonCode;

struct PropertyEdit {
  PacketType packet;
  PropertyId property;
  std::string_view statement;
};

// With a value that the property never has.
constexpr std::array out_of_range = {
    PropertyEdit{PacketType::connack, PropertyId::receive_maximum, "V5-3.2.2.3.3-a"},
    PropertyEdit{PacketType::connack, PropertyId::maximum_qos, "V5-3.2.2.3.4-a"},
    PropertyEdit{PacketType::connack, PropertyId::retain_available, "V5-3.2.2.3.5-a"},
    PropertyEdit{PacketType::connack, PropertyId::maximum_packet_size, "V5-3.2.2.3.6-a"},
    PropertyEdit{PacketType::connack, PropertyId::wildcard_subscription_available,
                 "V5-3.2.2.3.11-a"},
    PropertyEdit{PacketType::connack, PropertyId::subscription_identifier_available,
                 "V5-3.2.2.3.12-a"},
    PropertyEdit{PacketType::connack, PropertyId::shared_subscription_available, "V5-3.2.2.3.13-a"},
    PropertyEdit{PacketType::publish, PropertyId::subscription_identifier, "V5-3.3.2.3.8-a"},
    PropertyEdit{PacketType::publish, PropertyId::payload_format_indicator, "V5-3.3.2.3.2-b"},
};

// Where they do not belong.
constexpr std::array misplaced = {
    PropertyEdit{PacketType::connack, PropertyId::topic_alias, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::publish, PropertyId::session_expiry_interval, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::puback, PropertyId::topic_alias, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::pubrec, PropertyId::topic_alias, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::pubrel, PropertyId::topic_alias, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::pubcomp, PropertyId::topic_alias, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::suback, PropertyId::subscription_identifier, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::unsuback, PropertyId::subscription_identifier, "V5-2.2.2.2-m"},
    PropertyEdit{PacketType::disconnect, PropertyId::session_expiry_interval, "MQTT-3.14.2-2"},
    PropertyEdit{PacketType::auth, PropertyId::server_keep_alive, "V5-2.2.2.2-m"},
};

struct CodeEdit {
  PacketType packet;
  std::string_view statement;
};
// A code that the packet does not have.
constexpr std::array codes = {
    CodeEdit{PacketType::connack, "MQTT-3.2.2-8"},
    CodeEdit{PacketType::puback, "MQTT-3.4.2-1"},
    CodeEdit{PacketType::pubrec, "MQTT-3.5.2-1"},
    CodeEdit{PacketType::pubrel, "MQTT-3.6.2-1"},
    CodeEdit{PacketType::pubcomp, "MQTT-3.7.2-1"},
    CodeEdit{PacketType::suback, "MQTT-3.9.3-2"},
    CodeEdit{PacketType::unsuback, "MQTT-3.11.3-2"},
    CodeEdit{PacketType::disconnect, "MQTT-3.14.2-1"},
    CodeEdit{PacketType::auth, "MQTT-3.15.2-1"},
};
constexpr ReasonCode unknown_code{0x05};

Property make(PropertyId id, std::uint32_t number) {
  const auto* row = codec::find_property(static_cast<std::uint32_t>(id));
  switch (row->type) {
    case PropertyType::utf8_string:
    case PropertyType::binary_data:
      return {id, std::string("x")};
    case PropertyType::utf8_string_pair:
      return {id, codec::StringPair{"x", "y"}};
    default:
      return {id, number};
  }
}

// Calls `edit(packet)` for each packet of that type which goes to a 5.0 client.
template <class Edit>
InterceptorPointer each_sent(PacketType type, Edit edit) {
  class Hook final : public Interceptor {
   public:
    Hook(PacketType type, Edit function) : type_(type), edit_(std::move(function)) {}
    void on_action(Actions& actions, Context& context) override {
      for (auto& action : actions) {
        auto* send = std::get_if<broker::Send>(&action);
        if (send == nullptr || codec::type_of(send->packet) != type_) continue;
        if (context.version(send->connection) == codec::Version::v5_0) edit_(send->packet);
      }
    }

   private:
    PacketType type_;
    Edit edit_;
  };
  return std::make_unique<Hook>(type, std::move(edit));
}

// With exactly these in place of what the packet had of the property.
InterceptorPointer with(PacketType type, PropertyId id, std::vector<Property> properties) {
  return each_sent(type, [id, properties = std::move(properties)](Packet& packet) {
    auto* all = codec::properties_of(packet);
    remove(*all, id);
    all->insert(all->end(), properties.begin(), properties.end());
  });
}

InterceptorPointer with_unknown_code(PacketType type) {
  return each_sent(type, [](Packet& packet) {
    std::visit(
        [](auto& each) {
          if constexpr (requires { each.reason_codes; }) {
            for (auto& code : each.reason_codes) code = unknown_code;
          } else if constexpr (requires { each.reason_code; }) {
            each.reason_code = unknown_code;
          }
        },
        packet);
  });
}

std::string slug_of(PacketType packet, std::string_view what) {
  std::string slug = std::string(codec::to_string(packet)) + "-" + std::string(what);
  for (char& c : slug) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = '-';
  }
  return slug;
}

template <class Make>
void add(std::vector<MutantRow>& rows, const PropertyEdit& edit, std::string_view how,
         std::string_view words, Make make_properties) {
  const std::string name(codec::to_string(edit.property));
  const std::string packet(codec::to_string(edit.packet));
  rows.push_back({slug_of(edit.packet, "has-" + name + "-" + std::string(how)),
                  {"5.0:" + std::string(edit.statement)},
                  "each " + packet + " has " + name + " " + std::string(words),
                  [edit, make_properties] {
                    return with(edit.packet, edit.property, make_properties(edit.property));
                  },
                  std::string(reach_of(edit.packet))});
}

}  // namespace

std::vector<MutantRow> server_property_mutants() {
  std::vector<MutantRow> rows;
  for (const auto& row : only_once) {
    if (row.sender == codec::Sender::client) continue;
    add(rows, {row.place, row.property, row.statement}, "twice", "twice", [](PropertyId id) {
      return std::vector<Property>{make(id, 1), make(id, 1)};
    });
  }
  for (const auto& edit : out_of_range) {
    add(rows, edit, "out-of-range", "with a value that it never has", [](PropertyId id) {
      const auto* row = codec::find_property(static_cast<std::uint32_t>(id));
      return std::vector<Property>{make(id, row->minimum > 0 ? 0 : 2)};
    });
  }
  for (const auto& edit : misplaced) {
    add(rows, edit, "where-it-does-not-belong", "where it does not belong",
        [](PropertyId id) { return std::vector<Property>{make(id, 1)}; });
  }
  for (const auto& edit : codes) {
    rows.push_back({slug_of(edit.packet, "has-an-unassigned-code"),
                    {"5.0:" + std::string(edit.statement)},
                    "each " + std::string(codec::to_string(edit.packet)) + " has the code 0x05",
                    [&edit] { return with_unknown_code(edit.packet); },
                    std::string(reach_of(edit.packet))});
  }
  return rows;
}

}  // namespace mqttspec::mutants
