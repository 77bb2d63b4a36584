// Properties of the codec on legal packets. RapidCheck prints the seed of each run.
#include <gtest/gtest.h>
// rapidcheck/gtest.h wants gtest before it.
#include <rapidcheck/gtest.h>

#include "reference/codec/frame_reader.hpp"
#include "reference/codec/rapidcheck_choices.hpp"

namespace mqttspec::fuzz {
namespace {

using codec::Packet;
using codec::RapidCheckChoices;
using codec::Version;

struct Legal {
  Version version;
  Packet packet;
};

Legal legal(codec::Choices& c) {
  Legal result;
  result.version = codec::arbitrary::version(c);
  result.packet = codec::arbitrary::packet(c, result.version);
  RC_LOG() << codec::to_string(result.version) << " " << codec::print(result.packet, result.version)
           << "\n";
  return result;
}

RC_GTEST_PROP(CodecList, DecodeOfEncodeIsThePacket, ()) {
  RapidCheckChoices c;
  const auto [version, packet] = legal(c);
  RC_ASSERT(codec::decode(codec::encode(packet, version), version) == codec::DecodeResult(packet));
}

RC_GTEST_PROP(CodecList, EncodedSizeIsTheSizeOfTheEncoding, ()) {
  RapidCheckChoices c;
  const auto [version, packet] = legal(c);
  RC_ASSERT(codec::encoded_size(packet, version) == codec::encode(packet, version).size());
}

// How many bytes a number takes, by table 1-1 of 5.0.
std::size_t bytes_of_length(std::size_t length) {
  return length <= 127 ? 1 : length <= 16'383 ? 2 : length <= 2'097'151 ? 3 : 4;
}

RC_GTEST_PROP(CodecList, VariableByteIntegersAreMinimalAtEachBoundary, ()) {
  RapidCheckChoices c;
  const auto body = c.element<std::size_t>({0, 127, 128, 16'383, 16'384, 2'097'151, 2'097'152}) +
                    c.below(2) * c.below(2);
  codec::Publish packet;
  packet.topic_name = "t";
  constexpr std::size_t topic = 3;
  packet.payload.assign(std::max(body, topic) - topic, 'x');
  const auto length = topic + packet.payload.size();
  const auto frame = codec::encode(packet, Version::v3_1_1);
  RC_ASSERT(frame.size() == 1 + bytes_of_length(length) + length);
  RC_ASSERT(codec::decode(frame, Version::v3_1_1) == codec::DecodeResult(Packet(packet)));
}

// The largest packet there is takes memory rather than time, so it is made once.
TEST(CodecList, TheLargestRemainingLengthIsWrittenAndRead) {
  codec::Publish packet;
  packet.topic_name = "t";
  packet.payload.assign(codec::variable_byte_integer_max - 3, 'x');
  const Packet whole(packet);
  EXPECT_EQ(codec::encoded_size(whole, Version::v3_1_1),
            std::size_t{codec::variable_byte_integer_max} + 5);
  // Its header alone says how much is to come.
  codec::FrameReader reader;
  reader.push(std::string_view("\x30\xFF\xFF\xFF\x7F", 5));
  EXPECT_TRUE(std::holds_alternative<codec::NeedMore>(reader.next()));
}

RC_GTEST_PROP(CodecList, EveryProperPrefixIsNeedMore, ()) {
  RapidCheckChoices c;
  const auto [version, packet] = legal(c);
  const auto frame = codec::encode(packet, version);
  codec::FrameReader reader;
  for (const char byte : frame) {
    RC_ASSERT(std::holds_alternative<codec::NeedMore>(reader.next()));
    reader.push(std::string_view(&byte, 1));
  }
  RC_ASSERT(std::holds_alternative<codec::Frame>(reader.next()));
}

RC_GTEST_PROP(CodecList, TwoPacketsInOneBufferDecodeInTurnAtAnyCut, ()) {
  RapidCheckChoices c;
  const auto version = codec::arbitrary::version(c);
  const std::vector<Packet> packets = {codec::arbitrary::packet(c, version),
                                       codec::arbitrary::packet(c, version)};
  const auto stream = codec::encode(packets[0], version) + codec::encode(packets[1], version);
  const auto cut = c.between<std::size_t>(0, stream.size());
  codec::FrameReader reader;
  std::vector<Packet> seen;
  const auto drain = [&] {
    for (auto next = reader.next(); auto* frame = std::get_if<codec::Frame>(&next);
         next = reader.next()) {
      seen.push_back(std::get<Packet>(codec::decode(frame->bytes, version)));
    }
  };
  reader.push(std::string_view(stream).substr(0, cut));
  drain();
  reader.push(std::string_view(stream).substr(cut));
  drain();
  RC_ASSERT(seen == packets);
}

RC_GTEST_PROP(CodecList, ShortFormsEqualLongForms, ()) {
  RapidCheckChoices c;
  const auto identifier = c.between<unsigned>(1, 65'535);
  const codec::Bytes id = {static_cast<char>(identifier >> 8), static_cast<char>(identifier)};
  using namespace std::string_literals;
  for (const char first : {'\x40', '\x50', '\x62', '\x70'}) {
    const auto shortest = codec::decode(first + "\x02"s + id, Version::v5_0);
    RC_ASSERT(std::holds_alternative<Packet>(shortest));
    RC_ASSERT(shortest == codec::decode(first + "\x03"s + id + "\0"s, Version::v5_0));
    RC_ASSERT(shortest == codec::decode(first + "\x04"s + id + "\0\0"s, Version::v5_0));
  }
  const auto disconnect = codec::decode("\xE0\x00"s, Version::v5_0);
  RC_ASSERT(std::holds_alternative<Packet>(disconnect));
  RC_ASSERT(disconnect == codec::decode("\xE0\x01\0"s, Version::v5_0));
  RC_ASSERT(disconnect == codec::decode("\xE0\x02\0\0"s, Version::v5_0));
}

RC_GTEST_PROP(CodecList, TheMaximumPacketSizeIsEnforcedBeforeTheBodyIsBuffered, ()) {
  RapidCheckChoices c;
  const auto limit = c.between<std::size_t>(2, 1'000);
  const auto over = c.between<std::size_t>(limit, 200'000'000);
  codec::Bytes header = "\x30";
  for (auto rest = over;; rest >>= 7) {
    header += static_cast<char>((rest & 0x7F) | (rest > 127 ? 0x80 : 0));
    if (rest <= 127) break;
  }
  codec::FrameReader reader(limit);
  reader.push(header);
  const auto result = reader.next();
  const auto* error = std::get_if<codec::FrameError>(&result);
  RC_ASSERT(error != nullptr);
  RC_ASSERT(error->error.rule == codec::Rule::packet_too_large);
  reader.push(codec::Bytes(limit, 'x'));
  RC_ASSERT(reader.buffered() <= header.size());
}

}  // namespace
}  // namespace mqttspec::fuzz
