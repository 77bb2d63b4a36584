#include "reference/broker/fifo.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>

namespace mqttspec::broker {
namespace {

TEST(Fifo, DoesWhatADequeDoes) {
  std::mt19937 random(7);
  Fifo<int> fifo;
  std::deque<int> model;
  for (int i = 0; i < 20'000; ++i) {
    const auto action = random() % 100;
    if (action < 50) {
      fifo.push_back(i);
      model.push_back(i);
    } else if (action < 55) {
      fifo.push_front(i);
      model.push_front(i);
    } else if (action < 98 && !model.empty()) {
      ASSERT_EQ(fifo.front(), model.front());
      ASSERT_EQ(fifo.back(), model.back());
      fifo.pop_front();
      model.pop_front();
    } else if (action == 98) {
      const auto odd = [](int item) { return item % 2 != 0; };
      ASSERT_EQ(fifo.erase_if(odd), std::erase_if(model, odd));
    } else if (action == 99 && random() % 20 == 0) {
      fifo.clear();
      model.clear();
    }
    ASSERT_EQ(fifo.size(), model.size());
    ASSERT_EQ(fifo.empty(), model.empty());
    ASSERT_TRUE(std::equal(fifo.begin(), fifo.end(), model.begin(), model.end()));
  }
}

TEST(Fifo, WhatWasTakenIsGivenBackAtOnce) {
  Fifo<std::shared_ptr<int>> fifo;
  const auto item = std::make_shared<int>(1);
  fifo.push_back(item);
  fifo.push_back(nullptr);
  fifo.pop_front();
  EXPECT_EQ(item.use_count(), 1);
}

TEST(Fifo, IsSmallWhileItIsEmpty) {
  EXPECT_LE(sizeof(Fifo<int>), 4 * sizeof(void*));
}

}  // namespace
}  // namespace mqttspec::broker
