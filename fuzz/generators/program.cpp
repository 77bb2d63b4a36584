#include "fuzz/generators/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mqttspec::fuzz {

using codec::Version;
using Kind = Operation::Kind;

codec::Bytes bytes_of(const Operation& operation, Version version) {
  switch (operation.kind) {
    case Kind::connect:
      return operation.bytes.empty() ? codec::encode(operation.packet, operation.version)
                                     : operation.bytes;
    case Kind::send:
      return codec::encode(operation.packet, version);
    case Kind::raw:
      return operation.bytes;
    default:
      return {};
  }
}

bool restarts(const Program& program) {
  return std::any_of(program.begin(), program.end(),
                     [](const Operation& operation) { return operation.kind == Kind::restart; });
}

std::vector<Version> versions_of(const Program& program) {
  std::array<Version, clients_max> speaks;
  speaks.fill(Version::v5_0);
  std::vector<Version> versions;
  for (const Operation& operation : program) {
    if (operation.kind == Kind::connect) speaks[operation.client] = operation.version;
    versions.push_back(speaks[operation.client]);
  }
  return versions;
}

std::string print(const Program& program) {
  static constexpr std::string_view names[] = {"connect", "send",    "raw",    "acknowledge",
                                               "stall",   "deliver", "resume", "half",
                                               "reset",   "advance", "restart"};
  std::string text;
  const auto versions = versions_of(program);
  for (std::size_t i = 0; i < program.size(); ++i) {
    const Operation& operation = program[i];
    text += fmt::format("{} {}", operation.client, names[static_cast<std::size_t>(operation.kind)]);
    if (operation.kind == Kind::send ||
        (operation.kind == Kind::connect && operation.bytes.empty())) {
      text += " " + codec::print(operation.packet, versions[i]);
    }
    if (operation.kind == Kind::raw || operation.kind == Kind::connect) {
      for (const char byte : operation.bytes) {
        text += fmt::format(" {:02x}", static_cast<unsigned char>(byte));
      }
    }
    if (operation.kind == Kind::deliver) text += fmt::format(" {} bytes", operation.amount);
    if (operation.kind == Kind::advance) text += fmt::format(" {} ms", operation.time.count());
    text += '\n';
  }
  return text;
}

}  // namespace mqttspec::fuzz
