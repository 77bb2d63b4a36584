// The WebSocket between a transport's bytes and MQTT's (chapter 6, RFC 6455), sans-IO.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "reference/node/websocket_frame.hpp"
#include "reference/node/websocket_upgrade.hpp"

namespace mqttspec::node {

class WebSocket {
 public:
  // Null: the default rules.
  explicit WebSocket(std::shared_ptr<const WebSocketRules> rules);

  // The bytes are borrowed until next() has said NeedMore, or returned an answer that refuses or a
  // fault: behind these nothing is read.
  void push(codec::BytesView bytes);
  // With `whole_frames` each data frame comes as a single part, which has to be buffered for that.
  [[nodiscard]] std::variant<codec::NeedMore, UpgradeAnswer, WebSocketPart, WebSocketStatus> next(
      bool whole_frames);

  // What a part means for the connection.
  struct Data {};  // its payload is MQTT
  struct Ignore {};
  struct Reply {
    WebSocketFrame frame;
  };
  struct End {
    WebSocketFrame frame;  // the last one
  };
  [[nodiscard]] std::variant<Data, Ignore, Reply, End> judge(const WebSocketPart& part);

  [[nodiscard]] bool is_open() const { return decoder_ != nullptr; }
  // That was agreed on.
  [[nodiscard]] const std::string& subprotocol() const { return subprotocol_; }

  // MQTT bytes that wait for a frame.
  codec::Bytes unframed;
  // Bytes that went out and are no MQTT.
  std::uint64_t overhead = 0;

 private:
  std::optional<UpgradeAnswer> upgrade();
  [[nodiscard]] std::optional<WebSocketStatus> fault_of(const WebSocketPart& part);

  std::shared_ptr<const WebSocketRules> rules_;
  codec::BytesView input_;  // before the upgrade
  codec::Bytes head_;       // of the request, as far as it has come
  std::string subprotocol_;
  std::unique_ptr<WebSocketDecoder> decoder_;
  codec::Bytes gathered_;      // of a frame that is returned whole
  bool message_open_ = false;  // a message whose last frame has not begun
};

}  // namespace mqttspec::node
