// mqttspec-broker passwd: makes and changes the password file.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace mqttspec::server {

// `arguments`: what stands behind "passwd". Reads the password from the terminal, without showing
// it, or the first line of `in`. Gives the exit code: 0, or 2 and a sentence on `errors`.
int run_passwd(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out,
               std::ostream& errors);

}  // namespace mqttspec::server
