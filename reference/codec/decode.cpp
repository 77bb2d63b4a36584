// The fixed header, and which body follows it.
#include <array>

#include "reference/codec/decoder.hpp"

namespace mqttspec::codec {

namespace {

constexpr std::array<Rule, 16> header_flags_rules = {
    Rule::frame_incomplete,     Rule::connect_header_flags,     Rule::connack_header_flags,
    Rule::frame_incomplete,     Rule::puback_header_flags,      Rule::pubrec_header_flags,
    Rule::pubrel_header_flags,  Rule::pubcomp_header_flags,     Rule::subscribe_header_flags,
    Rule::suback_header_flags,  Rule::unsubscribe_header_flags, Rule::unsuback_header_flags,
    Rule::pingreq_header_flags, Rule::pingresp_header_flags,    Rule::disconnect_header_flags,
    Rule::auth_header_flags};

constexpr std::uint32_t bit(PacketType type) {
  return 1U << static_cast<unsigned>(type);
}

// Table 2-1.
constexpr std::uint32_t from_client_only = bit(PacketType::connect) | bit(PacketType::subscribe) |
                                           bit(PacketType::unsubscribe) | bit(PacketType::pingreq);
constexpr std::uint32_t from_server_only = bit(PacketType::connack) | bit(PacketType::suback) |
                                           bit(PacketType::unsuback) | bit(PacketType::pingresp);
constexpr std::uint32_t with_flags_2 =
    bit(PacketType::pubrel) | bit(PacketType::subscribe) | bit(PacketType::unsubscribe);

bool flags_allowed(PacketType type, unsigned flags, Version version) {
  const bool two = (with_flags_2 & bit(type)) != 0;
  if (version != Version::v3_1) return flags == (two ? 2U : 0U);
  // [V31-13] 3.1: these three are QoS 1 messages whose DUP bit works; RETAIN, and all four bits of
  // the other packets, are unused, and no receiver has to look at them (V31-14).
  return !two || (flags & 6U) == 2U;
}

bool check_fixed_header(Decoder& d, const char* start) {
  const auto type_bit = bit(d.type);
  if (d.type == PacketType::reserved) return d.refuse(Rule::packet_type_reserved, start);
  if (d.type == PacketType::auth && !d.is_v5() && !d.object(Rule::packet_type_reserved, start)) {
    return false;
  }
  if (d.sender == Sender::client && (from_server_only & type_bit) != 0 &&
      !d.object(Rule::packet_from_client, start)) {
    return false;
  }
  if (d.sender == Sender::server) {
    // Before 5.0 a server has no DISCONNECT.
    const auto wrong = from_client_only | (d.is_v5() ? 0U : bit(PacketType::disconnect));
    if ((wrong & type_bit) != 0 && !d.object(Rule::packet_from_server, start)) return false;
  }
  // PUBLISH has flags of its own; what those of CONNECT may be depends on the version it names.
  return d.type == PacketType::publish || d.type == PacketType::connect || check_header_flags(d);
}

// Reads the Remaining Length; false if decoding ends here.
bool read_remaining_length(Decoder& d, const char* start) {
  const char* first = d.at();
  std::uint32_t length = 0;
  // [V5-1.5.5-c], [V311-2.2.3-c] One to four bytes, seven bits each.
  for (unsigned shift = 0;; shift += 7) {
    if (shift == 28) return d.refuse(Rule::remaining_length_five_bytes, first);
    if (d.left() == 0) return d.refuse(Rule::frame_incomplete, start);
    const auto byte = d.next_byte();
    length |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0 && !d.object(Rule::remaining_length_padded, first)) return false;
      break;
    }
  }
  // [V31-42] All that follows is counted, the variable header too.
  return length == d.left() || d.object(Rule::remaining_length_wrong, first);
}

template <PacketType Type>
bool decode_body(Decoder& d, Ping<Type>& packet) {
  packet.flags = d.flags;
  return d.finish(packet.trailing);
}

// Stands for a packet that is still to be made. Where a variant makes a P out of nothing it clears
// the whole aggregate first, which costs more than to decode a small packet; out of this it makes a
// P in its place by the default member initializers alone.
template <class P>
struct Fresh {
  operator P() const {
    P packet;
    return packet;
  }
};

// Builds the packet in its place within the result: a variant of large aggregates is dear to move.
template <class P>
DecodeResult decode_as(Decoder& d) {
  DecodeResult result(std::in_place_type<Packet>, std::in_place_type<P>, Fresh<P>{});
  if (!decode_body(d, *std::get_if<P>(std::get_if<Packet>(&result)))) result = d.error();
  return result;
}

DecodeResult decode_type(Decoder& d) {
  switch (d.type) {
    case PacketType::connect:
      return decode_as<Connect>(d);
    case PacketType::connack:
      return decode_as<Connack>(d);
    case PacketType::publish:
      return decode_as<Publish>(d);
    case PacketType::puback:
      return decode_as<Puback>(d);
    case PacketType::pubrec:
      return decode_as<Pubrec>(d);
    case PacketType::pubrel:
      return decode_as<Pubrel>(d);
    case PacketType::pubcomp:
      return decode_as<Pubcomp>(d);
    case PacketType::subscribe:
      return decode_as<Subscribe>(d);
    case PacketType::suback:
      return decode_as<Suback>(d);
    case PacketType::unsubscribe:
      return decode_as<Unsubscribe>(d);
    case PacketType::unsuback:
      return decode_as<Unsuback>(d);
    case PacketType::pingreq:
      return decode_as<Pingreq>(d);
    case PacketType::pingresp:
      return decode_as<Pingresp>(d);
    case PacketType::disconnect:
      return decode_as<Disconnect>(d);
    case PacketType::auth:
      return decode_as<Auth>(d);
    case PacketType::reserved:
      break;
  }
  return d.error();
}

}  // namespace

bool check_header_flags(Decoder& d) {
  return flags_allowed(d.type, d.flags, d.version) ||
         d.object(header_flags_rules[static_cast<std::size_t>(d.type)], d.start());
}

DecodeResult decode_collecting(BytesView frame, Version version, Sender sender,
                               const RuleSet& tolerated, std::vector<Rule>* found) {
  Decoder d(frame, version, sender, tolerated, found);
  const char* start = d.at();
  if (frame.size() < 2) {
    static_cast<void>(d.refuse(Rule::frame_incomplete, start));
    return d.error();
  }
  const auto first = d.next_byte();
  d.type = static_cast<PacketType>(first >> 4);
  d.flags = first & 0x0F;
  if (!read_remaining_length(d, start)) return d.error();
  if (!check_fixed_header(d, start)) return d.error();
  return decode_type(d);
}

DecodeResult decode(BytesView frame, Version version, Sender sender, const RuleSet& tolerated) {
  return decode_collecting(frame, version, sender, tolerated, nullptr);
}

}  // namespace mqttspec::codec
