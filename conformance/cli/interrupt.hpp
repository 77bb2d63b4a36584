// Ctrl-C: the first one asks the run to end, so that reports of what there is are still written;
// the second ends the program at once.
#pragma once

namespace mqttspec::cli {

void watch_for_interrupts();
[[nodiscard]] bool interrupted();

}  // namespace mqttspec::cli
