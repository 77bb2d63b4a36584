#include "conformance/mutants/own_packets.hpp"

#include "reference/codec/codec.hpp"

namespace mqttspec::mutants {

void answer_connect(const codec::Connect& connect, ConnectionId connection, codec::ReasonCode code,
                    Context& context) {
  codec::Connack answer;
  answer.reason_code = code;
  const auto version =
      connect.protocol_version == 5 ? codec::Version::v5_0 : codec::Version::v3_1_1;
  context.send_bytes(connection, codec::encode(answer, version));
}

codec::Publish plain_copy(const codec::Publish& message) {
  codec::Publish copy;
  copy.topic_name = message.topic_name;
  copy.payload = message.payload;
  return copy;
}

}  // namespace mqttspec::mutants
