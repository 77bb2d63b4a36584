// Violations in what a fault does all the same, and in what a message or a subscription leaves
// behind.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/content_tables.hpp"
#include "conformance/mutants/edits.hpp"
#include "conformance/mutants/own_packets.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::PropertyId;
using codec::Publish;
using codec::ReasonCode;
using codec::Subscribe;
using codec::Version;

// Refuses a faulty PUBLISH and hands what can be made out of it to all others.
class ForwardsWhatItRefuses final : public Interceptor {
 public:
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError&, codec::RuleSet&, Context& context) override {
    const auto lenient = codec::decode(frame, context.version(connection), codec::Sender::client,
                                       codec::RuleSet::all());
    const auto* packet = std::get_if<Packet>(&lenient);
    const auto* publish = packet != nullptr ? std::get_if<Publish>(packet) : nullptr;
    if (publish == nullptr || publish->topic_name.empty()) return OnError::report;
    for (const ConnectionId other : context.connections()) {
      if (other != connection) context.send(other, plain_copy(*publish));
    }
    return OnError::report;
  }
};

// The messages that were too large for a client come when it sets no limit any more.
class KeepsLargeOnes final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      if (const auto* connect = std::get_if<Connect>(&packet)) {
        const auto limit = codec::get_integer(connect->properties, PropertyId::maximum_packet_size);
        if (limit) limits_[connect->client_identifier] = *limit;
        unlimited_[connection] = !limit && limits_.contains(connect->client_identifier);
      } else if (const auto* publish = std::get_if<Publish>(&packet)) {
        for (const auto& [client, limit] : limits_) {
          if (publish->payload.size() > limit) kept_[client] = *publish;
        }
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send == nullptr || !std::holds_alternative<Connack>(send->packet)) continue;
      const auto kept = kept_.find(context.client_identifier(send->connection));
      if (kept == kept_.end() || !unlimited_[send->connection]) continue;
      context.send(send->connection, plain_copy(kept->second));
    }
  }

 private:
  std::map<std::string, std::uint32_t> limits_;
  std::map<ConnectionId, bool> unlimited_;
  std::map<std::string, Publish> kept_;
};

// A message that is too large for a client does harm to it: what follows is lost, or it is thrown
// out a moment later.
class StumblesOverLargeOnes final : public Delaying {
 public:
  explicit StumblesOverLargeOnes(bool closes) : closes_(closes) {}
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      if (const auto* connect = std::get_if<Connect>(&packet)) {
        const auto limit = codec::get_integer(connect->properties, PropertyId::maximum_packet_size);
        if (limit) limits_[connection] = *limit;
      } else if (const auto* publish = std::get_if<Publish>(&packet)) {
        meet(*publish, context);
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (closes_ || publish == nullptr || !stuck_.contains(send->connection)) return false;
      settle(*publish, send->connection, context);
      return true;
    });
  }
  void on_closed(ConnectionId connection, Context&) override { limits_.erase(connection); }

 private:
  void meet(const Publish& publish, Context& context) {
    for (const auto& [client, limit] : limits_) {
      if (publish.payload.size() <= limit || !stuck_.insert(client).second || !closes_) continue;
      at(context.now() + std::chrono::milliseconds(50), [this, c = client](Context& later) {
        if (limits_.contains(c)) throw_out(c, ReasonCode::packet_too_large, later);
      });
    }
  }
  bool closes_;
  std::map<ConnectionId, std::uint32_t> limits_;
  std::set<ConnectionId> stuck_;
};

// Where something is retained, other messages are retained as well.
class RetainsPlainOnes final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr || publish->payload.empty()) continue;
      if (publish->retain) {
        retained_.insert(publish->topic_name);
      } else if (!retained_.empty() && !retained_.contains(publish->topic_name)) {
        publish->retain = true;
      }
    }
  }

 private:
  std::set<std::string> retained_;
};

// A retained message that was replaced comes behind the one in its place.
class RemembersReplacedOnes final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (const auto& packet : packets) {
      const auto* publish = std::get_if<Publish>(&packet);
      if (publish == nullptr || !publish->retain) continue;
      const auto known = kept_.find(publish->topic_name);
      if (known != kept_.end() && !publish->payload.empty()) {
        replaced_.insert_or_assign(publish->topic_name, known->second);
      }
      kept_.insert_or_assign(publish->topic_name, *publish);
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !publish->retain) continue;
      const auto known = replaced_.find(publish->topic_name);
      if (known == replaced_.end()) continue;
      Publish older = plain_copy(known->second);
      older.retain = true;
      context.send(send->connection, older);
    }
  }

 private:
  std::map<std::string, Publish> kept_;
  std::map<std::string, Publish> replaced_;
};

// What a subscription brings depends on what its client has subscribed to before.
class LooksBack final : public Interceptor {
 public:
  enum class Fault : std::uint8_t { nothing_for_hash, only_once, again_in_spite_of_2 };
  explicit LooksBack(Fault fault) : fault_(fault) {}
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* subscribe = std::get_if<Subscribe>(&packet);
      if (subscribe == nullptr) continue;
      silent_.erase(connection);
      for (auto& subscription : subscribe->subscriptions) {
        const bool again = !known_.insert({connection, subscription.topic_filter}).second;
        const bool hash = subscription.topic_filter.ends_with("/#");
        if (fault_ == Fault::nothing_for_hash && hash) silent_.insert(connection);
        if (fault_ == Fault::only_once && again) silent_.insert(connection);
        if (fault_ == Fault::again_in_spite_of_2 && again) subscription.retain_handling = 0;
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* publish = send != nullptr ? std::get_if<Publish>(&send->packet) : nullptr;
      if (publish == nullptr || !publish->retain || !silent_.contains(send->connection)) {
        return false;
      }
      settle(*publish, send->connection, context);
      return true;
    });
  }

 private:
  Fault fault_;
  std::set<std::pair<ConnectionId, std::string>> known_;
  std::set<ConnectionId> silent_;
};

// A filter that was subscribed to twice has to be unsubscribed from twice.
class CountsSubscriptions final : public Interceptor {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      if (const auto* subscribe = std::get_if<Subscribe>(&packet)) {
        for (const auto& s : subscribe->subscriptions) ++count_[{connection, s.topic_filter}];
      }
      auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet);
      if (unsubscribe == nullptr) continue;
      for (auto& filter : unsubscribe->topic_filters) {
        if (--count_[{connection, filter}] > 0) filter = "never/used";
      }
    }
  }

 private:
  std::map<std::pair<ConnectionId, std::string>, int> count_;
};

// Somebody else's refused CONNECT ends the session of a Client Identifier, once that is resumed.
class ForgetsAfterRefusal final : public Interceptor {
 public:
  void on_packet_in(ConnectionId, std::vector<Packet>& packets, Context&) override {
    for (auto& packet : packets) {
      auto* connect = std::get_if<Connect>(&packet);
      if (connect != nullptr && refused_.contains(connect->client_identifier)) {
        connect->clean_start = true;
      }
    }
  }
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack == nullptr || connack->reason_code == ReasonCode::success) continue;
      refused_.insert(context.client_identifier(send->connection));
    }
  }

 private:
  std::set<std::string> refused_;
};

// A topic with a byte order mark is taken for the one without it as well.
InterceptorPointer strips_marks() {
  return incoming<Publish>([](Publish& packet, ConnectionId connection, Context& context) {
    const std::string_view mark = "\xEF\xBB\xBF";
    const auto place = packet.topic_name.find(mark);
    if (place == std::string::npos) return Fate::keep;
    Publish copy = plain_copy(packet);
    copy.topic_name.erase(place, mark.size());
    context.receive(connection, copy);
    return Fate::keep;
  });
}

InterceptorPointer lengthens_expiry() {
  return outgoing<Publish>([](Publish& packet, ConnectionId, Context&) {
    for (auto& property : packet.properties) {
      auto* seconds = std::get_if<std::uint32_t>(&property.value);
      const bool expiry = property.id == PropertyId::message_expiry_interval;
      if (expiry && seconds != nullptr) *seconds += 100;
    }
    return Fate::keep;
  });
}

using Fault = LooksBack::Fault;

std::vector<MutantRow> fault_rows() {
  return {
      {"refused-publish-is-forwarded",
       {"5.0:V5-4.13.1-d", "5.0:MQTT-3.3.1-4", "3.1.1:MQTT-3.3.1-4", "5.0:V5-1.5.4-b",
        "5.0:V5-1.5.5-a", "5.0:V5-2.2.2.2-o", "3.1.1:MQTT-1.5.3-1", "3.1.1:MQTT-1.5.3-2"},
       "a faulty PUBLISH ends the connection, and reaches all others nevertheless",
       [] { return std::make_unique<ForwardsWhatItRefuses>(); }},
      {"refused-login-ends-the-session",
       {"5.0:V5-3.1.4-f"},
       "a session is gone after somebody else's CONNECT with its Client Identifier was refused",
       [] { return std::make_unique<ForgetsAfterRefusal>(); }},
      {"large-message-is-kept-for-later",
       {"5.0:MQTT-3.1.2-25"},
       "a message that was too large comes when the client sets no limit any more",
       [] { return std::make_unique<KeepsLargeOnes>(); }},
      {"large-message-blocks-those-behind-it",
       {"5.0:MQTT-3.1.2-25"},
       "behind a message that is too large for a client no other reaches it",
       [] { return std::make_unique<StumblesOverLargeOnes>(false); }},
      {"large-message-ends-the-connection",
       {"5.0:MQTT-3.1.2-25"},
       "a client is thrown out when a message is too large for it",
       [] { return std::make_unique<StumblesOverLargeOnes>(true); }},
      {"message-expiry-grows",
       {"5.0:MQTT-3.3.2-6"},
       "the Message Expiry Interval that is forwarded is 100 s longer than the one that came",
       lengthens_expiry},
      {"byte-order-marks-may-be-missing",
       {"3.1.1:MQTT-1.5.3-3", "5.0:MQTT-1.5.4-3"},
       "a message whose topic has a byte order mark reaches subscribers of the topic without it",
       strips_marks},
  };
}

std::vector<MutantRow> subscription_rows() {
  return {
      {"other-messages-are-retained-as-well",
       {"3.1.1:MQTT-3.3.1-12", "5.0:MQTT-3.3.1-8"},
       "once a message was retained, others are too, whatever their RETAIN flag",
       [] { return std::make_unique<RetainsPlainOnes>(); }},
      {"replaced-retained-messages-come-as-well",
       {"3.1.1:MQTT-3.3.1-6", "5.0:MQTT-3.3.1-5"},
       "a retained message that was replaced is still sent behind the newer one",
       [] { return std::make_unique<RemembersReplacedOnes>(); }},
      {"filters-with-hash-bring-no-retained-messages",
       {"3.1.1:MQTT-3.3.1-6", "5.0:MQTT-3.3.1-9"},
       "no retained messages are sent for a filter that ends in #",
       [] { return std::make_unique<LooksBack>(Fault::nothing_for_hash); }},
      {"retained-messages-come-once-a-filter",
       {"3.1.1:MQTT-3.8.4-3", "5.0:MQTT-3.3.1-9", "5.0:MQTT-3.3.1-10"},
       "retained messages are sent for the first SUBSCRIBE of a filter only",
       [] { return std::make_unique<LooksBack>(Fault::only_once); }},
      {"retain-handling-2-counts-once",
       {"5.0:MQTT-3.3.1-11"},
       "a filter that is subscribed to again brings retained messages in spite of Retain Handling "
       "2",
       [] { return std::make_unique<LooksBack>(Fault::again_in_spite_of_2); }},
      {"unsubscribe-takes-back-one-subscribe",
       {"3.1.1:MQTT-3.8.4-3", "5.0:MQTT-3.8.4-3"},
       "a filter that was subscribed to twice stays after one UNSUBSCRIBE",
       [] { return std::make_unique<CountsSubscriptions>(); }},
  };
}

}  // namespace

std::vector<MutantRow> effect_mutants() {
  auto rows = fault_rows();
  for (auto& row : subscription_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
