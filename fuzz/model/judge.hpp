// The model of a broker, and the judge of one: fed with every packet in both directions, it knows
// what the broker owes (obligations), may do (allowances) and may not do (prohibitions). Only what
// the standard lays down is modelled; where it leaves a freedom, spans and counts stand in place of
// an expected value. What is judged is what clients see, so that any broker can be judged.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fuzz/model/history.hpp"
#include "fuzz/model/link.hpp"
#include "fuzz/model/retained_book.hpp"
#include "fuzz/model/session_book.hpp"
#include "reference/broker/config.hpp"

namespace mqttspec::fuzz {

// What a broker does not support. Clients of 3.x are not told, so it has to be known beforehand.
struct Offer {
  bool retain = true;
  std::uint8_t maximum_qos = 2;
  bool wildcards = true;

  [[nodiscard]] static Offer of(const broker::Config& config) {
    return {config.retain_available, config.maximum_qos, config.wildcard_subscription_available};
  }
};

class Judge {
 public:
  explicit Judge(Offer offer = {}, Tolerance tolerance = {});

  // It is now so late; called before the broker hears of it.
  void time(Instant now);
  void opened(LinkId link, codec::Version version);
  // We send this. `faithful`: nothing that its client has sent so far breaks a rule. Topic Aliases
  // are resolved, in both directions.
  void sent(LinkId link, const codec::Packet& packet, bool faithful);
  // The client has begun a packet; a server may refuse one of that size.
  void begun_packet(LinkId link);
  // We send what is no packet, or one that is refused for this.
  void sent_illegal(LinkId link, const std::optional<codec::DecodeError>& error);
  void received(LinkId link, const codec::Packet& packet);
  // The broker has decided to end the connection; what it says on it comes still.
  void broker_closes(LinkId link);
  void gone(LinkId link);
  // The client takes what comes; it acknowledges at once what has to be.
  void attentive(LinkId link, bool takes, bool acknowledges);
  // Nothing moves until something is sent or time goes on.
  void quiet();

  [[nodiscard]] std::vector<std::string> take_faults();

 private:
  struct PendingWill {
    MessageNumber message = 0;
    Instant due{};
    bool at_once = false;
    bool certain = true;
    std::string client_identifier;
    std::uint64_t generation = 0;
  };
  // A message that has to come.
  struct Debt {
    std::string client_identifier;  // whom it is owed; "" for a Shared Subscription
    std::string group;              // {name, filter} of that, as in SUBSCRIBE
    std::uint64_t generation = 0;
    MessageNumber message = 0;
    std::uint8_t qos = 0;
    bool retained = false;
    Moment after = 0;
    Instant since{};
  };

  void fault(const Link& link, const std::string& what);
  void owe(Link& link, codec::PacketType type, std::uint16_t identifier);
  void must_close(Link& link, std::string reason);
  [[nodiscard]] SessionBook& session_of(const Link& link);
  [[nodiscard]] bool exceeds_offer(const codec::Packet& packet) const;

  // Connections and Wills: judge_connect.cpp.
  void sent_connect(Link& link, const codec::Connect& packet);
  void received_connack(Link& link, const codec::Connack& packet);
  void enter_session(Link& link, const codec::Connack& packet);
  void sent_disconnect(Link& link, const codec::Disconnect& packet);
  void end(Link& link);
  void arm_will(Link& link, const SessionBook& session);
  void meet_wills_of(const std::string& client_identifier, bool clean);
  void settle_wills();

  // Requests and acknowledgements: judge_requests.cpp.
  void sent_subscribe(Link& link, const codec::Subscribe& packet);
  void sent_unsubscribe(Link& link, const codec::Unsubscribe& packet);
  void received_suback(Link& link, const codec::Suback& packet);
  void received_unsuback(Link& link, const codec::Unsuback& packet);
  void note_retained(Link& link, std::uint16_t identifier, const codec::Subscription& entry,
                     std::size_t place, Belief before);

  // What clients publish: judge_publish.cpp.
  void sent_publish(Link& link, const codec::Publish& packet);
  MessageNumber add_message(Message message);
  void received_acknowledgement(Link& link, codec::PacketType type, std::uint16_t identifier,
                                codec::ReasonCode reason);
  void settle_message(MessageNumber number, bool certain);
  void owe_message(MessageNumber number);
  void owe_groups(MessageNumber number);
  [[nodiscard]] bool somebody_listens(const Message& message) const;

  // What clients receive: judge_delivery.cpp.
  void received_publish(Link& link, const codec::Publish& packet);
  [[nodiscard]] bool is_repetition(const Link& link, SessionBook& session,
                                   const codec::Publish& packet);
  void judge_delivery(const Link& link, const SessionBook& session, const codec::Publish& packet,
                      const Arrival& arrival);
  [[nodiscard]] std::string allowance(const Link& link, SessionBook& session, MessageNumber number,
                                      const codec::Publish& packet, std::string& group);
  void judge_properties(const Link& link, const Message& message, const codec::Publish& packet);
  void sent_acknowledgement(Link& link, codec::PacketType type, std::uint16_t identifier,
                            codec::ReasonCode reason);
  void received_pubrel(Link& link, const codec::Pubrel& packet);

  // What is due when nothing moves: judge_quiet.cpp.
  void settle_debts();
  [[nodiscard]] bool is_settled(const Debt& debt);
  void judge_identifiers(const Link& link, const SessionBook& session, MessageNumber number);
  void judge_links();
  void judge_link(Link& link);
  [[nodiscard]] bool has_waited(const std::optional<Instant>& there, Instant since) const;

  Offer offer_;
  Tolerance tolerance_;
  Instant now_{};
  Moment moment_ = 1;
  std::map<LinkId, Link> links_;
  std::map<std::string, SessionBook> sessions_;
  std::vector<Message> messages_;
  std::multimap<std::string, MessageNumber> by_payload_;
  std::vector<MessageNumber> unsettled_;  // QoS 0: settled as soon as nothing moves
  std::vector<MessageNumber> abandoned_;  // not acknowledged, and the connection is gone
  RetainedBook retained_;
  std::vector<PendingWill> wills_;
  std::vector<Debt> debts_;
  // {filter of a Shared Subscription, message} -> copies that its members have
  std::map<std::pair<std::string, MessageNumber>, std::size_t> group_copies_;
  std::vector<std::string> faults_;
};

}  // namespace mqttspec::fuzz
