// Violations of chapter 6: MQTT over WebSocket.
#include <string>

#include "conformance/mutants/tables.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::mutants {
namespace {

using node::WebSocketFrame;
using node::WebSocketOpcode;

// Calls `edit(frame, connection, context)` for each frame of a client.
template <class Edit>
[[nodiscard]] InterceptorPointer frames_in(Edit edit) {
  class Hook final : public Interceptor {
   public:
    explicit Hook(Edit function) : edit_(std::move(function)) {}
    void on_frame_in(ConnectionId connection, WebSocketFrame& frame, Context& context) override {
      edit_(frame, connection, context);
    }

   private:
    Edit edit_;
  };
  return std::make_unique<Hook>(std::move(edit));
}

// Calls `edit(answer)` for each answer to an upgrade.
template <class Edit>
[[nodiscard]] InterceptorPointer upgrades_out(Edit edit) {
  class Hook final : public Interceptor {
   public:
    explicit Hook(Edit function) : edit_(std::move(function)) {}
    void on_upgrade_out(ConnectionId, codec::Bytes& response, Context&) override {
      edit_(response);
    }

   private:
    Edit edit_;
  };
  return std::make_unique<Hook>(std::move(edit));
}

// Sends what it sends in text frames.
class TextFrames final : public Interceptor {
 public:
  void on_frame_out(ConnectionId, std::vector<WebSocketFrame>& frames, Context&) override {
    for (WebSocketFrame& frame : frames) {
      if (frame.opcode == WebSocketOpcode::binary) frame.opcode = WebSocketOpcode::text;
    }
  }
};

// Names, or does not name, a subprotocol.
void name_subprotocol(codec::Bytes& response, const std::string& line) {
  const std::string name = "Sec-WebSocket-Protocol:";
  const std::size_t begin = response.find(name);
  if (begin == codec::Bytes::npos) return;
  response.replace(begin, response.find("\r\n", begin) + 2 - begin, line);
}

// The length of the first packet that begins here; 0 if not even that can be told.
std::size_t first_packet(codec::BytesView bytes) {
  codec::FrameReader reader;
  reader.push(bytes);
  const auto next = reader.next();
  const auto* frame = std::get_if<codec::Frame>(&next);
  return frame != nullptr ? frame->bytes.size() : 0;
}

// Takes each frame for one packet: what lies behind it in the frame is lost.
void keep_first_packet(WebSocketFrame& frame, ConnectionId, Context&) {
  if (is_control(frame.opcode)) return;
  const std::size_t size = first_packet(frame.payload);
  if (size > 0) frame.payload.resize(size);
}

// Takes each frame for one packet: a part of one is thrown away.
void drop_parts(WebSocketFrame& frame, ConnectionId, Context&) {
  if (frame.opcode == WebSocketOpcode::binary && first_packet(frame.payload) == 0) {
    frame.payload.clear();
  }
}

// Takes a continuation for nothing.
void drop_continuations(WebSocketFrame& frame, ConnectionId, Context&) {
  if (frame.opcode == WebSocketOpcode::continuation) frame.payload.clear();
}

}  // namespace

std::vector<MutantRow> websocket_mutants() {
  return {
      {"websocket-sends-text-frames",
       {"3.1.1:MQTT-6.0.0-1", "5.0:MQTT-6.0.0-1"},
       "packets are sent in text frames",
       [] { return std::make_unique<TextFrames>(); }},
      {"websocket-reads-text-frames",
       {"3.1.1:MQTT-6.0.0-1", "5.0:MQTT-6.0.0-1"},
       "a packet in a text frame is handled like any other",
       [] {
         return frames_in([](WebSocketFrame& frame, ConnectionId, Context&) {
           if (frame.opcode == WebSocketOpcode::text) frame.opcode = WebSocketOpcode::binary;
         });
       }},
      {"websocket-reads-connect-in-a-text-frame",
       {"3.1.1:MQTT-6.0.0-1", "5.0:MQTT-6.0.0-1"},
       "CONNECT may come in a text frame",
       [] {
         return frames_in([](WebSocketFrame& frame, ConnectionId, Context&) {
           if (frame.opcode == WebSocketOpcode::text && frame.payload.starts_with('\x10')) {
             frame.opcode = WebSocketOpcode::binary;
           }
         });
       }},
      {"websocket-reads-one-packet-a-frame",
       {"3.1.1:MQTT-6.0.0-2", "5.0:MQTT-6.0.0-2", "5.0:V5-6-b"},
       "what follows the first packet of a frame is lost",
       [] { return frames_in(keep_first_packet); }},
      {"websocket-forgets-parts-of-packets",
       {"3.1.1:MQTT-6.0.0-2", "5.0:MQTT-6.0.0-2"},
       "a frame without a whole packet is thrown away",
       [] { return frames_in(drop_parts); }},
      {"websocket-forgets-continuations",
       {"3.1.1:MQTT-6.0.0-2", "5.0:MQTT-6.0.0-2"},
       "of a fragmented message only the first frame is read",
       [] { return frames_in(drop_continuations); }},
      {"websocket-closes-on-a-ping",
       {"3.1.1:V311-6-b", "5.0:V5-6-c"},
       "a WebSocket ping is taken for data that is not binary",
       [] {
         return frames_in([](WebSocketFrame& frame, ConnectionId connection, Context& context) {
           if (frame.opcode == WebSocketOpcode::ping) context.close(connection);
         });
       }},
      {"websocket-names-no-subprotocol",
       {"3.1.1:MQTT-6.0.0-4", "5.0:MQTT-6.0.0-4"},
       "the answer to the handshake leaves the subprotocol out",
       [] { return upgrades_out([](codec::Bytes& answer) { name_subprotocol(answer, ""); }); }},
      {"websocket-names-another-subprotocol",
       {"3.1.1:MQTT-6.0.0-4", "5.0:MQTT-6.0.0-4"},
       "the answer to the handshake names the subprotocol mqttv3.1",
       [] {
         return upgrades_out([](codec::Bytes& answer) {
           name_subprotocol(answer, "Sec-WebSocket-Protocol: mqttv3.1\r\n");
         });
       }},
  };
}

}  // namespace mqttspec::mutants
