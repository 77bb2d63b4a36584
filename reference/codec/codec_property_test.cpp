// Properties of the codec that hold for every packet, on random ones.
#include <gtest/gtest.h>
// rapidcheck/gtest.h wants gtest before it.
#include <rapidcheck/gtest.h>

#include "reference/codec/frame_reader.hpp"
#include "reference/codec/layout.hpp"
#include "reference/codec/rapidcheck_choices.hpp"

namespace mqttspec::codec {
namespace {

const Packet* packet_in(const DecodeResult& result) {
  return std::get_if<Packet>(&result);
}

std::string_view rule_name(const DecodeResult& result) {
  const auto* error = std::get_if<DecodeError>(&result);
  return error == nullptr ? "accepted" : row_of(error->rule).name;
}

// A legal packet, or one with some fields that are not, by plain mistakes of a client's author.
Packet any_packet(Choices& c, Version version) {
  auto packet = arbitrary::packet(c, version);
  for (auto n = c.between(0, 2); n > 0; --n) {
    if (auto* properties = properties_of(packet); properties != nullptr && c.between(0, 1) == 0) {
      const auto rows = property_table();
      const auto& row = rows[c.between<std::size_t>(0, rows.size() - 1)];
      properties->push_back({row.id, arbitrary::value(c, row)});
      continue;
    }
    std::visit(
        [&c](auto& p) {
          if constexpr (requires { p.flags; })
            p.flags = static_cast<std::uint8_t>(c.between(0, 15));
          if constexpr (requires { p.trailing; }) p.trailing = arbitrary::bytes(c);
          if constexpr (requires { p.packet_identifier = 0; }) p.packet_identifier = 0;
          if constexpr (requires { p.topic_name; })
            p.topic_name = arbitrary::topic_filter(c, Version::v5_0);
          if constexpr (requires { p.connect_flags; }) {
            p.connect_flags = static_cast<std::uint8_t>(c.between(0, 255));
          }
        },
        packet);
  }
  return packet;
}

RC_GTEST_PROP(CodecProperty, ALegalPacketComesBackAsItWas, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto packet = arbitrary::packet(c, version);
  RC_LOG() << to_string(version) << " " << print(packet, version) << "\n";
  const auto frame = encode(packet, version);
  const auto result = decode(frame, version);
  RC_LOG() << rule_name(result) << "\n";
  RC_ASSERT(packet_in(result) != nullptr);
  RC_ASSERT(*packet_in(result) == packet);
  RC_ASSERT(encoded_size(packet, version) == frame.size());
  RC_ASSERT(validate(packet, version).empty());
}

RC_GTEST_PROP(CodecProperty, EveryCutOfAFrameIsRefused, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto frame = encode(arbitrary::packet(c, version), version);
  const auto size = c.between<std::size_t>(0, frame.size() - 1);
  RC_ASSERT(packet_in(decode(frame.substr(0, size), version)) == nullptr);
}

RC_GTEST_PROP(CodecProperty, EveryProperPrefixIsNeedMore, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto frame = encode(arbitrary::packet(c, version), version);
  const auto size = c.between<std::size_t>(0, frame.size() - 1);
  FrameReader reader;
  reader.push(BytesView(frame).substr(0, size));
  RC_ASSERT(std::holds_alternative<NeedMore>(reader.next()));
  reader.push(BytesView(frame).substr(size));
  const auto result = reader.next();
  RC_ASSERT(std::holds_alternative<Frame>(result));
  RC_ASSERT(std::get<Frame>(result).bytes == frame);
}

RC_GTEST_PROP(CodecProperty, PacketsInOneStreamComeOutInTurnAtAnyCut, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  Bytes stream;
  std::vector<Packet> packets;
  for (int i = 0; i < 3; ++i) {
    packets.push_back(arbitrary::packet(c, version));
    encode(packets.back(), version, stream);
  }
  FrameReader reader;
  std::vector<Packet> seen;
  for (std::size_t at = 0; at < stream.size();) {
    const auto piece = c.between<std::size_t>(1, 39);
    reader.push(BytesView(stream).substr(at, piece));
    at += piece;
    for (auto next = reader.next(); auto* frame = std::get_if<Frame>(&next); next = reader.next()) {
      auto result = decode(frame->bytes, version);
      RC_ASSERT(packet_in(result) != nullptr);
      seen.push_back(std::get<Packet>(std::move(result)));
    }
  }
  RC_ASSERT(seen == packets);
}

RC_GTEST_PROP(CodecProperty, ValidateAgreesWithDecode, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto packet = any_packet(c, version);
  RC_LOG() << to_string(version) << " " << print(packet, version) << "\n";
  const auto broken = validate(packet, version);
  const auto result = decode(encode(packet, version), version);
  if (broken.empty()) {
    RC_LOG() << rule_name(result) << "\n";
    RC_ASSERT(packet_in(result) != nullptr);
  } else if (broken.front() != Rule::publish_identifier_missing &&
             broken.front() != Rule::publish_identifier_with_qos_0) {
    RC_ASSERT(std::holds_alternative<DecodeError>(result));
    RC_ASSERT(std::get<DecodeError>(result).rule == broken.front());
  }
}

RC_GTEST_PROP(CodecProperty, ToleratingWhatIsBrokenLetsThePacketThrough, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto packet = any_packet(c, version);
  RuleSet tolerated;
  for (const auto rule : validate(packet, version)) tolerated.insert(rule);
  const auto frame = encode(packet, version);
  const auto result = decode(frame, version, Sender::either, tolerated);
  RC_LOG() << to_string(version) << " " << print(packet, version) << ": " << rule_name(result)
           << "\n";
  RC_ASSERT(packet_in(result) != nullptr);
}

RC_GTEST_PROP(CodecProperty, AToleratedRuleIsNotReportedAgain, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto frame = encode(any_packet(c, version), version);
  RuleSet tolerated;
  auto result = decode(frame, version);
  for (int i = 0; i < 100 && packet_in(result) == nullptr; ++i) {
    const auto rule = std::get<DecodeError>(result).rule;
    RC_ASSERT(!tolerated.contains(rule));
    tolerated.insert(rule);
    result = decode(frame, version, Sender::either, tolerated);
  }
  RC_ASSERT(packet_in(result) != nullptr);
}

// Bytes that begin like a packet, so that decoding gets somewhere.
Bytes spoilt_frame(Choices& c, Version version) {
  auto frame = encode(any_packet(c, version), version);
  for (auto n = c.between(1, 3); n > 0 && frame.size() > 2; --n) {
    const auto at = c.between<std::size_t>(2, frame.size() - 1);
    switch (c.between(0, 2)) {
      case 0:
        frame[at] = c.byte();
        break;
      case 1:
        frame.erase(at, c.between<std::size_t>(1, 4));
        break;
      default:
        frame.insert(at, arbitrary::bytes(c));
    }
  }
  if (frame.size() < 130) frame[1] = static_cast<char>(frame.size() - 2);
  return frame;
}

RC_GTEST_PROP(CodecProperty, WhateverIsAcceptedSurvivesARoundTrip, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto frame = spoilt_frame(c, version);
  RC_LOG() << annotated_hex(frame, version) << "\n";
  const auto strict = decode(frame, version);
  if (packet_in(strict) == nullptr) return;
  RC_LOG() << print(*packet_in(strict), version) << "\n";
  const auto again = decode(encode(*packet_in(strict), version), version);
  RC_ASSERT(packet_in(again) != nullptr);
  RC_ASSERT(*packet_in(again) == *packet_in(strict));
}

// What was tolerated may be lost (an incomplete field), but after one round nothing changes any
// more.
RC_GTEST_PROP(CodecProperty, WhateverIsToleratedSettles, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto frame = spoilt_frame(c, version);
  RC_LOG() << annotated_hex(frame, version) << "\n";
  const auto first = decode(frame, version, Sender::either, RuleSet::all());
  if (packet_in(first) == nullptr) return;
  const auto second =
      decode(encode(*packet_in(first), version), version, Sender::either, RuleSet::all());
  RC_ASSERT(packet_in(second) != nullptr);
  const auto third =
      decode(encode(*packet_in(second), version), version, Sender::either, RuleSet::all());
  RC_ASSERT(packet_in(third) != nullptr);
  RC_LOG() << print(*packet_in(first), version) << "\n"
           << print(*packet_in(second), version) << "\n"
           << print(*packet_in(third), version) << "\n";
  RC_ASSERT(*packet_in(third) == *packet_in(second));
}

RC_GTEST_PROP(CodecProperty, TheLayoutOfALegalFrameCoversIt, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto packet = arbitrary::packet(c, version);
  const auto frame = encode(packet, version);
  RC_LOG() << annotated_hex(frame, version) << "\n";
  const auto fields = layout(frame, version);
  std::size_t next = 0;
  for (const auto& field : fields.fields) {
    if (!field.row) continue;
    RC_ASSERT(field.offset == next);
    next += field.length;
  }
  RC_ASSERT(next == frame.size());
}

RC_GTEST_PROP(CodecProperty, TheLayoutOfAnyBytesStaysInside, ()) {
  RapidCheckChoices c;
  const auto version = arbitrary::version(c);
  const auto frame = spoilt_frame(c, version);
  for (const auto& field : layout(frame, version).fields) {
    RC_ASSERT(field.offset + field.length <= frame.size());
    RC_ASSERT(!field.encloses || field.offset + field.length + field.extent <= frame.size());
  }
}

}  // namespace
}  // namespace mqttspec::codec
