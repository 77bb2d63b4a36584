// Violations in when a connection ends, and in DISCONNECT both ways.
#include <map>
#include <memory>
#include <set>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/edits.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Connack;
using codec::Connect;
using codec::Disconnect;
using codec::PropertyId;
using codec::Publish;
using codec::ReasonCode;

template <class Edit>
InterceptorPointer each_connect(Edit edit) {
  return incoming<Connect>([edit](Connect& packet, ConnectionId, Context&) {
    edit(packet);
    return Fate::keep;
  });
}

// Counts every packet that goes to a client as though it had come from it.
InterceptorPointer counts_own_packets() {
  return outgoing<Publish>([](Publish&, ConnectionId connection, Context& context) {
    context.receive(connection, codec::Pingreq{});
    return Fate::keep;
  });
}

// Throws a client out after the interval of its own CONNECT, whatever CONNACK named.
class EnforcesClientsInterval final : public Delaying {
 public:
  void on_packet_in(ConnectionId connection, std::vector<Packet>& packets,
                    Context& context) override {
    for (const auto& packet : packets) {
      const auto* connect = std::get_if<Connect>(&packet);
      if (connect == nullptr || connect->protocol_version != 5 || connect->keep_alive == 0)
        continue;
      at(context.now() + std::chrono::seconds(2 * connect->keep_alive),
         [this, connection](Context& later) {
           if (named_.contains(connection))
             throw_out(connection, ReasonCode::keep_alive_timeout, later);
         });
    }
  }
  void on_action(Actions& actions, Context&) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      const auto* connack = send != nullptr ? std::get_if<Connack>(&send->packet) : nullptr;
      if (connack != nullptr &&
          codec::count(connack->properties, PropertyId::server_keep_alive) > 0) {
        named_.insert(send->connection);
      }
    }
  }
  void on_closed(ConnectionId connection, Context&) override { named_.erase(connection); }

 private:
  std::set<ConnectionId> named_;
};

// A DISCONNECT in one of the short forms counts as a loss of the connection.
InterceptorPointer wants_whole_disconnect(std::size_t longest) {
  class Hook final : public Interceptor {
   public:
    explicit Hook(std::size_t size) : longest_(size) {}
    void on_bytes_in(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
      const bool disconnect = !bytes.empty() && static_cast<unsigned char>(bytes[0]) == 0xE0;
      if (!disconnect || bytes.size() > longest_ ||
          context.version(connection) != codec::Version::v5_0) {
        return;
      }
      context.lose(connection);
      bytes.clear();
    }

   private:
    std::size_t longest_;
  };
  return std::make_unique<Hook>(longest);
}

// Sends PINGRESP behind each DISCONNECT.
class TalksAfterDisconnect final : public Interceptor {
 public:
  void on_action(Actions& actions, Context& context) override {
    for (const auto& action : actions) {
      const auto* send = std::get_if<broker::Send>(&action);
      if (send != nullptr && std::holds_alternative<Disconnect>(send->packet)) {
        context.send(send->connection, codec::Pingresp{});
      }
    }
  }
};

// Whether the connection ends because another one takes its place: the case that is looked at most
// closely. Other reasons are left alone, since every check of a refusal sees them.
bool is_take_over(const Disconnect* packet) {
  return packet != nullptr && packet->reason_code == ReasonCode::session_taken_over;
}

// Says DISCONNECT and leaves the connection open.
class StaysAfterDisconnect final : public Interceptor {
 public:
  void on_action(Actions& actions, Context&) override {
    std::erase_if(actions, [&](const broker::Action& action) {
      if (const auto* close = std::get_if<broker::Close>(&action)) {
        return told_.contains(close->connection);
      }
      const auto* send = std::get_if<broker::Send>(&action);
      if (send != nullptr && is_take_over(std::get_if<Disconnect>(&send->packet))) {
        told_.insert(send->connection);
      }
      return false;
    });
  }

 private:
  std::set<ConnectionId> told_;
};

std::vector<MutantRow> keep_alive_rows() {
  return {
      {"keep-alive-0-is-short",
       {"3.1.1:V311-3.1.2.10-a", "5.0:V5-3.1.2.10-a"},
       "a client with Keep Alive 0 is cut off after a second and a half",
       [] {
         return each_connect([](Connect& packet) {
           if (packet.keep_alive == 0) packet.keep_alive = 1;
         });
       }},
      {"sent-messages-keep-a-client-alive",
       {"3.1.1:V311-3.1.2.10-c", "5.0:V5-3.1.2.10-c"},
       "what the server sends restarts the Keep Alive timer",
       [] { return counts_own_packets(); }},
      {"keep-alive-is-60-s-for-everyone",
       {"5.0:MQTT-3.2.2-22"},
       "every client is cut off after 90 s, of which CONNACK says nothing",
       [] {
         return each_connect([](Connect& packet) {
           if (packet.keep_alive > 0) packet.keep_alive = 60;
         });
       }},
      {"keep-alive-is-1-s-for-everyone",
       {"5.0:MQTT-3.2.2-22"},
       "every client is cut off after 1.5 s, of which CONNACK says nothing",
       [] {
         return each_connect([](Connect& packet) {
           if (packet.keep_alive > 0) packet.keep_alive = 1;
         });
       }},
      {"server-keep-alive-is-not-enforced",
       {"5.0:V5-3.2.2.3.14-b"},
       "a client that is silent longer than Server Keep Alive stays",
       [] { return InterceptorPointer(new StaysOpen({ReasonCode::keep_alive_timeout})); }},
      {"clients-keep-alive-counts-beside-the-servers",
       {"5.0:V5-3.2.2.3.14-b"},
       "a client is cut off by its own Keep Alive although CONNACK named a longer one",
       [] { return std::make_unique<EnforcesClientsInterval>(); }},
  };
}

std::vector<MutantRow> disconnect_rows() {
  return {
      {"short-disconnect-is-malformed",
       {"5.0:V5-3.14.2.1-a"},
       "a DISCONNECT without properties lets the Will out",
       [] { return wants_whole_disconnect(4); }},
      {"short-disconnect-is-always-normal",
       {"5.0:V5-3.14.2.1-a"},
       "the code of a DISCONNECT without properties is not read",
       [] {
         return incoming<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           if (packet.properties.empty()) packet.reason_code = ReasonCode::success;
           return Fate::keep;
         });
       }},
      {"session-expiry-0-in-disconnect-is-an-error",
       {"5.0:V5-3.14.2.2.2-e"},
       "a DISCONNECT with Session Expiry Interval 0 lets the Will out",
       [] {
         return incoming<Disconnect>([](Disconnect& packet, ConnectionId connection,
                                        Context& context) {
           if (codec::get_integer(packet.properties, PropertyId::session_expiry_interval) != 0U) {
             return Fate::keep;
           }
           context.lose(connection);
           return Fate::drop;
         });
       }},
      {"disconnect-may-start-a-session-expiry",
       {"5.0:V5-3.14.2.2.2-b"},
       "a Session Expiry Interval in DISCONNECT is taken although CONNECT had none",
       [] {
         // The engine is told so from the beginning, which for it makes the DISCONNECT legal.
         return each_connect([](Connect& packet) {
           if (packet.protocol_version == 5 && !packet.clean_start &&
               codec::count(packet.properties, PropertyId::session_expiry_interval) == 0) {
             packet.properties.push_back({PropertyId::session_expiry_interval, std::uint32_t{1}});
           }
         });
       }},
      {"disconnect-has-a-code-of-another-packet",
       {"5.0:MQTT-3.14.2-1"},
       "the DISCONNECT of a connection that is taken over has Reason Code 0x84",
       [] {
         return outgoing<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           if (!is_take_over(&packet)) return Fate::keep;
           packet.reason_code = ReasonCode::unsupported_protocol_version;
           return Fate::keep;
         });
       }},
      {"disconnect-of-the-server-has-a-session-expiry",
       {"5.0:MQTT-3.14.2-2"},
       "the DISCONNECT of a connection that is taken over has a Session Expiry Interval",
       [] {
         return outgoing<Disconnect>([](Disconnect& packet, ConnectionId, Context&) {
           if (!is_take_over(&packet)) return Fate::keep;
           packet.properties.push_back({PropertyId::session_expiry_interval, std::uint32_t{60}});
           return Fate::keep;
         });
       }},
      {"disconnect-is-not-the-last-packet",
       {"5.0:MQTT-3.14.4-1"},
       "a packet follows the server's DISCONNECT",
       [] { return std::make_unique<TalksAfterDisconnect>(); }},
      {"disconnect-is-not-followed-by-a-close",
       {"5.0:MQTT-3.14.4-2", "5.0:MQTT-4.13.2-1"},
       "a connection that is taken over is told so by DISCONNECT and left open",
       [] { return std::make_unique<StaysAfterDisconnect>(); }},
  };
}

}  // namespace

std::vector<MutantRow> closing_mutants() {
  auto rows = keep_alive_rows();
  for (auto& row : disconnect_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace mqttspec::mutants
