// One TLS connection on a non-blocking socket, by readiness: it does what it can and says what it
// waits for.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "reference/server/tls_context.hpp"

struct ssl_st;

namespace mqttspec::server {

// What came of reading or writing: so many bytes, and whether to go on at once, when the socket can
// be read or written, or not at all.
struct Transfer {
  enum class Next : std::uint8_t { go_on, wait_read, wait_write, ended, broken };
  std::size_t size = 0;
  Next next = Next::go_on;
};

class TlsChannel {
 public:
  // The socket is the caller's.
  TlsChannel(std::shared_ptr<const TlsContext> context, int socket);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  // To be called until it says `go_on`.
  [[nodiscard]] Transfer::Next handshake();
  // With `go_on` the buffer is full, and there may be more that no socket announces.
  [[nodiscard]] Transfer read(std::span<char> into);
  [[nodiscard]] Transfer write(std::string_view bytes);
  // Tells the peer that nothing more comes, if that can be done without waiting.
  void end_writing();

  // Of the client's certificate if there is one and it was verified, as RFC 2253 writes names:
  // "CN=client,O=example"; else "".
  [[nodiscard]] std::string certificate_subject() const;
  // Why `broken` was said.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  struct Free {
    void operator()(ssl_st* connection) const;
  };
  [[nodiscard]] Transfer::Next after(int result);

  std::shared_ptr<const TlsContext> context_;
  std::unique_ptr<ssl_st, Free> connection_;
  std::string fault_;
};

}  // namespace mqttspec::server
