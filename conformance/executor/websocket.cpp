#include "conformance/executor/websocket.hpp"

#include <wslay/wslay.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "conformance/executor/http_upgrade.hpp"

namespace mqttspec::executor {

using codec::Bytes;
using codec::BytesView;

namespace {

constexpr std::size_t control_payload_max = 125;

// splitmix64: masks and keys have to differ, not to be secret.
std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

std::string new_key(std::uint64_t& random) {
  std::string bytes;
  while (bytes.size() < 16) bytes += static_cast<char>(next_random(random) & 0xFFU);
  return base64(bytes);
}

std::uint8_t opcode_of(std::string_view kind) {
  if (kind == "text") return WSLAY_TEXT_FRAME;
  if (kind == "ping") return WSLAY_PING;
  if (kind == "close") return WSLAY_CONNECTION_CLOSE;
  return WSLAY_BINARY_FRAME;
}

std::string status_in_words(BytesView payload) {
  if (payload.size() < 2) return "without a status";
  const unsigned status = static_cast<unsigned>(static_cast<std::uint8_t>(payload[0])) << 8U |
                          static_cast<std::uint8_t>(payload[1]);
  std::string text = std::to_string(status);
  switch (status) {
    case WSLAY_CODE_NORMAL_CLOSURE:
      return text + " (normal closure)";
    case WSLAY_CODE_GOING_AWAY:
      return text + " (going away)";
    case WSLAY_CODE_PROTOCOL_ERROR:
      return text + " (protocol error)";
    case WSLAY_CODE_UNSUPPORTED_DATA:
      return text + " (unsupported data)";
    case WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA:
      return text + " (invalid payload)";
    case WSLAY_CODE_POLICY_VIOLATION:
      return text + " (policy violation)";
    case WSLAY_CODE_MESSAGE_TOO_BIG:
      return text + " (message too big)";
    default:
      return text;
  }
}

}  // namespace

struct WebSocket::Impl {
  explicit Impl(WebSocketOptions its_options) : options(std::move(its_options)) {
    random = options.seed;
    key = new_key(random);
    UpgradeRequest upgrade{options.host, options.path, key, options.subprotocols};
    if (!options.query.empty()) upgrade.target += "?" + options.query;
    request = to_text(upgrade);
    const wslay_frame_callbacks callbacks{send, receive, mask};
    if (wslay_frame_context_init(&context, &callbacks, this) != 0) throw std::bad_alloc();
  }
  ~Impl() { wslay_frame_context_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // wslay's callbacks: it reads from `in`, and writes to `out`.
  static ssize_t send(const std::uint8_t* data, std::size_t size, int, void* self) {
    static_cast<Impl*>(self)->out.append(reinterpret_cast<const char*>(data), size);
    return static_cast<ssize_t>(size);
  }
  static ssize_t receive(std::uint8_t* data, std::size_t size, int, void* self) {
    BytesView& in = static_cast<Impl*>(self)->in;
    const std::size_t taken = std::min(size, in.size());
    if (taken == 0) return -1;
    std::memcpy(data, in.data(), taken);
    in.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  static int mask(std::uint8_t* data, std::size_t size, void* self) {
    for (std::size_t i = 0; i < size; ++i) {
      data[i] = static_cast<std::uint8_t>(next_random(static_cast<Impl*>(self)->random));
    }
    return 0;
  }

  Bytes frame(std::uint8_t opcode, bool last, BytesView payload) {
    wslay_frame_iocb iocb{};
    iocb.fin = last ? 1 : 0;
    iocb.opcode = opcode;
    iocb.mask = 1;
    iocb.payload_length = payload.size();
    iocb.data = reinterpret_cast<const std::uint8_t*>(payload.data());
    iocb.data_length = payload.size();
    out.clear();
    (void)wslay_frame_send(context, &iocb);  // its callbacks cannot fail
    return std::move(out);
  }

  void end(State how, std::string why) {
    state = how;
    trouble = std::move(why);
  }

  void read_head();
  void read_frames(Arrivals& arrivals);
  bool begin_frame(const wslay_frame_iocb& iocb);
  void finish_frame(Arrivals& arrivals);

  WebSocketOptions options;
  std::uint64_t random = 0;
  std::string key;
  Bytes request;
  wslay_frame_context_ptr context = nullptr;
  State state = State::connecting;
  std::string trouble;
  std::optional<std::string> subprotocol;
  Bytes head;
  BytesView in;
  Bytes out;

  // The frame that is being read, and the data message that it may be part of.
  std::optional<wslay_frame_iocb> current;
  std::uint64_t remaining = 0;
  Bytes control;
  std::optional<std::uint8_t> message;
};

void WebSocket::Impl::read_head() {
  head += in;
  in = {};
  const std::size_t end_of_head = head.find("\r\n\r\n");
  if (end_of_head == Bytes::npos) {
    const bool http = head.compare(0, std::min<std::size_t>(head.size(), 5), "HTTP/", 0,
                                   std::min<std::size_t>(head.size(), 5)) == 0;
    if (!http || head.size() > head_size_max) {
      end(State::refused, http ? "the answer to the WebSocket handshake has no end"
                               : "what answers the WebSocket handshake does not speak HTTP");
    }
    return;
  }
  const auto answer = read_answer(BytesView(head).substr(0, end_of_head + 2), key);
  if (!answer) return end(State::refused, answer.error());
  subprotocol = answer->subprotocol;
  state = State::open;
  in = BytesView(head).substr(end_of_head + 4);
}

// False if the frame may not stand there.
bool WebSocket::Impl::begin_frame(const wslay_frame_iocb& iocb) {
  const auto refuse = [&](const char* why) {
    end(State::broken, std::string("the broker breaks a rule of WebSocket: ") + why);
    return false;
  };
  if (iocb.mask != 0) return refuse("its frame is masked");
  if (iocb.rsv != 0) return refuse("its frame has a reserved bit set");
  const bool control_frame = wslay_is_ctrl_frame(iocb.opcode) != 0;
  const bool known = iocb.opcode <= WSLAY_BINARY_FRAME ||
                     (iocb.opcode >= WSLAY_CONNECTION_CLOSE && iocb.opcode <= WSLAY_PONG);
  if (!known) return refuse("its frame has a reserved opcode");
  if (!control_frame && (iocb.opcode == WSLAY_CONTINUATION_FRAME) != message.has_value()) {
    return refuse(message ? "a message begins before the one before it has ended"
                          : "a continuation frame continues nothing");
  }
  current = iocb;
  remaining = iocb.payload_length;
  control.clear();
  if (!control_frame && !message) message = iocb.opcode;
  return true;
}

void WebSocket::Impl::finish_frame(Arrivals& arrivals) {
  const wslay_frame_iocb done = *current;
  current.reset();
  switch (done.opcode) {
    case WSLAY_PING:
      arrivals.notes.push_back("WebSocket ping, " + std::to_string(control.size()) + " bytes");
      arrivals.reply += frame(WSLAY_PONG, true, Bytes(control));
      break;
    case WSLAY_PONG:
      arrivals.notes.push_back("WebSocket pong, " + std::to_string(control.size()) + " bytes");
      break;
    case WSLAY_CONNECTION_CLOSE:
      arrivals.reply += frame(WSLAY_CONNECTION_CLOSE, true, Bytes(control).substr(0, 2));
      end(State::closed, "WebSocket close " + status_in_words(control));
      break;
    default:
      if (done.fin != 0) message.reset();
      break;
  }
}

void WebSocket::Impl::read_frames(Arrivals& arrivals) {
  while (state == State::open) {
    wslay_frame_iocb iocb{};
    const ssize_t size = wslay_frame_recv(context, &iocb);
    if (size == WSLAY_ERR_WANT_READ) return;
    if (size < 0) {
      return end(State::broken, "the broker breaks a rule of WebSocket: its frame cannot be read");
    }
    if (!current && !begin_frame(iocb)) return;
    const BytesView data(reinterpret_cast<const char*>(iocb.data), iocb.data_length);
    remaining -= data.size();
    if (wslay_is_ctrl_frame(current->opcode) != 0) {
      control += data;
      if (control.size() > control_payload_max) {
        return end(State::broken, "the broker breaks a rule of WebSocket: a long control frame");
      }
    } else if (!data.empty()) {
      arrivals.chunks.push_back({Bytes(data), *message == WSLAY_TEXT_FRAME ? "text" : "binary"});
    }
    if (remaining == 0) finish_frame(arrivals);
  }
}

WebSocket::WebSocket(WebSocketOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
WebSocket::~WebSocket() = default;

const Bytes& WebSocket::request() const {
  return impl_->request;
}
WebSocket::State WebSocket::state() const {
  return impl_->state;
}
const std::string& WebSocket::trouble() const {
  return impl_->trouble;
}
const std::optional<std::string>& WebSocket::subprotocol() const {
  return impl_->subprotocol;
}

WebSocket::Arrivals WebSocket::receive(BytesView bytes) {
  Arrivals arrivals;
  impl_->in = bytes;
  if (impl_->state == State::connecting) impl_->read_head();
  impl_->read_frames(arrivals);
  impl_->in = {};
  return arrivals;
}

std::vector<Bytes> WebSocket::frames(const std::vector<Bytes>& pieces, std::string_view kind) {
  std::vector<Bytes> result;
  const bool fragments = kind == "fragments";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool last = !fragments || i + 1 == pieces.size();
    const std::uint8_t opcode =
        fragments && i > 0 ? std::uint8_t{WSLAY_CONTINUATION_FRAME} : opcode_of(kind);
    result.push_back(impl_->frame(opcode, last, pieces[i]));
  }
  return result;
}

Bytes WebSocket::goodbye() {
  return impl_->frame(WSLAY_CONNECTION_CLOSE, true, BytesView("\x03\xE8", 2));
}

}  // namespace mqttspec::executor
