// The client's side of a WebSocket (RFC 6455), sans-IO: the bytes of the handshake and of frames on
// one side, MQTT's bytes and the kind of frame they came in on the other. It does what a script
// asks, legal or not; what it answers by itself are pings and the server's close.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/codec/codec.hpp"

namespace mqttspec::executor {

struct WebSocketOptions {
  std::string host = "localhost";  // as the Host header has it: name, or name:port
  std::string path = "/mqtt";
  std::string query;  // without the question mark
  std::vector<std::string> subprotocols = {"mqtt"};
  std::uint64_t seed = 0;  // of the key and of the masks
};

class WebSocket {
 public:
  explicit WebSocket(WebSocketOptions options);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // The request that opens the handshake: has to be sent first.
  [[nodiscard]] const codec::Bytes& request() const;

  enum class State : std::uint8_t {
    connecting,  // the server has not answered in full
    open,
    refused,  // it answered something else than 101, or not as the handshake asks
    closed,   // it sent a close frame
    broken,   // it broke a rule of WebSocket, so that nothing further can be read
  };
  [[nodiscard]] State state() const;
  // Of refused, closed and broken: what happened, in words.
  [[nodiscard]] const std::string& trouble() const;
  // That the server named in its answer; nothing if it named none.
  [[nodiscard]] const std::optional<std::string>& subprotocol() const;

  // What one call of receive() brought.
  struct Arrivals {
    struct Chunk {
      codec::Bytes bytes;  // of MQTT
      std::string frame;   // "binary" or "text"
    };
    std::vector<Chunk> chunks;
    codec::Bytes reply;              // to be sent: pongs, the answer to a close
    std::vector<std::string> notes;  // control frames, in words
  };
  [[nodiscard]] Arrivals receive(codec::BytesView bytes);

  // One or several masked frames, each holding a piece: "binary", "text", "ping", "close" as they
  // are called, or "fragments": the pieces of one binary message.
  [[nodiscard]] std::vector<codec::Bytes> frames(const std::vector<codec::Bytes>& pieces,
                                                 std::string_view kind);
  // A close frame with status 1000.
  [[nodiscard]] codec::Bytes goodbye();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqttspec::executor
