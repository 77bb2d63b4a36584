// The server in this process: what depends on its limits, and what no signal asks for.
#include "reference/server/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <boost/asio/post.hpp>

#include "reference/server/certificates.hpp"
#include "reference/server/testing.hpp"
#include "reference/server/tls_channel.hpp"

namespace mqttspec::server::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A server with its loop in a thread of its own; what is asked of it happens there.
class RunningServer {
 public:
  explicit RunningServer(const std::string& url, Limits limits = {})
      : server_(io_, {}, nullptr, limits) {
    server_.on_fault(
        [this](const std::string&, const std::string& what) { faults_.push_back(what); });
    const auto bound = server_.listen(std::get<ListenUrl>(parse_listen_url(url))).front();
    port_ = bound.substr(bound.rfind(':') + 1);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~RunningServer() {
    boost::asio::post(io_, [this] { server_.stop(); });
    thread_.join();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  template <typename Question>
  auto ask(Question question) {
    using Answer = decltype(question(server_));
    const auto task = std::make_shared<std::packaged_task<Answer()>>(
        [this, question] { return question(server_); });
    boost::asio::post(io_, [task] { (*task)(); });
    return task->get_future().get();
  }
  std::vector<std::string> faults() {
    return ask([this](Server&) { return faults_; });
  }
  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  boost::asio::io_context io_{1};
  Server server_;
  std::vector<std::string> faults_;
  std::string port_;
  std::thread thread_;
};

std::string tls_url(const TemporaryFolder& folder) {
  return "mqtts://127.0.0.1:0?cert=" + folder.path("server.crt") +
         "&key=" + folder.path("server.key");
}

constexpr const char* print_certificate =
    "import ssl, sys\n"
    "print(ssl.get_server_certificate(('127.0.0.1', int(sys.argv[1]))), end='')";

TEST(Server, ATlsHandshakeHasALimitedTimeAndTheOthersGoOn) {
  TemporaryFolder folder;
  make_certificates(folder.path(""));
  Limits limits;
  limits.handshake = std::chrono::milliseconds(50);
  RunningServer server(tls_url(folder), limits);
  RawClient silent("127.0.0.1", server.port());
  RawClient slow("127.0.0.1", server.port());
  ASSERT_TRUE(slow.send(std::string("\x16\x03\x01\x02\x00\x01", 6)));
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_EQ(slow.receive_all(), "");
  EXPECT_THAT(server.faults(), ElementsAre(HasSubstr("in time"), HasSubstr("in time")));
}

TEST(Server, HandshakesWaitInLineWhenThereAreTooMany) {
  if (!is_installed("/usr/bin/python3")) GTEST_SKIP() << "/usr/bin/python3 is not installed";
  TemporaryFolder folder;
  make_certificates(folder.path(""));
  Limits limits;
  limits.handshake = std::chrono::hours(1);
  limits.handshakes = 1;
  RunningServer server(tls_url(folder), limits);
  auto slow = std::make_unique<RawClient>("127.0.0.1", server.port());
  ASSERT_TRUE(slow->send(std::string("\x16\x03\x01\x02\x00\x01", 6)));
  const auto waiting = [&] {
    return server.ask([](Server& each) { return each.waiting_handshakes(); });
  };
  Child script({"/usr/bin/python3", "-c", print_certificate, server.port()});
  const auto until = std::chrono::steady_clock::now() + patience;
  while (waiting() == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  ASSERT_EQ(waiting(), 1U);
  EXPECT_EQ(script.output(), "");
  slow.reset();
  EXPECT_EQ(script.wait_for_end(), 0) << script.output();
}

TEST(Server, EndsWithHandshakesUnderWay) {
  TemporaryFolder folder;
  make_certificates(folder.path(""));
  Limits limits;
  limits.handshake = std::chrono::hours(1);
  auto server = std::make_unique<RunningServer>(tls_url(folder), limits);
  RawClient slow("127.0.0.1", server->port());
  ASSERT_TRUE(slow.send(std::string("\x16\x03\x01\x02\x00\x01", 6)));
  server.reset();
  EXPECT_NE(slow.receive_all(), std::nullopt);
}

// The certificate that the server shows, as PEM.
std::string shown_certificate(const std::string& port) {
  Child script({"/usr/bin/python3", "-c", print_certificate, port});
  EXPECT_EQ(script.wait_for_end(), 0) << script.output();
  return script.output();
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Server, ShowsANewCertificateAfterAReloadAndKeepsTheOldOneIfTheNewIsBroken) {
  if (!is_installed("/usr/bin/python3")) GTEST_SKIP() << "/usr/bin/python3 is not installed";
  TemporaryFolder folder;
  make_certificates(folder.path(""));
  make_certificates(folder.path("new"));
  RunningServer server(tls_url(folder));
  const auto reload = [](Server& each) { return each.reload_certificates(); };
  const auto before = content(folder.path("server.crt"));
  EXPECT_EQ(shown_certificate(server.port()), before);
  std::filesystem::rename(folder.path("new/server.crt"), folder.path("server.crt"));
  EXPECT_THAT(server.ask(reload), ElementsAre(HasSubstr("server.key: key values mismatch")));
  EXPECT_EQ(shown_certificate(server.port()), before);
  std::filesystem::rename(folder.path("new/server.key"), folder.path("server.key"));
  EXPECT_THAT(server.ask(reload), ElementsAre());
  EXPECT_EQ(shown_certificate(server.port()), content(folder.path("server.crt")));
}

}  // namespace
}  // namespace mqttspec::server::testing
