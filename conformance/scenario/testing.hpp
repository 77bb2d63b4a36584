// Short ways to write values and to read results in tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/json_reader.hpp"
#include "conformance/scenario/packet_builder.hpp"

namespace mqttspec::scenario::test {

// JSON with ' for ", which no test needs itself.
inline Value json(std::string text) {
  for (char& c : text) {
    if (c == '\'') c = '"';
  }
  std::vector<Problem> problems;
  Reporter reporter("test", problems);
  std::optional<Value> value = read_json(text, reporter);
  if (!value) ADD_FAILURE() << "no JSON: " << text;
  return value.value_or(Value());
}

// Byte notation to bytes; in tests of packets it is what the standard's figures are written in.
inline codec::Bytes bytes(std::string_view notation) {
  const Result<codec::Bytes> parsed = parse_bytes(notation);
  if (!parsed) ADD_FAILURE() << notation << ": " << parsed.error();
  return parsed ? *parsed : codec::Bytes();
}

inline std::string hex(codec::BytesView view) {
  std::string out;
  for (const char c : view) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (!out.empty()) out += ' ';
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
  }
  return out;
}

// A client as a run would have it: identifiers from 10001 up, a Client Identifier by default.
inline BuildContext context(codec::Version version) {
  BuildContext out;
  out.version = version;
  out.connect_defaults = {{"client_identifier", "nsa"}, {"clean_start", true}, {"keep_alive", 0}};
  out.next_packet_identifier = [next = std::uint16_t{10001}]() mutable { return next++; };
  return out;
}

}  // namespace mqttspec::scenario::test
