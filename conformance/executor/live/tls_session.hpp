// TLS 1.2 and 1.3 of a client, sans-IO: what the socket brings goes in, what has to be written
// comes out. Says in words why a handshake fails, and what to do.
#pragma once

#include <memory>
#include <string>

#include "conformance/executor/live/target.hpp"
#include "conformance/scenario/expression.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::executor {

// What all connections of a run share: whom to trust, and who we are.
class TlsContext {
 public:
  // A failure says which file is of no use, and why.
  [[nodiscard]] static scenario::Result<std::shared_ptr<const TlsContext>> make(
      const TlsSettings& settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class TlsSession;
  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class TlsSession {
 public:
  // `host`: the name or address that the certificate has to be for; `protocol`: offered by ALPN.
  TlsSession(std::shared_ptr<const TlsContext> context, const std::string& host,
             const std::string& protocol);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  enum class State : std::uint8_t { handshaking, open, closed, failed };
  [[nodiscard]] State state() const;
  // Of failed: a sentence.
  [[nodiscard]] const std::string& trouble() const;

  void start();
  // Returns what the broker said; look at state() and take_output() afterwards.
  [[nodiscard]] codec::Bytes receive(codec::BytesView bytes);
  void send(codec::BytesView bytes);
  void say_goodbye();
  [[nodiscard]] codec::Bytes take_output();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqttspec::executor
