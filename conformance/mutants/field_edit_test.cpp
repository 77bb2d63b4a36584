#include "conformance/mutants/field_edit.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mqttspec::mutants {
namespace {

using codec::Bytes;
using codec::Version;

// CONNACK 0x00 with Topic Alias Maximum 10.
const Bytes connack("\x20\x06\x00\x00\x03\x22\x00\x0A", 8);
// PUBLISH of QoS 0 to "t" without properties, payload "x".
const Bytes publish("\x30\x05\x00\x01t\x00x", 7);

Bytes edited(Bytes frame, std::string_view field, FieldEdit edit) {
  EXPECT_TRUE(edit_field(frame, Version::v5_0, field, edit)) << field;
  return frame;
}

TEST(FieldEdit, AMissingPropertyIsMissingInBothLengths) {
  EXPECT_EQ(edited(connack, "topic_alias_maximum", FieldEdit::missing),
            Bytes("\x20\x03\x00\x00\x00", 5));
}

TEST(FieldEdit, ADoubledPropertyIsCountedByBothLengths) {
  EXPECT_EQ(edited(connack, "topic_alias_maximum", FieldEdit::doubled),
            Bytes("\x20\x09\x00\x00\x06\x22\x00\x0A\x22\x00\x0A", 11));
}

TEST(FieldEdit, WhatStandsBehindThePropertiesIsNotCountedByTheirLength) {
  EXPECT_EQ(edited(publish, "payload", FieldEdit::doubled), Bytes("\x30\x06\x00\x01t\x00xx", 8));
}

TEST(FieldEdit, AWrongLengthCountsOneMore) {
  EXPECT_EQ(edited(publish, "remaining_length", FieldEdit::wrong),
            Bytes("\x30\x06\x00\x01t\x00x", 7));
}

TEST(FieldEdit, APaddedLengthHasTheSameValue) {
  EXPECT_EQ(edited(publish, "property_length", FieldEdit::padded),
            Bytes("\x30\x06\x00\x01t\x80\x00x", 8));
  EXPECT_EQ(edited(publish, "remaining_length", FieldEdit::padded),
            Bytes("\x30\x85\x00\x00\x01t\x00x", 8));
}

TEST(FieldEdit, ALengthThatNeedsAnotherByteGetsIt) {
  const Bytes payload(124, 'x');
  const Bytes frame = Bytes("\x30\x7F\x00\x01", 4) + payload.substr(0, 1) + Bytes("\x00", 1) +
                      payload.substr(0, 123);
  EXPECT_EQ(edited(frame, "topic_name", FieldEdit::doubled).substr(0, 3), Bytes("\x30\x82\x01", 3));
}

TEST(FieldEdit, AnIdentifierIsNeverMade0) {
  const Bytes puback("\x40\x02\x00\x01", 4);
  EXPECT_EQ(edited(puback, "packet_identifier", FieldEdit::wrong), Bytes("\x40\x02\x00\x41", 4));
}

TEST(FieldEdit, AFieldThatIsNotThereChangesNothing) {
  Bytes frame = publish;
  EXPECT_FALSE(edit_field(frame, Version::v5_0, "packet_identifier", FieldEdit::wrong));
  EXPECT_EQ(frame, publish);
}

}  // namespace
}  // namespace mqttspec::mutants
