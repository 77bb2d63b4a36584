// Edits at random places: what must hold whatever is edited.
#include <random>

#include <gtest/gtest.h>

#include "conformance/scenario/edits.hpp"
#include "conformance/scenario/testing.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::scenario {
namespace {

using codec::Version;
using test::context;
using test::hex;
using test::json;

constexpr const char* with_properties =
    "{'topic_name': 'ab', 'content_type': 'c', 'user_property': [['n', 'v'], ['m', 'w']], "
    "'payload': 'xy'}";

// Whatever is edited, the frame stays whole as long as no length is set, kept or taken out.
TEST(RandomEdits, LengthsAgreeWithTheirContentWhateverIsInsertedOrRemoved) {
  std::mt19937 random(3);
  const auto below = [&random](std::size_t n) { return random() % n; };
  for (int round = 0; round < 2000; ++round) {
    BuildContext client = context(Version::v5_0);
    const Result<BuiltPacket> built =
        build_packet(Object{{"PUBLISH", json(with_properties)}}, client);
    FrameEditor editor(built->bytes, Version::v5_0);
    static const std::vector<std::string> places = {
        "topic_name.content",
        "content_type.content",
        "user_property.name.content",
        "user_property.1.value.content",
        "payload",
    };
    const std::size_t count = 1 + below(4);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& place = places[below(places.size())];
      const std::string filling = std::to_string(below(300)) + "*('z')";
      const Value change =
          below(2) == 0
              ? Value(Object{{"set", place}, {"to", filling}})
              : Value(Object{{"insert", filling}, {below(2) == 0 ? "before" : "after", place}});
      if (place == "payload" && change.find("before") != nullptr) continue;  // may join properties
      const auto problem = editor.apply(change);
      ASSERT_FALSE(problem.has_value()) << *problem;
    }
    const codec::DecodeResult decoded = codec::decode(editor.frame(), Version::v5_0);
    ASSERT_TRUE(std::holds_alternative<codec::Packet>(decoded)) << hex(editor.frame());
    EXPECT_EQ(std::get<codec::Publish>(std::get<codec::Packet>(decoded)).properties.size(), 3U);
  }
}

// Edits of anything at any place: no crash, no byte outside the frame (sanitizers watch).
TEST(RandomEdits, ArbitraryEditsOfArbitraryBytesAreHarmless) {
  std::mt19937 random(5);
  const auto below = [&random](std::size_t n) { return random() % n; };
  for (int round = 0; round < 5000; ++round) {
    codec::Bytes frame = codec::encode(
        codec::make_packet(static_cast<codec::PacketType>(1 + below(15))), Version::v5_0);
    for (std::size_t i = below(12); i > 0; --i) frame += static_cast<char>(below(256));
    if (frame.size() > 1) frame[1] = static_cast<char>(frame.size() - 2);
    const codec::Layout layout = codec::layout(frame, Version::v5_0);
    FrameEditor editor(frame, Version::v5_0);
    for (int i = 0; i < 5; ++i) {
      const Value place = below(2) == 0 || layout.fields.empty()
                              ? Value(static_cast<int>(below(24)) - 12)
                              : Value(layout.fields[below(layout.fields.size())].name);
      const std::string filling = std::to_string(below(9)) + "*(80)";
      const Value edits[] = {Object{{"set", place}, {"to", filling}},
                             Object{{"insert", filling}, {"before", place}},
                             Object{{"insert", filling}, {"after", place}},
                             Object{{"remove", place}},
                             Object{{"cut", place}},
                             Object{{"remove", place}, {"keep_lengths", true}}};
      static_cast<void>(editor.apply(edits[below(6)]));
    }
    EXPECT_LE(editor.frame().size(), frame.size() + 5 * 9);
  }
}

}  // namespace
}  // namespace mqttspec::scenario
