// What all TLS connections of one listener share: certificate, key, whom to trust. OpenSSL is seen
// in tls_*.cpp and certificates.cpp only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference/server/listen_url.hpp"

struct ssl_ctx_st;

namespace mqttspec::server {

class TlsContext {
 public:
  // Reads the URL's files. Throws std::runtime_error that names the file and what is wrong with it.
  explicit TlsContext(const ListenUrl& url);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
  // What a client may ask for by ALPN, in the form of the wire.
  std::string protocols_;
};

// OpenSSL's first complaint, as text; empties its list.
[[nodiscard]] std::string openssl_error();

}  // namespace mqttspec::server
