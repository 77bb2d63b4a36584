#include "fuzz/generators/spoilt_packet.hpp"

#include <algorithm>

namespace mqttspec::fuzz {

using codec::Bytes;
using codec::BytesView;
using codec::Choices;

namespace {

// Counts the bytes that ByteChoices is asked for, those behind its end included.
class CountedChoices : public Choices {
 public:
  explicit CountedChoices(BytesView bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) override {
    for (std::uint64_t reach = 1; reach < limit; reach *= 256) {
      ++count_;
      if (reach > UINT64_MAX / 256) break;
    }
    return bytes_.below(limit);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  codec::ByteChoices bytes_;
  std::size_t count_ = 0;
};

// Most kinds come up within a few tries; a packet that does not allow one is given up soon.
constexpr int tries_max = 300;
constexpr std::size_t spoiling_bytes = 32;

}  // namespace

SpoiltPacket make_spoilt_packet(Choices& choices) {
  SpoiltPacket made;
  made.version = codec::arbitrary::version(choices);
  made.legal = codec::arbitrary::packet(choices, made.version);
  made.spoilt = made.legal;
  spoil(choices, made.spoilt, &made.log);
  return made;
}

Bytes spoil_input(Choices& choices, BytesView input, Spoiling wanted) {
  CountedChoices counted(input);
  const auto version = codec::arbitrary::version(counted);
  const codec::Packet legal = codec::arbitrary::packet(counted, version);
  Bytes made(input.substr(0, counted.count()));
  made.resize(counted.count(), '\0');
  for (int tries = 0; tries < tries_max; ++tries) {
    Bytes spoiling(spoiling_bytes, '\0');
    for (char& byte : spoiling) byte = choices.byte();
    codec::Packet packet = legal;
    SpoilLog log;
    CountedChoices used(spoiling);
    spoil(used, packet, &log);
    if (std::find(log.begin(), log.end(), wanted) == log.end()) continue;
    return made + spoiling.substr(0, used.count());
  }
  return {};
}

}  // namespace mqttspec::fuzz
