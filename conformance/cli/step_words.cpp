#include "conformance/cli/step_words.hpp"

#include <fmt/format.h>

#include "conformance/scenario/printer.hpp"

namespace mqttspec::cli {
namespace {

using scenario::ActionKind;
using scenario::ObservationKind;
using scenario::Step;
using scenario::Value;

std::string text_of(const Value& value) {
  return value.string() != nullptr ? *value.string() : scenario::print_value(value);
}

// {"qos": 1, "retain": true} -> "qos 1, retain true"
std::string fields_of(const Value& value) {
  const auto* object = value.object();
  if (object == nullptr) return text_of(value);
  std::string text;
  for (const auto& [name, member] : *object) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, text_of(member));
  }
  return text;
}

// {"PUBLISH": {"qos": 1}} -> "PUBLISH (qos 1)"; lists with "then".
std::string packet_of(const Value& value) {
  if (const auto* list = value.array()) {
    std::string text;
    for (const Value& element : *list) text += (text.empty() ? "" : ", then ") + packet_of(element);
    return text;
  }
  const auto* object = value.object();
  if (object == nullptr) return text_of(value);
  if (const Value* alternatives = value.find("any_of")) {
    std::string text;
    for (const Value& one : *alternatives->array()) {
      text += (text.empty() ? "" : "; or ") + packet_of(one);
    }
    return text;
  }
  std::string text;
  for (const auto& [name, member] : *object) {
    if (!text.empty()) text += ", ";
    const std::string fields = fields_of(member);
    text += name == "gives"  ? "which gives " + fields
            : fields.empty() ? name
                             : fmt::format("{} ({})", name, fields);
  }
  return text;
}

std::string with(const char* verb, const std::string& what) {
  return what.empty() ? verb : fmt::format("{}: {}", verb, what);
}

std::string action_of(const Step& step) {
  switch (step.action) {
    case ActionKind::none:
      return {};
    case ActionKind::open:
      return "opens the transport";
    case ActionKind::connect:
      return with("connects", fields_of(step.argument));
    case ActionKind::subscribe:
      return with("subscribes", fields_of(step.argument));
    case ActionKind::unsubscribe:
      return with("unsubscribes", fields_of(step.argument));
    case ActionKind::publish:
      return with("publishes", fields_of(step.argument));
    case ActionKind::ping:
      return "sends PINGREQ and awaits PINGRESP";
    case ActionKind::send:
      return "sends " + packet_of(step.argument);
    case ActionKind::disconnect:
      return with("disconnects", fields_of(step.argument));
    case ActionKind::close:
      return "closes the connection: " + text_of(step.argument);
    case ActionKind::set:
      return "from now on: " + fields_of(step.argument);
    case ActionKind::wait:
      return "wait " + text_of(step.argument);
    case ActionKind::broker:
      return "the broker: " + text_of(step.argument);
    case ActionKind::repeat:
      return with("repeat", text_of(step.argument));
    case ActionKind::parallel:
      return "side by side";
  }
  return {};
}

std::string observation_of(const Step& step) {
  std::string text;
  switch (step.observation) {
    case ObservationKind::none:
      return {};
    case ObservationKind::expect:
      text = "has to get " + packet_of(step.pattern);
      break;
    case ObservationKind::silence:
      text = "must not get " + packet_of(step.pattern);
      break;
    case ObservationKind::verify:
      return fmt::format("verify {}: {} {}", step.verify, step.verify_kind,
                         fields_of(step.verify_argument));
  }
  if (!step.count.is_null()) text += fmt::format(", {} times", fields_of(step.count));
  if (!step.within.empty()) text += ", within " + step.within;
  if (!step.since.empty()) text += " since " + step.since;
  return text;
}

// What else the step says about itself.
std::string remarks_of(const Step& step) {
  std::string text;
  const auto add = [&](const std::string& remark) { text += (text.empty() ? "" : "; ") + remark; };
  if (!step.when.empty()) add("only when " + step.when);
  if (!step.illegal.empty()) add("illegal on purpose: " + step.illegal);
  if (!step.segments.is_null()) add("in pieces of " + text_of(step.segments));
  if (!step.as.empty()) add("called " + step.as);
  if (!step.mark.empty()) add("mark " + step.mark);
  if (!step.checks.empty()) add(fmt::format("decides {}", fmt::join(step.checks, ", ")));
  return text.empty() ? text : "  [" + text + "]";
}

void append(const std::vector<Step>& steps, const std::string& number, std::size_t depth,
            std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const std::string own = fmt::format("{}{}", number, i + 1);
    std::string what = action_of(step);
    const std::string observed = observation_of(step);
    if (!what.empty() && !observed.empty()) what += "; ";
    what += observed;
    const std::string who = fmt::format("{}", fmt::join(step.clients, " or "));
    lines.push_back(fmt::format("{:{}}{:<4} {}{}{}", "", depth * 2, own,
                                who.empty() ? "" : who + " ", what, remarks_of(step)));
    if (!step.note.empty()) lines.push_back(fmt::format("{:{}}     {}", "", depth * 2, step.note));
    append(step.steps, own + ".", depth + 1, lines);
    for (std::size_t lane = 0; lane < step.lanes.size(); ++lane) {
      append(step.lanes[lane], fmt::format("{}{}.", own, static_cast<char>('a' + lane)), depth + 1,
             lines);
    }
  }
}

}  // namespace

std::string client_in_words(const scenario::ClientDefinition& client) {
  std::string about;
  const auto add = [&](const std::string& remark) {
    about += (about.empty() ? "" : ", ") + remark;
  };
  if (!client.version.is_null()) add("speaks " + text_of(client.version));
  if (!client.transport.is_null()) add("over " + text_of(client.transport));
  if (!client.automatic_acks) add("acknowledges nothing by itself");
  const std::string connect = fields_of(client.connect);
  if (!client.connect.is_null() && !connect.empty()) add("connects with " + connect);
  if (!client.note.empty()) add(client.note);
  return about.empty() ? client.name : client.name + ": " + about;
}

std::vector<std::string> steps_in_words(const std::vector<scenario::Step>& steps) {
  std::vector<std::string> lines;
  append(steps, "", 0, lines);
  return lines;
}

}  // namespace mqttspec::cli
