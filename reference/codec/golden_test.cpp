// The codec against bytes worked out by hand from the standards, in both directions. It stands
// guard against a mistake that encoder and decoder share.
#include <gtest/gtest.h>

#include <set>

#include "reference/codec/golden_vectors.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::codec {
namespace {

const std::vector<golden::Vector>& vectors() {
  static const auto all = golden::load(MQTTSPEC_SOURCE_DIR "/corpus/golden");
  return all;
}

std::string describe(const DecodeError& error) {
  return std::string(row_of(error.rule).name) + " at " + std::to_string(error.offset) + ", " +
         std::string(to_string(error.reason));
}

TEST(Golden, BytesMeanThePacket) {
  for (const auto& vector : vectors()) {
    if (!vector.packet) continue;
    const auto result = decode(vector.bytes, vector.version, vector.sender);
    if (const auto* error = std::get_if<DecodeError>(&result)) {
      ADD_FAILURE() << vector.name << ": refused, " << describe(*error) << "\n"
                    << annotated_hex(vector.bytes, vector.version);
      continue;
    }
    EXPECT_TRUE(std::get<Packet>(result) == *vector.packet)
        << vector.name << "\n  is " << print(std::get<Packet>(result), vector.version)
        << "\n  should be " << print(*vector.packet, vector.version);
  }
}

TEST(Golden, ThePacketBecomesTheBytes) {
  for (const auto& vector : vectors()) {
    if (!vector.packet || vector.decode_only) continue;
    const auto frame = encode(*vector.packet, vector.version);
    EXPECT_TRUE(frame == vector.bytes) << vector.name << "\n"
                                       << annotated_hex(frame, vector.version);
  }
}

TEST(Golden, WhatIsIllegalIsRefusedByItsRuleAtItsPlaceWithItsReasonCode) {
  for (const auto& vector : vectors()) {
    if (!vector.error) continue;
    const auto result = decode(vector.bytes, vector.version, vector.sender);
    const auto* error = std::get_if<DecodeError>(&result);
    if (error == nullptr) {
      ADD_FAILURE() << vector.name << ": accepted\n" << annotated_hex(vector.bytes, vector.version);
      continue;
    }
    EXPECT_EQ(describe(*error), describe(*vector.error)) << vector.name;
  }
}

TEST(Golden, ThereIsAVectorForEachPacketTypeOfEachVersion) {
  std::set<std::pair<Version, PacketType>> seen;
  for (const auto& vector : vectors()) {
    if (vector.packet) seen.emplace(vector.version, type_of(*vector.packet));
  }
  EXPECT_EQ(seen.size(), 14U + 14U + 15U);
}

TEST(Golden, ThereIsAVectorForEachRuleThatADecoderCanSee) {
  std::set<Rule> seen = {Rule::packet_too_large, Rule::not_expressible,
                         Rule::publish_identifier_with_qos_0, Rule::publish_identifier_missing};
  for (const auto& vector : vectors()) {
    if (vector.error) seen.insert(vector.error->rule);
  }
  for (const auto& row : rule_table()) EXPECT_TRUE(seen.contains(row.rule)) << row.name;
}

TEST(Golden, NamesAreUnique) {
  std::set<std::string> names;
  for (const auto& vector : vectors()) EXPECT_TRUE(names.insert(vector.name).second) << vector.name;
}

}  // namespace
}  // namespace mqttspec::codec
