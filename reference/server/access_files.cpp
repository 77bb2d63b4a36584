#include "reference/server/access_files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace mqttspec::server {
namespace {

std::string at(const std::string& file, const broker::LineError& error) {
  return file + ":" + std::to_string(error.line) + ": " + error.message;
}

}  // namespace

FileText read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {"", file + ": cannot be opened: " + std::strerror(errno)};
  std::ostringstream text;
  text << in.rdbuf();
  // A directory opens, but cannot be read.
  if (in.bad() || text.bad()) {
    return {"", file + ": cannot be read: " + std::strerror(errno)};
  }
  return {std::move(text).str(), ""};
}

std::variant<Access, std::vector<std::string>> read_access(const AccessFiles& files) {
  Access access;
  std::vector<std::string> errors;
  if (files.passwords) {
    auto file = read_file(*files.passwords);
    if (!file.error.empty()) {
      errors.push_back(file.error);
    } else {
      auto parsed = broker::parse_passwords(file.text);
      if (const auto* error = std::get_if<broker::LineError>(&parsed)) {
        errors.push_back(at(*files.passwords, *error));
      } else {
        access.passwords =
            std::make_shared<broker::Passwords>(std::get<broker::Passwords>(std::move(parsed)));
      }
    }
  }
  if (files.access_list) {
    auto file = read_file(*files.access_list);
    if (!file.error.empty()) {
      errors.push_back(file.error);
    } else {
      auto parsed = broker::parse_access_list(file.text);
      if (const auto* wrong = std::get_if<std::vector<broker::LineError>>(&parsed)) {
        for (const auto& error : *wrong) errors.push_back(at(*files.access_list, error));
      } else {
        access.access_list =
            std::make_shared<broker::AccessList>(std::get<broker::AccessList>(std::move(parsed)));
      }
    }
  }
  if (!errors.empty()) return errors;
  return access;
}

}  // namespace mqttspec::server
