#include "conformance/executor/send_style.hpp"

namespace mqttspec::executor {

using scenario::Result;
using scenario::Value;

Result<SendStyle> send_style(const Run& run, const scenario::Step& step, const Scope& scope) {
  using Failure = Result<SendStyle>;
  SendStyle style;
  const auto illegal = run.environment.text(step.illegal, scope);
  if (!illegal) return Failure::failure(illegal.error());
  style.illegal = *illegal;
  if (!step.frame.empty()) {
    const auto frame = run.environment.text(step.frame, scope);
    if (!frame) return Failure::failure(frame.error());
    style.frame = *frame;
  }
  const auto pause = run.environment.duration(step.pause, scope, Duration{});
  if (!pause) return Failure::failure(pause.error());
  style.pause = *pause;
  if (step.segments.is_null()) return style;

  const auto segments = run.environment.substitute(step.segments, scope);
  if (!segments) return Failure::failure(segments.error());
  const auto add = [&](const Value& size) {
    if (size.integer() == nullptr || *size.integer() < 1) return false;
    style.segments.push_back(static_cast<std::size_t>(*size.integer()));
    return true;
  };
  if (const scenario::Array* sizes = segments->array()) {
    for (const Value& size : *sizes) {
      if (!add(size)) return Failure::failure("\"segments\" is a list of sizes of 1 or more");
    }
  } else {
    style.repeat_segment = true;
    if (!add(*segments)) return Failure::failure("\"segments\" is a size of 1 or more, or a list");
  }
  return style;
}

}  // namespace mqttspec::executor
