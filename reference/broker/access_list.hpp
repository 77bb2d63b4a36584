// Who may publish and subscribe to what: the access list, a text of lines
//
//   WHO WHAT FILTER
//
//   WHO     all | anonymous | user NAME | client NAME
//   WHAT    publish | subscribe | both | deny | deny-publish | deny-subscribe
//   FILTER  a Topic Filter: the rest of the line; %u stands for the user name in it, %c for the
//           Client Identifier, %% for %
//
// NAME may stand in double quotes, with \" and \\ in them. Lines that begin with '#' are comments.
//
// With a list nothing is permitted but what it permits, and what it denies is denied, in whatever
// order the lines stand:
//
// - a topic may be published to if a permission matches it and no denial does; so for a Will;
// - a filter may be subscribed to if one permission covers all of it and no denial does; of a
// Shared
//   Subscription the filter behind the share name counts;
// - a message is delivered only if its topic may be subscribed to: a wide subscription brings
//   nothing of what was denied more narrowly.
//
// Names come from clients and are not trusted: a name that contains '/', '+' or '#', or begins with
// '$' where a topic begins, widens nothing. A permission with such a name, or for a client without
// user name, permits nothing. A denial is about the very name, whatever characters it has; where it
// cannot be that, because no topic contains a '+' or '#', or because there is no name, it denies
// everything that begins with the levels in front of the name, and if there are none everything.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reference/broker/config.hpp"
#include "reference/broker/passwords.hpp"

namespace mqttspec::broker {

struct AccessRule {
  enum class Who : std::uint8_t { all, anonymous, user, client } who = Who::all;
  std::string name;  // of the user or client
  bool denies = false;
  bool publish = false;
  bool subscribe = false;
  std::string filter;  // with its patterns
};

class AccessList {
 public:
  explicit AccessList(std::vector<AccessRule> rules) : rules_(std::move(rules)) {}
  [[nodiscard]] const std::vector<AccessRule>& rules() const { return rules_; }
  // Does any line speak of users? Then somebody has to verify them.
  [[nodiscard]] bool names_users() const;

 private:
  std::vector<AccessRule> rules_;
};

// Everything wrong is reported.
[[nodiscard]] std::variant<AccessList, std::vector<LineError>> parse_access_list(
    std::string_view text);

// The rules that concern one client, with its names filled in.
class AccessRights {
 public:
  // `user_name`: verified, or nothing.
  AccessRights(const Config& config, std::string_view client_identifier,
               const std::optional<std::string>& user_name);

  [[nodiscard]] bool may_publish(std::string_view topic) const;
  [[nodiscard]] bool may_subscribe(std::string_view filter) const;
  // Is a message on this topic delivered?
  [[nodiscard]] bool may_receive(std::string_view topic) const;

 private:
  struct Right {
    bool publish = false;
    bool subscribe = false;
    std::string filter;
    bool everything = false;  // whatever the filter: '#' would leave out what begins with '$'
  };
  bool everything_else_ = false;  // is permitted: there is no list
  std::vector<Right> permitted_;
  std::vector<Right> denied_;
};

}  // namespace mqttspec::broker
