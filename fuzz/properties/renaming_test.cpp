// Clients and topics are only names: others in their place change nothing that happens.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>

#include "fuzz/properties/model_testing.hpp"
#include "reference/broker/naive_topics.hpp"

namespace mqttspec::fuzz {
namespace {

// Of the same lengths, so that Maximum Packet Size means the same.
const std::map<std::string, std::string> level_names = {
    {"t", "p"}, {"u", "t"}, {"v", "u"}, {"w", "v"},   {"T", "W"},
    {"p", "w"}, {"g", "h"}, {"h", "k"}, {"$x", "$z"}, {"tt", "uu"}};

std::string rename_levels(const std::string& text) {
  auto levels = broker::naive::split(text);
  for (auto& level : levels) {
    if (const auto found = level_names.find(level); found != level_names.end()) {
      level = found->second;
    }
  }
  return fmt::format("{}", fmt::join(levels, "/"));
}

void rename(Operation& operation) {
  if (auto* connect = std::get_if<codec::Connect>(&operation.packet)) {
    auto& identifier = connect->client_identifier;
    if (identifier.size() == 2) identifier = fmt::format("k{}", 5 - (identifier[1] - '0'));
    if (connect->will) connect->will->topic = rename_levels(connect->will->topic);
  } else if (auto* publish = std::get_if<codec::Publish>(&operation.packet)) {
    publish->topic_name = rename_levels(publish->topic_name);
  } else if (auto* subscribe = std::get_if<codec::Subscribe>(&operation.packet)) {
    for (auto& entry : subscribe->subscriptions) {
      entry.topic_filter = rename_levels(entry.topic_filter);
    }
  } else if (auto* unsubscribe = std::get_if<codec::Unsubscribe>(&operation.packet)) {
    for (auto& filter : unsubscribe->topic_filters) filter = rename_levels(filter);
  }
}

// What the clients received, as far as the order in which retained messages of several topics come
// leaves it the same: that order is the broker's choice, and Packet Identifiers follow from it.
std::vector<std::string> essence(const Verdict& verdict, bool renamed) {
  static const std::regex identifier(" packet_identifier=[0-9]+");
  static const std::regex topic("topic_name=\"([^\"]*)\"");
  std::vector<std::string> lines;
  for (const auto& line : verdict.transcript) {
    std::string text = std::regex_replace(line, identifier, "");
    std::smatch match;
    if (!renamed && std::regex_search(text, match, topic)) {
      text = match.prefix().str() + "topic_name=\"" + rename_levels(match[1].str()) + "\"" +
             match.suffix().str();
    }
    lines.push_back(std::move(text));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Model, RenamingClientsAndTopicsChangesNothing) {
  holds(first_seed(), sanitized ? 20 : 200, [&](const Commands& commands) {
    Program program = commands.program();
    // Bytes that are no packets have no names.
    std::erase_if(program, [](const Operation& operation) { return !operation.bytes.empty(); });
    const auto before = essence(run(program), false);
    for (auto& operation : program) rename(operation);
    const auto after = essence(run(program), true);
    if (before == after) return std::string();
    const auto [left, right] =
        std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    return fmt::format("{}\nbut renamed\n{}\n", left == before.end() ? "nothing" : *left,
                       right == after.end() ? "nothing" : *right);
  });
}

}  // namespace
}  // namespace mqttspec::fuzz
