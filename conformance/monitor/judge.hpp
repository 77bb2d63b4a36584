// Collects what monitors find, and how often each had an occasion to find something.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "conformance/monitor/monitor.hpp"
#include "conformance/monitor/rules.hpp"
#include "conformance/monitor/state.hpp"

namespace mqttspec::monitor {

class Judge {
 public:
  // The rule had an occasion on this connection; `holds` tells whether it was kept. A rule that the
  // connection's version does not state is not judged.
  template <class Message>
  void watch(Rule rule, const Connection& connection, bool holds, Message&& message) {
    const Row& row = row_of(rule);
    std::string statement = statement_of(row, connection.version);
    if (statement.empty() && !row.ours) return;
    ++occasions_[{rule, statement}];
    if (!holds) find(row, std::move(statement), connection, message());
  }

  void find(const Row& row, std::string statement, const Connection& connection,
            std::string message) {
    findings_.push_back({std::string(row.slug), std::move(statement), connection.number, row.ours,
                         std::move(message)});
  }

  [[nodiscard]] std::vector<Finding> take_findings() { return std::exchange(findings_, {}); }
  [[nodiscard]] std::vector<Occasions> occasions() const {
    std::vector<Occasions> result;
    for (const auto& [key, count] : occasions_) {
      result.push_back({std::string(row_of(key.first).slug), key.second, count});
    }
    return result;
  }

 private:
  std::vector<Finding> findings_;
  std::map<std::pair<Rule, std::string>, std::uint64_t> occasions_;
};

// What both sides' rules read and write besides the connection at hand.
struct World {
  Judge judge;
  PublicationLog publications;
  std::uint64_t publication_count = 0;
};

// Rules on packets that the server sent (server_side.cpp) and that we sent (client_side.cpp); both
// also keep the state up to date.
void judge_received(World& world, Connection& connection, const codec::Packet& packet,
                    std::size_t size);
void judge_sent(World& world, Connection& connection, const codec::Packet& packet,
                std::size_t size);

[[nodiscard]] std::uint32_t integer_or(const codec::Properties& properties, codec::PropertyId id,
                                       std::uint32_t otherwise);

}  // namespace mqttspec::monitor
