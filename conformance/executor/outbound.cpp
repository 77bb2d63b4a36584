#include "conformance/executor/outbound.hpp"

#include <algorithm>

#include "conformance/executor/inbound.hpp"
#include "conformance/scenario/byte_notation.hpp"

namespace mqttspec::executor {

using codec::PacketType;
using scenario::BuiltPacket;
using scenario::Result;

namespace {

std::string sentence_of(codec::Rule rule, codec::Version version) {
  std::string sentence(codec::row_of(rule).sentence);
  const std::string statement = codec::statement_of(rule, version);
  return statement.empty() ? sentence : sentence + " (" + statement + ")";
}

// The script has acknowledged this itself.
template <codec::PacketType Type>
void pay(Connection& connection, const codec::Acknowledgement<Type>& acknowledgement) {
  const auto debt = std::find_if(connection.owed.begin(), connection.owed.end(), [&](Owed owed) {
    return owed.type == Type && owed.packet_identifier == acknowledgement.packet_identifier;
  });
  if (debt != connection.owed.end()) connection.owed.erase(debt);
}

void track_packet(Run& run, Connection& connection, const codec::Packet& packet, Origin origin) {
  leave_tracks(run.footprint, connection, packet);
  if (std::holds_alternative<codec::Pingreq>(packet)) {
    connection.pings.push_back(origin);
    ++connection.pings_sent;
  }
  if (origin == Origin::own) return;
  if (const auto* puback = std::get_if<codec::Puback>(&packet)) {
    pay(connection, *puback);
  } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
    pay(connection, *pubrec);
  } else if (const auto* pubcomp = std::get_if<codec::Pubcomp>(&packet)) {
    pay(connection, *pubcomp);
  }
}

// Follows our own byte stream: which frames it is made of, what is wrong with them, what they do.
class OwnStream {
 public:
  OwnStream(Run& run, Client& client, bool illegal, Origin origin)
      : run_(run), connection_(*client.connection), illegal_(illegal), origin_(origin) {}

  void push(codec::BytesView bytes, std::size_t trace) {
    connection_.out.push(bytes);
    for (;;) {
      const codec::FrameResult next = connection_.out.next();
      if (std::holds_alternative<codec::NeedMore>(next)) return;
      if (const auto* error = std::get_if<codec::FrameError>(&next)) {
        objections.push_back(sentence_of(error->error.rule, connection_.version));
        connection_.out = codec::FrameReader();  // what follows starts afresh
        return;
      }
      frame(std::get<codec::Frame>(next).bytes, trace);
    }
  }

  std::vector<std::string> objections;        // of the codec
  std::vector<std::string> state_objections;  // of the monitors

 private:
  void frame(codec::BytesView bytes, std::size_t trace) {
    auto decoded = codec::decode(bytes, connection_.version, codec::Sender::client);
    if (const auto* error = std::get_if<codec::DecodeError>(&decoded)) {
      objections.push_back(sentence_of(error->rule, connection_.version));
      decoded =
          codec::decode(bytes, connection_.version, codec::Sender::either, codec::RuleSet::all());
    }
    for (std::string& found :
         run_.watch.sent(connection_.number, bytes, illegal_, trace, run_.now)) {
      state_objections.push_back(std::move(found));
    }
    if (const auto* packet = std::get_if<codec::Packet>(&decoded)) {
      track_packet(run_, connection_, *packet, origin_);
    }
  }

  Run& run_;
  Connection& connection_;
  bool illegal_;
  Origin origin_;
};

std::size_t trace_packet(Run& run, const Client& client, const BuiltPacket& built,
                         const SendStyle& style) {
  TraceEntry entry;
  entry.kind = TraceEntry::Kind::sent;
  entry.at = run.now;
  entry.client = client.name;
  entry.version = client.version;
  entry.bytes = built.bytes;
  entry.illegal = style.illegal;
  if (style.frame == "ping" || style.frame == "close") {
    entry.text =
        "WebSocket " + style.frame + " frame, " + std::to_string(built.bytes.size()) + " bytes";
  } else if (built.packet) {
    entry.text = codec::print(*built.packet, client.version);
    if (built.altered) entry.text += " (edited)";
    if (style.frame != "binary") entry.text += " (WebSocket: " + style.frame + ")";
  } else {
    entry.text = "bytes: " + scenario::print_bytes(built.bytes.substr(0, 64));
    if (built.bytes.size() > 64) entry.text += " ...";
  }
  run.trace.push_back(std::move(entry));
  return run.trace.size() - 1;
}

std::vector<codec::Bytes> cut(codec::Bytes bytes, const SendStyle& style) {
  std::vector<codec::Bytes> pieces;
  if (style.segments.empty()) {
    pieces.push_back(std::move(bytes));
    return pieces;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; at < bytes.size(); ++i) {
    const bool rest = !style.repeat_segment && i >= style.segments.size();
    const std::size_t size =
        rest ? bytes.size() - at : style.segments[style.repeat_segment ? 0 : i];
    pieces.push_back(bytes.substr(at, size));
    at += pieces.back().size();
  }
  return pieces;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string all;
  for (const std::string& sentence : sentences) all += (all.empty() ? "" : "; ") + sentence;
  return all;
}

// What is wrong with the script's `illegal`, or nothing.
// (After something illegal the monitors no longer judge the connection.)
std::string judge(const Run& run, const OwnStream& stream, const SendStyle& style,
                  bool already_illegal) {
  const bool codec_objects = !stream.objections.empty();
  const bool state_objects = !stream.state_objections.empty();
  if (style.illegal.empty()) {
    if (style.frame == "text") {
      return "MQTT in a text frame is illegal, and this does not say so; add \"illegal\"";
    }
    if (codec_objects) {
      return "this is illegal and does not say so: " + joined(stream.objections) +
             "; add \"illegal\" with the rule that is broken on purpose";
    }
    // A broker that breaks the rules itself may have led us into this.
    if (state_objects && !run.watch.broker_at_fault()) {
      return "this is illegal here and does not say so: " + joined(stream.state_objections) +
             "; add \"illegal\" with the rule that is broken on purpose, or a `requires`";
    }
    return "";
  }
  if (codec_objects || state_objects || already_illegal || style.frame == "text") return "";
  return "\"illegal\": \"" + style.illegal +
         "\" stands here, but neither the codec nor the monitors find anything illegal in what is "
         "sent; take it out, or send what it says";
}

std::string why_not_sendable(const Client& client) {
  if (!client.connection) return "client " + client.name + " has not opened a connection";
  if (client.connection->closed_by_us) {
    return "client " + client.name + " has closed its connection itself";
  }
  if (client.connection->half_closed) {
    return "client " + client.name + " has closed its sending side (\"half\")";
  }
  return "";
}

// What a frame may hold, and over what.
std::string why_no_frame(const Client& client, const SendStyle& style, std::size_t size) {
  if (style.frame == "binary") return "";
  if (!client.connection->websocket) {
    return "\"frame\": \"" + style.frame + "\" needs a client whose transport is ws or wss";
  }
  const bool control = style.frame == "ping" || style.frame == "close";
  if (control && (size > 125 || !style.segments.empty())) {
    return "a WebSocket " + style.frame + " frame is one frame of at most 125 bytes";
  }
  return "";
}

Ticket emit(Run& run, Connection& connection, std::vector<codec::Bytes> pieces, Duration pause,
            const std::string& frame) {
  if (connection.websocket) pieces = connection.websocket->frames(pieces, frame);
  run.commands.push_back(SendCommand{connection.number, std::move(pieces), pause});
  return ++connection.sends_begun;
}

}  // namespace

Result<Sent> send_script(Run& run, Client& client, const std::vector<BuiltPacket>& packets,
                         const SendStyle& style) {
  if (std::string why = why_not_sendable(client); !why.empty()) {
    return Result<Sent>::failure(std::move(why));
  }
  Connection& connection = *client.connection;
  Sent sent;
  const std::size_t trace_before = run.trace.size();
  OwnStream stream(run, client, !style.illegal.empty(), Origin::script);
  codec::Bytes all;
  for (const BuiltPacket& built : packets) {
    sent.trace.push_back(trace_packet(run, client, built, style));
    if (!connection.open()) continue;  // lost: nobody judges it
    if (style.frame != "ping" && style.frame != "close") {
      if (built.packet && !built.altered) {
        for (const codec::Rule rule :
             codec::validate(*built.packet, client.version, codec::Sender::client)) {
          stream.objections.push_back(sentence_of(rule, client.version));
        }
      }
      stream.push(built.bytes, sent.trace.back());
    }
    all += built.bytes;
  }
  if (!connection.open()) {
    run.note(TraceEntry::Kind::note, &client, "lost: the broker has closed this connection");
    return sent;
  }
  if (std::string why = why_no_frame(client, style, all.size()); !why.empty()) {
    run.trace.resize(trace_before);
    return Result<Sent>::failure(std::move(why));
  }
  if (std::string why = judge(run, stream, style, connection.illegal_sent); !why.empty()) {
    run.trace.resize(trace_before);
    return Result<Sent>::failure(std::move(why));
  }
  if (!style.illegal.empty()) run.footprint.illegal = connection.illegal_sent = true;
  std::vector<codec::Bytes> pieces = cut(std::move(all), style);
  sent.pauses = pieces.empty() ? 0 : pieces.size() - 1;
  sent.ticket = emit(run, connection, std::move(pieces), style.pause, style.frame);
  // Acknowledgements that had to wait for the end of a packet.
  if (connection.automatic_acks) settle_debts(run, client);
  return sent;
}

Ticket send_own(Run& run, Client& client, const codec::Packet& packet) {
  if (!client.connected() || client.connection->half_closed) return 0;
  Connection& connection = *client.connection;
  BuiltPacket built;
  built.packet = packet;
  codec::encode(packet, client.version, built.bytes);
  const std::size_t trace = trace_packet(run, client, built, SendStyle{});
  OwnStream stream(run, client, false, Origin::own);
  stream.push(built.bytes, trace);
  std::vector<codec::Bytes> pieces;
  pieces.push_back(std::move(built.bytes));
  return emit(run, connection, std::move(pieces), Duration{}, "binary");
}

}  // namespace mqttspec::executor
