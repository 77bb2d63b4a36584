// Many clients on one thread: connects them, then moves their bytes in large batches. One epoll
// set, one input buffer; a client that is idle costs a file descriptor and little more.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/bench/load.hpp"
#include "conformance/scenario/expression.hpp"
#include "reference/codec/frame_reader.hpp"
#include "reference/codec/packet.hpp"

namespace mqttspec::bench {

// Where the broker is, and who we are there.
struct Broker {
  sockaddr_storage address{};
  socklen_t address_size = 0;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
};
// Asks the resolver. A failure is a sentence for a person.
[[nodiscard]] scenario::Result<Broker> resolve(const std::string& host, std::uint16_t port);

[[nodiscard]] Instant now();

class Crowd {
 public:
  // A sentence that says what went wrong; nothing if all is well.
  using Complaint = std::optional<std::string>;
  using OnFrame = std::function<void(std::size_t member, codec::BytesView frame, Instant at)>;
  struct Member {
    std::string topic_filter;  // empty: subscribes to nothing
    std::uint8_t qos = 0;
  };

  Crowd(Broker broker, codec::Version version);
  ~Crowd();  // says goodbye as far as that needs no waiting
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Connects and subscribes everyone.
  [[nodiscard]] Complaint gather(const std::vector<Member>& members);
  // QoS 1 and 2 messages that the broker takes from it at a time.
  [[nodiscard]] std::size_t receive_maximum_of(std::size_t member) const {
    return clients_[member]->receive_maximum;
  }

  // What is appended here goes out at the beginning of the next turn.
  [[nodiscard]] codec::Bytes& output_of(std::size_t member);
  // Writes what waits, then reads what comes within `limit` and hands over its frames.
  [[nodiscard]] Complaint turn(Duration limit, const OnFrame& on_frame);
  [[nodiscard]] Instant last_heard() const { return last_heard_; }

 private:
  struct Client {
    enum class Phase : std::uint8_t { connecting, asked, subscribing, ready };
    int socket = -1;
    Phase phase = Phase::connecting;
    bool to_flush = false;        // is in `to_flush_`
    bool waits_for_room = false;  // the kernel took no more
    codec::FrameReader reader;
    codec::Bytes output;
    std::size_t sent = 0;  // of `output`
    std::uint16_t receive_maximum = 65'535;
  };

  [[nodiscard]] Complaint open(std::size_t member);
  [[nodiscard]] Complaint connected(std::size_t member);
  [[nodiscard]] Complaint flush(std::size_t member);
  [[nodiscard]] Complaint read(std::size_t member, const OnFrame& on_frame);
  [[nodiscard]] Complaint take(std::size_t member, codec::BytesView frame, const OnFrame& on_frame);
  [[nodiscard]] Complaint take_answer(std::size_t member, codec::BytesView frame);
  void watch(std::size_t member, bool for_room, bool already_watched);

  Broker broker_;
  codec::Version version_;
  std::string prefix_;  // of Client Identifiers
  int epoll_ = -1;
  std::vector<Member> members_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::size_t> to_flush_;
  std::vector<std::size_t> flushing_;  // scratch of turn()
  std::vector<char> input_;
  std::size_t ready_ = 0;
  Instant last_heard_{0};
};

}  // namespace mqttspec::bench
