#include "conformance/cli/probe_arguments.hpp"

#include <CLI/CLI.hpp>

namespace mqttspec::cli {

void add_probe(CLI::App& app, ProbeArguments& probe) {
  auto* command =
      app.add_subcommand("probe", "Find out what a broker can do, and write a profile of it");
  RunArguments& broker = probe.broker;
  command
      ->add_option("target", broker.target,
                   "builtin:, or mqtt://[user:password@]host[:port], mqtts:// (TLS), or\n"
                   "ws:// and wss://...[/path] (WebSocket, default path /mqtt)")
      ->type_name("TARGET");
  command
      ->add_option("--profile", broker.profile,
                   "Start the broker as this profile says, and restart it to see what it keeps")
      ->type_name("FILE");
  command->add_option("--username", broker.username, "User name for every CONNECT but one")
      ->type_name("U");
  command->add_option("--password", broker.password, "Password for every CONNECT but one")
      ->type_name("P");
  command->add_option("--ca", broker.ca, "TLS: trust what this CA has signed")->type_name("FILE");
  command->add_option("--cert", broker.cert, "TLS: our certificate")->type_name("FILE");
  command->add_option("--key", broker.key, "TLS: its key, unless it is in the same file")
      ->type_name("FILE");
  command->add_flag("--insecure", broker.insecure, "TLS: take any certificate");
  auto* safe = command->add_flag("--safe", broker.safe,
                                 "Leave out what others on a shared broker could notice: that\n"
                                 "is to subscribe to $SYS/# (default for a broker that is not on\n"
                                 "this machine)");
  command->add_flag("--unsafe", broker.unsafe, "Ask that as well, wherever the broker is")
      ->excludes(safe);
  command
      ->add_option("--out", probe.out,
                   "Write what was found as a profile for mqttspec run --profile; - is stdout")
      ->type_name("FILE");
  command->footer(
      "Tells the versions that the broker speaks, what its CONNACK announces and what works when\n"
      "it is tried, and how it uses the freedoms of the standard. Exit code: 0 found out; 1 what\n"
      "is announced does not work, or another rule is broken; 2 could not ask.\n\n"
      "Examples:\n"
      "  mqttspec probe mqtt://127.0.0.1:1883\n"
      "  mqttspec probe mqtts://me:secret@broker.example --ca ca.pem --out broker.json\n"
      "  mqttspec probe --profile scenarios/profiles/mosquitto.json");
}

}  // namespace mqttspec::cli
