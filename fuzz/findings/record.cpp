#include "fuzz/findings/record.hpp"

#include <map>

namespace mqttspec::fuzz {

namespace {

using node::ConnectionId;
using What = Happening::What;

class Recorder : public node::Interceptor {
 public:
  std::vector<std::vector<Happening>> operations;

  void begin(const Operation& operation) {
    operations.emplace_back();
    operation_ = &operation;
    opened_ = false;
  }

  void on_opened(ConnectionId connection, node::Context&) override {
    clients_[connection] = operation_->client;
    opened_ = true;
  }
  void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, node::Context&) override {
    add(What::sent, connection, bytes);
  }
  void on_bytes_out(ConnectionId connection, codec::Bytes& bytes, node::Context&) override {
    add(What::received, connection, bytes);
  }
  void on_closed(ConnectionId connection, node::Context&) override {
    if (!clients_.contains(connection)) return;
    if (!leaves(connection)) add(What::closed, connection, {});
    clients_.erase(connection);
  }

 private:
  // Whoever connects anew, or goes, has closed the connection itself.
  [[nodiscard]] bool leaves(ConnectionId connection) const {
    using Kind = Operation::Kind;
    if (operation_->client != clients_.at(connection)) return false;
    return (operation_->kind == Kind::connect && !opened_) ||
           operation_->kind == Kind::half_close || operation_->kind == Kind::reset;
  }
  void add(What what, ConnectionId connection, const codec::Bytes& bytes) {
    const auto client = clients_.find(connection);
    if (client == clients_.end()) return;
    operations.back().push_back({what, client->second, bytes});
  }

  const Operation* operation_ = nullptr;
  bool opened_ = false;  // a connection, in this operation
  std::map<ConnectionId, std::size_t> clients_;
};

}  // namespace

Recording record(const Program& program) {
  Recorder recorder;
  World world({}, &recorder, 0, {}, restarts(program));
  for (const Operation& operation : program) {
    recorder.begin(operation);
    world.run(operation);
  }
  auto operations = recorder.operations;
  const Operation end;
  recorder.begin(end);
  Recording recording;
  recording.verdict = world.finish();
  recording.operations = std::move(operations);
  return recording;
}

}  // namespace mqttspec::fuzz
