// The variables that tests of expressions and conditions look up.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/scenario/expression.hpp"

namespace mqttspec::scenario::test {

// Variables as a run would have them.
class WithVariables : public testing::Test {
 protected:
  WithVariables() {
    Object connack{{"reason_code", 0}, {"topic_alias_maximum", 10}, {"server_keep_alive", 5}};
    Object first{{"packet_identifier", 7}, {"qos", 1}, {"content_type", "text/plain"}};
    Object second{{"packet_identifier", 8}, {"qos", 2}};
    set("ns", "abc123def456");
    set("version", "3.1.1");
    set("qos", 2);
    set("zero", 0);
    set("half", 0.5);
    set("on", true);
    set("off", false);
    set("none", nullptr);
    set("empty", "");
    set("nothing", Array{});
    set("code", "0x81");
    set("connack", std::move(connack));
    set("job", first);
    set("copies", Array{first, second});
    set("group", "$share/${ns}g/${ns}/t");
    set("outer", "<${group}>");
    set("versions", Array{"3.1.1", "5.0"});
    set("case", Object{{"name", "qos-3"}, {"why", "${case.name} on ${version}"}});
    set("choice", Object{{"by", "version"}, {"of", Object{{"3.1.1", "0x01"}, {"5.0", "0x84"}}}});
    set("deep-choice",
        Object{{"by", "case.name"}, {"of", Object{{"qos-3", Object{{"code", "${choice}"}}}}}});
    set("no-choice", Object{{"by", "version"}, {"of", Object{{"3.1", 1}, {"5.0", 2}}}});
    set("ill", Object{{"bytes", "ED A0"}});
    set("self", "${self}x");
    set("circle", "${circle-2}");
    set("circle-2", Array{Object{{"a", "${circle}"}}});
  }

  void set(const std::string& name, Value value) { variables_[name] = std::move(value); }

  [[nodiscard]] Lookup lookup() const {
    return Lookup(
        [this](std::string_view name) -> const Value* {
          const auto found = variables_.find(std::string(name));
          return found == variables_.end() ? nullptr : &found->second;
        },
        [this] {
          std::vector<std::string> names;
          for (const auto& entry : variables_) names.push_back(entry.first);
          return names;
        });
  }

  std::map<std::string, Value> variables_;
};

struct WrongText {
  std::string text;
  std::string message;
};

}  // namespace mqttspec::scenario::test
