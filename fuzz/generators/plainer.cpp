// What may be taken out of one operation.
#include <algorithm>

#include "fuzz/generators/reduce_program.hpp"

namespace mqttspec::fuzz {

using Kind = Operation::Kind;

namespace {

class Candidates {
 public:
  explicit Candidates(const Operation& operation) : operation_(operation) {}

  // A copy of the packet that `change` has changed, if that made a difference.
  template <class Packet, class Change>
  void with(Change change) {
    Packet packet = std::get<Packet>(operation_.packet);
    change(packet);
    if (packet == std::get<Packet>(operation_.packet)) return;
    Operation candidate = operation_;
    candidate.packet = std::move(packet);
    found.push_back(std::move(candidate));
  }
  template <class Change>
  void with_operation(Change change) {
    Operation candidate = operation_;
    change(candidate);
    found.push_back(std::move(candidate));
  }

  // Without all properties of the list that `list` picks from a packet, then without each.
  template <class Packet, class List>
  void without_properties(List list) {
    with<Packet>([&](Packet& packet) { list(packet).clear(); });
    Packet packet = std::get<Packet>(operation_.packet);
    const std::size_t count = list(packet).size();
    for (std::size_t i = 0; i < count && count > 1; ++i) {
      with<Packet>([&](Packet& changed) {
        auto& properties = list(changed);
        properties.erase(properties.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
  }

  std::vector<Operation> found;

 private:
  const Operation& operation_;
};

template <class Packet>
codec::Properties& own_properties(Packet& packet) {
  return packet.properties;
}

template <class Packet>
void plainer_flags(Candidates& candidates) {
  if constexpr (requires(Packet packet) { packet.trailing; }) {
    candidates.with<Packet>([](Packet& packet) { packet.trailing.clear(); });
  }
  if constexpr (requires(Packet packet) { packet.flags; }) {
    candidates.with<Packet>([](Packet& packet) { packet.flags = Packet{}.flags; });
  }
  if constexpr (requires(Packet packet) { packet.reason_code; }) {
    candidates.with<Packet>([](Packet& packet) { packet.reason_code = {}; });
  }
}

void plainer_fields(Candidates& candidates, const codec::Connect& packet) {
  using codec::Connect;
  candidates.with<Connect>([](Connect& p) { p.will.reset(); });
  candidates.with<Connect>([](Connect& p) { p.user_name.reset(); });
  candidates.with<Connect>([](Connect& p) { p.password.reset(); });
  candidates.with<Connect>([](Connect& p) { p.connect_flags.reset(); });
  candidates.with<Connect>([](Connect& p) { p.keep_alive = 0; });
  candidates.with<Connect>([](Connect& p) { p.clean_start = true; });
  if (!packet.will) return;
  candidates.with<Connect>([](Connect& p) { p.will->qos = 0; });
  candidates.with<Connect>([](Connect& p) { p.will->retain = false; });
  candidates.without_properties<Connect>(
      [](Connect& p) -> codec::Properties& { return p.will->properties; });
}

void plainer_fields(Candidates& candidates, const codec::Publish& packet) {
  using codec::Publish;
  candidates.with<Publish>([](Publish& p) {
    p.qos = 0;
    p.dup = false;
    p.packet_identifier.reset();
  });
  if (packet.qos > 1) candidates.with<Publish>([](Publish& p) { p.qos = 1; });
  candidates.with<Publish>([](Publish& p) { p.dup = false; });
  candidates.with<Publish>([](Publish& p) { p.retain = false; });
  if (packet.packet_identifier) {
    candidates.with<Publish>([](Publish& p) { p.packet_identifier = 1; });
  }
  for (const std::size_t size : {std::size_t{1}, packet.payload.size() / 2}) {
    if (size < packet.payload.size()) {
      candidates.with<Publish>([&](Publish& p) { p.payload.resize(size); });
    }
  }
}

void plainer_fields(Candidates& candidates, const codec::Subscribe& packet) {
  using codec::Subscribe;
  for (std::size_t i = 0; i < packet.subscriptions.size(); ++i) {
    if (packet.subscriptions.size() > 1) {
      candidates.with<Subscribe>([&](Subscribe& p) {
        p.subscriptions.erase(p.subscriptions.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
    const auto entry = [i](Subscribe& p) -> codec::Subscription& { return p.subscriptions[i]; };
    candidates.with<Subscribe>([&](Subscribe& p) { entry(p).no_local = false; });
    candidates.with<Subscribe>([&](Subscribe& p) { entry(p).retain_as_published = false; });
    candidates.with<Subscribe>([&](Subscribe& p) { entry(p).retain_handling = 0; });
    candidates.with<Subscribe>([&](Subscribe& p) { entry(p).options.reset(); });
    candidates.with<Subscribe>([&](Subscribe& p) { entry(p).qos = 0; });
  }
  candidates.with<Subscribe>([](Subscribe& p) { p.packet_identifier = 1; });
}

template <class Packet>
void plainer_fields(Candidates&, const Packet&) {}

void plainer_packet(Candidates& candidates, const Operation& operation) {
  std::visit(
      [&]<class Packet>(const Packet& packet) {
        if constexpr (requires(Packet changed) { changed.properties; }) {
          candidates.without_properties<Packet>(own_properties<Packet>);
        }
        plainer_fields(candidates, packet);
        plainer_flags<Packet>(candidates);
      },
      operation.packet);
}

// Halves and quarters cut off at either end, then single bytes at the end.
void plainer_bytes(Candidates& candidates, const Operation& operation) {
  const std::size_t size = operation.bytes.size();
  for (const std::size_t less : {size / 2, size / 4, std::size_t{1}}) {
    if (less == 0 || less >= size) continue;
    candidates.with_operation([&](Operation& o) { o.bytes.resize(size - less); });
    candidates.with_operation([&](Operation& o) { o.bytes.erase(0, less); });
  }
}

}  // namespace

std::vector<Operation> plainer(const Operation& operation) {
  Candidates candidates(operation);
  switch (operation.kind) {
    case Kind::connect:
      if (!operation.automatic) {
        candidates.with_operation([](Operation& o) { o.automatic = true; });
      }
      [[fallthrough]];
    case Kind::send:
    case Kind::raw:
      if (operation.kind != Kind::raw && operation.bytes.empty()) {
        plainer_packet(candidates, operation);
      } else {
        plainer_bytes(candidates, operation);
      }
      break;
    case Kind::advance:
      for (const int time : {1, 1'000, 2'000, 6'000}) {
        if (operation.time <= std::chrono::milliseconds(time)) break;
        candidates.with_operation([&](Operation& o) { o.time = std::chrono::milliseconds(time); });
      }
      break;
    case Kind::deliver:
      if (operation.amount > 1) {
        candidates.with_operation([](Operation& o) { o.amount /= 2; });
      }
      break;
    default:
      break;
  }
  return candidates.found;
}

}  // namespace mqttspec::fuzz
