// The words of the notation: packets and their fields, keys, enumerations. Parser, printer, lint
// and the test of scenarios/README.md all read them here; the 27 properties and the reason codes
// are the codec's tables.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

// What may stand behind a field's name.
enum class FieldKind : std::uint8_t {
  integer,
  boolean,
  bytes,  // text or {"bytes": ...}
  reason_code,
  reason_codes,
  subscriptions,  // topic_filters of SUBSCRIBE
  topic_filters,  // of UNSUBSCRIBE
  will,
  property_integer,
  property_bytes,
  property_pairs,
  elapsed,  // the rest only in patterns
  client,
  exact,
  farewell,
};

struct FieldRow {
  std::string_view name;
  FieldKind kind;
};

// One row per control packet. `fields` are its own: properties stand beside them if `properties`.
struct PacketRow {
  codec::PacketType type;
  std::string_view name;
  std::span<const FieldRow> fields;
  bool properties;
  bool from_server;  // a pattern may name it
};
[[nodiscard]] std::span<const PacketRow> packet_table();
[[nodiscard]] const PacketRow* find_packet(std::string_view name);  // nullptr: no such packet

// Fields of a Will and of one Topic Filter in SUBSCRIBE.
[[nodiscard]] std::span<const FieldRow> will_fields();
[[nodiscard]] std::span<const FieldRow> subscription_fields();
// All 27, in the codec's order.
[[nodiscard]] std::span<const FieldRow> property_fields();

// The fields that may be stated about a packet, CLOSED or ANY in a pattern; and about a capture in
// verify, of which only running tells what it is. Empty for an unknown name.
[[nodiscard]] std::vector<FieldRow> pattern_fields(std::string_view packet);
[[nodiscard]] std::vector<FieldRow> verify_fields();
// A field that `distinct` can compare.
[[nodiscard]] bool can_be_distinct(const FieldRow& field);

[[nodiscard]] std::vector<std::string_view> sendable_packets();    // in `send`
[[nodiscard]] std::vector<std::string_view> expectable_packets();  // CLOSED and ANY included

// Matchers that fit a kind of field: "min", "one_of" ...
[[nodiscard]] std::vector<std::string_view> matchers_of(FieldKind kind);

// Keys in the order in which the printer writes them.
[[nodiscard]] std::span<const std::string_view> file_keys();
[[nodiscard]] std::span<const std::string_view> scenario_keys();
[[nodiscard]] std::span<const std::string_view> check_keys();
[[nodiscard]] std::span<const std::string_view> client_keys();
[[nodiscard]] std::span<const std::string_view> config_keys();
[[nodiscard]] std::span<const std::string_view> step_keys();
[[nodiscard]] std::span<const std::string_view> edit_keys();
[[nodiscard]] std::span<const std::string_view> action_names();
[[nodiscard]] std::span<const std::string_view> observation_names();
[[nodiscard]] std::span<const std::string_view> verify_kinds();
[[nodiscard]] std::span<const std::string_view> grades();
[[nodiscard]] std::span<const std::string_view> version_names();
[[nodiscard]] std::span<const std::string_view> level_names();
[[nodiscard]] std::span<const std::string_view> transport_names();
// What `requires` may ask about.
[[nodiscard]] std::span<const std::string_view> capability_names();

[[nodiscard]] bool contains(std::span<const std::string_view> words, std::string_view word);
[[nodiscard]] const FieldRow* find_field(std::span<const FieldRow> fields, std::string_view name);
[[nodiscard]] std::optional<Version> version_by_name(std::string_view name);
[[nodiscard]] std::optional<Level> level_by_name(std::string_view name);
[[nodiscard]] ActionKind action_by_name(std::string_view name);  // none: no such action
// connect, subscribe, unsubscribe, publish and ping: they await an answer.
[[nodiscard]] bool is_request(ActionKind kind);
// All but wait, broker, repeat and parallel.
[[nodiscard]] bool needs_client(ActionKind kind);
// Those that send packets: illegal and segments may stand beside them.
[[nodiscard]] bool sends_packets(ActionKind kind);

}  // namespace mqttspec::scenario
