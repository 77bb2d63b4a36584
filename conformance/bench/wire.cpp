#include "conformance/bench/wire.hpp"

namespace mqttspec::bench {
namespace {

// Reads a Variable Byte Integer and moves behind it; false if it does not end in four bytes.
bool take_variable(codec::BytesView& bytes, std::size_t& value) {
  value = 0;
  for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<std::size_t>(byte & 0x7FU) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

std::uint16_t two_bytes(codec::BytesView bytes) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8U |
                                    static_cast<unsigned char>(bytes[1]));
}

}  // namespace

PublishForm::PublishForm(const std::string& topic, const Load& load) {
  codec::Publish publish;
  publish.topic_name = topic;
  publish.qos = load.qos;
  if (load.qos > 0) publish.packet_identifier = 1;
  publish.payload.assign(load.payload, 'x');
  bytes_ = codec::encode(publish, load.version);
  stamp_place_ = bytes_.size() - load.payload;
  // In front of the payload: in 5.0 one byte, the length of no properties.
  const std::size_t properties = load.version == codec::Version::v5_0 ? 1 : 0;
  if (load.qos > 0) identifier_place_ = stamp_place_ - properties - 2;
}

std::optional<PublishView> read_publish(codec::BytesView frame, codec::Version version) {
  PublishView view;
  view.qos = static_cast<std::uint8_t>(static_cast<unsigned char>(frame.front()) >> 1U & 3U);
  frame.remove_prefix(1);
  std::size_t size = 0;
  if (!take_variable(frame, size) || frame.size() < 2) return std::nullopt;
  const std::size_t topic_size = two_bytes(frame);
  if (frame.size() < 2 + topic_size) return std::nullopt;
  frame.remove_prefix(2 + topic_size);
  if (view.qos > 0) {
    if (frame.size() < 2) return std::nullopt;
    view.identifier = two_bytes(frame);
    frame.remove_prefix(2);
  }
  if (version == codec::Version::v5_0) {
    if (!take_variable(frame, size) || frame.size() < size) return std::nullopt;
    frame.remove_prefix(size);
  }
  if (frame.size() < sizeof view.stamp) return std::nullopt;
  std::memcpy(&view.stamp, frame.data(), sizeof view.stamp);
  return view;
}

}  // namespace mqttspec::bench
