// The program's TLS, WebSocket and Unix listeners, asked by Python's own TLS and sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "reference/server/certificates.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* python = "/usr/bin/python3";

// Helpers of the scripts below: connect() gives a TLS socket, ask() the answer to a CONNECT of
// 3.1.1.
constexpr const char* prelude = R"(
import socket, ssl, sys
CONNECT = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01c"
def context(authority, certificate=None, **limits):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(authority)
    if certificate: made.load_cert_chain(certificate + ".crt", certificate + ".key")
    for name, value in limits.items(): setattr(made, name, value)
    return made
def connect(made, port, name="localhost"):
    plain = socket.create_connection(("127.0.0.1", port), 20)
    return made.wrap_socket(plain, server_hostname=name)
def ask(peer):
    peer.sendall(CONNECT)
    return peer.recv(4).hex()
def tell(what, attempt):
    try: print(what, attempt(), flush=True)
    except (ssl.SSLError, ConnectionError, OSError) as error:
        print(what, "refused", getattr(error, "reason", error), flush=True)
)";

class Transports : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed(python)) GTEST_SKIP() << python << " is not installed";
    make_certificates(folder.path("a"));
    make_certificates(folder.path("b"));
  }
  // A TLS listener with the certificate of authority a.
  [[nodiscard]] std::string tls(const std::string& more = "") const {
    return "mqtts://127.0.0.1:0?cert=" + folder.path("a/server.crt") +
           "&key=" + folder.path("a/server.key") + more;
  }
  [[nodiscard]] std::string run(const std::string& script,
                                const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {python, "-c", prelude + script};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Child child(command);
    EXPECT_EQ(child.wait_for_end(), 0) << child.output();
    return child.output();
  }

  TemporaryFolder folder;
};

TEST_F(Transports, TlsComesInBothVersionsWithNamesAndAlpn) {
  BrokerProcess broker({"--listen", tls()});
  const auto told = run(R"(
port, authority = int(sys.argv[1]), sys.argv[2]
def version(wanted):
    made = context(authority, minimum_version=wanted, maximum_version=wanted)
    made.set_alpn_protocols(["h2", "mqtt"])
    peer = connect(made, port)
    return peer.version(), peer.selected_alpn_protocol(), ask(peer)
tell("1.2", lambda: version(ssl.TLSVersion.TLSv1_2))
tell("1.3", lambda: version(ssl.TLSVersion.TLSv1_3))
tell("address", lambda: ask(connect(context(authority), port, "127.0.0.1")))
def other():
    made = context(authority); made.set_alpn_protocols(["h2"])
    return ask(connect(made, port))
tell("other", other)
)",
                        {broker.port_of("mqtts"), folder.path("a/ca.crt")});
  EXPECT_EQ(told,
            "1.2 ('TLSv1.2', 'mqtt', '20020000')\n"
            "1.3 ('TLSv1.3', 'mqtt', '20020000')\n"
            "address 20020000\n"
            "other 20020000\n");
}

constexpr const char* with_certificates = R"(
port, authority = int(sys.argv[1]), sys.argv[2]
for name in ("none",) + tuple(sys.argv[3:]):
    made = context(authority, None if name == "none" else name)
    tell(name[-8:], lambda: ask(connect(made, port)))
)";

TEST_F(Transports, ARequiredClientCertificateIsDemandedOfTheRightAuthority) {
  BrokerProcess broker({"--listen", tls("&ca=" + folder.path("a/ca.crt"))});
  const auto told = run(with_certificates, {broker.port_of("mqtts"), folder.path("a/ca.crt"),
                                            folder.path("a/client"), folder.path("b/client")});
  EXPECT_THAT(told, AllOf(HasSubstr("none refused"), HasSubstr("a/client 20020000"),
                          HasSubstr("b/client refused")));
}

TEST_F(Transports, AnOptionalClientCertificateMayBeMissingButNotWrong) {
  BrokerProcess broker({"--listen", tls("&verify=optional&ca=" + folder.path("a/ca.crt"))});
  const auto told = run(with_certificates, {broker.port_of("mqtts"), folder.path("a/ca.crt"),
                                            folder.path("a/client"), folder.path("b/client")});
  EXPECT_THAT(told, AllOf(HasSubstr("none 20020000"), HasSubstr("a/client 20020000"),
                          HasSubstr("b/client refused")));
}

TEST_F(Transports, TheNameOfAClientsCertificateIsItsUser) {
  CertificateWishes wishes;
  wishes.client_name = "M\u00fcller,\"A\"";
  make_certificates(folder.path("m"), wishes);
  const auto file = [&](const std::string& name, const std::string& content) {
    std::ofstream(folder.path(name)) << content;
    return folder.path(name);
  };
  const auto config = file("config.json", R"({"certificate_user_name": "common_name"})");
  const auto access = file("acl", "user " + wishes.client_name + " both t\n");
  BrokerProcess broker({"--config", config, "--acl", access, "--listen",
                        "mqtts://127.0.0.1:0?cert=" + folder.path("m/server.crt") +
                            "&key=" + folder.path("m/server.key") +
                            "&ca=" + folder.path("m/ca.crt") + "&verify=optional"});
  const auto told = run(R"(
port, folder = int(sys.argv[1]), sys.argv[2]
for certificate in (None, folder + "/client"):
    peer = connect(context(folder + "/ca.crt", certificate), port)
    ask(peer)
    peer.sendall(b"\x82\x06\x00\x01\x00\x01t\x00")
    print(peer.recv(5).hex())
)",
                        {broker.port_of("mqtts"), folder.path("m")});
  EXPECT_EQ(told, "9003000180\n9003000100\n");
}

TEST_F(Transports, WhatIsNoTlsIsDroppedAndOthersAreServed) {
  BrokerProcess broker({"--listen", tls()});
  RawClient plain("127.0.0.1", broker.port_of("mqtts"));
  ASSERT_TRUE(plain.send(std::string("\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01c", 15)));
  // An alert at most, then the end.
  EXPECT_LE(plain.receive_all().value_or(std::string(100, 'x')).size(), 7U);
  EXPECT_THAT(run(with_certificates, {broker.port_of("mqtts"), folder.path("a/ca.crt")}),
              HasSubstr("none 20020000"));
}

TEST_F(Transports, LargePacketsPassTlsBothWays) {
  BrokerProcess broker({"--listen", tls()});
  const auto told = run(R"(
port, authority = int(sys.argv[1]), sys.argv[2]
peer = connect(context(authority), port)
ask(peer)
peer.sendall(b"\x82\x06\x00\x01\x00\x01t\x00")
peer.recv(5)
# 3 MB: more than any buffer on the way; sent while it comes back.
publish = b"\x30\x80\x80\xc0\x01\x00\x01t" + bytes(range(253)) * 12434
publish = publish[:5 + (192 << 14)]
import threading
sender = threading.Thread(target=peer.sendall, args=(publish,))
sender.start()
came = b""
while len(came) < len(publish):
    came += peer.recv(65536)
sender.join()
print("same" if came == publish else "different")
)",
                        {broker.port_of("mqtts"), folder.path("a/ca.crt")});
  EXPECT_EQ(told, "same\n");
}

TEST_F(Transports, AUnixSocketHasItsModeOutlivesAKillAndIsRemovedAtTheEnd) {
  const auto path = folder.path("s.sock");
  const std::string listen = "unix://" + path + "?mode=0660";
  for (const int signal : {SIGKILL, SIGTERM}) {
    Child broker({broker_program(), "--listen", listen});
    ASSERT_TRUE(broker.wait_for("listening on unix://" + path + "\n")) << broker.output();
    struct stat found {};
    ASSERT_EQ(stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0660U);
    const auto told = run(R"(
peer = socket.socket(socket.AF_UNIX); peer.connect(sys.argv[1])
print(ask(peer))
)",
                          {path});
    EXPECT_EQ(told, "20020000\n");
    broker.send_signal(signal);
    broker.wait_for_end();
    EXPECT_EQ(stat(path.c_str(), &found), signal == SIGKILL ? 0 : -1);
  }
}

TEST_F(Transports, AUnixSocketInUseIsNotTakenAway) {
  const std::string listen = "unix://" + folder.path("s.sock");
  Child first({broker_program(), "--listen", listen});
  ASSERT_TRUE(first.wait_for("listening on unix:"));
  Child second({broker_program(), "--listen", listen});
  EXPECT_EQ(second.wait_for_end(), 2);
  EXPECT_THAT(second.output(), HasSubstr("cannot listen on " + listen));
}

TEST_F(Transports, AFileThatIsNoSocketIsNotTakenAway) {
  const auto path = folder.path("precious");
  std::ofstream(path) << "data";
  Child broker({broker_program(), "--listen", "unix://" + path});
  EXPECT_EQ(broker.wait_for_end(), 2);
  EXPECT_EQ(std::filesystem::file_size(path), 4U);
}

TEST_F(Transports, AMissingCertificateIsAnErrorWithItsPath) {
  Child broker({broker_program(), "--listen", "wss://127.0.0.1:0?cert=" + folder.path("no.crt")});
  EXPECT_EQ(broker.wait_for_end(), 2);
  EXPECT_THAT(broker.output(), HasSubstr(folder.path("no.crt") + ": No such file or directory"));
}

TEST_F(Transports, AWebSocketListenerKeepsToItsPath) {
  BrokerProcess broker({"--listen", "ws://127.0.0.1:0/only"});
  RawClient client("127.0.0.1", broker.port_of("ws"));
  ASSERT_TRUE(client.send("GET /mqtt HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(client.receive_all().value_or(""), HasSubstr("404 Not Found"));
}

}  // namespace
}  // namespace mqttspec::server::testing
