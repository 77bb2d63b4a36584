#include "conformance/cli/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "conformance/scenario/spelling.hpp"

namespace mqttspec::cli {
namespace {

using Parsed = scenario::Result<TargetArgument>;

constexpr std::string_view form =
    "a target is builtin:, or mqtt:// or mqtts://[user:password@]host[:port], or ws:// or "
    "wss://[user:password@]host[:port][/path], for example mqtt://127.0.0.1:1883";

struct Scheme {
  std::string_view name;
  std::string_view transport;
  std::uint16_t port;  // unless another one is given
};
constexpr Scheme schemes[] = {
    {"mqtt", "tcp", 1883}, {"mqtts", "tls", 8883}, {"ws", "ws", 80}, {"wss", "wss", 443}};

Parsed refuse(const std::string& text, const std::string& why) {
  return Parsed::failure(
      fmt::format("target {}: {}; {}", scenario::quoted(without_password(text)), why, form));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// Other programs have other names for the same.
std::string about_scheme(const std::string& scheme) {
  if (scheme == "tcp") return "write mqtt:// for tcp://";
  if (scheme == "ssl" || scheme == "tls") return fmt::format("write mqtts:// for {}://", scheme);
  if (scheme == "http") return "write ws:// for http://";
  if (scheme == "https") return "write wss:// for https://";
  return fmt::format("there is no scheme {}://", scheme);
}

bool is_host(std::string_view host, bool bracketed) {
  if (host.empty()) return false;
  for (const char c : host) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    if (!plain && !(bracketed && (c == ':' || c == '%')) && c != '_') return false;
  }
  return true;
}

// "" if the text is a port, else why not.
std::string read_port(std::string_view text, std::uint16_t& port) {
  unsigned number = 0;
  if (text.empty()) return "the port is missing after the colon";
  for (const char c : text) {
    if (c < '0' || c > '9') return fmt::format("the port is {}", scenario::quoted(text));
    number = number * 10 + static_cast<unsigned>(c - '0');
    if (number > 65535) return fmt::format("the port is {}, above 65535", text);
  }
  if (number == 0) return "the port is 0";
  port = static_cast<std::uint16_t>(number);
  return {};
}

// user[:password]; "" if it is fine.
std::string read_credentials(std::string_view text, TargetArgument& target) {
  const std::size_t colon = text.find(':');
  target.user_name = percent_decoded(text.substr(0, colon));
  if (!target.user_name) return "the user name has a % that is not followed by two hex digits";
  if (colon == std::string_view::npos) return {};
  target.password = percent_decoded(text.substr(colon + 1));
  return target.password ? "" : "the password has a % that is not followed by two hex digits";
}

std::string read_host_and_port(std::string_view text, TargetArgument& target) {
  const bool bracketed = text.starts_with("[");
  if (!bracketed && std::count(text.begin(), text.end(), ':') > 1) {
    return "an IPv6 address has to stand in brackets, as in mqtt://[::1]:1883";
  }
  std::size_t end = text.find(bracketed ? ']' : ':');
  if (bracketed && end == std::string_view::npos) return "the bracket of the address is not closed";
  target.host = std::string(text.substr(bracketed ? 1 : 0, end - (bracketed ? 1 : 0)));
  if (!is_host(target.host, bracketed)) {
    return target.host.empty() ? "the host is missing"
                               : fmt::format("{} is no host", scenario::quoted(target.host));
  }
  if (bracketed) ++end;
  if (end >= text.size()) return {};
  if (text[end] != ':') return "behind the address only a port may follow";
  return read_port(text.substr(end + 1), target.port);
}

// "" if a request can be sent for it.
std::string about_path(std::string_view path) {
  for (const char c : path) {
    if (c <= ' ' || c > '~') return "the path has a blank or what is no plain character";
    if (c == '#') return "the path has a #, which no server ever sees";
  }
  return {};
}

}  // namespace

Parsed parse_target(const std::string& text) {
  TargetArgument target;
  if (text.empty() || text == "builtin:" || text == "builtin") return target;
  target.builtin = false;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string::npos) {
    return refuse(text, text.find(':') != std::string::npos || text == "localhost"
                            ? "mqtt:// is missing in front"
                            : "it has no scheme");
  }
  std::string scheme = text.substr(0, scheme_end);
  for (char& c : scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto* known = std::find_if(std::begin(schemes), std::end(schemes),
                                   [&](const Scheme& each) { return each.name == scheme; });
  if (known == std::end(schemes)) return refuse(text, about_scheme(scheme));
  target.transport = known->transport;
  target.port = known->port;

  std::string_view rest = std::string_view(text).substr(scheme_end + 3);
  const bool websocket = target.transport == "ws" || target.transport == "wss";
  if (!websocket && rest.ends_with("/")) rest.remove_suffix(1);
  const std::size_t path = websocket ? rest.find('/') : rest.npos;
  if (path != rest.npos) {
    target.path = rest.substr(path);
    rest = rest.substr(0, path);
    if (const std::string why = about_path(target.path); !why.empty()) return refuse(text, why);
  }
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    const std::string why = read_credentials(rest.substr(0, at), target);
    if (!why.empty()) return refuse(text, why);
    rest.remove_prefix(at + 1);
  }
  if (rest.find_first_of("/?#") != std::string_view::npos) {
    return refuse(text, "behind the port nothing may follow");
  }
  const std::string why = read_host_and_port(rest, target);
  return why.empty() ? Parsed(target) : refuse(text, why);
}

std::string without_password(const std::string& target) {
  const std::size_t begin = target.find("://");
  const std::size_t at = target.rfind('@');
  if (begin == std::string::npos || at == std::string::npos) return target;
  const std::size_t colon = target.find(':', begin + 3);
  if (colon == std::string::npos || colon > at) return target;
  return target.substr(0, colon) + ":***" + target.substr(at);
}

}  // namespace mqttspec::cli
