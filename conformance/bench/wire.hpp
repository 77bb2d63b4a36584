// The few packets of which the generator handles millions, straight on their bytes. Everything else
// goes through the codec.
#pragma once

#include <cstring>
#include <optional>

#include "conformance/bench/load.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::bench {

// Stands at the front of each payload, in this machine's byte order.
struct Stamp {
  Instant::rep sent = 0;
  std::uint32_t publisher = 0;
  std::uint32_t number = 0;
};
static_assert(sizeof(Stamp) == payload_minimum);

// The PUBLISH of one publisher, encoded once by the codec.
class PublishForm {
 public:
  PublishForm(const std::string& topic, const Load& load);
  // Appends it with this Packet Identifier (QoS 0: none) and stamp.
  void append(codec::Bytes& out, std::uint16_t identifier, const Stamp& stamp) const {
    const std::size_t begin = out.size();
    out.append(bytes_);
    if (identifier_place_ != 0) {
      out[begin + identifier_place_] = static_cast<char>(identifier >> 8U);
      out[begin + identifier_place_ + 1] = static_cast<char>(identifier);
    }
    std::memcpy(out.data() + begin + stamp_place_, &stamp, sizeof stamp);
  }

 private:
  codec::Bytes bytes_;
  std::size_t identifier_place_ = 0;
  std::size_t stamp_place_ = 0;
};

struct PublishView {
  std::uint8_t qos = 0;
  std::uint16_t identifier = 0;
  Stamp stamp;
};
// Of a whole frame; nothing if it is no PUBLISH of ours.
[[nodiscard]] std::optional<PublishView> read_publish(codec::BytesView frame,
                                                      codec::Version version);

// Packet Identifier of a PUBACK, PUBREC, PUBREL or PUBCOMP; zero if there is none.
[[nodiscard]] inline std::uint16_t read_identifier(codec::BytesView frame) {
  if (frame.size() < 4) return 0;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(frame[2]) << 8U |
                                    static_cast<unsigned char>(frame[3]));
}
// Did the broker refuse? Only 5.0 acknowledgements can say so.
[[nodiscard]] inline bool is_refusal(codec::BytesView frame) {
  return frame.size() > 4 && static_cast<unsigned char>(frame[4]) >= 0x80;
}

// Its two last bytes are the identifier; success needs no Reason Code.
inline void append_acknowledgement(codec::Bytes& out, codec::PacketType type,
                                   std::uint16_t identifier) {
  const unsigned flags = type == codec::PacketType::pubrel ? 2U : 0U;
  const char bytes[] = {static_cast<char>(static_cast<unsigned>(type) << 4U | flags), 2,
                        static_cast<char>(identifier >> 8U), static_cast<char>(identifier)};
  out.append(bytes, sizeof bytes);
}

}  // namespace mqttspec::bench
