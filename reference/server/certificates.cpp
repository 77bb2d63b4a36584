#include "reference/server/certificates.hpp"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "reference/server/tls_context.hpp"

namespace mqttspec::server {
namespace {

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Release<std::fclose>>;

void check(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what + ": " + openssl_error());
}

struct Signer {
  const X509* certificate;
  EVP_PKEY* key;
};

void extend(X509* certificate, X509V3_CTX& context, int id, const std::string& value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extension " + value);
}

struct Extra {
  int id;
  std::string value;
};

// Without a signer the certificate signs itself.
Certificate make_certificate(const std::string& name, EVP_PKEY* key, const Signer* signer,
                             const std::vector<Extra>& extras, int days) {
  Certificate certificate(X509_new());
  X509* raw = certificate.get();
  check(raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1, "certificate");
  std::array<unsigned char, 8> serial{};
  check(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "serial number");
  serial[0] &= 0x7F;  // it is a signed number, and not negative
  const std::unique_ptr<BIGNUM, Release<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(raw));
  // Clocks differ, so it has been valid for an hour; for longer if it is to be over.
  constexpr long hour = 3600, day = 24 * hour;
  X509_gmtime_adj(X509_getm_notBefore(raw), -hour + (days < 0 ? 2 * day * days : 0));
  X509_gmtime_adj(X509_getm_notAfter(raw), day * days);
  X509_NAME* subject = X509_get_subject_name(raw);
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("mqttspec"), -1, -1, 0);
  check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                   0) == 1,
        "name " + name);
  const X509* issuer = signer == nullptr ? raw : signer->certificate;
  X509_set_issuer_name(raw, X509_get_subject_name(issuer));
  X509_set_pubkey(raw, key);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), raw, nullptr, nullptr, 0);
  extend(raw, context, NID_subject_key_identifier, "hash");
  extend(raw, context, NID_authority_key_identifier, "keyid:always");
  for (const auto& extra : extras) extend(raw, context, extra.id, extra.value);
  check(X509_sign(raw, signer == nullptr ? key : signer->key, EVP_sha256()) > 0, "signature");
  return certificate;
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "key");
  return key;
}

// A file that was not there before.
File create(const std::filesystem::path& path, mode_t mode) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) throw std::runtime_error(path.string() + ": " + std::strerror(errno));
  return File(fdopen(descriptor, "w"));
}

class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) throw std::runtime_error(path_.string() + ": " + error.message());
  }
  void write(const std::string& name, X509* certificate, EVP_PKEY* key) {
    const auto certificate_path = path_ / (name + ".crt"), key_path = path_ / (name + ".key");
    const auto certificate_file = create(certificate_path, 0644);
    check(PEM_write_X509(certificate_file.get(), certificate) == 1, certificate_path.string());
    const auto key_file = create(key_path, 0600);
    check(PEM_write_PrivateKey(key_file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          key_path.string());
    written_.insert(written_.end(), {certificate_path, key_path});
  }
  [[nodiscard]] const std::vector<std::filesystem::path>& written() const { return written_; }

 private:
  std::filesystem::path path_;
  std::vector<std::filesystem::path> written_;
};

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const auto& host : hosts) {
    const std::unique_ptr<ASN1_OCTET_STRING, Release<ASN1_OCTET_STRING_free>> address(
        a2i_IPADDRESS(host.c_str()));
    names += (names.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + host;
  }
  return names;
}

}  // namespace

std::vector<std::filesystem::path> make_certificates(const std::filesystem::path& path,
                                                     const CertificateWishes& wishes) {
  Folder folder(path);
  const auto ca_key = make_key(), server_key = make_key(), client_key = make_key();
  const auto ca = make_certificate("mqttspec test authority", ca_key.get(), nullptr,
                                   {{NID_basic_constraints, "critical,CA:TRUE"},
                                    {NID_key_usage, "critical,keyCertSign,cRLSign"}},
                                   wishes.days);
  const Signer signer{ca.get(), ca_key.get()};
  const auto server = make_certificate("mqttspec test server", server_key.get(), &signer,
                                       {{NID_basic_constraints, "critical,CA:FALSE"},
                                        {NID_key_usage, "critical,digitalSignature"},
                                        {NID_ext_key_usage, "serverAuth"},
                                        {NID_subject_alt_name, alternative_names(wishes.hosts)}},
                                       wishes.days);
  const auto client = make_certificate(wishes.client_name, client_key.get(), &signer,
                                       {{NID_basic_constraints, "critical,CA:FALSE"},
                                        {NID_key_usage, "critical,digitalSignature"},
                                        {NID_ext_key_usage, "clientAuth"}},
                                       wishes.days);
  folder.write("ca", ca.get(), ca_key.get());
  folder.write("server", server.get(), server_key.get());
  folder.write("client", client.get(), client_key.get());
  return folder.written();
}

}  // namespace mqttspec::server
