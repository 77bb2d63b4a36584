// mqttspec-broker: the reference broker as a program.
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>

#include "conformance/mutants/mutant.hpp"
#include "reference/broker/config_json.hpp"
#include "reference/server/config_file.hpp"
#include "reference/server/options.hpp"
#include "reference/server/server.hpp"

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
bool listen(server::Server& server, const server::Options& options) {
  const bool defaults = options.listen.empty();
  bool any = false;
  for (const auto& url : defaults ? server::default_listen() : options.listen) {
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

int serve(const server::Options& options, const broker::Config& config,
          node::Interceptor* interceptor) {
  raise_descriptor_limit();
  boost::asio::io_context io(1);
  server::Limits limits;
  limits.output = options.output_limit;
  server::Server server(io, config, interceptor, limits);
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  if (!listen(server, options)) return 2;
  signals.async_wait([&](const boost::system::error_code& error, int) {
    // A second signal ends the program at once, as it would without us.
    signals.clear();
    if (!error) server.stop();
  });
  io.run();
  return 0;
}

int run(const server::Options& options) {
  if (options.list_mutants) return list(mutants::mutant_table());
  if (options.list_variants) return list(mutants::variant_table());
  if (options.mutant && options.variant) return fail("--mutant and --variant exclude each other");
  broker::Config config;
  if (options.config_file) {
    const auto errors = server::read_config_file(*options.config_file, config);
    for (const auto& error : errors) std::cerr << error << "\n";
    if (!errors.empty()) return 2;
  }
  if (options.seed) config.seed = *options.seed;
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
  return serve(options, config, interceptor.get());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
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
