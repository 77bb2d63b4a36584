// A certification authority of one's own, and certificates for a server and a client: to try TLS
// with and for tests. Not for anything that has to be kept safe.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mqttspec::server {

struct CertificateWishes {
  // What clients call the server: names and IP addresses.
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};
  std::string client_name = "client";  // its Common Name
  int days = 30;                       // of validity; a negative number: over since so long
};

// Writes ca.crt, server.crt, client.crt and their keys (.key, readable by their owner only) into
// the folder, which is made if it is missing; gives the paths. Throws std::runtime_error, also if
// one of the files is there already.
std::vector<std::filesystem::path> make_certificates(const std::filesystem::path& folder,
                                                     const CertificateWishes& wishes = {});

}  // namespace mqttspec::server
