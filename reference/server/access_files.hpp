// The files that say who may do what: passwords and access list. Read at the start and on SIGHUP.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/broker/access_list.hpp"
#include "reference/broker/passwords.hpp"

namespace mqttspec::server {

struct AccessFiles {
  std::optional<std::string> passwords;
  std::optional<std::string> access_list;
};

struct Access {
  std::shared_ptr<const broker::Passwords> passwords;
  std::shared_ptr<const broker::AccessList> access_list;
};

// All of it, or whole lines about everything that is wrong: "acl:3: \"x\" is no right; ...".
[[nodiscard]] std::variant<Access, std::vector<std::string>> read_access(const AccessFiles& files);

// What is in the file; or a whole line that says why it cannot be read.
struct FileText {
  std::string text;
  std::string error;
};
[[nodiscard]] FileText read_file(const std::string& file);

}  // namespace mqttspec::server
