// Hooks that touch 3.1 connections only, for violations of 3.1 where it differs from 3.1.1.
#pragma once

#include <memory>
#include <utility>

#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {

// incoming<P> and outgoing<P> for 3.1 clients.
template <class P, class Edit>
InterceptorPointer from_older(Edit edit) {
  return incoming<P>([edit](P& packet, ConnectionId connection, Context& context) {
    if (context.version(connection) != codec::Version::v3_1) return Fate::keep;
    return edit(packet, connection, context);
  });
}
template <class P, class Edit>
InterceptorPointer to_older(Edit edit) {
  return outgoing<P>([edit](P& packet, ConnectionId connection, Context& context) {
    if (context.version(connection) != codec::Version::v3_1) return Fate::keep;
    return edit(packet, connection, context);
  });
}

// Closes on bytes that a stricter version would refuse.
template <class Test>
InterceptorPointer closes_on_bytes(Test test) {
  class Hook final : public Interceptor {
   public:
    explicit Hook(Test function) : test_(std::move(function)) {}
    void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
      if (!test_(bytes, context.version(connection))) return;
      context.close(connection);
      bytes.clear();
    }

   private:
    Test test_;
  };
  return std::make_unique<Hook>(std::move(test));
}

inline unsigned byte_at(const codec::Bytes& bytes, std::size_t place) {
  return place < bytes.size() ? static_cast<unsigned char>(bytes[place]) : 0U;
}
}  // namespace mqttspec::mutants
