// Violations in how long and how deep topics may be, and how their levels are compared.
#include <algorithm>
#include <memory>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Publish;
using codec::Subscribe;

// Subscriptions to filters that fail the test are granted and get nothing.
template <class Test>
InterceptorPointer never_serves(Test test) {
  return incoming<Subscribe>([test](Subscribe& packet, ConnectionId, Context&) {
    for (auto& s : packet.subscriptions) {
      if (test(s.topic_filter)) s.topic_filter = "never-published";
    }
    return Fate::keep;
  });
}

}  // namespace

std::vector<MutantRow> topic_shape_mutants() {
  return {
      {"topics-have-at-most-128-levels",
       {"3.1.1:V311-4.7.3-e", "5.0:V5-4.7.3-e"},
       "deeper topics reach nobody",
       [] {
         return never_serves([](const std::string& filter) {
           return std::count(filter.begin(), filter.end(), '/') > 128;
         });
       }},
      {"topics-have-at-most-255-bytes",
       {"3.1:V31-28", "3.1.1:V311-4.7.3-g", "3.1.1:V311-1.5.3-a", "5.0:V5-4.7.3-f",
        "5.0:V5-1.5.4-a"},
       "longer topics reach nobody",
       [] { return never_serves([](const std::string& filter) { return filter.size() > 255; }); }},
      {"levels-are-compared-by-prefix",
       {"3.1.1:V311-4.7.3-f"},
       "a last level matches every level that begins with it",
       [] {
         return incoming<Publish>([](Publish& packet, ConnectionId, Context&) {
           if (packet.topic_name.ends_with("/yy")) packet.topic_name.pop_back();
           return Fate::keep;
         });
       }},
      {"levels-behind-a-wildcard-never-match",
       {"3.1.1:V311-4.7.3-f", "3.1.1:MQTT-3.8.3-2", "3.1.1:V311-3.8.3-a"},
       "a filter with a level behind '+' gets nothing",
       [] {
         return never_serves(
             [](const std::string& filter) { return filter.find("/+/") != std::string::npos; });
       }},
      {"slash-alone-reaches-nobody",
       {"3.1.1:V311-4.7.3-d", "5.0:V5-4.7.3-d"},
       "a subscription to '/' gets nothing",
       [] { return never_serves([](const std::string& filter) { return filter == "/"; }); }},
  };
}

}  // namespace mqttspec::mutants
