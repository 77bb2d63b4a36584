// The broker as a service: what it says at the start, and what it does on signals.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "reference/broker/config.hpp"
#include "reference/broker/log.hpp"
#include "reference/server/access_files.hpp"
#include "reference/server/server.hpp"

namespace mqttspec::server {

// One sentence on who may connect, for the start.
[[nodiscard]] std::string who_may_connect(const broker::Config& config);
// What is probably not meant so: one sentence each.
[[nodiscard]] std::vector<std::string> doubts(const broker::Config& config);

class Service {
 public:
  // SIGTERM and SIGINT end the server in order, a second one at once; SIGHUP reads the files again.
  // All arguments have to outlive the service.
  Service(boost::asio::io_context& io, Server& server, broker::Log& log, AccessFiles files);

  // Reads passwords and access list again, and the certificates of the listeners. What is wrong
  // stands in the log, and what was there before it stays.
  void reload();

 private:
  void wait_for_end();
  void wait_for_reload();

  Server& server_;
  broker::Log& log_;
  AccessFiles files_;
  boost::asio::signal_set end_;
  boost::asio::signal_set reload_;
};

}  // namespace mqttspec::server
