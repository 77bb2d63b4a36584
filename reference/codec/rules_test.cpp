// The tables of rules and reason codes, and the rules that are best tried by their whole family.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"
#include "reference/codec/sink.hpp"

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

std::string verdict(const Bytes& frame, Version version) {
  const auto result = decode(frame, version);
  const auto* error = std::get_if<DecodeError>(&result);
  return error == nullptr ? "accepted" : std::string(row_of(error->rule).name);
}

TEST(RuleTable, EachRuleIsFoundByItselfAndByItsName) {
  for (const auto& row : rule_table()) {
    EXPECT_EQ(&row_of(row.rule), &row);
    EXPECT_EQ(rule_by_name(row.name), row.rule);
    EXPECT_FALSE(row.sentence.empty());
    EXPECT_GE(static_cast<int>(row.reason), 0x80);
  }
  EXPECT_EQ(rule_by_name("no_such_rule"), std::nullopt);
}

TEST(RuleTable, StatementsCarryTheirVersion) {
  EXPECT_EQ(statement_of(Rule::publish_qos_3, Version::v3_1), "3.1:V31-32");
  EXPECT_EQ(statement_of(Rule::publish_qos_3, Version::v3_1_1), "3.1.1:MQTT-3.3.1-4");
  EXPECT_EQ(statement_of(Rule::publish_qos_3, Version::v5_0), "5.0:MQTT-3.3.1-4");
  EXPECT_EQ(statement_of(Rule::topic_alias_zero, Version::v3_1_1), "");
}

std::string statement_broken_by(const Bytes& frame, Sender sender) {
  const auto result = decode(frame, Version::v5_0, sender);
  const auto* error = std::get_if<DecodeError>(&result);
  return error == nullptr ? "" : statement_of(*error, frame, Version::v5_0, sender);
}

TEST(Statements, DependOnThePropertyAndItsPacket) {
  const auto client = Sender::client;
  const auto server = Sender::server;
  // Receive Maximum twice, and 0, in CONNECT and CONNACK.
  EXPECT_EQ(statement_broken_by("\x10\x14\0\4MQTT\5\2\0\0\6\x21\0\1\x21\0\1\0\1x"s, client),
            "5.0:V5-3.1.2.11.3-a");
  EXPECT_EQ(statement_broken_by("\x10\x11\0\4MQTT\5\2\0\0\3\x21\0\0\0\1x"s, client),
            "5.0:V5-3.1.2.11.3-b");
  EXPECT_EQ(statement_broken_by("\x20\x06\0\0\3\x21\0\0"s, server), "5.0:V5-3.2.2.3.3-a");
  // Content Type twice, in PUBLISH and in the Will.
  EXPECT_EQ(statement_broken_by("\x30\x0A\0\1t\6\3\0\0\3\0\0"s, client), "5.0:V5-3.3.2.3.9-a");
  EXPECT_EQ(statement_broken_by("\x10\x1A\0\4MQTT\5\6\0\0\0\0\1x\6\3\0\0\3\0\0\0\1w\0\0"s, client),
            "5.0:V5-3.1.3.2.5-a");
}

TEST(Statements, DependOnTheSender) {
  const auto without_identifier = "\x32\x06\0\1t\0\0\0"s;
  EXPECT_EQ(statement_broken_by(without_identifier, Sender::client), "5.0:MQTT-2.2.1-3");
  EXPECT_EQ(statement_broken_by(without_identifier, Sender::server), "5.0:MQTT-2.2.1-4");
  const auto misplaced = "\x30\7\0\1t\3\x21\0\1"s;
  EXPECT_EQ(statement_broken_by(misplaced, Sender::client), "5.0:V5-2.2.2.2-d");
  EXPECT_EQ(statement_broken_by(misplaced, Sender::server), "5.0:V5-2.2.2.2-m");
}

// Every property in every place that may have it, twice: whatever statement comes out, it exists.
TEST(Statements, AreInTheCatalogue) {
  std::set<std::string> ids;
  for (const auto* name : {"numbered", "unnumbered"}) {
    std::ifstream in(MQTTSPEC_SOURCE_DIR "/conformance/catalogue/mqtt-5.0-" + std::string(name) +
                     ".json");
    const auto json = nlohmann::json::parse(in);
    for (const auto& entry : json.at("statements")) ids.insert(entry.at("id").get<std::string>());
  }
  int tried = 0;
  for (const auto& row : property_table()) {
    for (unsigned type = 1; type <= 15; ++type) {
      const bool of_will = type == 1 && (row.packets & 1U) != 0;
      if ((row.packets >> type & 1U) == 0 && !of_will) continue;
      // The statement is looked up by the first byte and the one at the offset, and by no other.
      const Bytes frame = {static_cast<char>(type << 4), static_cast<char>(row.id)};
      for (const auto& rule : rule_table()) {
        const auto statement = statement_of(DecodeError{rule.rule, 1, rule.reason}, frame,
                                            Version::v5_0, Sender::server);
        EXPECT_TRUE(statement.empty() || ids.contains(statement)) << statement;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 8'000);
}

TEST(RuleSet, HoldsWhatWasInserted) {
  RuleSet set;
  set.insert(Rule::utf8_nul);
  for (const auto& row : rule_table()) {
    EXPECT_EQ(set.contains(row.rule), row.rule == Rule::utf8_nul);
    EXPECT_TRUE(RuleSet::all().contains(row.rule));
  }
}

// Section 2.1.3, table 2-2.
TEST(HeaderFlags, EachWrongValueIsRefusedByTheRuleOfItsPacket) {
  for (int type = 1; type <= 15; ++type) {
    if (type == 3) continue;
    const auto packet = make_packet(static_cast<PacketType>(type));
    const auto frame = encode(packet, Version::v5_0);
    auto name = std::string(to_string(static_cast<PacketType>(type))) + "_header_flags";
    for (auto& c : name) c = static_cast<char>(std::tolower(c));
    const int right = type == 6 || type == 8 || type == 10 ? 2 : 0;
    for (int flags = 0; flags < 16; ++flags) {
      auto spoilt = frame;
      spoilt[0] = static_cast<char>(type << 4 | flags);
      for (const auto version : {Version::v3_1_1, Version::v5_0}) {
        if (type == 15 && version != Version::v5_0) continue;
        const auto result = verdict(spoilt, version);
        EXPECT_EQ(result == name, flags != right) << name << " " << flags << " " << result;
      }
    }
  }
}

// 3.1, p.5 and p.14: DUP means something in three packets, the other unused bits nothing in any.
TEST(HeaderFlags, ThreeOneLooksOnlyAtTheQosOfPacketsThatHaveOne) {
  for (int flags = 0; flags < 16; ++flags) {
    const auto first = [flags](int type) {
      return std::string(1, static_cast<char>(type << 4 | flags));
    };
    EXPECT_EQ(verdict(first(12) + "\0"s, Version::v3_1), "accepted");
    EXPECT_EQ(verdict(first(4) + "\2\0\1"s, Version::v3_1), "accepted");
    const bool qos_1 = (flags & 6) == 2;
    EXPECT_EQ(verdict(first(6) + "\2\0\1"s, Version::v3_1),
              qos_1 ? "accepted" : "pubrel_header_flags");
  }
}

// Section 1.5.5, table 1-1.
TEST(VariableByteInteger, IsAsShortAsTheTableSays) {
  const std::vector<std::pair<std::uint32_t, Bytes>> rows = {
      {0, "\0"s},
      {127, "\x7F"s},
      {128, "\x80\x01"s},
      {16'383, "\xFF\x7F"s},
      {16'384, "\x80\x80\x01"s},
      {2'097'151, "\xFF\xFF\x7F"s},
      {2'097'152, "\x80\x80\x80\x01"s},
      {268'435'455, "\xFF\xFF\xFF\x7F"s},
  };
  for (const auto& [value, bytes] : rows) {
    Bytes out(variable_size(value), '\0');
    StoringSink(out.data()).variable(value);
    EXPECT_EQ(out, bytes) << value;
    if (value == 0) continue;
    // As a Subscription Identifier it comes back.
    const auto block = "\x0B"s + bytes;
    const auto body = "\0\1t"s + static_cast<char>(block.size()) + block;
    const auto result = decode("\x30"s + static_cast<char>(body.size()) + body, Version::v5_0);
    ASSERT_TRUE(std::holds_alternative<Packet>(result)) << value;
    EXPECT_EQ(
        get_integer(*properties_of(std::get<Packet>(result)), PropertyId::subscription_identifier),
        value);
  }
}

// A Property Length of several bytes is written behind the properties themselves.
TEST(VariableByteInteger, APropertyLengthGrowsWithItsProperties) {
  for (const std::size_t size :
       {120U, 121U, 122U, 123U, 124U, 125U, 16'376U, 16'377U, 16'378U, 65'535U}) {
    Publish packet;
    packet.topic_name = "t";
    packet.payload = "payload";
    packet.properties = {{PropertyId::correlation_data, std::string(size, 'c')},
                         {PropertyId::topic_alias, 7U}};
    const auto frame = encode(packet, Version::v5_0);
    EXPECT_EQ(frame.size(), encoded_size(packet, Version::v5_0));
    const auto result = decode(frame, Version::v5_0);
    ASSERT_TRUE(std::holds_alternative<Packet>(result)) << size;
    EXPECT_EQ(std::get<Packet>(result), Packet(packet)) << size;
  }
}

TEST(Connect, TheVersionIsTheOneThatThePacketNames) {
  Connect packet;
  packet.client_identifier = "c";
  packet.protocol_version = 4;
  const auto result = decode(encode(packet, Version::v3_1_1), Version::v5_0);
  ASSERT_TRUE(std::holds_alternative<Packet>(result));
  EXPECT_EQ(std::get<Connect>(std::get<Packet>(result)).client_identifier, "c");
}

TEST(Connect, AnUnknownVersionIsReportedBeforeWhatItsOwnRulesMightAllow) {
  // Protocol Version 9 and bytes behind it that no version of ours could read.
  EXPECT_EQ(verdict("\x10\x09\0\4MQTT\x09\xFF\xFF"s, Version::v5_0), "protocol_version");
}

// 3.1.1, 3.1.4: a CONNECT that breaks the format gets no CONNACK, an identifier that is refused
// does.
TEST(Connect, ABrokenFormatIsReportedRatherThanARefusedIdentifier) {
  EXPECT_EQ(verdict("\x10\x0F\0\4MQTT\4\x80\0\0\0\0\0\5u"s, Version::v3_1_1), "string_overrun");
  EXPECT_EQ(verdict("\x10\x0C\0\4MQTT\4\0\0\0\0\0"s, Version::v3_1_1), "client_identifier_empty");
}

// 3.1, p.16 counts characters: 23 of two bytes each are 46 bytes.
TEST(Connect, ThreeOneCountsCharactersAndDoesNotCheckThem) {
  Connect packet;
  packet.protocol_name = "MQIsdp";
  packet.protocol_version = 3;
  for (int i = 0; i < 23; ++i) packet.client_identifier += "\xC3\xA9";
  EXPECT_TRUE(validate(packet, Version::v3_1).empty());
  packet.client_identifier += 'x';
  EXPECT_EQ(validate(packet, Version::v3_1), std::vector{Rule::client_identifier_length});
  packet.client_identifier = "\xFF";
  packet.user_name = "\xC0\x80";
  EXPECT_TRUE(validate(packet, Version::v3_1).empty());
}

TEST(ReasonCodes, HaveAName) {
  for (const auto& row : reason_code_table()) {
    EXPECT_EQ(reason_code_by_name(row.name), row.code);
    for (int type = 1; type <= 15; ++type) {
      if ((row.packets >> type & 1) == 0) continue;
      EXPECT_EQ(to_string(row.code, static_cast<PacketType>(type)), row.name);
    }
    EXPECT_EQ(row.from_client | row.from_server, row.packets) << row.name;
  }
  EXPECT_EQ(to_string(static_cast<ReasonCode>(0x55)), "");
  EXPECT_EQ(reason_code_by_name("no_such_code"), std::nullopt);
}

// How many codes each of the tables 3-1, 3-4 to 3-11 lists; DISCONNECT with 0x8C of table 2-6.
TEST(ReasonCodes, EachPacketHasAsManyAsItsTable) {
  const std::vector<std::pair<PacketType, int>> tables = {
      {PacketType::connack, 22}, {PacketType::puback, 9},      {PacketType::pubrec, 9},
      {PacketType::pubrel, 2},   {PacketType::pubcomp, 2},     {PacketType::suback, 12},
      {PacketType::unsuback, 7}, {PacketType::disconnect, 30}, {PacketType::auth, 3}};
  for (const auto& [type, expected] : tables) {
    int count = 0;
    for (int code = 0; code < 256; ++code) {
      count += reason_code_allowed(type, static_cast<ReasonCode>(code)) ? 1 : 0;
    }
    EXPECT_EQ(count, expected) << to_string(type);
  }
}

TEST(ReasonCodes, OlderVersionsHaveTheirOwnNumbers) {
  EXPECT_EQ(
      reason_code_to_return_code(PacketType::connack, ReasonCode::unsupported_protocol_version), 1);
  EXPECT_EQ(
      reason_code_to_return_code(PacketType::connack, ReasonCode::client_identifier_not_valid), 2);
  EXPECT_EQ(reason_code_to_return_code(PacketType::connack, ReasonCode::server_unavailable), 3);
  EXPECT_EQ(reason_code_to_return_code(PacketType::connack, ReasonCode::bad_user_name_or_password),
            4);
  EXPECT_EQ(reason_code_to_return_code(PacketType::connack, ReasonCode::not_authorized), 5);
  EXPECT_EQ(reason_code_to_return_code(PacketType::connack, ReasonCode::banned), std::nullopt);
  EXPECT_EQ(reason_code_to_return_code(PacketType::suback, ReasonCode::not_authorized), 0x80);
  EXPECT_EQ(reason_code_to_return_code(PacketType::suback, ReasonCode::granted_qos_2), 2);
  EXPECT_EQ(reason_code_to_return_code(PacketType::puback, ReasonCode::quota_exceeded),
            std::nullopt);
}

}  // namespace
}  // namespace mqttspec::codec
