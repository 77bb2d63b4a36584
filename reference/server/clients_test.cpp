// Other people's clients against the real program, at every QoS and in every version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>

#include "reference/server/certificates.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* python = "/usr/bin/python3";
// For scripts that speak with many clients, and may have to fetch a package first.
constexpr std::chrono::seconds longest{120};

struct Case {
  std::string version;  // as mosquitto's clients call it
  std::string qos;
};

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  return info.param.version + "qos" + info.param.qos;
}

class Mosquitto : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!is_installed("mosquitto_pub") || !is_installed("mosquitto_sub")) {
      GTEST_SKIP() << "mosquitto_pub and mosquitto_sub are not installed (mosquitto-clients)";
    }
  }
  [[nodiscard]] std::vector<std::string> client(const std::string& program,
                                                const std::vector<std::string>& more) const {
    // Line by line, so that the test sees at once what the client has to say.
    std::vector<std::string> command = {"stdbuf",           "-oL", program,        "-h",
                                        "127.0.0.1",        "-p",  broker.port(),  "-V",
                                        GetParam().version, "-q",  GetParam().qos, "-d"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }
  void publish(const std::vector<std::string>& more) const {
    Child pub(client("mosquitto_pub", more));
    EXPECT_EQ(pub.wait_for_end(), 0) << pub.output();
  }

  BrokerProcess broker;
};
INSTANTIATE_TEST_SUITE_P(All, Mosquitto,
                         ::testing::Values(Case{"mqttv31", "0"}, Case{"mqttv31", "1"},
                                           Case{"mqttv31", "2"}, Case{"mqttv311", "0"},
                                           Case{"mqttv311", "1"}, Case{"mqttv311", "2"},
                                           Case{"mqttv5", "0"}, Case{"mqttv5", "1"},
                                           Case{"mqttv5", "2"}),
                         name_of);

TEST_P(Mosquitto, PublishesAndSubscribes) {
  Child sub(client("mosquitto_sub", {"-t", "a/+", "-C", "1", "-i", "sub"}));
  ASSERT_TRUE(sub.wait_for("received SUBACK")) << sub.output();
  publish({"-t", "a/b", "-m", "the-message", "-i", "pub"});
  EXPECT_EQ(sub.wait_for_end(), 0) << sub.output();
  EXPECT_THAT(sub.output(), HasSubstr("\nthe-message\n"));
  EXPECT_THAT(sub.output(), HasSubstr("q" + GetParam().qos + ", r0"));
}

TEST_P(Mosquitto, GetsARetainedMessage) {
  publish({"-t", "kept", "-m", "the-message", "-r", "-i", "pub"});
  Child sub(client("mosquitto_sub", {"-t", "kept", "-C", "1", "-i", "sub"}));
  EXPECT_EQ(sub.wait_for_end(), 0) << sub.output();
  EXPECT_THAT(sub.output(), HasSubstr("\nthe-message\n"));
  EXPECT_THAT(sub.output(), HasSubstr("r1"));
}

TEST_P(Mosquitto, LeavesAWill) {
  Child sub(client("mosquitto_sub", {"-t", "will", "-C", "1", "-i", "sub"}));
  ASSERT_TRUE(sub.wait_for("received SUBACK")) << sub.output();
  Child mortal(client("mosquitto_sub", {"-t", "x", "-i", "mortal", "--will-topic", "will",
                                        "--will-payload", "gone", "--will-qos", GetParam().qos}));
  ASSERT_TRUE(mortal.wait_for("received SUBACK")) << mortal.output();
  mortal.send_signal(SIGKILL);
  EXPECT_EQ(sub.wait_for_end(), 0) << sub.output();
  EXPECT_THAT(sub.output(), HasSubstr("\ngone\n"));
}

// A broker on all transports, with certificates of its own.
class EveryTransport : public ::testing::Test {
 protected:
  EveryTransport() {
    make_certificates(folder.path(""));
    const std::string tls =
        "?cert=" + folder.path("server.crt") + "&key=" + folder.path("server.key");
    broker = std::make_unique<BrokerProcess>(
        std::vector<std::string>{"--listen", "mqtts://127.0.0.1:0" + tls, "--listen",
                                 "ws://127.0.0.1:0", "--listen", "wss://127.0.0.1:0/mqtt" + tls});
  }
  [[nodiscard]] std::string port(const std::string& scheme) const {
    return broker->port_of(scheme);
  }

  TemporaryFolder folder;
  std::unique_ptr<BrokerProcess> broker;
};

using MosquittoOverTls = EveryTransport;

TEST_F(MosquittoOverTls, PublishesAndSubscribes) {
  if (!is_installed("mosquitto_pub") || !is_installed("mosquitto_sub")) {
    GTEST_SKIP() << "mosquitto_pub and mosquitto_sub are not installed (mosquitto-clients)";
  }
  const std::string payload(70'000, 'x');
  for (const std::string version : {"mqttv311", "mqttv5"}) {
    for (const std::string qos : {"0", "1", "2"}) {
      const auto client = [&](const std::string& program, const std::vector<std::string>& more) {
        std::vector<std::string> command = {
            "stdbuf", "-oL", program, "-h",       "127.0.0.1",          "-p", port("mqtts"), "-V",
            version,  "-q",  qos,     "--cafile", folder.path("ca.crt")};
        command.insert(command.end(), more.begin(), more.end());
        return command;
      };
      Child sub(client("mosquitto_sub", {"-t", "a/+", "-C", "1", "-i", "sub", "-d"}));
      ASSERT_TRUE(sub.wait_for("received SUBACK")) << sub.output();
      Child pub(client("mosquitto_pub", {"-t", "a/b", "-m", payload, "-i", "pub"}));
      EXPECT_EQ(pub.wait_for_end(), 0) << pub.output();
      EXPECT_EQ(sub.wait_for_end(), 0) << sub.output();
      EXPECT_THAT(sub.output(), HasSubstr("\n" + payload + "\n")) << version << " QoS " << qos;
    }
  }
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

using Paho = EveryTransport;

TEST_F(Paho, SpeaksEveryVersionAtEveryQosOverEveryTransport) {
  if (!is_installed(python)) GTEST_SKIP() << python << " is not installed";
  Child probe({python, "-c", "import paho.mqtt.client"});
  if (probe.wait_for_end() != 0) GTEST_SKIP() << "paho is not installed (python3-paho-mqtt)";
  Child script({python, "-u", MQTTSPEC_SOURCE_DIR "/reference/server/clients_paho.py",
                folder.path("ca.crt"), "tcp=" + port("mqtt"), "tls=" + port("mqtts"),
                "ws=" + port("ws"), "wss=" + port("wss")});
  EXPECT_EQ(script.wait_for_end(longest), 0) << script.output();
  EXPECT_EQ(count(script.output(), "all is well"), 12U) << script.output();
}

using MqttJs = EveryTransport;

TEST_F(MqttJs, SpeaksBothNewerVersionsAtEveryQosOverEveryTransport) {
  if (!is_installed("node") || !is_installed("npm")) GTEST_SKIP() << "node and npm are missing";
  Child script({"node", MQTTSPEC_SOURCE_DIR "/reference/server/clients_mqtt_js.js",
                MQTTSPEC_BINARY_DIR "/reference/server", folder.path("ca.crt"),
                "mqtt://127.0.0.1:" + port("mqtt"), "mqtts://127.0.0.1:" + port("mqtts"),
                "ws://127.0.0.1:" + port("ws") + "/mqtt",
                "wss://127.0.0.1:" + port("wss") + "/mqtt"});
  const auto code = script.wait_for_end(longest);
  if (script.output().starts_with("SKIPPED")) GTEST_SKIP() << script.output();
  EXPECT_EQ(code, 0) << script.output();
  EXPECT_EQ(count(script.output(), "all is well"), 8U) << script.output();
}

}  // namespace
}  // namespace mqttspec::server::testing
