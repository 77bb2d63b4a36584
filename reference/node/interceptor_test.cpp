// Every hook of the interceptor, and what a hook may ask for.
#include "reference/node/interceptor.hpp"

#include <gtest/gtest.h>

#include "reference/node/testing.hpp"

namespace mqttspec::node::testing {
namespace {

using broker::Action;
using broker::Send;
using codec::ReasonCode;
using codec::Version;

template <typename Packet>
const Packet* sent(const Action& action) {
  const auto* send = std::get_if<Send>(&action);
  return send == nullptr ? nullptr : std::get_if<Packet>(&send->packet);
}

TEST(Interceptor, MayChangeBytesOnTheirWayIn) {
  struct Eater : Interceptor {
    void on_bytes_in(ConnectionId, codec::Bytes& bytes, Context&) override {
      if (bytes == std::string("\xC0\x00", 2)) bytes.clear();
    }
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  EXPECT_TRUE(node.silent(client));
}

// PUBLISH with DUP although its QoS is 0.
const std::string dup_at_qos0("\x38\x05\x00\x01t\x00x", 7);

struct OnError final : Interceptor {
  explicit OnError(Interceptor::OnError wanted) : answer(wanted) {}
  Interceptor::OnError on_decode_error(ConnectionId, codec::BytesView frame,
                                       const codec::DecodeError& error, codec::RuleSet& tolerated,
                                       Context&) override {
    EXPECT_EQ(frame, dup_at_qos0);
    tolerated.insert(error.rule);
    return answer;
  }
  Interceptor::OnError answer;
};

TEST(Interceptor, MayReportADecodeError) {
  OnError hooks(Interceptor::OnError::report);
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send_bytes(client, dup_at_qos0);
  EXPECT_EQ(node.expect<codec::Disconnect>(client).reason_code, ReasonCode::protocol_error);
}

TEST(Interceptor, MayIgnoreAFrame) {
  OnError hooks(Interceptor::OnError::ignore);
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.subscribe(client, "t", 0);
  node.send_bytes(client, dup_at_qos0);
  EXPECT_TRUE(node.silent(client));
}

TEST(Interceptor, MayTolerateARule) {
  OnError hooks(Interceptor::OnError::tolerate);
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.subscribe(client, "t", 0);
  node.send_bytes(client, dup_at_qos0);
  EXPECT_EQ(node.expect<codec::Publish>(client).payload, "x");
}

TEST(Interceptor, MayChangeRemoveAndMultiplyPacketsOnTheirWayIn) {
  struct Doubler : Interceptor {
    void on_packet_in(ConnectionId, std::vector<codec::Packet>& packets, Context&) override {
      ASSERT_EQ(packets.size(), 1U);
      if (auto* publish = std::get_if<codec::Publish>(&packets[0])) {
        if (publish->payload == "drop") packets.clear();
        if (publish->payload == "double") packets.push_back(packets[0]);
      }
    }
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.subscribe(client, "t", 0);
  node.publish(client, "t", "drop");
  EXPECT_TRUE(node.silent(client));
  node.publish(client, "t", "double");
  node.expect<codec::Publish>(client);
  node.expect<codec::Publish>(client);
  EXPECT_TRUE(node.silent(client));
}

TEST(Interceptor, SeesADeliveryAsTheSendOfItsPublish) {
  struct Shouter : Interceptor {
    void on_action(Actions& actions, Context&) override {
      ASSERT_EQ(actions.size(), 1U);
      if (sent<codec::Publish>(actions[0]) != nullptr) {
        std::get<codec::Publish>(std::get<Send>(actions[0]).packet).payload = "CHANGED";
      }
    }
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.subscribe(client, "t", 0);
  node.publish(client, "t", "x");
  EXPECT_EQ(node.expect<codec::Publish>(client).payload, "CHANGED");
}

TEST(Interceptor, MayRemoveAndMultiplyActions) {
  struct Changer : Interceptor {
    void on_action(Actions& actions, Context&) override {
      if (sent<codec::Pingresp>(actions[0]) != nullptr) actions.push_back(actions[0]);
      if (std::holds_alternative<broker::Close>(actions[0])) actions.clear();
    }
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  node.expect<codec::Pingresp>(client);
  node.expect<codec::Pingresp>(client);
  node.send(client, codec::Disconnect{});
  EXPECT_TRUE(node.silent(client)) << "it was not closed";
}

TEST(Interceptor, MayChangeBytesOnTheirWayOut) {
  struct Corrupter : Interceptor {
    void on_bytes_out(ConnectionId, codec::Bytes& bytes, Context&) override {
      if (bytes.front() == '\xD0') bytes.front() = '\xD1';
    }
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  EXPECT_EQ(node.bytes(client), std::string("\xD1\x00", 2));
}

TEST(Interceptor, HearsOfConnectionsThatComeAndGo) {
  struct Counter : Interceptor {
    void on_opened(ConnectionId id, Context& context) override {
      EXPECT_EQ(context.connections().back(), id);
      ++opened;
    }
    void on_closed(ConnectionId, Context&) override { ++closed; }
    int opened = 0;
    int closed = 0;
  } hooks;
  TestNode node({}, &hooks);
  const auto first = node.connect("a");
  const auto second = node.connect("b");
  EXPECT_EQ(hooks.opened, 2);
  node.close(first);
  EXPECT_EQ(hooks.closed, 1);
  node.send(second, codec::Disconnect{});
  EXPECT_EQ(hooks.closed, 2);
}

TEST(Interceptor, IsCalledAtItsOwnDeadline) {
  struct Sleeper : Interceptor {
    void on_opened(ConnectionId id, Context& context) override {
      connection = id;
      due = context.now() + std::chrono::seconds(7);
    }
    [[nodiscard]] Instant next_deadline() const override { return due; }
    void on_deadline(Context& context) override {
      EXPECT_EQ(context.now(), due);
      due = broker::never;
      context.send(connection, codec::Pingresp{});
    }
    ConnectionId connection = 0;
    Instant due = broker::never;
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.advance(std::chrono::seconds(6));
  EXPECT_TRUE(node.silent(client));
  node.advance(std::chrono::seconds(1));
  node.expect<codec::Pingresp>(client);
}

// Whoever waits for the next deadline would wait for ever at one moment.
TEST(Interceptor, WhoseDeadlineNeverMovesOnLetsTimePassAllTheSame) {
  struct Stuck : Interceptor {
    [[nodiscard]] Instant next_deadline() const override { return std::chrono::seconds(1); }
    void on_deadline(Context&) override { ++calls; }
    std::uint64_t calls = 0;
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.advance(std::chrono::milliseconds(1010));
  EXPECT_GT(hooks.calls, 0U);
  EXPECT_LE(hooks.calls, 11'000U);
  node.send(client, codec::Pingreq{});
  node.expect<codec::Pingresp>(client);
}

TEST(Interceptor, MayHaveManyThingsToDoAtOneMoment) {
  struct Busy : Interceptor {
    [[nodiscard]] Instant next_deadline() const override {
      return left > 0 ? std::chrono::seconds(1) : broker::never;
    }
    void on_deadline(Context& context) override {
      EXPECT_EQ(context.now(), std::chrono::seconds(1));
      --left;
    }
    int left = 900;
  } hooks;
  TestNode node({}, &hooks);
  node.advance(std::chrono::seconds(2));
  EXPECT_EQ(hooks.left, 0);
}

TEST(Interceptor, KnowsVersionAndIdentifierOfAConnection) {
  struct Asker : Interceptor {
    void on_packet_in(ConnectionId id, std::vector<codec::Packet>&, Context& context) override {
      version = context.version(id);
      identifier = context.client_identifier(id);
    }
    Version version{};
    std::string identifier;
  } hooks;
  TestNode node({}, &hooks);
  node.connect("someone", Version::v3_1);
  EXPECT_EQ(hooks.version, Version::v3_1);
  EXPECT_EQ(hooks.identifier, "someone");
}

// Asks for one thing when a PINGREQ comes, and counts what it sees of it.
struct Commander final : Interceptor {
  using Ask = void (*)(ConnectionId, Context&);
  explicit Commander(Ask wanted) : ask(wanted) {}
  void on_packet_in(ConnectionId id, std::vector<codec::Packet>& packets,
                    Context& context) override {
    if (!std::holds_alternative<codec::Pingreq>(packets[0])) return;
    ++seen;
    packets.clear();
    ask(id, context);
  }
  Ask ask;
  int seen = 0;
};

TEST(Interceptor, MaySendPacketsAndBytes) {
  Commander hooks([](ConnectionId id, Context& context) {
    context.send(id, codec::Pingresp{});
    context.send_bytes(id, "raw");
  });
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  EXPECT_EQ(node.bytes(client), std::string("\xD0\x00", 2) + "raw");
}

TEST(Interceptor, MayReceiveInTheClientsNameWithoutSeeingItAgain) {
  Commander hooks([](ConnectionId id, Context& context) { context.receive(id, codec::Pingreq{}); });
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  node.expect<codec::Pingresp>(client);
  EXPECT_EQ(hooks.seen, 1);
}

TEST(Interceptor, MayCloseAConnection) {
  Commander hooks([](ConnectionId id, Context& context) {
    context.send(id, codec::Pingresp{});
    context.close(id);
  });
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  node.expect<codec::Pingresp>(client);
  EXPECT_TRUE(node.closed(client));
}

TEST(Interceptor, MayLoseAConnectionWithWhatWasOnItsWay) {
  Commander hooks([](ConnectionId id, Context& context) {
    context.send(id, codec::Pingresp{});
    context.lose(id);
  });
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.send(client, codec::Pingreq{});
  EXPECT_TRUE(node.closed(client));
}

TEST(Interceptor, PacketsThatItReceivesAreAnsweredBehindWhatIsBeingSent) {
  struct Nested : Interceptor {
    void on_action(Actions& actions, Context& context) override {
      const auto* publish = sent<codec::Publish>(actions[0]);
      if (publish == nullptr || publish->payload != "x") return;
      codec::Publish another;
      another.topic_name = "t";
      another.payload = "y";
      context.receive(std::get<Send>(actions[0]).connection, another);
    }
  } hooks;
  TestNode node({}, &hooks);
  const auto client = node.connect("c");
  node.subscribe(client, "t", 0);
  node.publish(client, "t", "x");
  EXPECT_EQ(node.expect<codec::Publish>(client).payload, "x");
  EXPECT_EQ(node.expect<codec::Publish>(client).payload, "y");
  EXPECT_TRUE(node.silent(client));
}

}  // namespace
}  // namespace mqttspec::node::testing
