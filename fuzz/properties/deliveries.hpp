// What a broker owes its clients and what it may not do, judged on what crossed the wire:
// prohibitions (nothing that nobody published, nothing that matches no subscription, nothing
// altered, no QoS raised, QoS 2 not twice) and obligations (an acknowledged message reaches who has
// subscribed and is there). Freedoms of the standard are left open.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

// One client as the judge sees it. The world keeps these up to date.
struct Party {
  std::string client_identifier;
  codec::Version version = codec::Version::v5_0;
  // Connected, well-behaved so far, taking bytes and acknowledging at once: owed everything.
  bool attentive = false;
  // It announced limits that excuse a broker from delivering (Maximum Packet Size).
  bool excused = false;
};

class Deliveries {
 public:
  // All calls may return what is wrong, as a sentence; nothing if all is well.
  using Fault = std::optional<std::string>;

  // `session_present` as CONNACK says; nothing where it cannot say (3.1, and the client did not ask
  // for a clean session).
  void connected(const Party& party, std::optional<bool> session_present);
  // The client has sent this; `packet` with aliases resolved.
  void sent(std::size_t client, const Party& party, const codec::Packet& packet);
  [[nodiscard]] Fault received(std::size_t client, const Party& party, const codec::Packet& packet);
  // The client's connection is gone.
  void gone(std::size_t client, const Party& party);
  // Nothing moves any more: what is owed must have come.
  [[nodiscard]] Fault settled(const std::vector<Party>& parties);

 private:
  struct Published {
    std::string topic;
    std::uint8_t qos = 0;
    bool retain = false;
    std::string publisher;
    std::size_t times = 0;  // that a message with this payload was sent
  };
  struct Granted {
    std::uint8_t qos = 0;
    bool no_local = false;
  };
  // Of one Client Identifier.
  struct Book {
    std::set<std::string> ever;                // every filter ever asked for
    std::map<std::string, Granted> confirmed;  // by SUBACK, not touched by UNSUBSCRIBE since
    std::map<std::string, int> once;           // QoS 2 payload -> times delivered without DUP
    std::set<std::string> got;                 // payloads
  };
  struct Debt {
    std::string payload;
    std::string client_identifier;
  };

  [[nodiscard]] Fault check_published(const codec::Publish& packet, const Party& party);
  void note_acknowledgement(std::size_t client, std::uint16_t identifier, codec::ReasonCode reason);

  std::map<std::string, Published> published_;  // by payload
  std::map<std::string, Book> books_;
  // Open exchanges and requests, by client and Packet Identifier.
  std::map<std::pair<std::size_t, std::uint16_t>, std::string> unacknowledged_;  // payload
  // Who was subscribed when the message was sent, by payload.
  std::map<std::string, std::set<std::string>> audience_;
  std::map<std::pair<std::size_t, std::uint16_t>, codec::Subscribe> asked_;
  std::vector<Debt> debts_;
  std::set<std::string> attentive_;  // Client Identifiers, as of the last settled()
};

}  // namespace mqttspec::fuzz
