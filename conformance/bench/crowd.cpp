#include "conformance/bench/crowd.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "conformance/bench/process_usage.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t input_size = std::size_t{256} << 10U;
// As long as this many are on their way no more are opened: a listener's backlog is short.
constexpr std::size_t opening_maximum = 100;
constexpr Duration patience = seconds(20);
constexpr std::size_t other_descriptors = 64;

std::string reason_of_system() {
  return std::strerror(errno);
}

std::string name_of(std::size_t member) {
  return fmt::format("client {}", member + 1);
}

}  // namespace

Instant now() {
  return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now().time_since_epoch());
}

scenario::Result<Broker> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) {
    return scenario::Result<Broker>::failure(
        fmt::format("cannot find {}: {}", host, gai_strerror(failure)));
  }
  Broker broker;
  std::memcpy(&broker.address, found->ai_addr, found->ai_addrlen);
  broker.address_size = found->ai_addrlen;
  freeaddrinfo(found);
  return broker;
}

Crowd::Crowd(Broker broker, codec::Version version)
    : broker_(std::move(broker)),
      version_(version),
      // 3.1 permits 23 characters in all.
      prefix_(fmt::format("bench-{:x}-", now().count() & 0xFF'FFFF)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      input_(input_size) {}

Crowd::~Crowd() {
  const auto goodbye = codec::encode(codec::Disconnect{}, version_);
  for (const auto& client : clients_) {
    if (client->phase == Client::Phase::ready && client->output.empty()) {
      // Nobody waits for an answer, and whether it arrives changes nothing.
      static_cast<void>(::send(client->socket, goodbye.data(), goodbye.size(), MSG_NOSIGNAL));
    }
    if (client->socket >= 0) ::close(client->socket);
  }
  if (epoll_ >= 0) ::close(epoll_);
}

Crowd::Complaint Crowd::gather(const std::vector<Member>& members) {
  if (!raise_descriptor_limit(members.size() + other_descriptors)) {
    return fmt::format(
        "{} connections need as many file descriptors; raise their limit (ulimit -n)",
        members.size());
  }
  members_ = members;
  const auto ignore = [](std::size_t, codec::BytesView, Instant) {};
  last_heard_ = now();
  while (ready_ < members_.size()) {
    while (clients_.size() < members_.size() && clients_.size() - ready_ < opening_maximum) {
      if (auto complaint = open(clients_.size())) return complaint;
    }
    if (auto complaint = turn(seconds(1), ignore)) return complaint;
    if (now() - last_heard_ > patience) {
      return fmt::format("the broker has not answered for {} s; {} of {} clients are connected",
                         std::chrono::duration_cast<seconds>(patience).count(), ready_,
                         members_.size());
    }
  }
  return std::nullopt;
}

codec::Bytes& Crowd::output_of(std::size_t member) {
  Client& client = *clients_[member];
  if (!client.to_flush && !client.waits_for_room) {
    client.to_flush = true;
    to_flush_.push_back(member);
  }
  return client.output;
}

Crowd::Complaint Crowd::turn(Duration limit, const OnFrame& on_frame) {
  std::swap(flushing_, to_flush_);
  for (const auto member : flushing_) {
    clients_[member]->to_flush = false;
    if (auto complaint = flush(member)) return complaint;
  }
  flushing_.clear();
  std::array<epoll_event, 256> events{};
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(limit, Duration::zero()));
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(wait.count()));
  if (count < 0 && errno != EINTR) return "epoll_wait: " + reason_of_system();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    const auto member = static_cast<std::size_t>(event.data.u64);
    Client& client = *clients_[member];
    if (client.phase == Client::Phase::connecting) {
      if (auto complaint = connected(member)) return complaint;
      continue;
    }
    if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0) {
      if (auto complaint = read(member, on_frame)) return complaint;
    }
    if ((event.events & EPOLLOUT) != 0) {
      if (auto complaint = flush(member)) return complaint;
    }
  }
  return std::nullopt;
}

Crowd::Complaint Crowd::open(std::size_t member) {
  auto client = std::make_unique<Client>();
  client->socket =
      ::socket(broker_.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client->socket < 0) return name_of(member) + ": " + reason_of_system();
  const int on = 1;
  setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* address = reinterpret_cast<const sockaddr*>(&broker_.address);
  const int result = ::connect(client->socket, address, broker_.address_size);
  const bool pending = result != 0 && errno == EINPROGRESS;
  if (result != 0 && !pending) return name_of(member) + " cannot connect: " + reason_of_system();
  clients_.push_back(std::move(client));
  watch(member, true, false);
  return std::nullopt;
}

Crowd::Complaint Crowd::connected(std::size_t member) {
  Client& client = *clients_[member];
  int fault = 0;
  socklen_t size = sizeof fault;
  getsockopt(client.socket, SOL_SOCKET, SO_ERROR, &fault, &size);
  if (fault != 0) return name_of(member) + " cannot connect: " + std::strerror(fault);
  client.phase = Client::Phase::asked;
  watch(member, false, true);
  codec::Connect packet;
  packet.protocol_version = static_cast<std::uint8_t>(version_);
  if (version_ == codec::Version::v3_1) packet.protocol_name = "MQIsdp";
  packet.client_identifier = prefix_ + std::to_string(member);
  packet.user_name = broker_.user_name;
  packet.password = broker_.password;
  codec::encode(packet, version_, output_of(member));
  return std::nullopt;
}

Crowd::Complaint Crowd::flush(std::size_t member) {
  Client& client = *clients_[member];
  while (client.sent < client.output.size()) {
    const auto size = ::send(client.socket, client.output.data() + client.sent,
                             client.output.size() - client.sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno != EAGAIN) return name_of(member) + " was cut off: " + reason_of_system();
    if (size < 0) {
      if (!std::exchange(client.waits_for_room, true)) watch(member, true, true);
      return std::nullopt;
    }
    client.sent += static_cast<std::size_t>(size);
  }
  client.output.clear();
  client.sent = 0;
  if (std::exchange(client.waits_for_room, false)) watch(member, false, true);
  return std::nullopt;
}

Crowd::Complaint Crowd::read(std::size_t member, const OnFrame& on_frame) {
  Client& client = *clients_[member];
  const auto size = ::recv(client.socket, input_.data(), input_.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  if (size < 0) return name_of(member) + " was cut off: " + reason_of_system();
  if (size == 0) return name_of(member) + ": the broker has closed the connection";
  last_heard_ = now();
  client.reader.push({input_.data(), static_cast<std::size_t>(size)});
  for (;;) {
    const auto result = client.reader.next();
    if (std::holds_alternative<codec::NeedMore>(result)) return std::nullopt;
    const auto* frame = std::get_if<codec::Frame>(&result);
    if (frame == nullptr) return name_of(member) + ": the broker has sent what is no packet";
    if (auto complaint = take(member, frame->bytes, on_frame)) return complaint;
  }
}

Crowd::Complaint Crowd::take(std::size_t member, codec::BytesView frame, const OnFrame& on_frame) {
  const auto type = static_cast<codec::PacketType>(static_cast<unsigned char>(frame[0]) >> 4U);
  // A broker may deliver as soon as it has subscribed, before it says so.
  const bool answer = type == codec::PacketType::connack || type == codec::PacketType::suback ||
                      type == codec::PacketType::disconnect;
  if (answer) return take_answer(member, frame);
  on_frame(member, frame, last_heard_);
  return std::nullopt;
}

Crowd::Complaint Crowd::take_answer(std::size_t member, codec::BytesView frame) {
  Client& client = *clients_[member];
  const auto result = codec::decode(frame, version_, codec::Sender::server);
  const auto* packet = std::get_if<codec::Packet>(&result);
  if (packet == nullptr) return name_of(member) + ": the broker has sent what is no packet";
  const auto refused = [&] {
    return fmt::format("{}: the broker refuses: {}", name_of(member),
                       codec::print(*packet, version_));
  };
  if (const auto* connack = std::get_if<codec::Connack>(packet)) {
    if (client.phase != Client::Phase::asked || connack->reason_code != codec::ReasonCode::success)
      return refused();
    const auto maximum =
        codec::get_integer(connack->properties, codec::PropertyId::receive_maximum);
    if (maximum) client.receive_maximum = static_cast<std::uint16_t>(*maximum);
    if (members_[member].topic_filter.empty()) {
      client.phase = Client::Phase::ready;
      ++ready_;
      return std::nullopt;
    }
    client.phase = Client::Phase::subscribing;
    codec::Subscribe subscribe;
    subscribe.packet_identifier = 1;
    auto& entry = subscribe.subscriptions.emplace_back();
    entry.topic_filter = members_[member].topic_filter;
    entry.qos = members_[member].qos;
    codec::encode(subscribe, version_, output_of(member));
    return std::nullopt;
  }
  const auto* suback = std::get_if<codec::Suback>(packet);
  const bool granted = suback != nullptr && client.phase == Client::Phase::subscribing &&
                       static_cast<unsigned>(suback->reason_codes.front()) ==
                           static_cast<unsigned>(members_[member].qos);
  if (!granted) return refused();
  client.phase = Client::Phase::ready;
  ++ready_;
  return std::nullopt;
}

void Crowd::watch(std::size_t member, bool for_room, bool already_watched) {
  epoll_event event{};
  event.events = EPOLLIN | (for_room ? static_cast<unsigned>(EPOLLOUT) : 0U);
  event.data.u64 = member;
  epoll_ctl(epoll_, already_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, clients_[member]->socket,
            &event);
}

}  // namespace mqttspec::bench
