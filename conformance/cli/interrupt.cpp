#include "conformance/cli/interrupt.hpp"

#include <csignal>

namespace mqttspec::cli {
namespace {

volatile std::sig_atomic_t asked = 0;

void on_signal(int number) {
  asked = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

void watch_for_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  // A reader that goes away (mqttspec run | head) must not cost the reports.
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
  return asked != 0;
}

}  // namespace mqttspec::cli
