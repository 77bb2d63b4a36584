// WebSocket frames into the node: where they begin and end means nothing to MQTT, what breaks the
// rules of WebSocket ends the connection and nothing else.
#include <fmt/format.h>

#include <algorithm>

#include "fuzz/generators/spoil.hpp"
#include "fuzz/targets/target.hpp"
#include "fuzz/targets/websocket_frames.hpp"
#include "reference/node/node.hpp"

namespace mqttspec::fuzz {

using codec::Choices;

namespace {

constexpr BytesView upgrade =
    "GET /mqtt HTTP/1.1\r\n"
    "Host: localhost\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: mqtt\r\n\r\n";

struct Heard {
  Bytes bytes;
  bool closed = false;
};

// One client's bytes over that transport, in pieces of `piece` bytes (0: all at once).
Heard say(const std::string& transport, BytesView bytes, std::size_t piece) {
  broker::Config config;
  // The broker counts bytes as they leave, which pieces do at other times than a whole.
  config.system_topics.clear();
  config.sys_interval = {};
  node::Node node(std::move(config), nullptr);
  Heard heard;
  const auto id = node.opened("fuzz", transport, {});
  std::vector<node::Output> outputs;
  while (!bytes.empty() && !heard.closed) {
    const auto size = piece == 0 ? bytes.size() : std::min(piece, bytes.size());
    node.received(id, bytes.substr(0, size), {});
    bytes.remove_prefix(size);
    do {  // who reads gets more
      node.take_output(outputs);
      for (const auto& output : outputs) {
        heard.bytes += output.bytes;
        heard.closed = heard.closed || output.close;
        if (!output.close) node.drained(id, output.bytes.size(), {});
      }
    } while (node.has_output());
  }
  return heard;
}

// A CONNECT and some packets behind it, some with payloads that reach into the longer lengths.
Bytes mqtt_stream(Choices& c) {
  const auto version = codec::arbitrary::version(c);
  codec::Connect connect;
  connect.protocol_name = version == codec::Version::v3_1 ? "MQIsdp" : "MQTT";
  connect.protocol_version = static_cast<std::uint8_t>(version);
  connect.client_identifier = "c";
  Bytes stream = codec::encode(connect, version);
  for (auto count = c.below(6); count > 0; --count) {
    codec::Packet packet;
    if (c.one_in(4)) {
      packet = codec::Publish{
          .topic_name = "t",
          .payload = Bytes(c.element<std::size_t>({100, 120, 65'520, 65'530, 66'000}), 'x')};
    } else if (c.flip()) {
      packet = codec::Pingreq{};
    } else {
      packet = codec::arbitrary::packet(c, version);
      spoil(c, packet);
    }
    codec::encode(packet, version, stream);
  }
  return stream;
}

// The stream in frames of any sizes, with control frames between them, perhaps with one fault.
Bytes framed(Choices& c, BytesView stream) {
  Bytes out;
  bool open = false;
  const auto mask = [&] { return Bytes{c.byte(), c.byte(), c.byte(), c.byte()}; };
  while (!stream.empty() || open) {
    if (c.one_in(8)) {
      const Bytes payload(c.element<std::size_t>({0, 2, 124, 125}), '\x03');
      out += client_frame(c.element({0x89U, 0x8AU, 0x89U, 0x8AU, 0x88U}), payload, mask());
    }
    const auto wanted = c.element<std::size_t>(
        {stream.size(), 1, 2, 7, 0, 64, 125, 126, 127, 128, 65'535, 65'536, 65'537});
    const auto piece = stream.substr(0, wanted);
    const bool fin = piece.size() == stream.size() || !c.one_in(4);
    unsigned first = (fin ? 0x80U : 0U) | (open ? 0U : 2U);
    if (c.one_in(64)) first = static_cast<unsigned>(c.below(256));
    out += client_frame(first, piece, c.one_in(128) ? Bytes() : mask());
    open = !fin;
    stream.remove_prefix(piece.size());
  }
  return out;
}

void check(BytesView frames, std::size_t piece) {
  const Judged judged = judge_client(frames);
  const Heard plain = say("tcp", judged.payload, 0);
  const Heard heard = say("ws", Bytes(upgrade) + Bytes(frames), piece);
  const auto head = heard.bytes.find("\r\n\r\n");
  require(heard.bytes.starts_with("HTTP/1.1 101") && head != Bytes::npos, "the upgrade is accepted",
          heard.bytes);
  const FromServer read = read_server(BytesView(heard.bytes).substr(head + 4));
  const auto evidence = [&] {
    return fmt::format("{} bytes of MQTT\nthe server closes: {}, status {}; it should: {}\n{}",
                       judged.payload.size(), heard.closed, read.closed.value_or(0),
                       judged.ended.value_or(0), read.fault);
  };
  require(read.fault.empty(), "a server's frames are well-formed", evidence);
  require(heard.closed == read.closed.has_value(), "a close frame comes before the end", evidence);
  require(read.payload == plain.bytes, "MQTT is the same with frames and without", evidence);
  if (judged.undecided) return;
  require(heard.closed == (plain.closed || judged.ended || judged.by_close_frame),
          "what breaks the rules of WebSocket ends the connection", evidence);
  if (judged.ended && !plain.closed) {
    require(read.closed == judged.ended, "the close frame says why", evidence);
  }
}

}  // namespace

// The first byte chooses: frames made of choices, raw bytes behind the upgrade, or raw bytes from
// the first on, of which nothing is asked but that a server survives them. The second byte is the
// size of the pieces in which they come.
void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const auto kind = choices.below(4);
  const auto piece = static_cast<std::size_t>(choices.below(256));
  if (kind == 3) {
    const Heard heard = say("ws", choices.rest(), piece);
    require(heard.bytes.empty() || heard.bytes.starts_with("HTTP/1.1 "), "HTTP is answered by HTTP",
            heard.bytes);
    return;
  }
  check(kind == 2 ? Bytes(choices.rest()) : framed(choices, mqtt_stream(choices)), piece);
}

}  // namespace mqttspec::fuzz
