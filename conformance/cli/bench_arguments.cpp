#include "conformance/cli/bench_arguments.hpp"

#include <CLI/CLI.hpp>

#include "conformance/bench/load.hpp"

namespace mqttspec::cli {
namespace {

void add_load(CLI::App& command, BenchArguments& bench) {
  std::vector<std::string> names;
  std::string listed;
  for (const auto& load : bench::named_loads()) {
    names.push_back(load.name);
    listed += (listed.empty() ? "" : names.size() % 3 == 1 ? ",\n" : ", ") + load.name;
  }
  command
      .add_option("--load", bench.loads,
                  "A load that has a name; repeatable. The options below change it:\n" + listed)
      ->check(CLI::IsMember(names).description(""))
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--publishers", bench.publishers, "Clients that publish [1]")->type_name("N");
  command.add_option("--subscribers", bench.subscribers, "Clients that subscribe [1]")
      ->type_name("N");
  command
      .add_option("--topics", bench.topics,
                  "Topics; publisher and subscriber number i use topic i modulo this\n"
                  "[as many as there are pairs: 1 publisher and 10 subscribers share one]")
      ->type_name("N");
  command.add_option("--qos", bench.qos, "Of publishing and of subscribing [0]")->type_name("N");
  command.add_option("--payload", bench.payload, "Bytes, at least 16 [64]")->type_name("N");
  command
      .add_option("--window", bench.window,
                  "Messages of one publisher that may be under way, not yet acknowledged\n"
                  "or not yet with all subscribers [100]")
      ->type_name("N");
  command
      .add_option("--rate", bench.rate,
                  "Messages a second of each publisher [as fast as the window permits]")
      ->type_name("N");
  auto* seconds =
      command.add_option("--seconds", bench.seconds, "How long to measure [5]")->type_name("S");
  command
      .add_option("--messages", bench.messages, "Publish so many in all and measure all of them")
      ->type_name("N")
      ->excludes(seconds);
  command.add_option("--protocol", bench.protocol, "MQTT version [3.1.1]")
      ->check(CLI::IsMember({"3.1", "3.1.1", "5.0"}).description(""))
      ->type_name("3.1|3.1.1|5.0");
}

}  // namespace

void add_bench(CLI::App& app, BenchArguments& bench) {
  auto* command = app.add_subcommand(
      "bench", "Load a broker: messages a second, latencies, processor time, memory");
  auto* target = command->add_option("target", bench.target,
                                     "A broker that runs: mqtt://[user:password@]host[:port]");
  target->type_name("TARGET");
  command
      ->add_option("--start", bench.start,
                   "Start this broker for each measurement: mosquitto, mqttspec-broker, a\n"
                   "profile (FILE.json) or a command with ${port}; repeatable: they are\n"
                   "measured in turn and compared with the first")
      ->type_name("BROKER")
      ->allow_extra_args(false)
      ->excludes(target);
  command
      ->add_flag("--compare", bench.compare,
                 "mosquitto with mqttspec-broker, or with --start those; without options of\n"
                 "a load: all that have a name and no rate, five rounds")
      ->excludes(target);
  command
      ->add_option("--idle", bench.idle,
                   "Connect so many clients that do nothing, and tell the memory of a\n"
                   "started broker")
      ->type_name("N")
      ->excludes(target);
  command->add_option("--rounds", bench.rounds, "How often to measure each [1; 5 with --compare]")
      ->type_name("N");
  add_load(*command, bench);
  command->add_option("--json", bench.json, "Write all measurements as JSON")->type_name("FILE");
  command->footer(
      "Closed loop: a publisher goes on when its messages have arrived, so that nothing is lost\n"
      "and no broker is asked for more than it can do. With --rate latencies count from the\n"
      "moment when a message was due. Exit code: 0 measured; 1 messages were lost; 2 could not\n"
      "run.\n\n"
      "Examples:\n"
      "  mqttspec bench mqtt://127.0.0.1:1883 --publishers 10 --subscribers 10 --qos 1\n"
      "  mqttspec bench --compare\n"
      "  mqttspec bench --start mqttspec-broker --idle 10000\n"
      "  mqttspec bench --start 'nanomq start --url nmq-tcp://127.0.0.1:${port}' --load active");
}

}  // namespace mqttspec::cli
