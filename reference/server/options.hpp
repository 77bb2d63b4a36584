// The command line of mqttspec-broker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/server/listen_url.hpp"
#include "reference/server/settings.hpp"

namespace mqttspec::server {

struct Options {
  Settings settings;  // those that the command line says
  std::optional<std::string> config_file;
  std::optional<std::string> mutant;
  std::optional<std::string> variant;
  std::optional<std::uint64_t> seed;
  bool list_mutants = false;
  bool list_variants = false;
};

// The program ends here: after --help or --version with 0, after a wrong command line with 2.
struct Exit {
  int code = 0;
  std::string text;  // for stdout if the code is 0, else for stderr
};

[[nodiscard]] std::variant<Options, Exit> parse_options(const std::vector<std::string>& arguments);

// mqtt://127.0.0.1:1883 and mqtt://[::1]:1883
[[nodiscard]] std::vector<ListenUrl> default_listen();

}  // namespace mqttspec::server
