// Interceptors out of one function each, so that most mutants are one line.
//
// A test sees bytes and time only; so a violation is an edit of that trace. Often the easiest way
// is to edit the input so that correct behaviour becomes the violation.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "reference/node/interceptor.hpp"

namespace mqttspec::mutants {

using codec::Packet;
using node::Actions;
using node::ConnectionId;
using node::Context;
using node::Instant;
using node::Interceptor;
using InterceptorPointer = std::unique_ptr<Interceptor>;

// What happens to the packet that a function was shown.
enum class Fate : std::uint8_t { keep, drop, twice };

// Calls `edit(packet, connection, context) -> Fate` for each incoming packet of type P.
template <class P, class Edit>
[[nodiscard]] InterceptorPointer incoming(Edit edit) {
  class Hook final : public Interceptor {
   public:
    explicit Hook(Edit function) : edit_(std::move(function)) {}
    void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                      Context& context) override {
      std::vector<Packet> kept;
      for (auto& packet : packets) {
        auto* wanted = std::get_if<P>(&packet);
        const Fate fate = wanted != nullptr ? edit_(*wanted, connection, context) : Fate::keep;
        if (fate == Fate::twice) kept.push_back(packet);
        if (fate != Fate::drop) kept.push_back(std::move(packet));
      }
      packets = std::move(kept);
    }

   private:
    Edit edit_;
  };
  return std::make_unique<Hook>(std::move(edit));
}

// The same for each packet of type P that the broker sends.
template <class P, class Edit>
[[nodiscard]] InterceptorPointer outgoing(Edit edit) {
  class Hook final : public Interceptor {
   public:
    explicit Hook(Edit function) : edit_(std::move(function)) {}
    void on_action(Actions& actions, Context& context) override {
      Actions kept;
      for (auto& action : actions) {
        auto* send = std::get_if<broker::Send>(&action);
        auto* wanted = send != nullptr ? std::get_if<P>(&send->packet) : nullptr;
        const Fate fate =
            wanted != nullptr ? edit_(*wanted, send->connection, context) : Fate::keep;
        if (fate == Fate::twice) kept.push_back(action);
        if (fate != Fate::drop) kept.push_back(std::move(action));
      }
      actions = std::move(kept);
    }

   private:
    Edit edit_;
  };
  return std::make_unique<Hook>(std::move(edit));
}

// Lets packets through that break these rules.
[[nodiscard]] InterceptorPointer tolerating(std::vector<codec::Rule> rules);

// Hands every hook to several interceptors in turn.
[[nodiscard]] InterceptorPointer both(InterceptorPointer first, InterceptorPointer second);

// What SUBSCRIBE packets asked for, so that SUBACK can claim it although something else was
// granted.
class AskedQos {
 public:
  // Before the subscriptions are changed.
  void note(ConnectionId connection, const codec::Subscribe& subscribe);
  // Every SUBACK among the actions grants what was asked.
  void claim(Actions& actions) const;

 private:
  std::map<std::pair<ConnectionId, std::uint16_t>, std::vector<codec::ReasonCode>> codes_;
};

// Does something later: calls back once per deadline. Base of mutants that delay.
class Delaying : public Interceptor {
 public:
  [[nodiscard]] Instant next_deadline() const override {
    return later_.empty() ? broker::never : later_.front().first;
  }
  void on_deadline(Context& context) override {
    while (!later_.empty() && later_.front().first <= context.now()) {
      auto action = std::move(later_.front().second);
      later_.erase(later_.begin());
      action(context);
    }
  }

 protected:
  void at(Instant when, std::function<void(Context&)> action);

 private:
  std::vector<std::pair<Instant, std::function<void(Context&)>>> later_;  // earliest first
};

inline void remove(codec::Properties& properties, codec::PropertyId id) {
  std::erase_if(properties, [id](const codec::Property& p) { return p.id == id; });
}

}  // namespace mqttspec::mutants
