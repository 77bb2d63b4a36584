// The end of every instance, however it ended: clients disconnect, sessions that may remain are
// ended with Clean Start 1, retained messages that were set are deleted, and after anything illegal
// a fresh client must still be served. None of it is judged but the last; all of it is traced.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

class Epilogue {
 public:
  explicit Epilogue(Run& run) : run_(run) {}

  void begin();
  // True once all is cleared away.
  [[nodiscard]] bool poll(std::optional<Instant> quiet);
  [[nodiscard]] Instant deadline() const { return deadline_; }
  // Why the broker counts as crashed; empty if it does not.
  [[nodiscard]] const std::string& crash() const { return crash_; }

 private:
  // One short connection: CONNECT with Clean Start 1, perhaps deletions and a ping, DISCONNECT.
  struct Job {
    std::string client_identifier;
    codec::Version version = codec::Version::v5_0;
    bool deletes = false;    // retained messages
    bool must_work = false;  // a fresh client after something illegal
  };
  enum class Phase : std::uint8_t { next, opening, accepting, pinging, over };

  void leave();
  void start(const Job& job);
  void send_connect();
  void after_connack(const scenario::Received& connack);
  void delete_retained(const codec::Connack& connack);
  void finish_job();
  void fail_job(const std::string& why);
  void arm();
  [[nodiscard]] codec::Connect connect_packet() const;

  Run& run_;
  Client janitor_;
  std::deque<Job> jobs_;
  Job job_;
  Phase phase_ = Phase::next;
  Instant deadline_ = never;
  std::string crash_;
};

}  // namespace mqttspec::executor
