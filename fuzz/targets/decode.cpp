// A raw stream of packets in one version, from either side. Compiled once per version.
#include "fuzz/targets/target.hpp"
#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::fuzz {
namespace {

using codec::Packet;
using codec::Sender;

constexpr auto version = codec::Version::MQTTSPEC_FUZZ_VERSION;

void check_accepted(BytesView frame, const Packet& packet, Sender sender) {
  const auto evidence = [&] { return codec::annotated_hex(frame, version); };
  require(codec::validate(packet, version, sender).empty(),
          "what decode() accepts, validate() finds legal", evidence);
  const auto again = codec::encode(packet, version);
  require(codec::encoded_size(packet, version) == again.size(), "encoded_size() is exact",
          evidence);
  const auto result = codec::decode(again, version, sender);
  const auto* same = std::get_if<Packet>(&result);
  require(same != nullptr && *same == packet, "a decoded packet survives a round trip", evidence);
  require(codec::encode(*same, version) == again, "encoding is a fixed point", evidence);
  // Longer forms exist (a reason code of 0x00 spelled out); a frame of the shortest is the frame
  // that we write.
  require(again.size() != frame.size() || again == frame, "a canonical frame comes out as it was",
          evidence);
  require(again.size() <= frame.size(), "our form is the shortest", evidence);
}

void check_refused(BytesView frame, const codec::DecodeError& error) {
  const auto evidence = [&] { return codec::annotated_hex(frame, version); };
  require(error.offset <= frame.size(), "an error lies inside its frame", evidence);
  require(!codec::row_of(error.rule).sentence.empty(), "an error has a rule", evidence);
  codec::RuleSet tolerated;
  tolerated.insert(error.rule);
  const auto tolerant = codec::decode(frame, version, Sender::either, tolerated);
  const auto* next = std::get_if<codec::DecodeError>(&tolerant);
  const bool hopeless = error.rule == codec::Rule::frame_incomplete ||
                        error.rule == codec::Rule::remaining_length_five_bytes ||
                        error.rule == codec::Rule::packet_type_reserved;
  require(hopeless || next == nullptr || next->rule != error.rule,
          "a tolerated rule is not reported again", evidence);
}

void check_frame(BytesView frame, Sender sender) {
  const auto before = allocated();
  const auto result = codec::decode(frame, version, sender);
  require(allocated() - before <= 64 * frame.size() + 8'192,
          "decoding allocates a small multiple of the frame",
          [&] { return codec::annotated_hex(frame, version); });
  if (const auto* packet = std::get_if<Packet>(&result)) {
    check_accepted(frame, *packet, sender);
    require(!codec::print(*packet, version).empty(), "a packet prints as a line", "");
  } else {
    check_refused(frame, std::get<codec::DecodeError>(result));
  }
  for (const auto& field : codec::layout(frame, version).fields) {
    require(field.offset + field.length <= frame.size(), "a field lies inside its frame",
            field.name);
  }
}

}  // namespace

void test_one(BytesView input) {
  codec::FrameReader reader;
  reader.push(input);
  std::size_t consumed = 0;
  for (;;) {
    const auto next = reader.next();
    const auto* frame = std::get_if<codec::Frame>(&next);
    if (frame == nullptr) break;
    consumed += frame->bytes.size();
    require(consumed <= input.size(), "no frame is longer than the stream", "");
    const std::string copy(frame->bytes);  // of its exact size, so that sanitizers see its end
    check_frame(copy, Sender::client);
    check_frame(copy, Sender::server);
  }
  require(reader.buffered() <= input.size(), "no more is kept than was given", "");
}

}  // namespace mqttspec::fuzz
