#include "conformance/executor/live/tls_session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace mqttspec::executor {

using codec::Bytes;
using codec::BytesView;

namespace {

// The first error is the cause of those behind it.
std::string first_reason() {
  const unsigned long code = ERR_peek_error();
  const char* reason =
      ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "no reason is known";
}

constexpr std::string_view any_certificate = ", or test without looking at it with --insecure";

std::string about_certificate(long verdict, const std::string& host) {
  if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return "the broker's certificate is not for \"" + host +
           "\"; use the name that it was made for" + std::string(any_certificate);
  }
  return std::string("the broker's certificate is not trusted: ") +
         X509_verify_cert_error_string(verdict) + "; give the CA that signed it with --ca FILE" +
         std::string(any_certificate);
}

// Alerts that the broker sent, and what we could not make sense of.
std::string about_error(unsigned long code) {
  switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return "what answers there does not speak TLS; is this the port of the broker's TLS "
             "listener?";
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return "the broker and we have no version of TLS in common; we speak 1.2 and 1.3";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "the broker wants a client certificate; give one with --cert FILE and --key FILE";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return "the broker refuses the TLS handshake: no cipher in common, or it wants a client "
             "certificate (--cert FILE and --key FILE)";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return "the broker does not accept our client certificate";
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
      return "the broker refuses the protocol that we offer by ALPN";
    default:
      break;
  }
  const char* reason = ERR_reason_error_string(code);
  return std::string("TLS fails: ") + (reason != nullptr ? reason : "no reason is known");
}

}  // namespace

// --- context ------------------------------------------------------------------------------------

struct TlsContext::Impl {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  bool insecure = false;
  ~Impl() { SSL_CTX_free(context); }
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

scenario::Result<std::shared_ptr<const TlsContext>> TlsContext::make(const TlsSettings& settings) {
  using Made = scenario::Result<std::shared_ptr<const TlsContext>>;
  auto impl = std::make_unique<Impl>();
  SSL_CTX* context = impl->context;
  if (context == nullptr) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  impl->insecure = settings.insecure;
  if (!settings.insecure) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const auto refuse = [](const std::string& what, const std::string& file) {
    return Made::failure("the " + what + " \"" + file + "\" cannot be used: " + first_reason());
  };
  if (settings.ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (SSL_CTX_load_verify_locations(context, settings.ca.c_str(), nullptr) != 1) {
    return refuse("CA file", settings.ca);
  }
  if (!settings.certificate.empty()) {
    const std::string& key = settings.key.empty() ? settings.certificate : settings.key;
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1) {
      return refuse("certificate", settings.certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
      return refuse("key", key);
    }
  } else if (!settings.key.empty()) {
    return Made::failure("a key is given (\"" + settings.key + "\") without its certificate");
  }
  ERR_clear_error();
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

// --- session ------------------------------------------------------------------------------------

struct TlsSession::Impl {
  std::shared_ptr<const TlsContext> context;
  std::string host;
  SSL* ssl = nullptr;
  BIO* in = nullptr;  // both belong to ssl
  BIO* out = nullptr;
  State state = State::handshaking;
  std::string trouble;

  ~Impl() { SSL_free(ssl); }

  void fail() {
    const long verdict = SSL_get_verify_result(ssl);
    const unsigned long code = ERR_peek_last_error();
    const bool ours = ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    trouble = ours ? about_certificate(verdict, host) : about_error(code);
    state = State::failed;
    ERR_clear_error();
  }
  // What a call that did not succeed means.
  void judge(int result) {
    switch (SSL_get_error(ssl, result)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        break;
      case SSL_ERROR_ZERO_RETURN:
        state = State::closed;
        break;
      default:
        fail();
        break;
    }
  }
  void shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl);
    if (result == 1) {
      state = State::open;
    } else {
      judge(result);
    }
  }
};

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, const std::string& host,
                       const std::string& protocol)
    : impl_(std::make_unique<Impl>()) {
  Impl& self = *impl_;
  self.context = std::move(context);
  self.host = host;
  self.ssl = SSL_new(self.context->impl_->context);
  self.in = BIO_new(BIO_s_mem());
  self.out = BIO_new(BIO_s_mem());
  if (self.ssl == nullptr || self.in == nullptr || self.out == nullptr) throw std::bad_alloc();
  SSL_set_bio(self.ssl, self.in, self.out);
  SSL_set_connect_state(self.ssl);
  boost::system::error_code no_address;
  (void)boost::asio::ip::make_address(host, no_address);
  if (no_address) {
    SSL_set_tlsext_host_name(self.ssl, host.c_str());
    SSL_set1_host(self.ssl, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(self.ssl), host.c_str());
  }
  std::vector<unsigned char> offered{static_cast<unsigned char>(protocol.size())};
  offered.insert(offered.end(), protocol.begin(), protocol.end());
  SSL_set_alpn_protos(self.ssl, offered.data(), static_cast<unsigned>(offered.size()));
}

TlsSession::~TlsSession() = default;

TlsSession::State TlsSession::state() const {
  return impl_->state;
}
const std::string& TlsSession::trouble() const {
  return impl_->trouble;
}

void TlsSession::start() {
  impl_->shake_hands();
}

Bytes TlsSession::receive(BytesView bytes) {
  Bytes plain;
  BIO_write(impl_->in, bytes.data(), static_cast<int>(bytes.size()));
  if (impl_->state == State::handshaking) impl_->shake_hands();
  while (impl_->state == State::open) {
    char buffer[16'384];
    ERR_clear_error();
    const int size = SSL_read(impl_->ssl, buffer, sizeof buffer);
    if (size <= 0) {
      impl_->judge(size);
      break;
    }
    plain.append(buffer, static_cast<std::size_t>(size));
  }
  return plain;
}

void TlsSession::send(BytesView bytes) {
  if (impl_->state != State::open || bytes.empty()) return;
  ERR_clear_error();
  const int size = SSL_write(impl_->ssl, bytes.data(), static_cast<int>(bytes.size()));
  if (size <= 0) impl_->judge(size);
}

void TlsSession::say_goodbye() {
  if (impl_->state == State::open) SSL_shutdown(impl_->ssl);
  ERR_clear_error();
}

Bytes TlsSession::take_output() {
  Bytes bytes(BIO_ctrl_pending(impl_->out), '\0');
  if (!bytes.empty()) BIO_read(impl_->out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace mqttspec::executor
