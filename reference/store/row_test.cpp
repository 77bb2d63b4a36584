// The binary form of records: whatever bytes it is given, it reads a record or says what is wrong.
#include "reference/store/row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace mqttspec::store {
namespace {

using ::testing::HasSubstr;

broker::Record queued() {
  return {broker::QueuedRecord{3, 5, {9, 1, true, {1, 2, 3}, "$share/g/t"}}};
}

std::string fault_of(const Key& key, const std::string& data) {
  const auto read = to_record(key, data);
  const auto* fault = std::get_if<std::string>(&read);
  return fault == nullptr ? "" : *fault;
}

TEST(Row, EveryTruncationIsAFault) {
  const Row row = to_row(queued());
  for (std::size_t size = 0; size < row.data->size(); ++size) {
    EXPECT_THAT(fault_of(row.key, row.data->substr(0, size)), HasSubstr("queued, session 3"));
  }
  EXPECT_EQ(fault_of(row.key, *row.data), "");
  EXPECT_THAT(fault_of(row.key, *row.data + "x"), HasSubstr("1 bytes behind its data"));
}

TEST(Row, APlaceForRetainedMessagesIsReadAsItWasWritten) {
  const Row row = to_row({broker::QueuedRecord{
      3, 5, {0, 2, true, {}, ""}, broker::StoredHandOut{"a/#", true, 7U, "a/b"}}});
  for (std::size_t size = 0; size < row.data->size(); ++size) {
    EXPECT_NE(fault_of(row.key, row.data->substr(0, size)), "");
  }
  const auto read = to_record(row.key, *row.data);
  const auto& queued = std::get<broker::QueuedRecord>(std::get<broker::Record>(read).change);
  ASSERT_TRUE(queued.hand_out);
  EXPECT_EQ(queued.delivery.qos, 2);
  EXPECT_EQ(queued.hand_out->topic_filter, "a/#");
  EXPECT_TRUE(queued.hand_out->no_local);
  EXPECT_EQ(queued.hand_out->identifier, 7U);
  EXPECT_EQ(queued.hand_out->after, "a/b");
}

TEST(Row, AnotherFormIsAFault) {
  Row row = to_row(queued());
  row.data->front() = 2;
  EXPECT_EQ(fault_of(row.key, *row.data),
            "queued, session 3, number 5: is of form 2, which is not known here");
}

TEST(Row, WhatNoBrokerWritesIsAFault) {
  Row row = to_row({broker::ExchangeRecord{1, 1, 1, false, {1, 3, false, {}, ""}}});
  EXPECT_THAT(fault_of(row.key, *row.data), HasSubstr("has a QoS above 2"));
  row = to_row({broker::ExchangeRecord{1, 1, 1, false, {1, 2, false, {}, ""}}});
  row.key.number = 65'536;
  EXPECT_THAT(fault_of(row.key, *row.data), HasSubstr("has no Packet Identifier"));
}

TEST(Row, AnyBytesAreReadOrRefused) {
  std::mt19937 random(99);
  std::size_t read = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Key key{static_cast<Table>(random() % tables), 1, 1, "t"};
    std::string data(random() % 40, '\0');
    for (auto& byte : data) byte = static_cast<char>(random() % 4);
    if (!data.empty()) data.front() = 1;
    if (fault_of(key, data).empty()) ++read;
  }
  EXPECT_GT(read, 0U);
}

}  // namespace
}  // namespace mqttspec::store
