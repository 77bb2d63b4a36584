#include "fuzz/generators/spoilt_packet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mqttspec::fuzz {
namespace {

SpoiltPacket read(codec::BytesView bytes) {
  codec::ByteChoices choices(bytes);
  return make_spoilt_packet(choices);
}

TEST(SpoiltPacket, TheMutatorDoesEachThingToThePacketThatWasThere) {
  codec::SeededChoices choices(1);
  for (std::size_t kind = 0; kind < spoilings; ++kind) {
    const auto wanted = static_cast<Spoiling>(kind);
    int done = 0;
    for (int round = 0; round < 100; ++round) {
      codec::Bytes input(choices.below(60), '\0');
      for (char& byte : input) byte = choices.byte();
      const auto changed = spoil_input(choices, input, wanted);
      if (changed.empty()) continue;
      ++done;
      const auto made = read(changed);
      EXPECT_EQ(made.legal, read(input).legal);
      EXPECT_NE(std::find(made.log.begin(), made.log.end(), wanted), made.log.end());
      EXPECT_TRUE(codec::validate(made.legal, made.version).empty());
    }
    EXPECT_GT(done, 30) << "kind " << kind;
  }
}

TEST(SpoiltPacket, WhatIsDoneShows) {
  codec::SeededChoices choices(2);
  codec::Bytes input(40, '\0');
  for (char& byte : input) byte = choices.byte();
  for (const auto& [wanted, more] :
       {std::pair(Spoiling::property_added, 1), std::pair(Spoiling::property_dropped, -1),
        std::pair(Spoiling::property_doubled, 1)}) {
    for (int round = 0; round < 50; ++round) {
      const auto changed = spoil_input(choices, input, wanted);
      if (changed.empty()) continue;
      const auto made = read(changed);
      if (made.log.size() != 1) continue;
      const auto before = codec::properties_of(made.legal)->size();
      const auto after = codec::properties_of(made.spoilt)->size();
      EXPECT_EQ(std::ssize(*codec::properties_of(made.spoilt)),
                std::ssize(*codec::properties_of(made.legal)) + more)
          << before << " and " << after;
    }
  }
}

TEST(SpoiltPacket, WhatHasNoPropertiesLosesNone) {
  // The empty input is a CONNECT of 5.0 with nothing in it.
  codec::SeededChoices choices(3);
  EXPECT_TRUE(codec::properties_of(read("").legal)->empty());
  EXPECT_EQ(spoil_input(choices, "", Spoiling::property_replaced).empty(), false)
      << "a property may be added first";
  const codec::Bytes pingreq{'\1', '\13'};
  ASSERT_EQ(codec::type_of(read(pingreq).legal), codec::PacketType::pingreq);
  EXPECT_EQ(spoil_input(choices, pingreq, Spoiling::property_dropped), "");
}

}  // namespace
}  // namespace mqttspec::fuzz
