// For tests: a broker with a store in virtual time, which can die at any record, and its clients.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reference/node/node.hpp"
#include "reference/store/memory_store.hpp"
#include "reference/store/testing_client.hpp"

namespace mqttspec::store::testing {

using std::chrono::seconds;

class World {
 public:
  // When the broker dies: as the transaction with this record is about to be stored, or right after
  // it was, before anything has left.
  struct Cut {
    std::uint64_t record = 0;
    bool after_commit = false;
  };

  explicit World(broker::Config settings = {}, std::vector<Cut> cuts = {})
      : config(std::move(settings)), cuts_(cuts.begin(), cuts.end()) {
    start();
  }

  // The client is online from the next run() on, and again whenever the broker has died.
  void connect(Client& client);
  // Its connection breaks, and it stays away.
  void lose(Client& client);
  // It sends DISCONNECT at the next run(), and stays away.
  void disconnect(Client& client);

  // Bytes to the broker and back until nothing moves. Each packet is a turn of its own.
  void run();
  // Lets time pass, deadline by deadline.
  void pass(std::chrono::nanoseconds duration);
  // The broker dies and is back after a while.
  void crash(std::chrono::nanoseconds downtime = {});

  broker::Config config;
  MemoryStore store;
  int deaths = 0;

 private:
  struct Line {
    Client* client = nullptr;
    bool online = false;
    node::ConnectionId connection = 0;
  };
  Line& line_of(Client& client);
  void start();
  // Stores what the last turn has caused, then hands out what may leave.
  void settle();
  bool move(Line& line);
  [[nodiscard]] node::Instant now() const { return time_ - started_; }

  std::deque<Cut> cuts_;
  std::unique_ptr<node::Node> node_;
  std::chrono::nanoseconds time_ = std::chrono::hours(500'000);  // since 1970
  std::chrono::nanoseconds started_{};
  std::deque<Line> lines_;
  std::vector<node::Output> output_;
  std::vector<broker::RecordPointer> records_;
};

inline World::Line& World::line_of(Client& client) {
  for (auto& line : lines_) {
    if (line.client == &client) return line;
  }
  return lines_.emplace_back(Line{&client});
}

inline void World::connect(Client& client) {
  line_of(client).online = true;
}

inline void World::lose(Client& client) {
  Line& line = line_of(client);
  line.online = false;
  const auto old = std::exchange(line.connection, 0);
  client.vanished();
  if (old == 0) return;
  node_->closed(old, now());
  settle();
}

inline void World::disconnect(Client& client) {
  client.disconnect();
  line_of(client).online = false;
}

// The new process's clock begins anew.
inline void World::start() {
  started_ = time_;
  node_ = std::make_unique<node::Node>(config);
  const auto loaded = store.load();
  ASSERT_TRUE(std::holds_alternative<std::vector<broker::Record>>(loaded))
      << std::get<std::string>(loaded);
  const auto fault = node_->restore(std::get<std::vector<broker::Record>>(loaded), time_, now());
  ASSERT_EQ(fault, std::nullopt);
  settle();
}

inline void World::crash(std::chrono::nanoseconds downtime) {
  ++deaths;
  records_.clear();
  for (auto& line : lines_) {
    line.connection = 0;
    line.client->vanished();
  }
  time_ += downtime;
  start();
}

inline void World::settle() {
  node_->take_records(records_);
  if (!records_.empty()) {
    const bool dies = !cuts_.empty() && store.written() + records_.size() > cuts_.front().record;
    const bool after = dies && cuts_.front().after_commit;
    if (dies && !after) store.cut_after(cuts_.front().record - store.written());
    const auto fault = store.commit(records_);
    EXPECT_EQ(fault.has_value(), dies && !after);
    store.mend();
    if (dies) {
      cuts_.pop_front();
      crash();
      return;
    }
    records_.clear();
    node_->stored();
  }
  node_->take_output(output_);
  for (const auto& output : output_) {
    for (auto& line : lines_) {
      if (line.connection != output.connection) continue;
      node_->drained(output.connection, output.bytes.size(), now());
      line.client->take(output.bytes);
      if (!output.close) continue;
      line.client->vanished();
      line.connection = 0;
    }
  }
  // What waited for a client to read.
  if (node_->has_output()) settle();
}

inline bool World::move(Line& line) {
  if (line.online && line.connection == 0) {
    line.connection = node_->opened("test", "tcp", now());
    line.client->opened();
  }
  std::string& waiting = line.client->to_broker;
  if (waiting.empty() || line.connection == 0) return false;
  codec::FrameReader reader;
  reader.push(waiting);
  const std::string frame(std::get<codec::Frame>(reader.next()).bytes);
  waiting.erase(0, frame.size());
  node_->received(line.connection, frame, now());
  settle();
  return true;
}

inline void World::run() {
  for (bool moved = true; moved;) {
    moved = false;
    for (auto& line : lines_) moved = move(line) || moved;
    if (node_->next_deadline() > now()) continue;
    node_->tick(now());
    settle();
    moved = true;
  }
}

inline void World::pass(std::chrono::nanoseconds duration) {
  const auto end = time_ + duration;
  while (node_->next_deadline() != broker::never && started_ + node_->next_deadline() <= end) {
    time_ = std::max(time_, started_ + node_->next_deadline());
    node_->tick(now());
    settle();
    run();
  }
  time_ = end;
}

}  // namespace mqttspec::store::testing
