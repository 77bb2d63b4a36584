// The requirements of MQTT 3.1, 3.1.1 and 5.0 as data: our own words, with who must obey, how a
// violation can be seen, and how the server has to react. README.md beside this file explains every
// field.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::catalogue {

struct Requirement {
  std::string id;  // "5.0:MQTT-3.3.1-4", "3.1.1:V311-2.2.1-a", "3.1:V31-6"
  codec::Version version = codec::Version::v5_0;
  bool numbered = false;  // the standard itself gives the number
  std::string section;    // "3.1.2.4"; of 3.1, which has no numbers: "Keep Alive timer, p.11"
  std::string title;
  std::string actor;  // "client", "server", "both"
  std::string level;  // "MUST", "MUST NOT", "SHOULD", "MAY", "stated", "inferred" ...
  std::string kind;   // of 3.1, against 3.1.1: "differs", "stricter", "weaker", "silent"; or ""
  std::string summary;
  std::string
      testable;  // "wire", "wire-negative", "timed", "configured", "client-only", "untestable"
  std::string reaction;  // "must", "if-detected", "should", "may", "unstated", "none", or ""
  std::string test_idea;
  std::string violation;
  std::string appendix_b;  // how Appendix B of 5.0 words it otherwise, or ""
  std::string note;
  bool client_testable = false;
  int wait_s = 0;
};

// How strictly a check that cites the requirement may judge at most.
enum class Strictness : std::uint8_t { none, may, should, must };
[[nodiscard]] Strictness strictest(const Requirement& requirement);

class Catalogue {
 public:
  // The catalogue that is embedded in the binary.
  static const Catalogue& embedded();
  // From (path, text) of catalogue files; throws std::runtime_error that names file and place.
  static Catalogue from_texts(const std::vector<std::pair<std::string, std::string>>& files);

  // By version; within one by section, numbered ones first.
  [[nodiscard]] const std::vector<Requirement>& all() const { return requirements_; }
  // nullptr if there is no such id.
  [[nodiscard]] const Requirement* find(std::string_view id) const;
  // The nearest id by spelling, for did-you-mean; empty if none is near.
  [[nodiscard]] std::string nearest(std::string_view id) const;

 private:
  std::vector<Requirement> requirements_;
  std::unordered_map<std::string, std::size_t> index_;  // id -> place in requirements_
};

}  // namespace mqttspec::catalogue
