#include "conformance/scenario/packet_builder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/edits.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/packet_fields.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

using Answer = Result<BuiltPacket>;
using codec::PacketType;

// A CONNECT's fields on top of those that each CONNECT of the client starts from.
Object merged(const Object& defaults, const Object& fields) {
  Object out = defaults;
  for (const Member& field : fields) {
    const auto known = std::find_if(out.begin(), out.end(), [&field](const Member& member) {
      return member.first == field.first;
    });
    if (known == out.end()) {
      out.push_back(field);
    } else {
      known->second = field.second;
    }
  }
  return out;
}

std::uint16_t next_identifier(BuildContext& context) {
  constexpr std::uint16_t first = 10001;
  return context.next_packet_identifier ? context.next_packet_identifier() : first;
}

void finish_publish(Draft& draft, codec::Publish& publish, BuildContext& context) {
  const std::uint8_t stated_qos = publish.qos;
  if (draft.flags) {
    publish.dup = (*draft.flags & 8U) != 0;
    publish.qos = static_cast<std::uint8_t>((*draft.flags >> 1U) & 3U);
    publish.retain = (*draft.flags & 1U) != 0;
  }
  const std::uint8_t qos = draft.states_qos ? stated_qos : publish.qos;
  if (qos > 0 && !draft.has_packet_identifier) {
    publish.packet_identifier = next_identifier(context);
  }
}

// What the script left out and the packet cannot do without.
std::optional<std::string> finish(Draft& draft, BuildContext& context) {
  if (auto* publish = std::get_if<codec::Publish>(&draft.packet)) {
    finish_publish(draft, *publish, context);
  }
  if (!draft.has_packet_identifier) {
    if (auto* subscribe = std::get_if<codec::Subscribe>(&draft.packet)) {
      subscribe->packet_identifier = next_identifier(context);
    } else if (auto* unsubscribe = std::get_if<codec::Unsubscribe>(&draft.packet)) {
      unsubscribe->packet_identifier = next_identifier(context);
    } else if (needs_packet_identifier(codec::type_of(draft.packet))) {
      return fmt::format("{} needs a packet_identifier",
                         codec::to_string(codec::type_of(draft.packet)));
    }
  }
  fit_to_version(draft);
  return std::nullopt;
}

Answer apply_edits(BuiltPacket built, const Draft* draft, const Value* edits,
                   codec::Version version) {
  const bool nothing_left_out = draft == nullptr || draft->left_out.empty();
  if (edits == nullptr && nothing_left_out) return built;
  const codec::Bytes plain = built.bytes;
  FrameEditor editor(std::move(built.bytes), version);
  if (draft != nullptr) {
    for (const std::string& name : draft->left_out) {
      if (!editor.has_field(name)) continue;
      if (const auto problem = editor.remove(Value(name))) return Answer::failure(*problem);
    }
  }
  if (edits != nullptr) {
    const Array* list = edits->array();
    if (list == nullptr) return Answer::failure("edits: expected a list");
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (const auto problem = editor.apply((*list)[i])) {
        return Answer::failure(fmt::format("edits[{}]: {}", i, *problem));
      }
    }
  }
  built.bytes = editor.frame();
  built.altered = built.altered || built.bytes != plain;
  return built;
}

Answer build(PacketType type, const Object& fields, const Value* edits, BuildContext& context) {
  Draft draft = make_draft(type, context.version);
  const bool connect = type == PacketType::connect;
  const Object with_defaults = connect ? merged(context.connect_defaults, fields) : Object();
  for (const auto& [name, value] : connect ? with_defaults : fields) {
    if (const auto problem = set_field(draft, name, value)) {
      return Answer::failure(fmt::format("{}.{}", codec::to_string(type), *problem));
    }
  }
  if (auto problem = finish(draft, context)) return Answer::failure(std::move(*problem));
  BuiltPacket built;
  built.bytes = codec::encode(draft.packet, context.version);
  Answer edited = apply_edits(std::move(built), &draft, edits, context.version);
  if (!edited)
    return Answer::failure(fmt::format("{}: {}", codec::to_string(type), edited.error()));
  (*edited).packet = std::move(draft.packet);
  return edited;
}

Answer build_bytes(const Value& notation, const Value* edits, codec::Version version) {
  const std::string* text = notation.string();
  if (text == nullptr) {
    return Answer::failure(
        fmt::format("bytes: {} is no byte notation; write it in a string", kind_of(notation)));
  }
  Result<codec::Bytes> bytes = parse_bytes(*text);
  if (!bytes) return Answer::failure("bytes: " + bytes.error());
  BuiltPacket built;
  built.bytes = std::move(*bytes);
  built.altered = true;
  return apply_edits(std::move(built), nullptr, edits, version);
}

Answer unknown_packet(std::string_view name) {
  std::vector<std::string_view> names = sendable_packets();
  names.insert(names.end(), {"bytes", "edits"});
  return Answer::failure(fmt::format("{} is no packet{}", quoted(name), did_you_mean(name, names)));
}

}  // namespace

Answer build_packet(const Value& value, BuildContext& context) {
  if (const std::string* name = value.string()) {
    const PacketRow* row = find_packet(*name);
    return row == nullptr ? unknown_packet(*name) : build(row->type, {}, nullptr, context);
  }
  const Object* members = value.object();
  if (members == nullptr) {
    return Answer::failure(
        fmt::format("{} is no packet; write {{\"PUBLISH\": {{...}}}} or "
                    "{{\"bytes\": \"...\"}}",
                    kind_of(value)));
  }
  const Member* packet = nullptr;
  for (const Member& member : *members) {
    if (member.first == "edits") continue;
    if (member.first != "bytes" && find_packet(member.first) == nullptr) {
      return unknown_packet(member.first);
    }
    if (packet != nullptr) {
      return Answer::failure(fmt::format("{} and {} stand in one packet; a list sends several",
                                         packet->first, member.first));
    }
    packet = &member;
  }
  if (packet == nullptr)
    return Answer::failure("there is no packet, such as PUBLISH, and no bytes");
  const Value* edits = value.find("edits");
  if (packet->first == "bytes") return build_bytes(packet->second, edits, context.version);
  const Object* fields = packet->second.object();
  if (fields == nullptr) {
    return Answer::failure(fmt::format("{}: {} stands where an object of fields is expected",
                                       packet->first, kind_of(packet->second)));
  }
  return build(find_packet(packet->first)->type, *fields, edits, context);
}

Answer build_request(PacketType type, const Value& fields, BuildContext& context) {
  const bool lists_filters = type == PacketType::subscribe || type == PacketType::unsubscribe;
  if (fields.array() != nullptr && lists_filters) {
    return build(type, {{"topic_filters", fields}}, nullptr, context);
  }
  if (fields.is_null()) return build(type, {}, nullptr, context);
  if (const Object* members = fields.object()) return build(type, *members, nullptr, context);
  return Answer::failure(fmt::format("{}: {} stands where an object of fields{} is expected",
                                     codec::to_string(type), kind_of(fields),
                                     lists_filters ? " or a list of Topic Filters" : ""));
}

}  // namespace mqttspec::scenario
