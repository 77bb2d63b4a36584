// Bytes made readable. Not for use outside the codec.
#pragma once

#include <string>

#include "reference/codec/types.hpp"

namespace mqttspec::codec {

// Appends the bytes in quotes; what is not printable ASCII as \xNN, quotes and backslashes escaped.
void append_quoted(std::string& out, BytesView bytes);

}  // namespace mqttspec::codec
