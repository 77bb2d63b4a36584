#include "reference/codec/frame_reader.hpp"

#include <gtest/gtest.h>

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

const Bytes pingreq = "\xC0\x00"s;
const Bytes puback = "\x40\x02\x00\x07"s;

TEST(FrameReader, FramesComeOutWhateverTheSegmentation) {
  const auto stream = pingreq + puback + pingreq;
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      FrameReader reader;
      std::vector<Bytes> frames;
      const auto drain = [&] {
        for (auto result = reader.next(); auto* frame = std::get_if<Frame>(&result);
             result = reader.next()) {
          frames.emplace_back(frame->bytes);
        }
      };
      for (const auto& piece :
           {stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)}) {
        reader.push(piece);
        drain();
      }
      EXPECT_EQ(frames, (std::vector{pingreq, puback, pingreq})) << first << " " << second;
      EXPECT_EQ(reader.buffered(), 0U);
    }
  }
}

TEST(FrameReader, BorrowedBytesGiveTheSameFramesWhateverTheSegmentation) {
  const auto stream = pingreq + puback + pingreq;
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      FrameReader reader;
      std::vector<Bytes> frames;
      for (auto piece :
           {stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)}) {
        reader.borrow(piece);
        for (auto result = reader.next(); auto* frame = std::get_if<Frame>(&result);
             result = reader.next()) {
          frames.emplace_back(frame->bytes);
        }
        piece.assign(piece.size(), 'x');  // is not looked at any more
      }
      EXPECT_EQ(frames, (std::vector{pingreq, puback, pingreq})) << first << " " << second;
      EXPECT_EQ(reader.buffered(), 0U);
    }
  }
}

TEST(FrameReader, APacketThatIsAnnouncedTakesNoMemoryBeforeItComes) {
  FrameReader reader;
  const auto stream = "\x30\xFF\xFF\xFF\x7F"s + "begin";  // 256 MiB
  reader.borrow(stream);
  EXPECT_TRUE(std::holds_alternative<NeedMore>(reader.next()));
  EXPECT_EQ(reader.buffered(), 10U);
}

TEST(FrameReader, APacketThatIsTooLargeIsRefusedByItsHeader) {
  FrameReader reader(100);
  reader.push("\x30\x63"s);  // 2 + 99 bytes
  const auto result = reader.next();
  const auto* error = std::get_if<FrameError>(&result);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->error, (DecodeError{Rule::packet_too_large, 0, ReasonCode::packet_too_large}));
  EXPECT_EQ(error->head, "\x30\x63"s);
}

TEST(FrameReader, APacketOfExactlyTheLimitIsRead) {
  FrameReader reader(100);
  reader.push("\x30\x62"s + std::string(98, 'x'));
  EXPECT_TRUE(std::holds_alternative<Frame>(reader.next()));
}

TEST(FrameReader, FiveBytesOfRemainingLengthAreRefusedAtTheFourth) {
  FrameReader reader;
  reader.push("\x30\x80\x80\x80"s);
  EXPECT_TRUE(std::holds_alternative<NeedMore>(reader.next()));
  reader.push("\x80"s);
  const auto result = reader.next();
  const auto* error = std::get_if<FrameError>(&result);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->error.rule, Rule::remaining_length_five_bytes);
}

TEST(FrameReader, WhatComesBehindALargeFrameIsRead) {
  FrameReader reader;
  const auto large = "\x30\xC0\x84\x3D"s + std::string(1'000'000, 'x');
  for (int i = 0; i < 3; ++i) {
    reader.push(large);
    const auto result = reader.next();
    ASSERT_TRUE(std::holds_alternative<Frame>(result));
    EXPECT_EQ(std::get<Frame>(result).bytes.size(), large.size());
    reader.push(pingreq);
    ASSERT_TRUE(std::holds_alternative<Frame>(reader.next()));
  }
}

TEST(FrameReader, NothingIsBufferedBehindAnError) {
  FrameReader reader(10);
  reader.push("\x30\x7F"s);
  ASSERT_TRUE(std::holds_alternative<FrameError>(reader.next()));
  reader.push(std::string(1'000, 'x'));
  EXPECT_EQ(reader.buffered(), 2U);
  EXPECT_TRUE(std::holds_alternative<FrameError>(reader.next()));
}

}  // namespace
}  // namespace mqttspec::codec
