#include "conformance/scenario/packet_fields.hpp"

#include <limits>

#include <fmt/format.h>

#include "conformance/scenario/field_values.hpp"
#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

using codec::PacketType;

// Assigns one value to the field that bears its name. Asked with each name that a packet has, it
// remembers them, so that an unknown one can be answered with the nearest.
class Assignment {
 public:
  Assignment(std::string_view name, const Value& value, codec::PacketType type,
             codec::Version version)
      : name_(name), value_(value), type_(type), version_(version) {}

  // True if `name` is the field in question and it has a value to assign.
  bool is(std::string_view name) {
    known_.push_back(name);
    if (name != name_) return false;
    found_ = true;
    return !value_.is_null();
  }
  // True if `name` is the field in question and null is assigned to it.
  [[nodiscard]] bool takes_out(std::string_view name) const {
    return name == name_ && value_.is_null();
  }
  [[nodiscard]] const Value& value() const { return value_; }
  [[nodiscard]] codec::Version version() const { return version_; }
  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  template <class T>
  void integer(std::string_view name, T& target, std::uint32_t maximum) {
    if (!is(name)) return;
    const Result<std::uint32_t> read = read_integer(value_, maximum);
    if (read) {
      assign(target, *read);
    } else {
      fail(read.error());
    }
  }
  void flag(std::string_view name, bool& target) {
    if (!is(name)) return;
    const Result<bool> read = read_flag(value_);
    read ? void(target = *read) : fail(read.error());
  }
  template <class T>  // std::string, or an optional one
  void bytes(std::string_view name, T& target, std::size_t longest = longest_string) {
    if (!is(name)) return;
    Result<codec::Bytes> read = read_bytes(value_, longest);
    read ? void(target = std::move(*read)) : fail(read.error());
  }
  void code(std::string_view name, codec::ReasonCode& target) {
    if (is(name)) read_code(value_, target);
  }
  void codes(std::string_view name, std::vector<codec::ReasonCode>& target) {
    if (!is(name)) return;
    for_each_element([&](const Value& element) {
      codec::ReasonCode read{};
      read_code(element, read);
      target.push_back(read);
    });
  }
  // Calls `use` with each element of the list that stands behind the field.
  template <class Use>
  void for_each_element(Use use) {
    const Array* list = value_.array();
    if (list == nullptr) return fail("expected a list");
    for (std::size_t i = 0; i < list->size() && problem_.empty(); ++i) {
      use((*list)[i]);
      if (!problem_.empty()) problem_ = fmt::format("[{}]{}", i, within(problem_));
    }
  }

  void property(codec::Properties& properties) {
    for (const codec::PropertyRow& row : codec::property_table()) {
      if (!is(row.name)) continue;
      if (auto problem = append_property(row, value_, properties)) fail(std::move(*problem));
    }
  }

  // What was wrong, an unknown name included: "qos: 4 is out of range ...", "will.will_qos: ...".
  [[nodiscard]] std::optional<std::string> problem() const {
    if (!found_) return fmt::format("{}: no such field{}", name_, did_you_mean(name_, known_));
    if (problem_.empty()) return std::nullopt;
    return std::string(name_) + within(problem_);
  }
  // Joins a path and what follows it.
  [[nodiscard]] static std::string within(const std::string& problem) {
    const bool path_goes_on = problem.starts_with('[') || problem.starts_with('.');
    return (path_goes_on ? "" : ": ") + problem;
  }

 private:
  template <class T>
  static void assign(T& target, std::uint32_t value) {
    if constexpr (requires { typename T::value_type; }) {
      target = static_cast<typename T::value_type>(value);
    } else {
      target = static_cast<T>(value);
    }
  }
  void read_code(const Value& value, codec::ReasonCode& target) {
    const Result<std::uint8_t> read = parse_reason_code(value, type_, version_);
    read ? void(target = static_cast<codec::ReasonCode>(*read)) : fail(read.error());
  }

  std::string_view name_;
  const Value& value_;
  codec::PacketType type_;
  codec::Version version_;
  std::vector<std::string_view> known_;
  std::string problem_;
  bool found_ = false;
};

void set_will(Assignment& outer, Draft& draft, std::optional<codec::Will>& target) {
  if (!outer.is("will")) return;
  const Object* members = outer.value().object();
  if (members == nullptr) return outer.fail("expected an object with will_topic and will_payload");
  codec::Will will;
  for (const Member& member : *members) {
    Assignment field(member.first, member.second, PacketType::reserved, outer.version());
    field.bytes("will_topic", will.topic);
    field.bytes("will_payload", will.payload);
    field.integer("will_qos", will.qos, 3);
    field.flag("will_retain", will.retain);
    field.property(will.properties);
    if (auto problem = field.problem()) return outer.fail("." + *problem);
    const bool string = member.first == "will_topic" || member.first == "will_payload";
    if (string && member.second.is_null()) draft.left_out.push_back(member.first);
  }
  target = std::move(will);
}

void set_subscription(Assignment& outer, const Value& element, codec::Subscribe& packet) {
  codec::Subscription subscription;
  const Object* members = is_bytes_object(element) ? nullptr : element.object();
  if (members == nullptr) {
    Result<codec::Bytes> filter = read_bytes(element, longest_string);
    if (!filter) return outer.fail(filter.error());
    subscription.topic_filter = std::move(*filter);
  } else {
    for (const Member& member : *members) {
      Assignment field(member.first, member.second, PacketType::subscribe, outer.version());
      field.bytes("topic_filter", subscription.topic_filter);
      field.integer("qos", subscription.qos, 3);
      field.flag("no_local", subscription.no_local);
      field.flag("retain_as_published", subscription.retain_as_published);
      field.integer("retain_handling", subscription.retain_handling, 3);
      field.integer("subscription_options", subscription.options, 0xFF);
      if (auto problem = field.problem()) return outer.fail("." + *problem);
    }
    if (element.find("topic_filter") == nullptr)
      return outer.fail("a subscription needs a topic_filter");
  }
  packet.subscriptions.push_back(std::move(subscription));
}

void set(Assignment& field, Draft& draft, codec::Connect& packet) {
  field.bytes("protocol_name", packet.protocol_name);
  field.integer("protocol_version", packet.protocol_version, 0xFF);
  field.integer("connect_flags", packet.connect_flags, 0xFF);
  // Its default is true; null takes that out again.
  field.flag("clean_start", packet.clean_start);
  if (field.takes_out("clean_start")) packet.clean_start = false;
  field.integer("keep_alive", packet.keep_alive, 0xFFFF);
  field.bytes("client_identifier", packet.client_identifier);
  set_will(field, draft, packet.will);
  field.bytes("user_name", packet.user_name);
  field.bytes("password", packet.password);
  field.integer("flags", packet.flags, 0x0F);
}

void set(Assignment& field, Draft&, codec::Connack& packet) {
  field.integer("connect_acknowledge_flags", packet.acknowledge_flags, 0xFF);
  field.flag("session_present", packet.session_present);
  field.code("reason_code", packet.reason_code);
  field.integer("flags", packet.flags, 0x0F);
}

void set(Assignment& field, Draft& draft, codec::Publish& packet) {
  field.flag("dup", packet.dup);
  field.integer("qos", packet.qos, 3);
  field.flag("retain", packet.retain);
  field.bytes("topic_name", packet.topic_name);
  field.integer("packet_identifier", packet.packet_identifier, 0xFFFF);
  field.bytes("payload", packet.payload, std::numeric_limits<std::size_t>::max());
  field.integer("flags", draft.flags, 0x0F);
}

template <PacketType Type>
void set(Assignment& field, Draft&, codec::Acknowledgement<Type>& packet) {
  field.integer("packet_identifier", packet.packet_identifier, 0xFFFF);
  field.code("reason_code", packet.reason_code);
  field.integer("flags", packet.flags, 0x0F);
}

void set(Assignment& field, Draft&, codec::Subscribe& packet) {
  field.integer("packet_identifier", packet.packet_identifier, 0xFFFF);
  if (field.is("topic_filters")) {
    field.for_each_element([&](const Value& element) { set_subscription(field, element, packet); });
  }
  field.integer("flags", packet.flags, 0x0F);
}

void set(Assignment& field, Draft&, codec::Unsubscribe& packet) {
  field.integer("packet_identifier", packet.packet_identifier, 0xFFFF);
  if (field.is("topic_filters")) {
    field.for_each_element([&](const Value& element) {
      Result<codec::Bytes> filter = read_bytes(element, longest_string);
      if (!filter) return field.fail(filter.error());
      packet.topic_filters.push_back(std::move(*filter));
    });
  }
  field.integer("flags", packet.flags, 0x0F);
}

template <class Packet>  // SUBACK and UNSUBACK
requires requires(Packet packet) {
  packet.reason_codes;
}
void set(Assignment& field, Draft&, Packet& packet) {
  field.integer("packet_identifier", packet.packet_identifier, 0xFFFF);
  field.codes("reason_codes", packet.reason_codes);
  field.integer("flags", packet.flags, 0x0F);
}

template <PacketType Type>
void set(Assignment& field, Draft&, codec::Ping<Type>& packet) {
  field.integer("flags", packet.flags, 0x0F);
}

template <PacketType Type>
void set(Assignment& field, Draft&, codec::ReasonPacket<Type>& packet) {
  field.code("reason_code", packet.reason_code);
  field.integer("flags", packet.flags, 0x0F);
}

// Fields that are on the wire whatever their value: null takes their bytes out again.
bool is_always_encoded(std::string_view name) {
  return name == "protocol_name" || name == "protocol_version" || name == "keep_alive" ||
         name == "client_identifier" || name == "topic_name" || name == "packet_identifier" ||
         name == "reason_code";
}

}  // namespace

Draft make_draft(PacketType type, codec::Version version) {
  Draft draft;
  draft.version = version;
  draft.packet = codec::make_packet(type);
  if (auto* connect = std::get_if<codec::Connect>(&draft.packet)) {
    connect->protocol_name = version == codec::Version::v3_1 ? "MQIsdp" : "MQTT";
    connect->protocol_version = static_cast<std::uint8_t>(version);
  }
  return draft;
}

std::optional<std::string> set_field(Draft& draft, std::string_view name, const Value& value) {
  const PacketType type = codec::type_of(draft.packet);
  Assignment field(name, value, type, draft.version);
  std::visit([&](auto& packet) { set(field, draft, packet); }, draft.packet);
  if (codec::Properties* properties = codec::properties_of(draft.packet)) {
    field.property(*properties);
  }
  if (auto problem = field.problem()) return problem;
  if (name == "packet_identifier") draft.has_packet_identifier = true;
  if (name == "qos") draft.states_qos = true;
  const bool chosen_by_packet = type == PacketType::publish && name == "packet_identifier";
  if (value.is_null() && is_always_encoded(name) && !chosen_by_packet) {
    draft.left_out.emplace_back(name);
  }
  return std::nullopt;
}

bool needs_packet_identifier(PacketType type) {
  switch (type) {
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
    case PacketType::subscribe:
    case PacketType::suback:
    case PacketType::unsubscribe:
    case PacketType::unsuback:
      return true;
    default:
      return false;
  }
}

codec::Version layout_version(const Draft& draft) {
  const auto* connect = std::get_if<codec::Connect>(&draft.packet);
  if (connect == nullptr) return draft.version;
  const std::uint8_t level = connect->protocol_version;
  return level >= 3 && level <= 5 ? static_cast<codec::Version>(level) : draft.version;
}

void fit_to_version(Draft& draft) {
  if (layout_version(draft) == codec::Version::v5_0) return;
  if (codec::Properties* properties = codec::properties_of(draft.packet)) properties->clear();
  const auto without_code = [](auto& packet) {
    using Packet = std::decay_t<decltype(packet)>;
    constexpr bool has_code = requires {
      packet.reason_code;
    };
    if constexpr (has_code && !std::is_same_v<Packet, codec::Connack>) {
      packet.reason_code = codec::ReasonCode::success;
    }
  };
  std::visit(without_code, draft.packet);
  if (auto* connect = std::get_if<codec::Connect>(&draft.packet)) {
    if (connect->will) connect->will->properties.clear();
  } else if (auto* unsuback = std::get_if<codec::Unsuback>(&draft.packet)) {
    unsuback->reason_codes.clear();
  } else if (auto* subscribe = std::get_if<codec::Subscribe>(&draft.packet)) {
    for (codec::Subscription& subscription : subscribe->subscriptions) {
      subscription.no_local = false;
      subscription.retain_as_published = false;
      subscription.retain_handling = 0;
    }
  }
}

}  // namespace mqttspec::scenario
