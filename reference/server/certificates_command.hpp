// mqttspec-broker certificates: what certificates.hpp makes, by command.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace mqttspec::server {

// `arguments`: what stands behind "certificates". Gives the exit code: 0, or 2 and a sentence on
// `errors`.
int run_certificates(const std::vector<std::string>& arguments, std::ostream& out,
                     std::ostream& errors);

}  // namespace mqttspec::server
