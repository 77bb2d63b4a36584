#include "reference/store/row.hpp"

#include <array>
#include <utility>

#include "reference/store/bytes.hpp"

namespace mqttspec::store {
namespace {

using namespace broker;

constexpr std::uint8_t form = 1;  // of the data; the first byte

void put(Writer& out, const std::optional<WallClock>& when) {
  out.flag(when.has_value());
  out.integer(when.value_or(WallClock{0}).count());
}
std::optional<WallClock> get_time(Reader& in) {
  const bool there = in.flag();
  const WallClock when{in.integer<std::int64_t>()};
  return there ? std::optional(when) : std::nullopt;
}

void put(Writer& out, const StoredDelivery& delivery) {
  out.integer(delivery.message);
  out.integer(delivery.qos);
  out.flag(delivery.retain);
  out.integer(static_cast<std::uint32_t>(delivery.subscription_identifiers.size()));
  for (const auto identifier : delivery.subscription_identifiers) out.integer(identifier);
  out.text(delivery.shared_filter);
}
StoredDelivery get_delivery(Reader& in) {
  StoredDelivery delivery;
  delivery.message = in.integer<std::uint64_t>();
  delivery.qos = in.integer<std::uint8_t>();
  delivery.retain = in.flag();
  const auto count = in.integer<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && in.good(); ++i) {
    delivery.subscription_identifiers.push_back(in.integer<std::uint32_t>());
  }
  delivery.shared_filter = in.text();
  return delivery;
}

// --- one pair of functions for each kind of record -----------------------------------------------

Key key_of(const SessionRecord& r) {
  return {Table::sessions, r.session, 0, {}};
}
Key key_of(const SessionErased& r) {
  return {Table::sessions, r.session, 0, {}};
}
Key key_of(const SubscriptionRecord& r) {
  return {Table::subscriptions, r.session, 0, r.topic_filter};
}
Key key_of(const SubscriptionErased& r) {
  return {Table::subscriptions, r.session, 0, r.topic_filter};
}
Key key_of(const MessageRecord& r) {
  return {Table::messages, r.message, 0, {}};
}
Key key_of(const MessageErased& r) {
  return {Table::messages, r.message, 0, {}};
}
Key key_of(const QueuedRecord& r) {
  return {Table::queued, r.session, r.position, {}};
}
Key key_of(const QueuedErased& r) {
  return {Table::queued, r.session, r.position, {}};
}
Key key_of(const ExchangeRecord& r) {
  return {Table::exchanges, r.session, r.packet_identifier, {}};
}
Key key_of(const ExchangeErased& r) {
  return {Table::exchanges, r.session, r.packet_identifier, {}};
}
Key key_of(const IncomingRecord& r) {
  return {Table::incoming, r.session, r.packet_identifier, {}};
}
Key key_of(const IncomingErased& r) {
  return {Table::incoming, r.session, r.packet_identifier, {}};
}
Key key_of(const RetainedRecord& r) {
  return {Table::retained, 0, 0, r.topic_name};
}
Key key_of(const RetainedErased& r) {
  return {Table::retained, 0, 0, r.topic_name};
}

void write(Writer& out, const SessionRecord& r) {
  out.text(r.client_identifier);
  out.integer(r.expiry_interval);
  put(out, r.expires);
  put(out, r.will_due);
  out.flag(r.user_name.has_value());
  out.text(r.user_name.value_or(""));
  out.flag(r.will.has_value());
  if (!r.will) return;
  out.text(r.will->topic);
  out.text(r.will->payload);
  out.integer(r.will->qos);
  out.flag(r.will->retain);
  out.properties(r.will->properties);
}
SessionRecord read_session(const Key& key, Reader& in) {
  SessionRecord r;
  r.session = key.owner;
  r.client_identifier = in.text();
  r.expiry_interval = in.integer<std::uint32_t>();
  r.expires = get_time(in);
  r.will_due = get_time(in);
  const bool has_user = in.flag();
  if (auto user = in.text(); has_user) r.user_name = std::move(user);
  if (!in.flag()) return r;
  codec::Will& will = r.will.emplace();
  will.topic = in.text();
  will.payload = in.text();
  will.qos = in.integer<std::uint8_t>();
  will.retain = in.flag();
  will.properties = in.properties();
  return r;
}

void write(Writer& out, const SubscriptionRecord& r) {
  out.integer(r.options.qos);
  out.flag(r.options.no_local);
  out.flag(r.options.retain_as_published);
  out.integer(r.options.identifier.value_or(0));  // which is never zero
  out.flag(r.share_filters);
}
SubscriptionRecord read_subscription(const Key& key, Reader& in) {
  SubscriptionRecord r;
  r.session = key.owner;
  r.topic_filter = key.name;
  r.options.qos = in.integer<std::uint8_t>();
  r.options.no_local = in.flag();
  r.options.retain_as_published = in.flag();
  if (const auto identifier = in.integer<std::uint32_t>()) r.options.identifier = identifier;
  r.share_filters = in.flag();
  return r;
}

void write(Writer& out, const MessageRecord& r) {
  const Message& message = *r.content;
  out.text(message.topic_name);
  out.text(message.payload);
  out.integer(message.qos);
  out.flag(message.retain);
  out.text(message.publisher);
  put(out, r.expires);
  out.properties(message.properties);
}
MessageRecord read_message(const Key& key, Reader& in) {
  auto message = std::make_shared<Message>();
  message->topic_name = in.text();
  message->payload = in.text();
  message->qos = in.integer<std::uint8_t>();
  message->retain = in.flag();
  message->publisher = in.text();
  const auto expires = get_time(in);
  message->properties = in.properties();
  return {key.owner, std::move(message), expires};
}

void write(Writer& out, const QueuedRecord& r) {
  put(out, r.delivery);
  if (!r.hand_out) return;
  out.text(r.hand_out->topic_filter);
  out.flag(r.hand_out->no_local);
  out.integer(r.hand_out->identifier.value_or(0));  // which is never zero
  out.text(r.hand_out->after);
}
QueuedRecord read_queued(const Key& key, Reader& in) {
  QueuedRecord r{key.owner, key.number, get_delivery(in)};
  // Without a message it is a place for retained ones.
  if (r.delivery.message != 0) return r;
  auto& hand_out = r.hand_out.emplace();
  hand_out.topic_filter = in.text();
  hand_out.no_local = in.flag();
  if (const auto identifier = in.integer<std::uint32_t>()) hand_out.identifier = identifier;
  hand_out.after = in.text();
  return r;
}
void write(Writer& out, const ExchangeRecord& r) {
  out.integer(r.order);
  out.flag(r.released);
  put(out, r.delivery);
}
ExchangeRecord read_exchange(const Key& key, Reader& in) {
  ExchangeRecord r;
  r.session = key.owner;
  r.packet_identifier = static_cast<std::uint16_t>(key.number);
  r.order = in.integer<std::uint64_t>();
  r.released = in.flag();
  r.delivery = get_delivery(in);
  return r;
}
void write(Writer& out, const IncomingRecord& r) {
  out.integer(r.message);
}
void write(Writer& out, const RetainedRecord& r) {
  out.integer(r.message);
}

Record read(const Key& key, Reader& in) {
  const auto identifier = static_cast<std::uint16_t>(key.number);
  switch (key.table) {
    case Table::sessions:
      return {read_session(key, in)};
    case Table::subscriptions:
      return {read_subscription(key, in)};
    case Table::messages:
      return {read_message(key, in)};
    case Table::queued:
      return {read_queued(key, in)};
    case Table::exchanges:
      return {read_exchange(key, in)};
    case Table::incoming:
      return {IncomingRecord{key.owner, identifier, in.integer<std::uint64_t>()}};
    case Table::retained:
      break;
  }
  return {RetainedRecord{key.name, in.integer<std::uint64_t>()}};
}

// What no broker of ours has written, though it can be read.
const char* objection(const Key& key, const Record& record) {
  const bool identified = key.table == Table::exchanges || key.table == Table::incoming;
  if (identified && (key.number == 0 || key.number > 65'535)) return "has no Packet Identifier";
  const auto qos_of = [](const Record& of) -> std::uint8_t {
    if (const auto* r = std::get_if<SubscriptionRecord>(&of.change)) return r->options.qos;
    if (const auto* r = std::get_if<MessageRecord>(&of.change)) return r->content->qos;
    if (const auto* r = std::get_if<QueuedRecord>(&of.change)) return r->delivery.qos;
    if (const auto* r = std::get_if<ExchangeRecord>(&of.change)) return r->delivery.qos;
    const auto* r = std::get_if<SessionRecord>(&of.change);
    return r != nullptr && r->will ? r->will->qos : std::uint8_t{0};
  };
  return qos_of(record) > 2 ? "has a QoS above 2" : nullptr;
}

}  // namespace

const char* to_string(Table table) {
  static constexpr std::array<const char*, tables> names = {
      "sessions", "subscriptions", "messages", "queued", "exchanges", "incoming", "retained"};
  return names.at(static_cast<std::size_t>(table));
}

bool hangs_on_session(Table table) {
  return table == Table::subscriptions || table == Table::queued || table == Table::exchanges ||
         table == Table::incoming;
}

std::string to_string(const Key& key) {
  std::string text = to_string(key.table);
  if (key.owner != 0) {
    const bool message = key.table == Table::messages;
    text += (message ? ", message " : ", session ") + std::to_string(key.owner);
  }
  if (key.number != 0) text += ", number " + std::to_string(key.number);
  if (!key.name.empty()) text += ", \"" + key.name + "\"";
  return text;
}

Row to_row(const Record& record) {
  return std::visit(
      [](const auto& known) {
        Row row{key_of(known), std::nullopt};
        Writer out;
        if constexpr (requires { write(out, known); }) {
          out.integer(form);
          write(out, known);
          row.data = out.take();
        }
        return row;
      },
      record.change);
}

std::variant<Record, std::string> to_record(const Key& key, std::string_view data) {
  Reader in(data);
  if (const auto found = in.integer<std::uint8_t>(); in.good() && found != form) {
    return to_string(key) + ": is of form " + std::to_string(found) + ", which is not known here";
  }
  Record record = read(key, in);
  if (!in.good()) return to_string(key) + ": its data ends early or makes no sense";
  if (!in.at_end())
    return to_string(key) + ": there are " + std::to_string(in.left()) + " bytes behind its data";
  if (const char* why = objection(key, record)) return to_string(key) + ": " + why;
  return record;
}

}  // namespace mqttspec::store
