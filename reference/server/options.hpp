// The command line of mqttspec-broker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/broker/log.hpp"
#include "reference/server/access_files.hpp"
#include "reference/server/listen_url.hpp"
#include "reference/server/log_writer.hpp"

namespace mqttspec::server {

struct Options {
  std::vector<ListenUrl> listen;  // empty: the defaults
  std::optional<std::string> config_file;
  AccessFiles access;
  broker::LogLevel log_level = broker::LogLevel::info;
  LogFormat log_format = LogFormat::text;
  std::optional<std::string> mutant;
  std::optional<std::string> variant;
  std::optional<std::uint64_t> seed;
  std::size_t output_limit = std::size_t{64} << 20U;  // bytes
  std::optional<std::string> store;                   // file of durable sessions
  bool store_survives_machine = false;
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
