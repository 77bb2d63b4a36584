// Runs one instance of a scenario, sans-IO: what happened on the wire goes in, commands come out.
// It knows no clock and no transport; drivers (virtual/, live/) bring both.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/executor/outcome.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::executor {

// Tolerances (scenarios/README.md, section 7). They belong to the profile, never to a scenario.
struct Tolerance {
  Duration patience{};
  Duration quiet{};
  Duration granularity{};
  Duration lateness{};
  static Tolerance reference();  // 0, 0, 0, 60 s
  static Tolerance live();       // 2 s, 100 ms, 1 s, 5 s
};

// Capabilities of the broker under test, as conditions see them: "maximum_qos" -> 2,
// "transports" -> ["tcp"] ... (Values, so that `has` and comparisons work).
using Capabilities = std::map<std::string, scenario::Value>;

// Where WebSocket handshakes go: what stands in Host, and the path.
struct WebSocketAddress {
  std::string host = "localhost";
  std::string path = "/mqtt";
};

struct RunOptions {
  std::string ns;  // 12 letters and digits, unique to run and instance
  Tolerance tolerance = Tolerance::reference();
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  std::string transport = "tcp";                      // what "any" means
  std::map<std::string, WebSocketAddress> websocket;  // by transport: "ws", "wss"
  Capabilities capabilities;
};

// Why these capabilities exclude the instance: `requires`, the versions and transports of its
// clients, a `broker` step without `restart`. Nothing if they don't. Limits that the profile does
// not name have the standard's defaults. (The interpreter asks this itself when it starts.)
[[nodiscard]] std::optional<std::string> missing_requirement(const scenario::Instance& instance,
                                                             const Capabilities& capabilities);

// The outcome of an instance that is not run at all: each asked check has this verdict.
[[nodiscard]] InstanceOutcome not_run(const scenario::Instance& instance, Verdict verdict,
                                      const std::string& reason);

// A namespace: 12 letters and digits, different for each run and instance.
[[nodiscard]] std::string make_ns(std::string_view run, std::string_view instance);

// Number of a connection; the interpreter counts them up from 1.
using ConnectionNumber = std::uint32_t;

// What runs over the transport is the interpreter's: for "ws" and "wss" a driver opens a stream,
// plain or TLS, and moves bytes.
struct OpenCommand {
  ConnectionNumber connection = 0;
  std::string client;
  std::string transport;  // "tcp", "tls", "ws", "wss"
};
struct SendCommand {
  ConnectionNumber connection = 0;
  std::vector<codec::Bytes> segments;  // one write each
  Duration pause{};                    // between them
};
struct CloseCommand {
  ConnectionNumber connection = 0;
  enum class How : std::uint8_t { fin, half, reset } how = How::fin;
};
// Stop or go on taking bytes from the socket.
struct ReadingCommand {
  ConnectionNumber connection = 0;
  bool reading = true;
};
struct BrokerCommand {
  enum class What : std::uint8_t { restart, kill } what = What::restart;
};
using Command = std::variant<OpenCommand, SendCommand, CloseCommand, ReadingCommand, BrokerCommand>;

enum class CloseKind : std::uint8_t { fin, reset };

class Interpreter {
 public:
  Interpreter(scenario::Instance instance, RunOptions options);
  ~Interpreter();

  // Every call may add commands; take them before the next one.
  void start(Instant now);
  void opened(ConnectionNumber connection, Instant now);
  void open_failed(ConnectionNumber connection, const std::string& why, Instant now);
  void bytes(ConnectionNumber connection, codec::BytesView bytes, Instant now);
  // The last byte of the oldest unfinished SendCommand of the connection was handed over.
  void sent(ConnectionNumber connection, Instant now);
  void closed(ConnectionNumber connection, CloseKind how, Instant now);
  void broker_ready(Instant now);
  void broker_failed(const std::string& why, Instant now);
  // Everything that arrives up to `now` has been given: deadlines up to `now` are decided. The only
  // call by which time passes.
  void quiet(Instant now);
  // The run is given up (Ctrl-C, the broker died): open checks become blocked, or crash.
  void abort(Verdict verdict, const std::string& why, Instant now);
  // Our own clock was `lateness` behind, so that timed checks prove nothing.
  void clock_was_late(Duration lateness, Instant now);

  [[nodiscard]] Instant deadline() const;  // never: waits for the wire only
  void take_commands(std::vector<Command>& out);
  [[nodiscard]] bool finished() const;
  // Once finished.
  [[nodiscard]] InstanceOutcome take_outcome();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqttspec::executor
