#include "conformance/profile/knock.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mqttspec::profile {

namespace {

bool is_ready(int socket, short what) {
  pollfd asked{socket, what, 0};
  return poll(&asked, 1, 0) == 1;
}

}  // namespace

Knock::Knock(std::uint16_t port, std::string greeting)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      greeting_(std::move(greeting)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* place = reinterpret_cast<const sockaddr*>(&address);
  if (socket_ >= 0 && connect(socket_, place, sizeof address) != 0 && errno != EINPROGRESS) {
    close(socket_);
    socket_ = -1;
  }
}

Knock::~Knock() {
  if (socket_ >= 0) close(socket_);
}

Knock::Answer Knock::look() {
  if (socket_ < 0) return Answer::closed;
  if (!connected_) {
    if (!is_ready(socket_, POLLOUT)) return Answer::none_yet;
    // A refused connection shows here as well. So few bytes always fit.
    const auto sent = send(socket_, greeting_.data(), greeting_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(greeting_.size())) return Answer::closed;
    connected_ = true;
  }
  if (!is_ready(socket_, POLLIN)) return Answer::none_yet;
  std::array<char, 64> answer{};
  return recv(socket_, answer.data(), answer.size(), 0) > 0 ? Answer::some : Answer::closed;
}

}  // namespace mqttspec::profile
