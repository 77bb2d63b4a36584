// mqttspec-broker: the reference broker as a program.
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <utility>

#include "conformance/mutants/mutant.hpp"
#include "reference/broker/config_json.hpp"
#include "reference/server/access_files.hpp"
#include "reference/server/certificates_command.hpp"
#include "reference/server/config_file.hpp"
#include "reference/server/log_writer.hpp"
#include "reference/server/options.hpp"
#include "reference/server/passwd_command.hpp"
#include "reference/server/password_file.hpp"
#include "reference/server/server.hpp"
#include "reference/server/service.hpp"
#include "reference/store/sqlite_store.hpp"

namespace {

using namespace mqttspec;

int fail(const std::string& message) {
  std::cerr << "mqttspec-broker: " << message << "\n";
  return 2;
}

// Each connection takes a file descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

template <typename Row>
std::string unknown_slug(const std::string& what, const std::string& slug,
                         const std::vector<Row>& table) {
  std::vector<std::string_view> slugs;
  std::string_view meant;
  for (const auto& row : table) {
    slugs.push_back(row.slug);
    if (meant.empty() && row.slug.starts_with(slug)) meant = row.slug;
  }
  if (meant.empty()) meant = broker::nearest(slug, slugs);
  const std::string hint = meant.empty() ? "" : "did you mean " + std::string(meant) + "? ";
  return "there is no " + what + " \"" + slug + "\"; " + hint + "--list-" + what + "s prints all";
}

template <typename Row>
int list(const std::vector<Row>& table) {
  for (const auto& row : table) std::cout << row.slug << "  " << row.sentence << "\n";
  return 0;
}

// Listens on everything that was asked for. Of the defaults, one address is enough: not every
// machine has both families.
bool listen(server::Server& server, const server::Settings& settings) {
  const bool defaults = settings.listen.empty();
  bool any = false;
  for (const auto& url : defaults ? server::default_listen() : settings.listen) {
    try {
      for (const auto& bound : server.listen(url)) {
        std::cout << "listening on " << bound << std::endl;
        any = true;
      }
    } catch (const boost::system::system_error& error) {
      std::cerr << "mqttspec-broker: cannot listen on " << server::to_string(url) << ": "
                << error.code().message() << "\n";
      if (!defaults) return false;
    }
  }
  return any;
}

// Durable sessions, if they were asked for; false: what is wrong has been said.
bool keep_sessions(server::Server& server, const server::Settings& settings,
                   server::LogWriter& log) {
  if (!settings.store) return true;
  const bool full = settings.store_survives_machine.value_or(false);
  auto opened = store::open_sqlite(*settings.store, full ? store::Sync::full : store::Sync::normal);
  auto* found = std::get_if<std::unique_ptr<store::Store>>(&opened);
  const auto fault = found == nullptr
                         ? std::optional(std::get<std::string>(opened))
                         : server.keep(std::move(*found), [&log](const std::string& text) {
                             note(log, broker::LogLevel::error, "store",
                                  broker::LogField{"what", std::string_view(text)});
                           });
  if (fault) fail(*fault);
  return !fault;
}

int serve(const server::Settings& settings, broker::Config config, node::Interceptor* interceptor) {
  raise_descriptor_limit();
  // A log that nobody reads any more is no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  server::LogWriter log(STDERR_FILENO, settings.log_level.value_or(broker::LogLevel::info),
                        settings.log_format.value_or(server::LogFormat::text));
  config.log = &log;
  for (const auto& doubt : server::doubts(config)) {
    note(log, broker::LogLevel::warning, "doubtful",
         broker::LogField{"why", std::string_view(doubt)});
  }
  boost::asio::io_context io(1);
  server::Limits limits;
  limits.output = settings.output_limit.value_or(limits.output);
  server::Server server(io, config, interceptor, limits);
  const server::Service service(io, server, log, {settings.passwords, settings.access_list});
  if (!keep_sessions(server, settings, log) || !listen(server, settings)) return 2;
  std::cout << server::who_may_connect(config) << std::endl;
  io.run();
  return 0;
}

// Passwords and access list; false if something is wrong with them.
bool read_access(const server::Settings& settings, broker::Config& config) {
  auto read = server::read_access({settings.passwords, settings.access_list});
  if (const auto* errors = std::get_if<std::vector<std::string>>(&read)) {
    for (const auto& error : *errors) std::cerr << error << "\n";
    return false;
  }
  auto& access = std::get<server::Access>(read);
  config.passwords = std::move(access.passwords);
  config.access_list = std::move(access.access_list);
  return true;
}

int run(const server::Options& options) {
  if (options.list_mutants) return list(mutants::mutant_table());
  if (options.list_variants) return list(mutants::variant_table());
  if (options.mutant && options.variant) return fail("--mutant and --variant exclude each other");
  broker::Config config;
  server::Settings settings;
  if (options.config_file) {
    const auto errors = server::read_config_file(*options.config_file, config, settings);
    for (const auto& error : errors) std::cerr << error << "\n";
    if (!errors.empty()) return 2;
  }
  settings = server::merged(options.settings, settings);
  if (settings.store_survives_machine && !settings.store) {
    return fail("there is nothing that --store-sync could be about: --store is missing");
  }
  if (!read_access(settings, config)) return 2;
  // Who asks for a seed wants the same run again.
  if (options.seed) {
    config.seed = *options.seed;
  } else {
    config.secret = server::random_bytes(32);
  }
  std::unique_ptr<node::Interceptor> interceptor;
  if (options.mutant) {
    const auto* row = mutants::find_mutant(*options.mutant);
    if (row == nullptr)
      return fail(unknown_slug("mutant", *options.mutant, mutants::mutant_table()));
    interceptor = row->make();
  }
  if (options.variant) {
    const auto* row = mutants::find_variant(*options.variant);
    if (row == nullptr) {
      return fail(unknown_slug("variant", *options.variant, mutants::variant_table()));
    }
    if (row->configure) row->configure(config);
    if (row->make) interceptor = row->make();
  }
  return serve(settings, std::move(config), interceptor.get());
}

// What the program does besides serving, by its first argument.
struct Subcommand {
  std::string_view name;
  int (*run)(const std::vector<std::string>& arguments);  // those behind the name
};
constexpr std::array subcommands = {
    Subcommand{"passwd",
               [](const std::vector<std::string>& arguments) {
                 return server::run_passwd(arguments, std::cin, std::cout, std::cerr);
               }},
    Subcommand{"certificates", [](const std::vector<std::string>& arguments) {
                 return server::run_certificates(arguments, std::cout, std::cerr);
               }}};

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    for (const auto& subcommand : subcommands) {
      if (arguments.empty() || arguments.front() != subcommand.name) continue;
      arguments.erase(arguments.begin());
      return subcommand.run(arguments);
    }
    const auto parsed = server::parse_options(arguments);
    if (const auto* exit = std::get_if<server::Exit>(&parsed)) {
      (exit->code == 0 ? std::cout : std::cerr) << exit->text;
      return exit->code;
    }
    return run(std::get<server::Options>(parsed));
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
