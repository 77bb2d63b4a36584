// Brokers that come back from a restart with a part of their state gone: what was to be stored is
// not.
#include "conformance/mutants/tables.hpp"
#include "reference/broker/record.hpp"

namespace mqttspec::mutants {
namespace {

using broker::Record;

// Stores nothing that `is_lost` says.
class Forgets final : public Interceptor {
 public:
  using Judge = bool (*)(const Record&);
  explicit Forgets(Judge is_lost) : is_lost_(is_lost) {}
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      const auto* store = std::get_if<broker::Store>(&action);
      return store != nullptr && is_lost_(*store->record);
    });
  }

 private:
  Judge is_lost_;
};

template <class... Kinds>
[[nodiscard]] InterceptorPointer forgets() {
  return std::make_unique<Forgets>(
      [](const Record& record) { return (std::holds_alternative<Kinds>(record.change) || ...); });
}

// Goes back to before the PUBREC.
[[nodiscard]] InterceptorPointer forgets_release() {
  return std::make_unique<Forgets>([](const Record& record) {
    const auto* exchange = std::get_if<broker::ExchangeRecord>(&record.change);
    // The message itself has to stay for the PUBLISH that comes again.
    return std::holds_alternative<broker::MessageErased>(record.change) ||
           (exchange != nullptr && exchange->released);
  });
}

}  // namespace

std::vector<MutantRow> store_mutants() {
  using namespace broker;
  return {
      {"sessions-end-with-a-restart",
       {"3.1:V31-37", "3.1:V31-47", "3.1.1:MQTT-4.1.0-1", "3.1.1:MQTT-3.2.2-2",
        "3.1.1:V311-3.1.2.4-b", "5.0:MQTT-3.1.2-5", "5.0:MQTT-3.1.2-23", "5.0:V5-4.1-a"},
       "a restart of the broker ends every session",
       forgets<SessionRecord, SubscriptionRecord, QueuedRecord, ExchangeRecord, IncomingRecord>},
      {"subscriptions-end-with-a-restart",
       {"3.1:V31-37", "3.1.1:MQTT-4.1.0-1", "3.1.1:V311-3.1.2.4-c", "5.0:V5-4.1-b"},
       "sessions come back from a restart without their subscriptions",
       forgets<SubscriptionRecord>},
      {"waiting-messages-end-with-a-restart",
       {"3.1:V31-37", "3.1:V31-47", "3.1.1:MQTT-4.1.0-1", "3.1.1:V311-3.1.2.4-e", "5.0:V5-4.1-b"},
       "what waits for absent clients is lost in a restart",
       forgets<QueuedRecord>},
      {"open-messages-to-clients-end-with-a-restart",
       {"3.1.1:MQTT-4.1.0-1", "3.1.1:V311-3.1.2.4-d", "5.0:MQTT-4.3.3-5", "5.0:V5-4.1-b"},
       "what was sent and not completely acknowledged is lost in a restart",
       forgets<ExchangeRecord>},
      {"open-messages-from-clients-end-with-a-restart",
       {"3.1.1:MQTT-4.3.3-2", "3.1.1:V311-3.1.2.4-f", "5.0:MQTT-4.3.3-10", "5.0:V5-4.1-b"},
       "after a restart a QoS 2 PUBLISH that is repeated is taken for a new one",
       forgets<IncomingRecord>},
      {"release-is-forgotten-in-a-restart",
       {"3.1.1:MQTT-4.3.3-1", "5.0:MQTT-4.3.3-6"},
       "after a restart a QoS 2 PUBLISH comes again although its PUBREL was sent",
       forgets_release},
      {"retained-messages-end-with-a-restart",
       {"3.1:V31-30", "3.1.1:V311-4.1-a", "5.0:V5-4.1-d"},
       "retained messages are lost in a restart",
       forgets<RetainedRecord>},
  };
}

}  // namespace mqttspec::mutants
