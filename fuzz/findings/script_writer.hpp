// Turns a recorded program into the steps of a scenario.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "conformance/scenario/model.hpp"
#include "fuzz/findings/record.hpp"
#include "fuzz/findings/script_packets.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::fuzz {

class ScriptWriter {
 public:
  void add(const Operation& operation, const std::vector<Happening>& happenings);
  // Whoever is connected is asked for a sign of life, and has got nothing else.
  void finish();

  // With everything but names.
  [[nodiscard]] scenario::Scenario take() { return std::move(scenario_); }

 private:
  // One of the program's clients. Scripts call it by a name for each version that it speaks and for
  // each way in which it acknowledges.
  struct Actor {
    std::string name;
    codec::Version version = codec::Version::v5_0;
    bool automatic = true;
    bool open = false;
    bool in_session = false;
    bool stalled = false;
    bool closing = false;  // by the broker, in this operation
    codec::FrameReader sent = codec::FrameReader();
    std::map<std::uint16_t, std::string> aliases;
    std::vector<Expected> pending;  // to be expected when the operation is over
    std::vector<Expected> held;     // to be expected when it reads again
  };

  void act(const Operation& operation, const std::vector<Happening>& happenings);
  void connect(Actor& actor, const Operation& operation, const std::vector<Happening>& happenings);
  void begin_connection(Actor& actor, codec::BytesView bytes);
  void send(Actor& actor, codec::BytesView bytes);
  void close(Actor& actor, const char* how);
  void read_again(Actor& actor);
  void take_happening(const Happening& happening);
  void received(Actor& actor, codec::BytesView frame);
  // Expects what is pending, one step for each check.
  void flush(Actor& actor);
  void observe(Actor& actor, const std::string& check, scenario::Value pattern);
  scenario::Step& step(const std::string& client, scenario::ActionKind action,
                       scenario::Value argument);
  std::string name_of(std::size_t client, const Actor& actor);
  void use_check(const std::string& name);

  std::array<Actor, clients_max> actors_;
  scenario::Scenario scenario_;
  std::vector<std::string> used_checks_;
};

}  // namespace mqttspec::fuzz
