// A decoder allocates for what it has accepted, not for what a length or a count promises.
#include <gtest/gtest.h>

#include "reference/codec/codec.hpp"
#include "reference/codec/counted_allocations.hpp"

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

Bytes repeated(const Bytes& piece, std::size_t times) {
  Bytes result;
  for (; times > 0; --times) result += piece;
  return result;
}

// With a length of four bytes in front: for at least 2,097,152 bytes.
Bytes with_length(const Bytes& body) {
  Bytes result;
  auto left = body.size();
  for (int i = 0; i < 4; ++i, left >>= 7) {
    result += static_cast<char>((left & 0x7F) | (i < 3 ? 0x80 : 0));
  }
  return result + body;
}

std::size_t allocated_by(const Bytes& frame, Version version, Sender sender) {
  const auto before = allocated_bytes;
  const auto result = decode(frame, version, sender);
  return allocated_bytes - before;
}

TEST(Allocation, AManyTimesRepeatedPropertyThatIsRefusedCostsLittle) {
  const auto properties = with_length(repeated("\x0B\x01"s, 2'000'000));
  const auto publish = "\x30"s + with_length("\0\1t"s + properties);
  EXPECT_LT(allocated_by(publish, Version::v5_0, Sender::client), 10'000U);
  const auto aliases = with_length(repeated("\x23\0\1"s, 2'000'000));
  EXPECT_LT(allocated_by("\x30"s + with_length("\0\1t"s + aliases), Version::v5_0, Sender::client),
            10'000U);
}

TEST(Allocation, ManyFiltersOfWhichTheFirstIsRefusedCostLittle) {
  const auto subscribe = "\x82"s + with_length("\0\1"s + repeated("\0\0\0"s, 2'000'000));
  EXPECT_LT(allocated_by(subscribe, Version::v3_1_1, Sender::client), 10'000U);
  const auto unsubscribe = "\xA2"s + with_length("\0\1"s + repeated("\0\0"s, 2'000'000));
  EXPECT_LT(allocated_by(unsubscribe, Version::v3_1_1, Sender::client), 10'000U);
}

// The dearest legal packet: Subscription Identifiers of two bytes each, from a server.
TEST(Allocation, EvenTheDearestLegalPacketStaysWithinAMultipleOfItsSize) {
  const auto properties = with_length(repeated("\x0B\x01"s, 1'100'000));
  const auto publish = "\x30"s + with_length("\0\1t"s + properties);
  const auto cost = allocated_by(publish, Version::v5_0, Sender::server);
  EXPECT_GT(cost, publish.size());
  EXPECT_LT(cost, 200 * publish.size());
}

TEST(Allocation, ALengthThatOverrunsCostsNextToNothing) {
  EXPECT_LT(allocated_by("\x30\x04\xFF\xFF"
                         "t\x00"s,
                         Version::v5_0, Sender::client),
            100U);
  EXPECT_LT(allocated_by("\x82\x05\0\1\xFF\xFF"
                         "a"s,
                         Version::v3_1_1, Sender::client),
            100U);
}

}  // namespace
}  // namespace mqttspec::codec
