// From a profile's text to a Profile. Every key has one reader; what is unknown is an error.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>

#include "conformance/profile/profile.hpp"
#include "conformance/scenario/json_reader.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/reporter.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::profile {

namespace {

using scenario::Place;
using scenario::Reporter;
using scenario::Value;

// A value in its place, with somewhere to complain.
struct Node {
  const Value& value;
  const Place& place;
  Reporter& reporter;
  void complain(const std::string& message) const { reporter.report(place, value.line, message); }
  void expected(std::string_view what) const {
    complain("this is " + std::string(scenario::kind_of(value)) + "; expected " +
             std::string(what));
  }
};

using Read = std::function<void(const Node&)>;
struct Key {
  std::string_view name;
  bool required = false;
  Read read;
};

void read_object(const Node& node, const std::vector<Key>& keys) {
  const auto* object = node.value.object();
  if (object == nullptr) return node.expected("an object");
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  for (const auto& [name, value] : *object) {
    const Place place = node.place.member(name);
    const Node child{value, place, node.reporter};
    bool known = false;
    for (const Key& key : keys) {
      if (key.name != name) continue;
      known = true;
      key.read(child);
    }
    if (!known) child.complain("unknown key" + scenario::did_you_mean(name, names));
  }
  for (const Key& key : keys) {
    if (key.required && node.value.find(key.name) == nullptr) {
      node.complain("the key \"" + std::string(key.name) + "\" is missing");
    }
  }
}

void each_member(const Node& node,
                 const std::function<void(const std::string& name, const Node&)>& read) {
  const auto* object = node.value.object();
  if (object == nullptr) return node.expected("an object");
  for (const auto& [name, value] : *object) {
    const Place place = node.place.member(name);
    read(name, {value, place, node.reporter});
  }
}

void each_element(const Node& node, const Read& read) {
  const auto* list = node.value.array();
  if (list == nullptr) return node.expected("a list");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Place place = node.place.element(i);
    read({(*list)[i], place, node.reporter});
  }
}

Read text(std::string& into) {
  return [&into](const Node& node) {
    const auto* value = node.value.string();
    if (value == nullptr) return node.expected("a string");
    if (value->empty()) return node.complain("this must not be empty");
    into = *value;
  };
}

Read text(std::optional<std::string>& into) {
  return [&into](const Node& node) { text(into.emplace())(node); };
}

Read texts(std::vector<std::string>& into) {
  return [&into](const Node& node) {
    each_element(node, [&](const Node& element) { text(into.emplace_back())(element); });
  };
}

Read duration(Duration& into) {
  return [&into](const Node& node) {
    const auto* value = node.value.string();
    if (value == nullptr) return node.expected("a duration such as \"2s\" or \"100ms\"");
    const auto parsed = scenario::parse_duration(*value);
    if (!parsed) return node.complain(parsed.error());
    into = *parsed;
  };
}

Read duration(std::optional<Duration>& into) {
  return [&into](const Node& node) { duration(into.emplace())(node); };
}

template <class Integer>
Read integer(Integer& into, std::int64_t minimum, std::int64_t maximum) {
  return [&into, minimum, maximum](const Node& node) {
    const auto* value = node.value.integer();
    if (value == nullptr) return node.expected("a whole number");
    if (*value < minimum || *value > maximum) {
      return node.complain("this is not between " + std::to_string(minimum) + " and " +
                           std::to_string(maximum));
    }
    into = static_cast<Integer>(*value);
  };
}

void read_where(const Node& node, Line& line) {
  each_member(node, [&](const std::string& name, const Node& values) {
    line.where.emplace_back(name, scenario::Array{});
    each_element(values,
                 [&](const Node& value) { line.where.back().second.push_back(value.value); });
  });
}

void read_line(const Node& node, bool in_mapping, Line& line) {
  if (const auto* plain = node.value.string()) {
    line.text = *plain;
    return;
  }
  const auto kind = [&](Line::Kind which) {
    return [&line, which](const Node& child) {
      line.kind = which;
      text(line.text)(child);
    };
  };
  std::vector<Key> keys{{"when_root", false, kind(Line::Kind::when_root)}};
  if (in_mapping) {
    keys = {{"each", true, kind(Line::Kind::each)},
            {"where", false, [&](const Node& where) { read_where(where, line); }}};
  }
  read_object(node, keys);
}

Read files(std::vector<ConfigFile>& into, bool in_mapping) {
  return [&into, in_mapping](const Node& node) {
    each_member(node, [&](const std::string& name, const Node& lines) {
      if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) {
        lines.complain("a file's name is relative to the broker's own directory");
      }
      ConfigFile& file = into.emplace_back();
      file.name = name;
      each_element(
          lines, [&](const Node& line) { read_line(line, in_mapping, file.lines.emplace_back()); });
    });
  };
}

// "ports": ["epmd"] gives ${epmd_port}; the transports have theirs already.
void read_ports(const Node& node, std::vector<std::string>& into) {
  static constexpr std::string_view transports[] = {"tcp", "tls", "ws", "wss"};
  each_element(node, [&](const Node& element) {
    std::string name;
    text(name)(element);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos) {
      return element.complain("the name of a port is made of small letters");
    }
    if (std::find(std::begin(transports), std::end(transports), name) != std::end(transports) ||
        std::find(into.begin(), into.end(), name) != into.end()) {
      return element.complain("there is a port of this name already");
    }
    into.push_back(name);
  });
}

void read_start(const Node& node, Start& start) {
  const auto command = [&](const Node& words) {
    texts(start.command)(words);
    if (start.command.empty()) words.complain("there is no program to start");
  };
  const auto prepare = [&](const Node& commands) {
    each_element(commands, [&](const Node& words) { texts(start.prepare.emplace_back())(words); });
  };
  const auto environment = [&](const Node& variables) {
    each_member(variables, [&](const std::string& name, const Node& value) {
      start.environment.emplace_back(name, "");
      text(start.environment.back().second)(value);
    });
  };
  read_object(node, {{"command", true, command},
                     {"prepare", false, prepare},
                     {"files", false, files(start.files, false)},
                     {"environment", false, environment},
                     {"ports", false, [&](const Node& names) { read_ports(names, start.ports); }},
                     {"ready_within", false, duration(start.ready_within)},
                     {"stop_within", false, duration(start.stop_within)},
                     {"at_once", false, integer(start.at_once, 1, 256)}});
}

void read_mapping(const Node& node, ConfigMapping& mapping) {
  const auto only = [&](const Node& values) {
    each_element(values, [&](const Node& value) { mapping.only.push_back(value.value); });
  };
  const auto prepare = [&](const Node& commands) {
    each_element(commands,
                 [&](const Node& command) { texts(mapping.prepare.emplace_back())(command); });
  };
  read_object(node, {{"files", true, files(mapping.files, true)},
                     {"prepare", false, prepare},
                     {"only", false, only}});
}

Read flag(bool& into) {
  return [&into](const Node& node) {
    const auto* value = node.value.boolean();
    if (value == nullptr) return node.expected("true or false");
    into = *value;
  };
}

// "transports": { "wss": { "port": 443, "path": "/mqtt", "ca": "ca.pem" } }
void read_listener(const Node& node, const std::string& transport, std::vector<Listener>& into) {
  static constexpr std::string_view known[] = {"tls", "ws", "wss"};
  if (std::find(std::begin(known), std::end(known), transport) == std::end(known)) {
    node.complain(transport == "tcp"
                      ? "plain TCP is what \"address\" and ${port} are for"
                      : "there is no such transport" + scenario::did_you_mean(transport, known));
  }
  Listener& listener = into.emplace_back();
  listener.transport = transport;
  std::vector<Key> keys{{"host", false, text(listener.host)},
                        {"port", false, integer(listener.port, 1, 65'535)}};
  if (transport != "tls") keys.push_back({"path", false, text(listener.path)});
  if (transport != "ws") {
    keys.push_back({"ca", false, text(listener.ca)});
    keys.push_back({"cert", false, text(listener.certificate)});
    keys.push_back({"key", false, text(listener.key)});
    keys.push_back({"insecure", false, flag(listener.insecure)});
  }
  read_object(node, keys);
  if (!listener.path.starts_with("/")) node.complain("the path does not begin with /");
}

// A broker that we start gets its ports from us; of one that runs they have to be told.
void check_ports(const Node& node, const Profile& profile) {
  for (const Listener& listener : profile.listeners) {
    if (profile.start && listener.port != 0) {
      node.complain("transports." + listener.transport +
                    ".port: a broker that is started gets a free port, ${" + listener.transport +
                    "_port}; take the number out");
    } else if (!profile.start && listener.port == 0) {
      node.complain("transports." + listener.transport + ".port is missing");
    }
  }
}

void read_deviation(const Node& node, KnownDeviation& deviation) {
  read_object(node, {{"instance", true, text(deviation.instance)},
                     {"check", true, text(deviation.check)},
                     {"statement", true, text(deviation.statement)},
                     {"reason", true, text(deviation.reason)}});
}

void read_profile(const Node& node, Profile& profile) {
  std::string schema;
  const auto address = [&](const Node& child) {
    Address& into = profile.address.emplace();
    read_object(child,
                {{"host", false, text(into.host)}, {"port", false, integer(into.port, 1, 65'535)}});
  };
  const auto start = [&](const Node& child) { read_start(child, profile.start.emplace()); };
  const auto config = [&](const Node& child) {
    each_member(child, [&](const std::string& key, const Node& mapping) {
      const auto known = scenario::config_keys();
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        mapping.complain("scenarios have no such key in \"config\"" +
                         scenario::did_you_mean(key, known));
      }
      profile.config.emplace_back().key = key;
      read_mapping(mapping, profile.config.back());
    });
  };
  const auto capabilities = [&](const Node& child) {
    each_member(child, [&](const std::string& name, const Node& value) {
      profile.capabilities.emplace_back(name, value.value);
    });
  };
  const auto tolerance = [&](const Node& child) {
    read_object(child, {{"patience", false, duration(profile.tolerance.patience)},
                        {"quiet", false, duration(profile.tolerance.quiet)},
                        {"granularity", false, duration(profile.tolerance.granularity)},
                        {"lateness", false, duration(profile.tolerance.lateness)}});
  };
  const auto deviations = [&](const Node& child) {
    each_element(child, [&](const Node& deviation) {
      read_deviation(deviation, profile.deviations.emplace_back());
    });
  };
  const auto transports = [&](const Node& child) {
    each_member(child, [&](const std::string& name, const Node& listener) {
      read_listener(listener, name, profile.listeners);
    });
  };
  read_object(node, {{"$schema", false, text(schema)},
                     {"name", true, text(profile.name)},
                     {"version", false, text(profile.version)},
                     {"note", false, text(profile.note)},
                     {"address", false, address},
                     {"transports", false, transports},
                     {"user_name", false, text(profile.user_name)},
                     {"password", false, text(profile.password)},
                     {"start", false, start},
                     {"config", false, config},
                     {"capabilities", false, capabilities},
                     {"tolerance", false, tolerance},
                     {"deviations", false, deviations}});
  check_ports(node, profile);
  if (!profile.config.empty() && !profile.start) {
    node.complain(
        "\"config\" is of use only with \"start\": a broker that runs already cannot be "
        "configured");
  }
}

}  // namespace

std::optional<Profile> parse_profile(std::string_view text, std::string path,
                                     std::vector<scenario::Problem>& problems) {
  Reporter reporter(path, problems);
  const auto document = scenario::read_json(text, reporter);
  if (!document) return std::nullopt;
  Profile profile;
  profile.path = std::move(path);
  const Place top;
  read_profile({*document, top, reporter}, profile);
  if (!reporter.clean()) return std::nullopt;
  return profile;
}

std::optional<Profile> load_profile(const std::string& path,
                                    std::vector<scenario::Problem>& problems) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in || !text) {
    const int error = errno;
    problems.push_back({path, 0, "", std::string("cannot be read: ") + std::strerror(error)});
    return std::nullopt;
  }
  return parse_profile(text.str(), path, problems);
}

}  // namespace mqttspec::profile
