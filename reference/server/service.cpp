#include "reference/server/service.hpp"

#include <csignal>
#include <utility>

#include "reference/server/log_writer.hpp"

namespace mqttspec::server {
namespace {

using broker::LogField;
using broker::LogLevel;

}  // namespace

std::string who_may_connect(const broker::Config& config) {
  if (config.require_certificate) return "clients with a certificate may connect";
  if (!config.users && config.passwords == nullptr) {
    return "everyone may connect: neither users nor passwords are given";
  }
  return config.allow_anonymous ? "users and anonymous clients may connect"
                                : "only users with their password may connect";
}

std::vector<std::string> doubts(const broker::Config& config) {
  std::vector<std::string> sentences;
  const bool verified = config.users || config.passwords != nullptr ||
                        config.certificate_user_name != broker::Config::CertificateUser::none;
  if (config.access_list != nullptr && config.access_list->names_users() && !verified) {
    sentences.emplace_back(
        "the access list names users, but nothing verifies them: its lines on users permit "
        "nothing");
  }
  return sentences;
}

Service::Service(boost::asio::io_context& io, Server& server, broker::Log& log, AccessFiles files)
    : server_(server),
      log_(log),
      files_(std::move(files)),
      end_(io, SIGTERM, SIGINT),
      reload_(io, SIGHUP) {
  server_.on_fault([&log](const std::string& peer, const std::string& what) {
    note(log, LogLevel::warning, "rejected", LogField{"peer", std::string_view(peer)},
         LogField{"why", std::string_view(what)});
  });
  wait_for_end();
  wait_for_reload();
}

void Service::wait_for_end() {
  end_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    // A second signal ends the program at once, as it would without us.
    end_.clear();
    boost::system::error_code ignored;
    reload_.cancel(ignored);
    note(log_, LogLevel::info, "stopping");
    server_.stop();
  });
}

void Service::wait_for_reload() {
  reload_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    reload();
    wait_for_reload();
  });
}

void Service::reload() {
  // Certificates that are wrong keep nobody from new passwords, nor the other way round.
  for (const auto& error : server_.reload_certificates()) {
    note(log_, LogLevel::error, "reload-failed", LogField{"why", std::string_view(error)});
  }
  auto read = read_access(files_);
  if (const auto* errors = std::get_if<std::vector<std::string>>(&read)) {
    for (const auto& error : *errors) {
      note(log_, LogLevel::error, "reload-failed", LogField{"why", std::string_view(error)});
    }
    note(log_, LogLevel::error, "kept",
         LogField{"what", std::string_view("the passwords and the access list from before")});
    return;
  }
  auto& access = std::get<Access>(read);
  server_.change_access({std::move(access.passwords), std::move(access.access_list)});
  note(log_, LogLevel::info, "reloaded");
}

}  // namespace mqttspec::server
