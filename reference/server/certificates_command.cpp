#include "reference/server/certificates_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "reference/server/certificates.hpp"

namespace mqttspec::server {
namespace {

// What to do with them, ready to be copied.
void explain(std::ostream& out, const std::string& folder) {
  out << "\nTo serve with them, and to ask clients for theirs:\n"
      << "  mqttspec-broker --listen 'mqtts://localhost?cert=" << folder
      << "/server.crt&key=" << folder << "/server.key'\n"
      << "  mqttspec-broker --listen 'mqtts://localhost?cert=" << folder
      << "/server.crt&key=" << folder << "/server.key&ca=" << folder << "/ca.crt'\n"
      << "A client has to trust " << folder << "/ca.crt.\n";
}

}  // namespace

int run_certificates(const std::vector<std::string>& arguments, std::ostream& out,
                     std::ostream& errors) {
  std::string folder;
  std::vector<std::string> hosts;
  CertificateWishes wishes;
  CLI::App app(
      "Makes a certification authority and certificates for a server and a client, to try TLS\n"
      "with. Nothing that has to be kept safe should depend on them.",
      "mqttspec-broker certificates");
  app.add_option("DIR", folder, "Where to write ca, server and client, each .crt and .key")
      ->required();
  app.add_option("--host", hosts,
                 "What clients call the server, a name or an IP address; may be repeated "
                 "[localhost, 127.0.0.1 and ::1]")
      ->type_name("NAME");
  app.add_option("--client", wishes.client_name, "Common Name of the client [client]")
      ->type_name("NAME");
  app.add_option("--days", wishes.days, "How long they are valid [30]")
      ->type_name("N")
      ->check(CLI::Range(1, 36'500));
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, errors) == 0 ? 0 : 2;
  }
  if (!hosts.empty()) wishes.hosts = hosts;
  try {
    for (const auto& path : make_certificates(folder, wishes)) out << path.string() << "\n";
  } catch (const std::runtime_error& error) {
    errors << "mqttspec-broker certificates: " << error.what() << "\n";
    return 2;
  }
  explain(out, folder);
  return 0;
}

}  // namespace mqttspec::server
