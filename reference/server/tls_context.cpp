#include "reference/server/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>
#include <cstring>
#include <stdexcept>

namespace mqttspec::server {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& file) {
  throw std::runtime_error(what + " " + file + ": " + openssl_error());
}

// Nobody sits at a terminal to type a password.
int no_password(char*, int, int, void*) {
  return -1;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* known) {
  const auto& ours = *static_cast<const std::string*>(known);
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered, offered_size);
  *chosen = found;
  // A client that asks for something else may still speak MQTT: the port has said what is here.
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void load_certificate(SSL_CTX* context, const ListenUrl& url) {
  if (SSL_CTX_use_certificate_chain_file(context, url.certificate.c_str()) != 1) {
    fail("cannot use certificate", url.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context, url.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("cannot use key", url.key);
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    fail("certificate " + url.certificate + " does not belong to key", url.key);
  }
}

void load_authorities(SSL_CTX* context, const ListenUrl& url) {
  if (url.client_certificate == ClientCertificate::none) return;
  const char* file = url.authorities.c_str();
  if (SSL_CTX_load_verify_locations(context, file, nullptr) != 1) {
    fail("cannot use authorities", url.authorities);
  }
  // Clients that have several certificates choose by these names.
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file));
  int mode = SSL_VERIFY_PEER;
  if (url.client_certificate == ClientCertificate::required)
    mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, mode, nullptr);
}

}  // namespace

std::string openssl_error() {
  // The first one is the cause; what follows only passes it on.
  const auto code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  // Errors of the system (no such file) have no text in OpenSSL's own table.
  if (ERR_SYSTEM_ERROR(code)) return std::string(std::strerror(ERR_GET_REASON(code)));
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "error " + std::to_string(code) : reason;
}

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(const ListenUrl& url)
    : context_(SSL_CTX_new(TLS_server_method())),
      protocols_(url.is_websocket() ? std::string("\x08http/1.1") : std::string("\x04mqtt")) {
  if (!context_) throw std::runtime_error("TLS is not available: " + openssl_error());
  // OpenSSL writes to sockets that the peer may have closed.
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Without tickets there is nothing that would outlive a reloaded certificate; a peer that ends
  // without close_notify is no different from one on plain TCP.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // An idle connection keeps no buffers; one read takes as many records as are there.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_dh_auto(context, 1);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, &protocols_);
  load_certificate(context, url);
  load_authorities(context, url);
}

TlsContext::~TlsContext() = default;

}  // namespace mqttspec::server
