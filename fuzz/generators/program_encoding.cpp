// Programs out of choices, and choices out of programs: each scheme below is read and written.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fuzz/generators/packet_scheme.hpp"
#include "fuzz/generators/program.hpp"
#include "fuzz/generators/scheme.hpp"
#include "fuzz/generators/spoil.hpp"
#include "reference/codec/arbitrary_packet.hpp"

namespace mqttspec::fuzz {

using codec::Version;
using Kind = Operation::Kind;

namespace {

constexpr std::chrono::milliseconds time_max{1'000'000};
constexpr std::size_t amount_max = 256;

// How an operation is written. The one that ends the program comes first: a source that has run
// dry chooses it.
enum class Form : std::uint8_t {
  end,
  publish,
  subscribe,
  connect,
  acknowledge,
  unsubscribe,
  pubrel,
  pingreq,
  disconnect,
  spoilt,
  raw,
  connect_raw,
  stall,
  deliver,
  resume,
  half_close,
  reset,
  advance,
  restart,
};

// As often as each is worth it: what publishes and subscribes, most of all.
constexpr std::initializer_list<Form> forms = {
    Form::end,         Form::publish,     Form::subscribe,   Form::connect,     Form::acknowledge,
    Form::unsubscribe, Form::pubrel,      Form::pingreq,     Form::disconnect,  Form::spoilt,
    Form::raw,         Form::connect_raw, Form::stall,       Form::deliver,     Form::resume,
    Form::half_close,  Form::reset,       Form::advance,     Form::publish,     Form::publish,
    Form::publish,     Form::publish,     Form::publish,     Form::publish,     Form::publish,
    Form::publish,     Form::publish,     Form::publish,     Form::publish,     Form::publish,
    Form::publish,     Form::publish,     Form::publish,     Form::publish,     Form::publish,
    Form::publish,     Form::publish,     Form::publish,     Form::subscribe,   Form::subscribe,
    Form::subscribe,   Form::subscribe,   Form::subscribe,   Form::subscribe,   Form::subscribe,
    Form::subscribe,   Form::subscribe,   Form::connect,     Form::connect,     Form::connect,
    Form::connect,     Form::acknowledge, Form::acknowledge, Form::acknowledge, Form::acknowledge,
    Form::unsubscribe, Form::unsubscribe, Form::pubrel,      Form::pingreq,     Form::disconnect,
    Form::spoilt,      Form::advance,     Form::restart,     Form::end};

// The packet that the form says, made anew where it is another one.
template <class Packet, class Coder, class... More>
void send(Coder& c, Operation& operation, const More&... more) {
  operation.kind = Kind::send;
  if (!std::holds_alternative<Packet>(operation.packet)) operation.packet = Packet{};
  scheme(c, std::get<Packet>(operation.packet), more...);
}

template <class Coder>
void scheme_of_send(Coder& c, Form form, Operation& operation, Version version,
                    std::size_t number) {
  switch (form) {
    case Form::subscribe:
      return send<codec::Subscribe>(c, operation, version);
    case Form::unsubscribe:
      return send<codec::Unsubscribe>(c, operation);
    case Form::disconnect:
      return send<codec::Disconnect>(c, operation, version);
    case Form::pubrel: {
      operation.kind = Kind::send;
      auto* packet = std::get_if<codec::Pubrel>(&operation.packet);
      std::uint16_t own = packet != nullptr ? packet->packet_identifier : std::uint16_t{0};
      identifier(c, own);
      operation.packet = codec::Pubrel{own};
      return;
    }
    case Form::pingreq:
      operation.kind = Kind::send;
      operation.packet = codec::Pingreq{};
      return;
    default:
      return send<codec::Publish>(c, operation, version, number);
  }
}

template <class Coder>
void time_of(Coder& c, std::int64_t& time) {
  static constexpr std::initializer_list<std::int64_t> usual = {1,     500,   1'000,
                                                                2'000, 6'000, 100'000};
  bool odd = std::find(usual.begin(), usual.end(), time) == usual.end();
  c.chance(odd, 8);
  if (odd) return c.template number<std::int64_t>(time, 0, time_max.count());
  c.one_of(time, usual);
}

// Mostly short ones, so that they do not swallow what comes behind them.
template <class Coder>
void raw_bytes(Coder& c, codec::Bytes& bytes) {
  bool many = bytes.size() > 32;
  c.chance(many, 8);
  c.bytes(bytes, 1, many ? raw_bytes_max : 32);
}

// Everything but the form itself and the client.
template <class Coder>
void scheme_of(Coder& c, Form form, Operation& operation, Version version, std::size_t number) {
  switch (form) {
    case Form::connect:
    case Form::connect_raw:
      operation.kind = Kind::connect;
      version_of_connect(c, operation.version);
      c.flag(operation.automatic);
      if (form == Form::connect_raw) return raw_bytes(c, operation.bytes);
      if (!std::holds_alternative<codec::Connect>(operation.packet)) {
        operation.packet = codec::Connect{};
      }
      return scheme(c, std::get<codec::Connect>(operation.packet), operation.version);
    case Form::raw:
      operation.kind = Kind::raw;
      return raw_bytes(c, operation.bytes);
    case Form::deliver:
      operation.kind = Kind::deliver;
      return c.template number<std::size_t>(operation.amount, 1, amount_max);
    case Form::advance: {
      operation.kind = Kind::advance;
      std::int64_t time = operation.time.count();
      time_of(c, time);
      operation.time = std::chrono::milliseconds(time);
      return;
    }
    case Form::acknowledge:
      operation.kind = Kind::acknowledge;
      return;
    case Form::stall:
      operation.kind = Kind::stall;
      return;
    case Form::resume:
      operation.kind = Kind::resume;
      return;
    case Form::half_close:
      operation.kind = Kind::half_close;
      return;
    case Form::reset:
      operation.kind = Kind::reset;
      return;
    case Form::restart:
      operation.kind = Kind::restart;
      return;
    default:
      return scheme_of_send(c, form, operation, version, number);
  }
}

// Two do most, so that what belongs together meets.
template <class Coder>
void client_of(Coder& c, std::size_t& client) {
  c.one_of(client, {0, 1, 0, 1, 0, 1, 2, 2, 3, 4, 5});
}

bool has_client(Form form) {
  return form != Form::advance && form != Form::restart;
}

// What the operations so far have made of the clients.
struct Cast {
  std::array<Version, clients_max> versions{};
  std::array<bool, clients_max> seen{};

  void follow(const Operation& operation) {
    if (operation.kind != Kind::connect) return;
    versions[operation.client] = operation.version;
    seen[operation.client] = true;
  }
};

bool read_operation(codec::Choices& choices, std::size_t number, Cast& cast, Operation& operation) {
  Form form = choices.element(forms);
  if (form == Form::end) return false;
  Reader reader(choices);
  if (has_client(form)) {
    client_of(reader, operation.client);
    const bool connects = form == Form::connect || form == Form::connect_raw;
    if (!cast.seen[operation.client] && !connects) form = Form::connect;
  }
  const Version version = cast.versions[operation.client];
  if (form == Form::spoilt) {
    operation.kind = Kind::send;
    operation.packet = codec::arbitrary::packet(choices, version);
    spoil(choices, operation.packet);
  } else {
    scheme_of(reader, form, operation, version, number);
  }
  cast.follow(operation);
  return true;
}

Form form_of(const Operation& operation) {
  switch (operation.kind) {
    case Kind::connect:
      return operation.bytes.empty() ? Form::connect : Form::connect_raw;
    case Kind::raw:
      return Form::raw;
    case Kind::acknowledge:
      return Form::acknowledge;
    case Kind::stall:
      return Form::stall;
    case Kind::deliver:
      return Form::deliver;
    case Kind::resume:
      return Form::resume;
    case Kind::half_close:
      return Form::half_close;
    case Kind::reset:
      return Form::reset;
    case Kind::advance:
      return Form::advance;
    case Kind::restart:
      return Form::restart;
    case Kind::send:
      break;
  }
  switch (codec::type_of(operation.packet)) {
    case codec::PacketType::subscribe:
      return Form::subscribe;
    case codec::PacketType::unsubscribe:
      return Form::unsubscribe;
    case codec::PacketType::disconnect:
      return Form::disconnect;
    case codec::PacketType::pubrel:
      return Form::pubrel;
    case codec::PacketType::pingreq:
      return Form::pingreq;
    default:
      return Form::publish;
  }
}

codec::Bytes write(Form form, Operation operation, Version version, std::size_t number) {
  Writer writer;
  writer.one_of(form, forms);
  if (has_client(form)) client_of(writer, operation.client);
  scheme_of(writer, form, operation, version, number);
  return writer.written();
}

// Payloads are numbered by the encoding itself, and what is out of its bounds is brought in.
Operation fitted(Operation operation, std::size_t number) {
  operation.time = std::min(operation.time, time_max);
  operation.amount = std::clamp<std::size_t>(operation.amount, 1, amount_max);
  auto* publish = std::get_if<codec::Publish>(&operation.packet);
  if (operation.kind == Kind::send && publish != nullptr && publish->payload.starts_with('m')) {
    publish->payload = fmt::format("m{}", number);
  }
  return operation;
}

// One operation, as raw bytes if there are no words for it; those that are too long, in pieces.
void write_operation(const Operation& given, std::size_t& number, Cast& cast, codec::Bytes& out) {
  const Operation operation = fitted(given, number);
  const Version version = cast.versions[operation.client];
  const auto wire = bytes_of(operation, version);
  codec::Bytes written = write(form_of(operation), operation, version, number);
  Operation again;
  Cast scratch = cast;
  codec::ByteChoices choices(written);
  static_cast<void>(read_operation(choices, number, scratch, again));
  if (again.kind == operation.kind && bytes_of(again, scratch.versions[again.client]) == wire) {
    out += written;
    cast = scratch;
    ++number;
    return;
  }
  for (std::size_t at = 0; at < wire.size() && number < operations_max; at += raw_bytes_max) {
    Operation raw = operation;
    raw.bytes = wire.substr(at, raw_bytes_max);
    const bool first = operation.kind == Kind::connect && at == 0;
    out += write(first ? Form::connect_raw : Form::raw, raw, version, number++);
  }
  cast.follow(operation);
}

}  // namespace

Program make_program(codec::Choices& choices) {
  Cast cast;
  Program program;
  while (program.size() < operations_max) {
    Operation operation;
    if (!read_operation(choices, program.size(), cast, operation)) break;
    program.push_back(std::move(operation));
  }
  return program;
}

bool add_operation(codec::Choices& choices, Program& program) {
  Cast cast;
  for (const Operation& operation : program) cast.follow(operation);
  Operation operation;
  if (!read_operation(choices, program.size(), cast, operation)) return false;
  program.push_back(std::move(operation));
  return true;
}

codec::Bytes encode_program(const Program& program) {
  Cast cast;
  codec::Bytes out;
  std::size_t number = 0;
  for (const Operation& operation : program) {
    if (number == operations_max) break;
    const bool idle =
        by_a_client(operation) && operation.kind != Kind::connect && !cast.seen[operation.client];
    if (!idle) write_operation(operation, number, cast, out);
  }
  return out;
}

}  // namespace mqttspec::fuzz
