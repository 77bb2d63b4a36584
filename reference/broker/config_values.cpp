// The members of Config that are lists or objects of their own.
#include <array>

#include "reference/broker/config_reader.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

using nlohmann::json;

void read_denial(const ConfigReader& at, const json& value, Denial& into) {
  static constexpr std::array<std::pair<std::string_view, Denial::Action>, 2> actions = {
      {{"publish", Denial::Action::publish}, {"subscribe", Denial::Action::subscribe}}};
  if (!value.is_object()) return at.fail("an object", value);
  for (const auto& [key, member] : value.items()) {
    if (key == "client") {
      read_value(at.member(key), member, into.client_identifier);
    } else if (key == "action") {
      read_choice<Denial::Action>(at.member(key), member, actions, into.action);
    } else if (key == "topic_filter") {
      read_value(at.member(key), member, into.topic_filter);
    } else {
      at.unknown(key, {"client", "action", "topic_filter"});
    }
  }
  if (!is_topic_filter(into.topic_filter)) {
    at.member("topic_filter").fail("a Topic Filter is wanted: what is denied");
  }
}

void read_step(const ConfigReader& at, const json& value, ScriptedAuthentication::Step& into) {
  if (!value.is_array() || value.size() != 2) {
    return at.fail("a pair [client's data, server's answer] is wanted");
  }
  if (!value[0].is_null()) read_value(at.element(0), value[0], into.client_data);
  if (!value[1].is_null()) read_value(at.element(1), value[1], into.server_data.emplace());
}

}  // namespace

void read_value(const ConfigReader& at, const json& value, std::vector<codec::Version>& into) {
  using codec::Version;
  static constexpr std::array<std::pair<std::string_view, Version>, 3> known = {
      {{"3.1", Version::v3_1}, {"3.1.1", Version::v3_1_1}, {"5.0", Version::v5_0}}};
  if (!value.is_array() || value.empty()) return at.fail("a list of versions is wanted");
  into.clear();
  for (std::size_t place = 0; place < value.size(); ++place) {
    Version version{};
    read_choice<Version>(at.element(place), value[place], known, version);
    into.push_back(version);
  }
}

void read_value(const ConfigReader& at, const json& value, std::vector<Denial>& into) {
  if (!value.is_array()) return at.fail("a list", value);
  into.assign(value.size(), Denial{});
  for (std::size_t place = 0; place < value.size(); ++place) {
    read_denial(at.element(place), value[place], into[place]);
  }
}

void read_value(const ConfigReader& at, const json& value, ScriptedAuthentication& into) {
  if (!value.is_object()) return at.fail("an object", value);
  for (const auto& [key, member] : value.items()) {
    if (key == "method") {
      read_value(at.member(key), member, into.method);
    } else if (key == "exchange" && member.is_array() && !member.empty()) {
      into.exchange.assign(member.size(), {});
      for (std::size_t place = 0; place < member.size(); ++place) {
        read_step(at.member(key).element(place), member[place], into.exchange[place]);
      }
    } else if (key != "exchange") {
      at.unknown(key, {"method", "exchange"});
    }
  }
  if (into.method.empty()) at.member("method").fail("the method's name is wanted");
  if (into.exchange.empty()) at.member("exchange").fail("a list of at least one pair is wanted");
}

void read_value(const ConfigReader& at, const json& value, Redirection& into) {
  using When = Redirection::When;
  static constexpr std::array<std::pair<std::string_view, When>, 2> moments = {
      {{"connect", When::connect}, {"shutdown", When::shutdown}}};
  if (!value.is_object()) return at.fail("an object", value);
  for (const auto& [key, member] : value.items()) {
    if (key == "when") {
      read_choice<When>(at.member(key), member, moments, into.when);
    } else if (key == "permanently") {
      read_value(at.member(key), member, into.permanently);
    } else if (key == "server_reference") {
      read_value(at.member(key), member, into.server_reference);
    } else {
      at.unknown(key, {"when", "permanently", "server_reference"});
    }
  }
}

}  // namespace mqttspec::broker
