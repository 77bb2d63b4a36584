#include "conformance/executor/verify.hpp"

#include <algorithm>

#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using scenario::Object;
using scenario::Received;
using scenario::Result;
using scenario::Value;
using Outcome = Result<std::optional<Decision>>;

namespace {

class Verification {
 public:
  Verification(const Run& run, const scenario::Step& step, const Capture& capture, Instant since,
               Value argument)
      : run_(run), step_(step), capture_(capture), since_(since), argument_(std::move(argument)) {
    for (const Received& packet : capture_.packets) decision_.trace.push_back(packet.trace);
    if (!capture_.packets.empty()) decision_.elapsed = elapsed(capture_.packets.back());
  }

  Outcome run() {
    const std::string& kind = step_.verify_kind;
    if (kind == "count") return count();
    if (kind == "distinct") return distinct();
    const Object* fields = argument_.object();
    if (fields == nullptr) return Outcome::failure("\"" + kind + "\" needs an object of fields");
    decision_.expected = step_.verify + ": " + kind + " " + in_words_of(*fields);
    if (kind == "is") return is(*fields);
    return kind == "every" ? every(*fields) : some(*fields);
  }

 private:
  [[nodiscard]] Duration elapsed(const Received& packet) const { return packet.at - since_; }

  [[nodiscard]] std::optional<std::string> wrong(const Object& fields,
                                                 const Received& packet) const {
    return scenario::mismatch_fields(fields, packet, elapsed(packet), elapsed_tolerance(run_));
  }

  Outcome is(const Object& fields) {
    if (capture_.list || capture_.packets.size() != 1) {
      return Outcome::failure("\"is\" compares a single packet, and " + step_.verify +
                              " is a list; say \"every\" or \"some\"");
    }
    decision_.received = executor::in_words(run_, capture_.packets.front());
    if (auto why = wrong(fields, capture_.packets.front())) {
      decision_.why = std::move(*why);
    } else {
      decision_.met = true;
    }
    return std::optional(std::move(decision_));
  }

  Outcome every(const Object& fields) {
    decision_.received = counted(capture_.packets.size(), "packet");
    decision_.met = true;
    for (std::size_t i = 0; i < capture_.packets.size(); ++i) {
      const auto why = wrong(fields, capture_.packets[i]);
      if (!why) continue;
      decision_.met = false;
      decision_.why = "of packet " + std::to_string(i + 1) + ", " + *why;
      break;
    }
    return std::optional(std::move(decision_));
  }

  Outcome some(const Object& fields) {
    decision_.received = counted(capture_.packets.size(), "packet");
    std::optional<std::string> why;
    for (const Received& packet : capture_.packets) {
      why = wrong(fields, packet);
      if (!why) {
        decision_.met = true;
        return std::optional(std::move(decision_));
      }
    }
    decision_.why = why ? "none is so; of the last, " + *why : "there is none";
    return std::optional(std::move(decision_));
  }

  Outcome distinct() {
    const std::string* field = argument_.string();
    if (field == nullptr) return Outcome::failure("\"distinct\" needs the name of a field");
    decision_.expected = step_.verify + ": no two with the same " + *field;
    decision_.received = counted(capture_.packets.size(), "packet");
    decision_.met = true;
    for (std::size_t i = 0; i < capture_.packets.size() && decision_.met; ++i) {
      const Value* mine = capture_.packets[i].fields.find(*field);
      for (std::size_t j = i + 1; j < capture_.packets.size() && decision_.met; ++j) {
        const Value* other = capture_.packets[j].fields.find(*field);
        const bool alike = mine == nullptr ? other == nullptr : other != nullptr && *mine == *other;
        if (!alike) continue;
        decision_.met = false;
        decision_.why = "packets " + std::to_string(i + 1) + " and " + std::to_string(j + 1) +
                        " have the same " + *field;
      }
    }
    return std::optional(std::move(decision_));
  }

  Outcome count() {
    const auto range = parse_range(argument_);
    if (!range) return Outcome::failure(range.error());
    decision_.expected = step_.verify + ": " + range->in_words();
    decision_.received = counted(capture_.packets.size(), "packet");
    decision_.met = range->contains(capture_.packets.size());
    if (!decision_.met) {
      decision_.why =
          std::to_string(capture_.packets.size()) + " came, expected " + range->in_words();
    }
    return std::optional(std::move(decision_));
  }

  // describe() knows patterns; bare fields are shown as one of any packet.
  static std::string in_words_of(const Object& fields) {
    scenario::Pattern pattern;
    pattern.kind = scenario::Pattern::Kind::any;
    pattern.fields = fields;
    return scenario::describe(pattern);
  }

  const Run& run_;
  const scenario::Step& step_;
  const Capture& capture_;
  Instant since_;
  Value argument_;
  Decision decision_;
};

}  // namespace

Outcome verify(const Run& run, const scenario::Step& step, const Scope& scope) {
  const Capture* capture = run.environment.captured(step.verify);
  if (capture == nullptr) return std::optional<Decision>();
  Instant since = capture->since;
  if (!step.since.empty()) {
    const auto moment = run.environment.moment(step.since);
    if (!moment) return Outcome::failure("there is no mark or capture \"" + step.since + "\" yet");
    since = *moment;
  }
  auto argument = run.environment.substitute(step.verify_argument, scope);
  if (!argument) return Outcome::failure(argument.error());
  return Verification(run, step, *capture, since, std::move(*argument)).run();
}

}  // namespace mqttspec::executor
