// The same stream cut in different ways: frames, and what ends them, may not depend on it.
#include <vector>

#include "fuzz/targets/target.hpp"
#include "reference/codec/choices.hpp"
#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::fuzz {
namespace {

struct Seen {
  std::vector<codec::Bytes> frames;
  std::optional<codec::DecodeError> error;
  std::size_t left = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};

void drain(codec::FrameReader& reader, Seen& seen) {
  for (;;) {
    const auto next = reader.next();
    if (const auto* frame = std::get_if<codec::Frame>(&next)) {
      seen.frames.emplace_back(frame->bytes);
      continue;
    }
    if (const auto* error = std::get_if<codec::FrameError>(&next)) seen.error = error->error;
    return;
  }
}

Seen read_whole(BytesView stream, std::size_t limit) {
  Seen seen;
  codec::FrameReader reader(limit);
  reader.push(stream);
  drain(reader, seen);
  seen.left = seen.error ? 0 : reader.buffered();
  return seen;
}

Seen read_cut(BytesView stream, std::size_t limit, std::uint64_t seed) {
  Seen seen;
  codec::SeededChoices choices(seed);
  codec::FrameReader reader(limit);
  while (!stream.empty()) {
    const auto size = static_cast<std::size_t>(
        choices.between<std::uint64_t>(1, std::min<std::uint64_t>(stream.size(), 17)));
    reader.push(stream.substr(0, size));
    stream.remove_prefix(size);
    if (choices.flip()) drain(reader, seen);
    require(reader.buffered() <= limit + 17 * 64, "a limit bounds what is kept", "");
  }
  drain(reader, seen);
  seen.left = seen.error ? 0 : reader.buffered();
  return seen;
}

}  // namespace

// The first three bytes choose the limit and the cuts.
void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const std::size_t limit = choices.element<std::size_t>({1'000'000, 20, 127, 128, 200, 5, 2});
  const auto seed = choices.below(65'536);
  const BytesView stream = choices.rest();
  const auto whole = read_whole(stream, limit);
  const auto cut = read_cut(stream, limit, seed);
  require(whole == cut, "frames do not depend on the segmentation", [&] {
    return std::to_string(whole.frames.size()) + " frames whole, " +
           std::to_string(cut.frames.size()) + " cut by seed " + std::to_string(seed);
  });
  for (const auto& frame : whole.frames) {
    require(frame.size() <= limit, "no frame is above the limit", std::to_string(frame.size()));
  }
}

}  // namespace mqttspec::fuzz
