#include "fuzz/model/retained_book.hpp"

#include "reference/broker/naive_topics.hpp"

namespace mqttspec::fuzz {

void RetainedBook::published(const std::string& topic, MessageNumber number) {
  topics_[topic].push_back(number);
}

void RetainedBook::settled(MessageNumber number, const std::vector<Message>& messages) {
  const Message& message = messages[number];
  const auto found = topics_.find(message.topic);
  if (!message.certain || !message.retain || found == topics_.end()) return;
  std::erase_if(found->second, [&](MessageNumber other) {
    return other != number && messages[other].to < message.from;
  });
  if (found->second.size() == 1 && found->second.front() == number && message.payload.empty()) {
    topics_.erase(found);
  }
}

std::vector<RetainedBook::Held> RetainedBook::matching(const std::string& filter,
                                                       const std::vector<Message>& messages) const {
  std::vector<Held> result;
  for (const auto& [topic, numbers] : topics_) {
    if (!broker::naive::matches(filter, topic)) continue;
    // Wills that wait have not been published yet.
    const auto possible = std::count_if(numbers.begin(), numbers.end(), [&](MessageNumber each) {
      return messages[each].from != not_yet;
    });
    for (const MessageNumber number : numbers) {
      const Message& message = messages[number];
      if (message.payload.empty() || message.from == not_yet) continue;
      result.push_back({number, possible == 1 && message.certain && message.to != not_yet});
    }
  }
  return result;
}

}  // namespace mqttspec::fuzz
