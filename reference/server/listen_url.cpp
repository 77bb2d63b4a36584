#include "reference/server/listen_url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace mqttspec::server {
namespace {

constexpr std::string_view example = "; an example is mqtt://127.0.0.1:1883";

struct Scheme {
  std::string_view name;
  std::uint16_t port;
};
// [V311-5.1-a] Ports as registered: MQTT's own, and those of HTTP.
constexpr std::array<Scheme, 5> schemes{
    {{"mqtt", 1883}, {"mqtts", 8883}, {"ws", 80}, {"wss", 443}, {"unix", 0}}};

// What is wrong with a URL, without the URL.
using Complaint = std::optional<std::string>;

template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number number = 0;
  const auto* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number, base);
  if (error != std::errc{} || end != last || text.empty()) return std::nullopt;
  return number;
}

// "%20" means a blank.
std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = parse_number<std::uint8_t>(text.substr(i + 1, 2), 16);
    if (!byte || i + 2 >= text.size() || *byte == 0) return std::nullopt;
    decoded += static_cast<char>(*byte);
    i += 2;
  }
  return decoded;
}

Complaint set_verify(ListenUrl& url, const std::string& value) {
  if (value == "none")
    url.client_certificate = ClientCertificate::none;
  else if (value == "optional")
    url.client_certificate = ClientCertificate::optional;
  else if (value == "required")
    url.client_certificate = ClientCertificate::required;
  else
    return "verify is none, optional or required";
  return std::nullopt;
}

Complaint set_path(ListenUrl& url, const std::string& value) {
  if (!value.starts_with('/')) return "a path begins with /";
  url.paths.push_back(value);
  return std::nullopt;
}

Complaint set_subprotocol(ListenUrl& url, const std::string& value) {
  if (value != "required" && value != "optional") return "subprotocol is required or optional";
  url.subprotocol_required = value == "required";
  return std::nullopt;
}

Complaint set_mode(ListenUrl& url, const std::string& value) {
  const auto mode = parse_number<std::uint32_t>(value, 8);
  if (!mode || *mode > 0777) return "mode is that of a file, as 0660";
  url.mode = *mode;
  return std::nullopt;
}

struct Option {
  std::string_view name;
  std::string_view schemes;  // between blanks
  Complaint (*set)(ListenUrl& url, const std::string& value);
};
template <std::string ListenUrl::*member>
Complaint set_file(ListenUrl& url, const std::string& value) {
  url.*member = value;
  return value.empty() ? Complaint("a file is wanted") : std::nullopt;
}
constexpr std::array<Option, 7> options{{
    {"cert", " mqtts wss ", set_file<&ListenUrl::certificate>},
    {"key", " mqtts wss ", set_file<&ListenUrl::key>},
    {"ca", " mqtts wss ", set_file<&ListenUrl::authorities>},
    {"verify", " mqtts wss ", set_verify},
    {"path", " ws wss ", set_path},
    {"subprotocol", " ws wss ", set_subprotocol},
    {"mode", " unix ", set_mode},
}};

std::string options_of(const std::string& scheme) {
  std::string names;
  for (const auto& option : options) {
    if (option.schemes.find(" " + scheme + " ") == std::string_view::npos) continue;
    names += (names.empty() ? "" : ", ") + std::string(option.name);
  }
  return names.empty() ? "none" : names;
}

Complaint read_option(ListenUrl& url, std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto* option = std::find_if(options.begin(), options.end(), [&](const Option& each) {
    return each.name == name && each.schemes.find(" " + url.scheme + " ") != std::string_view::npos;
  });
  if (option == options.end()) {
    return url.scheme + " has no option " + std::string(name) +
           "; its options: " + options_of(url.scheme);
  }
  if (equals == std::string_view::npos) return std::string(name) + "= wants a value";
  const auto value = decode(text.substr(equals + 1));
  if (!value) return std::string(name) + ": behind % two hexadecimal digits are wanted";
  const auto complaint = option->set(url, *value);
  return complaint ? std::string(name) + "=" + *value + ": " + *complaint : complaint;
}

Complaint read_options(ListenUrl& url, std::string_view text) {
  // Whoever names authorities wants them asked, so that is the default then.
  bool asked = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto option = text.substr(0, end);
    asked = asked || option.starts_with("verify=");
    if (auto complaint = read_option(url, option)) return complaint;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!url.authorities.empty() && !asked) url.client_certificate = ClientCertificate::required;
  return std::nullopt;
}

Complaint check_tls(ListenUrl& url) {
  if (!url.is_tls()) return std::nullopt;
  if (url.certificate.empty()) {
    return "a certificate is wanted: ?cert=FILE&key=FILE (mqttspec-broker certificates DIR makes "
           "some to try with)";
  }
  if (url.key.empty()) url.key = url.certificate;
  if (url.client_certificate != ClientCertificate::none && url.authorities.empty()) {
    return "to verify clients ca=FILE is wanted";
  }
  return std::nullopt;
}

// "[::1]:1883", "localhost"
Complaint read_authority(ListenUrl& url, std::string_view text) {
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return "the bracket is not closed";
    url.host = text.substr(1, bracket - 1);
    text.remove_prefix(bracket + 1);
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    text.remove_prefix(url.host.size());
  }
  if (url.host.empty()) return "has no host" + std::string(example);
  if (text.empty()) return std::nullopt;
  const auto port =
      text.starts_with(':') ? parse_number<std::uint16_t>(text.substr(1), 10) : std::nullopt;
  if (!port) return "a port from 0 to 65535 is wanted behind the host";
  url.port = *port;
  return std::nullopt;
}

Complaint read_path(ListenUrl& url, std::string_view text) {
  const auto path = decode(text);
  if (!path) return "behind % two hexadecimal digits are wanted";
  if (url.scheme == "unix") {
    url.socket_path = *path;
    return path->size() > 1 ? Complaint() : "the path of a socket is wanted: unix:///PATH";
  }
  if (path->size() <= 1) return std::nullopt;
  if (!url.is_websocket()) return "only ws and wss have a path";
  url.paths.push_back(*path);
  return std::nullopt;
}

Complaint read_url(ListenUrl& url, std::string_view text) {
  const auto separator = text.find("://");
  if (separator == std::string_view::npos) return "has no scheme" + std::string(example);
  url.scheme = text.substr(0, separator);
  const auto* scheme = std::find_if(schemes.begin(), schemes.end(),
                                    [&](const Scheme& each) { return each.name == url.scheme; });
  if (scheme == schemes.end()) {
    return "scheme " + url.scheme + " is not served, only mqtt, mqtts, ws, wss and unix" +
           std::string(example);
  }
  url.port = scheme->port;
  std::string_view rest = text.substr(separator + 3);
  const auto question = std::min(rest.find('?'), rest.size());
  const std::string_view query = rest.substr(std::min(question + 1, rest.size()));
  rest = rest.substr(0, question);
  const auto slash = std::min(rest.find('/'), rest.size());
  Complaint complaint;
  if (url.scheme != "unix") complaint = read_authority(url, rest.substr(0, slash));
  if (!complaint) complaint = read_path(url, rest.substr(url.scheme == "unix" ? 0 : slash));
  if (!complaint) complaint = read_options(url, query);
  if (!complaint) complaint = check_tls(url);
  return complaint;
}

}  // namespace

std::variant<ListenUrl, std::string> parse_listen_url(std::string_view text) {
  ListenUrl url;
  if (const auto complaint = read_url(url, text)) {
    return "\"" + std::string(text) + "\": " + *complaint;
  }
  return url;
}

std::string to_string(const ListenUrl& url) {
  if (url.scheme == "unix") return "unix://" + url.socket_path;
  const bool v6 = url.host.find(':') != std::string::npos;
  return url.scheme + "://" + (v6 ? "[" + url.host + "]" : url.host) + ":" +
         std::to_string(url.port) + (url.paths.empty() ? "" : url.paths.front());
}

}  // namespace mqttspec::server
