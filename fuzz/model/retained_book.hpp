// What may be retained, topic by topic: those publications with RETAIN 1 of which none is known to
// have replaced the other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fuzz/model/history.hpp"

namespace mqttspec::fuzz {

class RetainedBook {
 public:
  // A message with RETAIN 1, with or without payload, was published.
  void published(const std::string& topic, MessageNumber number);
  // The span of a message is closed: forgets what it has replaced for certain.
  void settled(MessageNumber number, const std::vector<Message>& messages);

  struct Held {
    MessageNumber message = 0;
    bool certain = false;  // nothing else can be retained there
  };
  // Everything with a payload that may be retained and matches.
  [[nodiscard]] std::vector<Held> matching(const std::string& filter,
                                           const std::vector<Message>& messages) const;

 private:
  std::map<std::string, std::vector<MessageNumber>> topics_;
};

}  // namespace mqttspec::fuzz
