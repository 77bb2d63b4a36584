#include "reference/server/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "reference/broker/config_json.hpp"
#include "reference/broker/config_schema.hpp"

namespace mqttspec::server {
namespace {

constexpr const char* listen_help =
    "Where to listen; may be repeated. Port 0 is any free one. The options of TLS are files; ca "
    "names who may vouch for clients, who then need a certificate unless verify=optional\n"
    "  mqtt://ADDRESS[:PORT]\n"
    "  mqtts://ADDRESS[:PORT]?cert=FILE&key=FILE[&ca=FILE][&verify=none|optional|required]\n"
    "  ws://ADDRESS[:PORT][/PATH][?path=/PATH][&subprotocol=required|optional]\n"
    "  wss://... with the options of both\n"
    "  unix:///PATH[?mode=0600]\n"
    "[mqtt://127.0.0.1:1883 and mqtt://[::1]:1883]";

std::string footer() {
  std::string keys;
  std::string line = " ";
  auto all = settings_keys();
  for (const auto key : broker::config_keys()) all.push_back(key);
  for (const auto key : all) {
    if (line.size() + key.size() > 76) keys += std::exchange(line, " ") + "\n";
    line += " " + std::string(key);
  }
  return "The broker speaks MQTT 3.1, 3.1.1 and 5.0 and keeps to the standard; by default it is\n"
         "reached from this machine only. It prints one line \"listening on URL\" for each "
         "address\n"
         "and ends on SIGTERM or SIGINT. On SIGHUP it reads the files of --passwords and --acl\n"
         "and the certificates again, and keeps what it had if they are wrong.\n\n"
         "mqttspec-broker passwd FILE USER sets a password (see mqttspec-broker passwd --help);\n"
         "mqttspec-broker certificates FOLDER makes certificates to try TLS with.\n\n"
         "An access list has lines WHO WHAT FILTER; what no line permits is refused, and what one\n"
         "denies is denied wherever it stands:\n"
         "  WHO     all, anonymous, user NAME, client NAME\n"
         "  WHAT    publish, subscribe, both, deny, deny-publish, deny-subscribe\n"
         "  FILTER  a Topic Filter; %u is the user name in it, %c the Client Identifier\n"
         "A message reaches a subscriber only if its topic may be subscribed to as well.\n\n"
         "Keys of the configuration file, a JSON object (--config-example explains them). What "
         "the\n"
         "command line says as well counts instead:\n" +
         keys + line +
         "\n\nExamples:\n"
         "  mqttspec-broker\n"
         "  mqttspec-broker --listen mqtt://127.0.0.1:0 --config broker.json\n"
         "    with broker.json: { \"maximum_qos\": 1, \"users\": { \"anna\": \"secret\" },\n"
         "                        \"listen\": [\"mqtt://127.0.0.1\", \"ws://127.0.0.1:8080\"] }\n"
         "  mqttspec-broker --passwords passwords --acl acl\n"
         "    with acl: all both public/#\n"
         "              user anna both home/#\n"
         "              all both own/%u/#\n"
         "  mqttspec-broker --mutant ping-goes-unanswered\n\n"
         "Exit code: 0 after an orderly end, 2 if it could not start.";
}

void add_access(CLI::App& app, Options& options) {
  app.add_option("--passwords", options.settings.passwords,
                 "Who may connect; \"mqttspec-broker passwd\" makes the file [everyone]")
      ->type_name("FILE");
  app.add_option("--acl", options.settings.access_list,
                 "Who may publish and subscribe to what; see below [everyone everything]")
      ->type_name("FILE");
}

// As they stand on the command line; empty: not said.
struct Words {
  std::string log_level;
  std::string log_format;
  std::string store_sync;
};

void add_log(CLI::App& app, Words& words) {
  app.add_option("--log-level", words.log_level, "error, warning, info or debug, on stderr [info]")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"error", "warning", "info", "debug"}));
  app.add_option("--log-format", words.log_format, "text or json [text]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
}

void add_store(CLI::App& app, Settings& settings, Words& words) {
  app.add_option("--store", settings.store,
                 "Keep sessions, their messages, retained messages and Wills in this SQLite file, "
                 "so that nothing acknowledged is lost when the broker ends, however it ends")
      ->type_name("FILE");
  app.add_option("--store-sync", words.store_sync,
                 "What the store survives: the death of the broker (normal), or that of the "
                 "machine as well (full, much slower) [normal]")
      ->check(CLI::IsMember({"normal", "full"}));
}

void take_words(const Words& words, Settings& settings) {
  settings.log_level = log_level_by_name(words.log_level);
  if (!words.log_format.empty()) {
    settings.log_format = words.log_format == "json" ? LogFormat::json : LogFormat::text;
  }
  if (!words.store_sync.empty()) settings.store_survives_machine = words.store_sync == "full";
}

}  // namespace

std::vector<ListenUrl> default_listen() {
  return {{"mqtt", "127.0.0.1", 1883}, {"mqtt", "::1", 1883}};
}

std::variant<Options, Exit> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> urls;
  CLI::App app("A reference MQTT broker: strictly faithful, or wrong in one chosen way.",
               "mqttspec-broker");
  app.footer(footer());
  app.set_version_flag("--version", "mqttspec-broker 0.1.0");
  app.add_option("--listen", urls, listen_help)->type_name("URL");
  app.add_option("--config", options.config_file, "Settings of the broker, a JSON file")
      ->type_name("FILE");
  Words words;
  add_access(app, options);
  add_log(app, words);
  app.add_option("--mutant", options.mutant,
                 "Break the standard in this one way (see --list-mutants)")
      ->type_name("SLUG");
  app.add_option("--variant", options.variant,
                 "Use this one freedom that the standard leaves (see --list-variants)")
      ->type_name("SLUG");
  add_store(app, options.settings, words);
  app.add_option("--seed", options.seed, "For whatever is chosen at random")->type_name("N");
  app.add_option("--output-limit", options.settings.output_limit,
                 "Bytes that may wait for one client before it is dropped [67108864]")
      ->type_name("BYTES")
      ->check(CLI::PositiveNumber);
  bool schema = false;
  bool example = false;
  app.add_flag("--config-schema", schema, "Print the JSON Schema of configuration files and end");
  app.add_flag("--config-example", example,
               "Print a configuration file with every option, explained, and end");
  app.add_flag("--list-mutants", options.list_mutants, "Print all mutants and end");
  app.add_flag("--list-variants", options.list_variants, "Print all variants and end");
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::Success& done) {
    const bool version = dynamic_cast<const CLI::CallForVersion*>(&done) != nullptr;
    return Exit{0, version ? std::string(done.what()) + "\n" : app.help()};
  } catch (const CLI::ParseError& error) {
    return Exit{2, "mqttspec-broker: " + std::string(error.what()) + "\nSee --help.\n"};
  }
  take_words(words, options.settings);
  if (schema) return Exit{0, broker::config_schema(settings_texts())};
  if (example) return Exit{0, broker::config_example(settings_texts())};
  for (const auto& text : urls) {
    auto url = parse_listen_url(text);
    if (const auto* error = std::get_if<std::string>(&url)) {
      return Exit{2, "mqttspec-broker: --listen " + *error + "\n"};
    }
    options.settings.listen.push_back(std::get<ListenUrl>(std::move(url)));
  }
  return options;
}

}  // namespace mqttspec::server
