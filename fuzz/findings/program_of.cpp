#include "fuzz/findings/program_of.hpp"

#include <map>

#include "conformance/executor/virtual/virtual_driver.hpp"

namespace mqttspec::fuzz {

using executor::TraceEntry;
using Kind = Operation::Kind;

namespace {

// The first that scripts' clients choose for themselves (scenarios/README.md).
constexpr std::uint16_t own_identifiers = 10'001;

class Translator {
 public:
  explicit Translator(const std::string& ns) : ns_(ns) {}

  void add(const TraceEntry& entry) {
    if (entry.text == "the broker is killed" || entry.text == "the broker is restarted") {
      pass(entry.at);
      program_.emplace_back().kind = Kind::restart;
      return;
    }
    if (entry.client.empty() || entry.client.starts_with('(')) return;
    const std::size_t client = number_of(entry.client);
    if (client >= clients_max) return;
    switch (entry.kind) {
      case TraceEntry::Kind::opened:
        connecting_[client] = true;
        return;
      case TraceEntry::Kind::sent:
        pass(entry.at);
        return send(client, entry);
      case TraceEntry::Kind::closed_by_us: {
        pass(entry.at);
        Operation operation;
        operation.kind = entry.text == "RST" ? Kind::reset : Kind::half_close;
        operation.client = client;
        program_.push_back(operation);
        return;
      }
      default:
        return;
    }
  }

  [[nodiscard]] std::optional<Program> take() {
    if (clients_.size() > clients_max) return std::nullopt;
    return std::move(program_);
  }

 private:
  std::size_t number_of(const std::string& client) {
    return clients_.try_emplace(client, clients_.size()).first->second;
  }

  void pass(executor::Instant at) {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(at - now_);
    if (time.count() <= 0) return;
    Operation operation;
    operation.kind = Kind::advance;
    operation.time = time;
    program_.push_back(operation);
    now_ = at;
  }

  void send(std::size_t client, const TraceEntry& entry) {
    Operation operation;
    operation.client = client;
    operation.version = entry.version;
    operation.kind = connecting_[client] ? Kind::connect : Kind::raw;
    operation.automatic = false;
    connecting_[client] = false;
    auto decoded = codec::decode(entry.bytes, entry.version, codec::Sender::client);
    auto* packet = std::get_if<codec::Packet>(&decoded);
    if (packet == nullptr) {
      operation.bytes = entry.bytes;
    } else if (acknowledges(*packet)) {
      operation.kind = Kind::acknowledge;
    } else {
      std::visit([this](auto& p) { simplify(p); }, *packet);
      operation.packet = std::move(*packet);
      const bool connect = std::holds_alternative<codec::Connect>(operation.packet);
      if (operation.kind == Kind::raw) operation.kind = Kind::send;
      if (operation.kind == Kind::connect && !connect) {
        operation.bytes = codec::encode(operation.packet, entry.version);
      }
    }
    program_.push_back(std::move(operation));
  }

  static bool acknowledges(const codec::Packet& packet) {
    return std::holds_alternative<codec::Puback>(packet) ||
           std::holds_alternative<codec::Pubrec>(packet) ||
           std::holds_alternative<codec::Pubcomp>(packet);
  }

  // Into the alphabets of programs, as far as that changes nothing.
  void simplify(codec::Connect& packet) {
    packet.user_name.reset();
    packet.password.reset();
    if (packet.client_identifier.empty()) return;
    const auto number = identifiers_.try_emplace(packet.client_identifier, identifiers_.size());
    packet.client_identifier = std::string(1, static_cast<char>('a' + number.first->second % 4));
    if (packet.will) {
      shorten(packet.will->topic);
      packet.will->payload = "will";
    }
  }
  void simplify(codec::Publish& packet) {
    shorten(packet.topic_name);
    if (!packet.payload.empty()) packet.payload = "m";
    if (packet.packet_identifier) renumber(*packet.packet_identifier);
  }
  void simplify(codec::Subscribe& packet) {
    renumber(packet.packet_identifier);
    for (auto& entry : packet.subscriptions) shorten(entry.topic_filter);
  }
  void simplify(codec::Unsubscribe& packet) {
    renumber(packet.packet_identifier);
    for (auto& filter : packet.topic_filters) shorten(filter);
  }
  void simplify(codec::Pubrel& packet) { renumber(packet.packet_identifier); }
  template <class Other>
  void simplify(Other&) {}

  void shorten(std::string& name) const {
    for (auto at = name.find(ns_); at != std::string::npos; at = name.find(ns_)) {
      const bool level = at + ns_.size() < name.size() && name[at + ns_.size()] == '/';
      name.erase(at, ns_.size() + (level ? 1 : 0));
    }
  }
  static void renumber(std::uint16_t& identifier) {
    if (identifier < own_identifiers) return;
    identifier = static_cast<std::uint16_t>(1 + (identifier - own_identifiers) % 3);
  }

  const std::string& ns_;
  std::map<std::string, std::size_t> clients_;
  std::map<std::string, std::size_t> identifiers_;
  std::map<std::size_t, bool> connecting_;
  executor::Instant now_{};
  Program program_;
};

}  // namespace

std::optional<Program> program_of(const executor::InstanceOutcome& outcome, const std::string& ns) {
  Translator translator(ns);
  for (const TraceEntry& entry : outcome.trace) translator.add(entry);
  return translator.take();
}

std::optional<Program> program_of(const scenario::Instance& instance) {
  const auto outcome = executor::run_virtual(instance, {});
  return program_of(outcome, executor::make_ns("virtual", instance.id));
}

}  // namespace mqttspec::fuzz
