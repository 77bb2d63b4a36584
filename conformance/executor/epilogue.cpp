#include "conformance/executor/epilogue.hpp"

#include "conformance/executor/outbound.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using codec::Version;

void Epilogue::begin() {
  run_.watch.stop();
  janitor_.name = "(end)";
  janitor_.transport = run_.options.transport;
  leave();
  for (const auto& [identifier, version] : run_.footprint.sessions) {
    jobs_.push_back(Job{identifier, version, false, false});
  }
  // Capital letters: no client of a script has such a name.
  const std::string identifier = run_.environment.ns() + "END";
  if (run_.footprint.illegal) {
    jobs_.push_back(Job{identifier, run_.instance.version, false, true});
  }
  if (!run_.footprint.retained.empty()) {
    jobs_.push_back(Job{identifier, run_.instance.version, true, false});
  }
}

// Everybody goes, in order where that is possible.
void Epilogue::leave() {
  for (auto& [name, client] : run_.clients) {
    if (!client.connection || client.connection->gone()) continue;
    Connection& connection = *client.connection;
    if (connection.in_session && !connection.half_closed && connection.between_packets()) {
      send_own(run_, client, codec::Disconnect{});
    }
    close_connection(run_, client, CloseCommand::How::fin);
  }
}

bool Epilogue::poll(std::optional<Instant> quiet) {
  for (;;) {
    const bool too_late = quiet && *quiet >= deadline_;
    switch (phase_) {
      case Phase::over:
        return true;
      case Phase::next:
        if (jobs_.empty()) {
          deadline_ = never;
          phase_ = Phase::over;
          return true;
        }
        job_ = std::move(jobs_.front());
        jobs_.pop_front();
        start(job_);
        return false;
      case Phase::opening:
        if (janitor_.connection->state == Connection::State::opening) {
          if (!too_late) return false;
          run_.open_failure = "nobody answers";
        }
        if (!janitor_.connected()) {
          crash_ = "the broker takes no new connection: " + run_.open_failure;
          jobs_.clear();
          phase_ = Phase::next;
          break;
        }
        send_connect();
        break;
      case Phase::accepting:
        if (!janitor_.inbox.empty()) {
          const scenario::Received received = std::move(janitor_.inbox.front());
          janitor_.inbox.pop_front();
          after_connack(received);
          break;
        }
        if (!too_late) return false;
        fail_job("its CONNECT was not answered within " +
                 in_words(run_.tolerance().patience + run_.tolerance().lateness));
        break;
      case Phase::pinging:
        if (janitor_.connection->pings_answered > 0) {
          if (job_.deletes) run_.footprint.retained.clear();
          finish_job();
          break;
        }
        if (janitor_.deaf()) {
          fail_job("its connection was closed");
          break;
        }
        if (!too_late) return false;
        fail_job("its PINGREQ was not answered within " +
                 in_words(run_.tolerance().patience + run_.tolerance().lateness));
        break;
    }
    quiet.reset();
  }
}

void Epilogue::start(const Job& job) {
  janitor_.version = job.version;
  run_.open_failure.clear();
  open_connection(run_, janitor_);
  janitor_.connection->automatic_acks = true;
  arm();
  phase_ = Phase::opening;
}

void Epilogue::arm() {
  deadline_ = run_.now + run_.tolerance().patience + run_.tolerance().lateness;
}

codec::Connect Epilogue::connect_packet() const {
  codec::Connect connect;
  if (job_.version == Version::v3_1) connect.protocol_name = "MQIsdp";
  connect.protocol_version = static_cast<std::uint8_t>(job_.version);
  connect.client_identifier = job_.client_identifier;
  connect.user_name = run_.options.user_name;
  connect.password = run_.options.password;
  // Where the configuration names the only users there are, one of them is used.
  const scenario::Value* users = run_.instance.scenario->config.find("users");
  if (users != nullptr && users->object() != nullptr && !users->object()->empty()) {
    const auto& [name, password] = users->object()->front();
    connect.user_name = name;
    if (password.string() != nullptr) connect.password = *password.string();
  }
  return connect;
}

void Epilogue::send_connect() {
  send_own(run_, janitor_, connect_packet());
  arm();
  phase_ = Phase::accepting;
}

void Epilogue::after_connack(const scenario::Received& received) {
  const auto* connack = received.packet ? std::get_if<codec::Connack>(&*received.packet) : nullptr;
  if (received.closed() || connack == nullptr) {
    fail_job(received.closed() ? "its connection was closed before CONNACK"
                               : "something else than CONNACK came");
    return;
  }
  if (connack->reason_code != codec::ReasonCode::success) {
    fail_job("it was refused");
    return;
  }
  if (job_.deletes) delete_retained(*connack);
  if (job_.deletes || job_.must_work) {
    send_own(run_, janitor_, codec::Pingreq{});
    arm();
    phase_ = Phase::pinging;
    return;
  }
  finish_job();
}

void Epilogue::delete_retained(const codec::Connack& connack) {
  // A server that keeps nothing would take the deletion itself amiss.
  const auto available =
      codec::get_integer(connack.properties, codec::PropertyId::retain_available);
  if (available == 0U) return;
  // QoS 0, which every broker takes; the ping behind it shows that it was read.
  const auto topics = run_.footprint.retained;
  for (const std::string& topic : topics) {
    codec::Publish publish;
    publish.topic_name = topic;
    publish.retain = true;
    if (codec::validate(publish, job_.version, codec::Sender::client).empty()) {
      send_own(run_, janitor_, publish);
    }
  }
}

void Epilogue::finish_job() {
  if (janitor_.connected()) {
    send_own(run_, janitor_, codec::Disconnect{});
    close_connection(run_, janitor_, CloseCommand::How::fin);
  }
  deadline_ = never;
  phase_ = Phase::next;
}

void Epilogue::fail_job(const std::string& why) {
  if (job_.must_work) {
    crash_ = "after something illegal, a fresh client is not served any more: " + why;
  } else {
    run_.note(TraceEntry::Kind::note, &janitor_, "could not clear up: " + why);
  }
  if (janitor_.connected()) close_connection(run_, janitor_, CloseCommand::How::fin);
  deadline_ = never;
  phase_ = Phase::next;
}

}  // namespace mqttspec::executor
