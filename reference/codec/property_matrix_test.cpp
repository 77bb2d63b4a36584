// Every (packet, property) pair of table 2-4, against a transcription of the table that shares
// nothing with ours; and what the sections say about values and repetition.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "reference/codec/codec.hpp"

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

// Table 2-4, by the standard's lists of packets. W: Will Properties.
const std::map<int, std::set<std::string>> table_2_4 = {
    {0x01, {"PUBLISH", "W"}},
    {0x02, {"PUBLISH", "W"}},
    {0x03, {"PUBLISH", "W"}},
    {0x08, {"PUBLISH", "W"}},
    {0x09, {"PUBLISH", "W"}},
    {0x0B, {"PUBLISH", "SUBSCRIBE"}},
    {0x11, {"CONNECT", "CONNACK", "DISCONNECT"}},
    {0x12, {"CONNACK"}},
    {0x13, {"CONNACK"}},
    {0x15, {"CONNECT", "CONNACK", "AUTH"}},
    {0x16, {"CONNECT", "CONNACK", "AUTH"}},
    {0x17, {"CONNECT"}},
    {0x18, {"W"}},
    {0x19, {"CONNECT"}},
    {0x1A, {"CONNACK"}},
    {0x1C, {"CONNACK", "DISCONNECT"}},
    {0x1F,
     {"CONNACK", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBACK", "UNSUBACK", "DISCONNECT",
      "AUTH"}},
    {0x21, {"CONNECT", "CONNACK"}},
    {0x22, {"CONNECT", "CONNACK"}},
    {0x23, {"PUBLISH"}},
    {0x24, {"CONNACK"}},
    {0x25, {"CONNACK"}},
    {0x26,
     {"CONNECT", "CONNACK", "PUBLISH", "W", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE",
      "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "DISCONNECT", "AUTH"}},
    {0x27, {"CONNECT", "CONNACK"}},
    {0x28, {"CONNACK"}},
    {0x29, {"CONNACK"}},
    {0x2A, {"CONNACK"}},
};

// The bytes of a legal value, by the types of table 2-4.
const std::map<int, Bytes> legal_values = {
    {0x01, "\x01"s},       {0x02, "\0\0\0\x05"s}, {0x03, "\0\1x"s},      {0x08, "\0\1x"s},
    {0x09, "\0\1x"s},      {0x0B, "\x05"s},       {0x11, "\0\0\0\x05"s}, {0x12, "\0\1x"s},
    {0x13, "\0\x05"s},     {0x15, "\0\1x"s},      {0x16, "\0\1x"s},      {0x17, "\x01"s},
    {0x18, "\0\0\0\x05"s}, {0x19, "\x01"s},       {0x1A, "\0\1x"s},      {0x1C, "\0\1x"s},
    {0x1F, "\0\1x"s},      {0x21, "\0\x05"s},     {0x22, "\0\x05"s},     {0x23, "\0\x05"s},
    {0x24, "\x01"s},       {0x25, "\x01"s},       {0x26, "\0\1n\0\1v"s}, {0x27, "\0\0\0\x05"s},
    {0x28, "\x01"s},       {0x29, "\x01"s},       {0x2A, "\x01"s},
};

const std::vector<std::string> places = {
    "CONNECT", "W",         "CONNACK", "PUBLISH",     "PUBACK",   "PUBREC",     "PUBREL",
    "PUBCOMP", "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "DISCONNECT", "AUTH"};

Bytes with_length(int first_byte, const Bytes& body) {
  return Bytes(1, static_cast<char>(first_byte)) + static_cast<char>(body.size()) + body;
}

// A packet that is legal but for the properties put in its place (at most 100 bytes).
Bytes packet_with(const std::string& place, const Bytes& properties) {
  const auto block = static_cast<char>(properties.size()) + properties;
  // Authentication Data must not stand without its method, nor AUTH without it; but no method
  // twice.
  const bool has_method = properties.find("\x15\0\1x"s) != Bytes::npos;
  const auto method = "\x15\0\1m"s;
  const auto full = has_method ? properties : method + properties;
  const auto with_method = static_cast<char>(full.size()) + full;
  if (place == "CONNECT") return with_length(0x10, "\0\4MQTT\5\2\0\0"s + with_method + "\0\1c"s);
  if (place == "W") return with_length(0x10, "\0\4MQTT\5\6\0\0\0\0\1c"s + block + "\0\1t\0\0"s);
  if (place == "CONNACK") return with_length(0x20, "\0\0"s + block);
  if (place == "PUBLISH") return with_length(0x30, "\0\1t"s + block);
  if (place == "PUBACK") return with_length(0x40, "\0\1\0"s + block);
  if (place == "PUBREC") return with_length(0x50, "\0\1\0"s + block);
  if (place == "PUBREL") return with_length(0x62, "\0\1\0"s + block);
  if (place == "PUBCOMP") return with_length(0x70, "\0\1\0"s + block);
  if (place == "SUBSCRIBE") return with_length(0x82, "\0\1"s + block + "\0\1f\0"s);
  if (place == "SUBACK") return with_length(0x90, "\0\1"s + block + "\0"s);
  if (place == "UNSUBSCRIBE") return with_length(0xA2, "\0\1"s + block + "\0\1f"s);
  if (place == "UNSUBACK") return with_length(0xB0, "\0\1"s + block + "\0"s);
  if (place == "DISCONNECT") return with_length(0xE0, "\0"s + block);
  return with_length(0xF0, "\x18"s + with_method);
}

std::string verdict(const Bytes& frame) {
  const auto result = decode(frame, Version::v5_0);
  const auto* error = std::get_if<DecodeError>(&result);
  return error == nullptr ? "accepted" : std::string(row_of(error->rule).name);
}

Bytes property(int id, const Bytes& value) {
  return static_cast<char>(id) + value;
}

TEST(PropertyMatrix, EachPropertyIsAllowedWhereTheTableSaysAndNowhereElse) {
  for (const auto& [id, allowed] : table_2_4) {
    for (const auto& place : places) {
      const auto result = verdict(packet_with(place, property(id, legal_values.at(id))));
      if (allowed.contains(place)) {
        EXPECT_EQ(result, "accepted") << place << " " << id;
      } else {
        auto name = place == "W" ? "will" : place;
        for (auto& c : name) c = static_cast<char>(std::tolower(c));
        EXPECT_EQ(result, "property_not_in_" + name) << place << " " << id;
      }
    }
  }
}

TEST(PropertyMatrix, EachIdThatTheTableLacksIsUnknown) {
  for (int id = 0; id < 128; ++id) {
    if (table_2_4.contains(id)) continue;
    EXPECT_EQ(verdict(packet_with("PUBLISH", property(id, "\0"s))), "property_unknown") << id;
  }
  EXPECT_EQ(verdict(packet_with("PUBLISH", "\xA6\x01\0"s)), "property_unknown");
}

TEST(PropertyMatrix, OnlyUserPropertyAndThePublishedSubscriptionIdentifierRepeat) {
  for (const auto& [id, allowed] : table_2_4) {
    for (const auto& place : allowed) {
      const auto once = property(id, legal_values.at(id));
      const bool repeats = id == 0x26 || (id == 0x0B && place == "PUBLISH");
      EXPECT_EQ(verdict(packet_with(place, once + once)), repeats ? "accepted" : "property_twice")
          << place << " " << id;
    }
  }
}

TEST(PropertyMatrix, NoPropertyMayBeCutShort) {
  for (const auto& [id, allowed] : table_2_4) {
    // In CONNECT and AUTH packet_with() adds an Authentication Method, which would be the second.
    const auto place = allowed.contains("CONNACK") ? "CONNACK" : *allowed.begin();
    const auto whole = property(id, legal_values.at(id));
    for (std::size_t size = 1; size < whole.size(); ++size) {
      const auto result = verdict(packet_with(place, whole.substr(0, size)));
      EXPECT_TRUE(result == "property_truncated" || result == "string_overrun")
          << place << " " << id << " cut to " << size << ": " << result;
    }
  }
}

struct Range {
  int id;
  Bytes value;
  std::string expected;
};

TEST(PropertyMatrix, ValuesAtAndBeyondTheirBounds) {
  const std::vector<Range> ranges = {
      {0x01, "\0"s, "accepted"},
      {0x01, "\2"s, "payload_format_indicator_range"},
      {0x02, "\0\0\0\0"s, "accepted"},
      {0x02, "\xFF\xFF\xFF\xFF"s, "accepted"},
      {0x0B, "\0"s, "subscription_identifier_zero"},
      {0x0B, "\xFF\xFF\xFF\x7F"s, "accepted"},
      {0x11, "\0\0\0\0"s, "accepted"},
      {0x11, "\xFF\xFF\xFF\xFF"s, "accepted"},
      {0x13, "\0\0"s, "accepted"},
      {0x17, "\2"s, "request_problem_information_range"},
      {0x18, "\0\0\0\0"s, "accepted"},
      {0x19, "\xFF"s, "request_response_information_range"},
      {0x21, "\0\0"s, "receive_maximum_zero"},
      {0x21, "\0\1"s, "accepted"},
      {0x21, "\xFF\xFF"s, "accepted"},
      {0x22, "\0\0"s, "accepted"},
      {0x22, "\xFF\xFF"s, "accepted"},
      {0x23, "\0\0"s, "topic_alias_zero"},
      {0x23, "\xFF\xFF"s, "accepted"},
      {0x24, "\0"s, "accepted"},
      {0x24, "\2"s, "maximum_qos_range"},
      {0x25, "\2"s, "retain_available_range"},
      {0x27, "\0\0\0\0"s, "maximum_packet_size_zero"},
      {0x27, "\0\0\0\1"s, "accepted"},
      {0x28, "\2"s, "wildcard_subscription_available_range"},
      {0x29, "\2"s, "subscription_identifier_available_range"},
      {0x2A, "\2"s, "shared_subscription_available_range"},
  };
  for (const auto& range : ranges) {
    for (const auto& place : table_2_4.at(range.id)) {
      EXPECT_EQ(verdict(packet_with(place, property(range.id, range.value))), range.expected)
          << place << " " << range.id;
    }
  }
}

TEST(PropertyMatrix, OrderAndRepetitionSurvive) {
  const auto block = "\x26\0\1b\0\1x"s + "\x03\0\1t"s + "\x26\0\1a\0\1y"s + "\x26\0\1b\0\1x"s;
  const auto frame = packet_with("PUBLISH", block);
  const auto result = decode(frame, Version::v5_0);
  ASSERT_TRUE(std::holds_alternative<Packet>(result));
  EXPECT_EQ(encode(std::get<Packet>(result), Version::v5_0), frame);
}

TEST(PropertyTable, HasEachPropertyUnderItsIdAndName) {
  EXPECT_EQ(property_table().size(), table_2_4.size());
  for (const auto& row : property_table()) {
    EXPECT_EQ(find_property(static_cast<std::uint32_t>(row.id)), &row);
    EXPECT_EQ(find_property(row.name), &row);
    EXPECT_EQ(to_string(row.id), row.name);
  }
  EXPECT_EQ(find_property(0x100), nullptr);
  EXPECT_EQ(find_property("no_such_property"), nullptr);
}

}  // namespace
}  // namespace mqttspec::codec
