#include "conformance/executor/outcome.hpp"

namespace mqttspec::executor {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::crash:
      return "crash";
    case Verdict::fail:
      return "fail";
    case Verdict::flaky:
      return "flaky";
    case Verdict::blocked:
      return "blocked";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::nonstrict:
      return "nonstrict";
    case Verdict::pass:
      return "pass";
    case Verdict::info:
      return "info";
    case Verdict::not_applicable:
      return "not applicable";
    case Verdict::not_asked:
      return "not asked";
  }
  return "";
}

}  // namespace mqttspec::executor
