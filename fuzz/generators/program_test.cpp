// Programs and the bytes that they are read from.
#include "fuzz/generators/program.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mqttspec::fuzz {
namespace {

using Kind = Operation::Kind;

Program program_of(std::uint64_t seed) {
  codec::SeededChoices choices(seed);
  return make_program(choices);
}

Program read(codec::BytesView bytes) {
  codec::ByteChoices choices(bytes);
  return make_program(choices);
}

// What the session is made of, however its packets are kept: a line an operation.
std::vector<std::string> effects(const Program& program) {
  std::vector<std::string> lines;
  const auto versions = versions_of(program);
  for (std::size_t i = 0; i < program.size(); ++i) {
    const Operation& operation = program[i];
    const bool sends = operation.kind == Kind::send || operation.kind == Kind::raw;
    lines.push_back(
        std::to_string(sends ? -1 : static_cast<int>(operation.kind)) + " " +
        std::to_string(operation.client) + " " + std::to_string(static_cast<int>(versions[i])) +
        " " + std::to_string(operation.automatic) + " " + std::to_string(operation.time.count()) +
        " " + std::to_string(operation.amount) + " " + bytes_of(operation, versions[i]));
  }
  return lines;
}

TEST(Program, WhatIsWrittenReadsAsTheSameSession) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Program program = program_of(seed);
    EXPECT_EQ(effects(read(encode_program(program))), effects(program)) << seed;
  }
}

TEST(Program, EveryStringOfBytesIsASession) {
  codec::SeededChoices choices(1);
  std::size_t operations = 0;
  for (int round = 0; round < 500; ++round) {
    codec::Bytes bytes(choices.below(400), '\0');
    for (char& byte : bytes) byte = choices.byte();
    const Program program = read(bytes);
    ASSERT_LE(program.size(), operations_max);
    operations += program.size();
    for (const auto& operation : program) ASSERT_LT(operation.client, clients_max);
    EXPECT_EQ(effects(read(encode_program(program))), effects(program));
  }
  EXPECT_GT(operations, 5'000U) << "random bytes mean too little";
}

TEST(Program, EndsWhereTheBytesEnd) {
  EXPECT_TRUE(read("").empty());
  const auto bytes = encode_program(program_of(3));
  const auto whole = read(bytes).size();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_LE(read(bytes.substr(0, size)).size(), whole) << size;
  }
}

TEST(Program, AnUnusualPacketIsWrittenAsRawBytes) {
  Operation connect;
  connect.kind = Kind::connect;
  connect.packet = codec::Connect{.client_identifier = "somebody else"};
  Operation publish;
  publish.kind = Kind::send;
  publish.packet = codec::Publish{.topic_name = "no/such/word", .payload = "x"};
  const Program program = read(encode_program({connect, publish}));
  ASSERT_EQ(program.size(), 2U);
  EXPECT_EQ(program[0].bytes, bytes_of(connect, codec::Version::v5_0));
  EXPECT_EQ(program[1].kind, Kind::raw);
  EXPECT_EQ(program[1].bytes, bytes_of(publish, codec::Version::v5_0));
}

TEST(Program, WhatIsTooLongForOneOperationIsWrittenAsSeveral) {
  Operation connect;
  connect.kind = Kind::connect;
  Operation publish;
  publish.kind = Kind::send;
  publish.packet = codec::Publish{.topic_name = "t", .payload = std::string(2'500, 'x')};
  const Program program = read(encode_program({connect, publish}));
  ASSERT_EQ(program.size(), 4U);
  codec::Bytes sent;
  for (std::size_t i = 1; i < program.size(); ++i) sent += program[i].bytes;
  EXPECT_EQ(sent, bytes_of(publish, codec::Version::v5_0));
}

TEST(Program, WhatAClientDoesBeforeItConnectsIsLeftOut) {
  Operation reset;
  reset.kind = Kind::reset;
  reset.client = 3;
  EXPECT_EQ(encode_program({reset}), "");
}

TEST(Program, IsPrintedALineAnOperation) {
  const Program program = program_of(7);
  const std::string text = print(program);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), std::ssize(program));
  EXPECT_NE(text.find("0 connect CONNECT"), std::string::npos) << text;
}

}  // namespace
}  // namespace mqttspec::fuzz
