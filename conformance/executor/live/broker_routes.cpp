#include "conformance/executor/live/broker_routes.hpp"

#include <algorithm>

namespace mqttspec::executor {

namespace {

using Targets = std::vector<Target>;

// What the command line says about certificates goes over what the profile says.
TlsSettings tls_settings(const profile::Listener& listener, const LiveOptions& options,
                         const profile::BrokerProcess* process) {
  const auto file = [&](const std::string& path) {
    return process != nullptr ? process->fill_in(path) : path;
  };
  TlsSettings settings{file(listener.ca), file(listener.certificate), file(listener.key),
                       listener.insecure};
  if (!options.tls.ca.empty()) settings.ca = options.tls.ca;
  if (!options.tls.certificate.empty()) {
    settings.certificate = options.tls.certificate;
    settings.key = options.tls.key;
  }
  settings.insecure = settings.insecure || options.tls.insecure;
  return settings;
}

Target target_of(const profile::Listener& listener, const LiveOptions& options,
                 const profile::BrokerProcess* process) {
  Target target;
  target.transport = listener.transport;
  target.host = listener.host;
  target.port = process != nullptr ? process->port(listener.transport) : listener.port;
  target.path = listener.path;
  target.tls = tls_settings(listener, options, process);
  return target;
}

}  // namespace

scenario::Result<Targets> targets_of(const LiveOptions& options,
                                     const profile::BrokerProcess* process) {
  using Failure = scenario::Result<Targets>;
  Targets targets;
  if (options.target) {
    targets.push_back(*options.target);
    targets.front().tls = options.tls;
  }
  const auto known = [&](const std::string& transport) {
    return std::any_of(targets.begin(), targets.end(),
                       [&](const Target& target) { return target.transport == transport; });
  };
  // Addresses of a broker that the profile would start mean nothing for another one.
  if (options.profile != nullptr && (process != nullptr || !options.profile->start)) {
    if (process != nullptr && !options.target) targets.push_back({"127.0.0.1", process->port()});
    if (const auto& address = options.profile->address;
        process == nullptr && address && !known("tcp")) {
      targets.push_back({address->host, address->port});
    }
    for (const profile::Listener& listener : options.profile->listeners) {
      if (!known(listener.transport)) targets.push_back(target_of(listener, options, process));
    }
  }
  if (targets.empty()) {
    return Failure::failure(
        "there is no broker to run against: give its address, or a profile that says how to start "
        "it");
  }
  if (options.transport.empty()) return targets;
  const auto wanted = std::find_if(targets.begin(), targets.end(), [&](const Target& target) {
    return target.transport == options.transport;
  });
  if (wanted == targets.end()) {
    return Failure::failure("no address is known under which the broker is reached over " +
                            options.transport);
  }
  std::rotate(targets.begin(), wanted, wanted + 1);
  return targets;
}

scenario::Result<Routes> routes_to(const LiveOptions& options,
                                   const profile::BrokerProcess* process) {
  using Failure = scenario::Result<Routes>;
  const auto targets = targets_of(options, process);
  if (!targets) return Failure::failure(targets.error());
  Routes routes;
  routes.main = targets->front().transport;
  for (const Target& target : *targets) {
    auto route = find_route(target);
    if (!route) return Failure::failure(route.error());
    routes.by_transport.emplace(target.transport, std::move(*route));
  }
  return routes;
}

}  // namespace mqttspec::executor
