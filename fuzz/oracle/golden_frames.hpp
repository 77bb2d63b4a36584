// The frames of corpus/golden that clients send. Reads files: for tools and tests only.
#pragma once

#include <algorithm>
#include <filesystem>

#include "fuzz/oracle/hunt.hpp"
#include "reference/codec/golden_vectors.hpp"

namespace mqttspec::fuzz {

// By name, so that their numbers do not depend on the order of files in a folder.
inline GoldenFrames load_golden_frames(const std::filesystem::path& folder) {
  auto vectors = codec::golden::load(folder);
  std::sort(vectors.begin(), vectors.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  GoldenFrames frames;
  for (const auto& vector : vectors) {
    if (vector.sender == codec::Sender::server || vector.bytes.empty()) continue;
    frames.push_back({vector.version, vector.bytes});
    // Other versions read the same bytes their own way. A CONNECT names its version itself.
    if ((vector.bytes[0] & 0xF0) == 0x10) continue;
    for (const auto version : {codec::Version::v3_1_1, codec::Version::v5_0}) {
      if (version != vector.version) frames.push_back({version, vector.bytes});
    }
  }
  return frames;
}

}  // namespace mqttspec::fuzz
