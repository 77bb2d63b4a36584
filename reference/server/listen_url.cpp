#include "reference/server/listen_url.hpp"

#include <charconv>
#include <optional>

namespace mqttspec::server {
namespace {

constexpr std::string_view example = "; an example is mqtt://127.0.0.1:1883";

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return port;
}

}  // namespace

std::variant<ListenUrl, std::string> parse_listen_url(std::string_view text) {
  const std::string quoted = "\"" + std::string(text) + "\"";
  const auto separator = text.find("://");
  if (separator == std::string_view::npos) {
    return quoted + " has no scheme" + std::string(example);
  }
  ListenUrl url;
  url.scheme = text.substr(0, separator);
  if (url.scheme != "mqtt") {
    return quoted + ": scheme " + url.scheme + " is not served, only mqtt" + std::string(example);
  }
  std::string_view rest = text.substr(separator + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.starts_with('[')) {
    const auto bracket = rest.find(']');
    if (bracket == std::string_view::npos) return quoted + ": the bracket is not closed";
    url.host = rest.substr(1, bracket - 1);
    rest.remove_prefix(bracket + 1);
  } else {
    const auto colon = rest.find(':');
    url.host = rest.substr(0, colon);
    rest.remove_prefix(url.host.size());
  }
  if (url.host.empty()) return quoted + " has no host" + std::string(example);
  if (rest.empty()) return url;
  const auto port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port) return quoted + ": a port from 0 to 65535 is wanted behind the host";
  url.port = *port;
  return url;
}

std::string to_string(const ListenUrl& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return url.scheme + "://" + (v6 ? "[" + url.host + "]" : url.host) + ":" +
         std::to_string(url.port);
}

}  // namespace mqttspec::server
