#include "reference/server/tls_channel.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace mqttspec::server {

using Next = Transfer::Next;

void TlsChannel::Free::operator()(ssl_st* connection) const {
  SSL_free(connection);
}

TlsChannel::TlsChannel(std::shared_ptr<const TlsContext> context, int socket)
    : context_(std::move(context)), connection_(SSL_new(context_->native())) {
  if (!connection_ || SSL_set_fd(connection_.get(), socket) != 1) {
    throw std::runtime_error("TLS: " + openssl_error());
  }
  SSL_set_accept_state(connection_.get());
}

TlsChannel::~TlsChannel() = default;

// What OpenSSL wants after a call that gave `result`.
Next TlsChannel::after(int result) {
  const int system_error = errno;
  switch (SSL_get_error(connection_.get(), result)) {
    case SSL_ERROR_NONE:
      return Next::go_on;
    case SSL_ERROR_WANT_READ:
      return Next::wait_read;
    case SSL_ERROR_WANT_WRITE:
      return Next::wait_write;
    case SSL_ERROR_ZERO_RETURN:
      return Next::ended;
    case SSL_ERROR_SYSCALL:
      fault_ = system_error == 0 ? "the peer has gone" : std::strerror(system_error);
      break;
    default:
      fault_ = openssl_error();
  }
  // Such an end leaves complaints behind that must not be taken for another connection's.
  ERR_clear_error();
  return Next::broken;
}

Next TlsChannel::handshake() {
  ERR_clear_error();
  errno = 0;
  const auto next = after(SSL_do_handshake(connection_.get()));
  if (next == Next::ended) fault_ = "the peer has gone";
  return next == Next::ended ? Next::broken : next;
}

Transfer TlsChannel::read(std::span<char> into) {
  Transfer transfer;
  ERR_clear_error();
  while (transfer.size < into.size() && transfer.next == Next::go_on) {
    const auto room = into.subspan(transfer.size);
    std::size_t size = 0;
    errno = 0;
    transfer.next = after(SSL_read_ex(connection_.get(), room.data(), room.size(), &size));
    transfer.size += size;
  }
  return transfer;
}

Transfer TlsChannel::write(std::string_view bytes) {
  Transfer transfer;
  ERR_clear_error();
  errno = 0;
  transfer.next =
      after(SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &transfer.size));
  return transfer;
}

void TlsChannel::end_writing() {
  ERR_clear_error();
  SSL_shutdown(connection_.get());
  ERR_clear_error();
}

std::string TlsChannel::certificate_subject() const {
  if (SSL_get_verify_mode(connection_.get()) == SSL_VERIFY_NONE) return {};
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      SSL_get1_peer_certificate(connection_.get()), X509_free);
  if (!certificate || SSL_get_verify_result(connection_.get()) != X509_V_OK) return {};
  const std::unique_ptr<BIO, int (*)(BIO*)> text(BIO_new(BIO_s_mem()), BIO_free);
  // UTF-8 stays as it is.
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate.get()), 0,
                     XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace mqttspec::server
