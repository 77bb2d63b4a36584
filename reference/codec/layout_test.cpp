#include "reference/codec/layout.hpp"

#include <gtest/gtest.h>

#include "reference/codec/codec.hpp"

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

Publish publish() {
  Publish packet;
  packet.qos = 1;
  packet.topic_name = "a/b";
  packet.packet_identifier = 7;
  packet.properties = {{PropertyId::user_property, StringPair("n", "v")},
                       {PropertyId::topic_alias, 3U},
                       {PropertyId::user_property, StringPair("m", "")}};
  packet.payload = "xyz";
  return packet;
}

struct Span {
  std::size_t offset = 0;
  std::size_t length = 0;
  friend bool operator==(const Span&, const Span&) = default;
};
std::ostream& operator<<(std::ostream& out, const Span& span) {
  return out << span.offset << "+" << span.length;
}

Span span_of(const Layout& fields, std::string_view name) {
  const auto* field = find_field(fields, name);
  EXPECT_NE(field, nullptr) << name;
  return field == nullptr ? Span{} : Span{field->offset, field->length};
}

TEST(Layout, NamesEachFieldOfAPublish) {
  const auto frame = encode(publish(), Version::v5_0);
  const auto fields = layout(frame, Version::v5_0);
  EXPECT_EQ(span_of(fields, "first_byte"), (Span{0, 1}));
  EXPECT_EQ(span_of(fields, "remaining_length"), (Span{1, 1}));
  EXPECT_EQ(span_of(fields, "topic_name"), (Span{2, 5}));
  EXPECT_EQ(span_of(fields, "topic_name.length"), (Span{2, 2}));
  EXPECT_EQ(span_of(fields, "topic_name.content"), (Span{4, 3}));
  EXPECT_EQ(span_of(fields, "packet_identifier"), (Span{7, 2}));
  EXPECT_EQ(span_of(fields, "property_length"), (Span{9, 1}));
  EXPECT_EQ(span_of(fields, "user_property"), (Span{10, 7}));
  EXPECT_EQ(span_of(fields, "user_property.0"), (Span{10, 7}));
  EXPECT_EQ(span_of(fields, "user_property.0.value.content"), (Span{16, 1}));
  EXPECT_EQ(span_of(fields, "topic_alias"), (Span{17, 3}));
  EXPECT_EQ(span_of(fields, "topic_alias.identifier"), (Span{17, 1}));
  EXPECT_EQ(span_of(fields, "topic_alias.content"), (Span{18, 2}));
  EXPECT_EQ(span_of(fields, "user_property.1"), (Span{20, 6}));
  EXPECT_EQ(span_of(fields, "payload"), (Span{26, 3}));
  EXPECT_EQ(fields.understood, frame.size());
}

TEST(Layout, ALengthKnowsWhatItCounts) {
  const auto frame = encode(publish(), Version::v5_0);
  const auto fields = layout(frame, Version::v5_0);
  for (const auto& [name, extent] : {std::pair{"remaining_length", frame.size() - 2},
                                     std::pair{"topic_name.length", std::size_t{3}},
                                     std::pair{"property_length", std::size_t{16}}}) {
    const auto* field = find_field(fields, name);
    ASSERT_NE(field, nullptr);
    EXPECT_TRUE(field->encloses);
    EXPECT_EQ(field->extent, extent) << name;
  }
}

TEST(Layout, ConnectTellsWillAndConnectPropertiesApart) {
  Connect packet;
  packet.client_identifier = "c";
  packet.properties = {{PropertyId::user_property, StringPair("a", "b")}};
  packet.will = Will{"t", "p", 0, false, {{PropertyId::user_property, StringPair("c", "d")}}};
  packet.user_name = "u";
  packet.password = "p";
  const auto frame = encode(packet, Version::v5_0);
  const auto fields = layout(frame, Version::v5_0);
  EXPECT_LT(span_of(fields, "user_property").offset, span_of(fields, "client_identifier").offset);
  EXPECT_GT(span_of(fields, "will_user_property").offset,
            span_of(fields, "will_property_length").offset);
  EXPECT_EQ(span_of(fields, "password"), (Span{frame.size() - 3, 3}));
}

TEST(Layout, SubscriptionsAreNamedByTheirPlace) {
  Subscribe packet;
  packet.packet_identifier = 1;
  packet.subscriptions = {{"a", 1, false, false, 0, {}}, {"b/#", 0, false, false, 0, {}}};
  const auto fields = layout(encode(packet, Version::v3_1_1), Version::v3_1_1);
  EXPECT_EQ(span_of(fields, "topic_filters"), (Span{4, 10}));
  EXPECT_EQ(span_of(fields, "topic_filters.1"), (Span{8, 6}));
  EXPECT_EQ(span_of(fields, "topic_filters.1.topic_filter"), (Span{8, 5}));
  EXPECT_EQ(span_of(fields, "topic_filters.1.length"), (Span{8, 2}));
  EXPECT_EQ(span_of(fields, "topic_filters.1.subscription_options"), (Span{13, 1}));
  EXPECT_EQ(span_of(fields, "subscription_options"), (Span{7, 1}));
}

TEST(Layout, APropertyThatMayNotRepeatIsStillNamedByPlaceWhenItDoes) {
  Publish packet;
  packet.topic_name = "t";
  packet.properties = {{PropertyId::topic_alias, 1U}, {PropertyId::topic_alias, 2U}};
  const auto fields = layout(encode(packet, Version::v5_0), Version::v5_0);
  EXPECT_EQ(span_of(fields, "topic_alias"), span_of(fields, "topic_alias.0"));
  EXPECT_EQ(span_of(fields, "topic_alias.1"), (Span{9, 3}));
}

TEST(Layout, RowsLieSideBySideUpToWhereTheFrameCanBeRead) {
  const auto whole = encode(publish(), Version::v5_0);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const auto fields = layout(whole.substr(0, size), Version::v5_0);
    std::size_t next = 0;
    for (const auto& field : fields.fields) {
      EXPECT_LE(field.offset + field.length, size) << field.name;
      if (!field.row) continue;
      EXPECT_EQ(field.offset, next) << field.name << " of " << size;
      next = field.offset + field.length;
    }
    EXPECT_EQ(next, fields.understood);
  }
}

TEST(AnnotatedHex, ShowsOffsetHexFieldAndValue) {
  const auto text =
      annotated_hex("\x32\x09\x00\x03"s + "a/b" + "\x00\x07"s + "hi", Version::v3_1_1);
  EXPECT_EQ(text,
            "0000  32                                               first_byte PUBLISH qos=1\n"
            "0001  09                                               remaining_length 9\n"
            "0002  00 03 61 2F 62                                   topic_name \"a/b\"\n"
            "0007  00 07                                            packet_identifier 7\n"
            "0009  68 69                                            payload \"hi\"\n");
}

TEST(AnnotatedHex, CutsWhatIsLong) {
  Publish packet;
  packet.topic_name = "t";
  packet.payload = std::string(1'000'000, 'x');
  const auto text = annotated_hex(encode(packet, Version::v3_1_1), Version::v3_1_1);
  EXPECT_LT(text.size(), 3'000U);
  EXPECT_NE(text.find("... (1000000 bytes)"), std::string::npos);
  EXPECT_NE(text.find("... 999744 more bytes"), std::string::npos);
}

TEST(AnnotatedHex, ShowsWhatBelongsToNoField) {
  const auto text = annotated_hex("\xC0\x02xy"s, Version::v5_0);
  EXPECT_NE(text.find("78 79"), std::string::npos);
  EXPECT_NE(text.find("(no field of this packet)"), std::string::npos);
}

}  // namespace
}  // namespace mqttspec::codec
