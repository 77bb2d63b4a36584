// Other people's clients against the real program, at every QoS and in every version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* python = "/usr/bin/python3";

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

// A client of each version, in one process: QoS 0 to 2, a retained message, a persistent session.
constexpr const char* paho_script = R"(
import queue, sys, paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
port = int(sys.argv[1])

class Client:
    def __init__(self, name, version, clean=True):
        self.events, self.v5 = queue.Queue(), version == mqtt.MQTTv5
        options = {} if self.v5 else {"clean_session": clean}
        self.client = mqtt.Client(name, protocol=version, **options)
        self.client.on_connect = lambda *a: self.events.put(("connected", a[2]))
        self.client.on_subscribe = lambda *a: self.events.put(("subscribed",))
        self.client.on_publish = lambda *a: self.events.put(("published",))
        self.client.on_message = lambda c, u, m: self.events.put(
            ("message", m.topic, m.payload, m.qos, m.retain))
        options = {}
        if self.v5:
            options["clean_start"] = clean
            if not clean:
                options["properties"] = Properties(PacketTypes.CONNECT)
                options["properties"].SessionExpiryInterval = 60
        self.client.connect("127.0.0.1", port, **options)
        self.client.loop_start()
        self.answer = self.expect("connected")
    def expect(self, kind):
        event = self.events.get(timeout=20)
        assert event[0] == kind, (event, kind)
        return event[1:]
    def subscribe(self, topic, qos):
        self.client.subscribe(topic, qos)
        self.expect("subscribed")
    def publish(self, topic, payload, qos, retain=False):
        self.client.publish(topic, payload, qos, retain)
        self.expect("published")
    def end(self):
        self.client.disconnect()
        self.client.loop_stop()

for version in (mqtt.MQTTv31, mqtt.MQTTv311, mqtt.MQTTv5):
    name = "v%d" % version
    pub = Client(name + "pub", version)
    for qos in (0, 1, 2):
        sub = Client(name + "sub", version)
        topic = "%s/%d" % (name, qos)
        sub.subscribe(topic, qos)
        pub.publish(topic, "live", qos)
        assert sub.expect("message") == (topic, b"live", qos, 0)
        pub.publish(topic, "kept", qos, True)
        assert sub.expect("message") == (topic, b"kept", qos, 0)
        sub.subscribe(topic, qos)
        assert sub.expect("message") == (topic, b"kept", qos, 1)
        sub.end()
    away = Client(name + "away", version, False)
    away.subscribe(name + "/away", 2)
    away.end()
    pub.publish(name + "/away", "waited", 2)
    away = Client(name + "away", version, False)
    assert away.expect("message") == (name + "/away", b"waited", 2, 0)
    if version != mqtt.MQTTv31:
        flags = away.answer[0]
        assert flags["session present"] == 1, flags
    away.end()
    pub.end()
print("all is well")
)";

TEST(Paho, SpeaksEveryVersionAtEveryQos) {
  if (!is_installed(python)) GTEST_SKIP() << python << " is not installed";
  Child probe({python, "-c", "import paho.mqtt.client"});
  if (probe.wait_for_end() != 0) GTEST_SKIP() << "paho is not installed (python3-paho-mqtt)";
  BrokerProcess broker;
  Child script({python, "-c", paho_script, broker.port()});
  EXPECT_EQ(script.wait_for_end(), 0) << script.output();
  EXPECT_THAT(script.output(), HasSubstr("all is well"));
}

}  // namespace
}  // namespace mqttspec::server::testing
