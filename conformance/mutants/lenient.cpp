#include "conformance/mutants/lenient.hpp"

#include <algorithm>

#include "reference/codec/codec.hpp"
#include "reference/codec/layout.hpp"
#include "reference/node/connect_version.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Rule;

Refused refused(ConnectionId connection, codec::BytesView frame, const codec::DecodeError& error,
                const Context& context) {
  const auto first =
      frame.empty() ? 0U : static_cast<unsigned>(static_cast<unsigned char>(frame[0]));
  const auto type = static_cast<codec::PacketType>(first >> 4);
  codec::Version version = context.version(connection);
  if (type == codec::PacketType::connect) {
    version = node::connect_version(frame).value_or(version);
  }
  return {frame, type, version, error};
}

class Lenient final : public Interceptor {
 public:
  Lenient(std::vector<Rule> rules, Picks picks)
      : list_(std::move(rules)), picks_(std::move(picks)) {
    for (const Rule rule : list_) set_.insert(rule);
  }
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError& error, codec::RuleSet& tolerated,
                          Context& context) override {
    const bool one_of_ours = std::find(list_.begin(), list_.end(), error.rule) != list_.end();
    if (!one_of_ours) return OnError::report;
    const Refused found = refused(connection, frame, error, context);
    if (!picks_(found)) return OnError::report;
    const auto again = codec::decode(frame, found.version, codec::Sender::client, set_);
    if (std::holds_alternative<codec::DecodeError>(again)) return OnError::ignore;
    tolerated = set_;
    return OnError::tolerate;
  }

 private:
  std::vector<Rule> list_;
  codec::RuleSet set_;
  Picks picks_;
};

class PassingOver final : public Interceptor {
 public:
  explicit PassingOver(Picks picks) : picks_(std::move(picks)) {}
  OnError on_decode_error(ConnectionId connection, codec::BytesView frame,
                          const codec::DecodeError& error, codec::RuleSet&,
                          Context& context) override {
    return picks_(refused(connection, frame, error, context)) ? OnError::ignore : OnError::report;
  }

 private:
  Picks picks_;
};

}  // namespace

InterceptorPointer lenient(std::vector<Rule> rules, Picks picks) {
  return std::make_unique<Lenient>(std::move(rules), std::move(picks));
}

InterceptorPointer passing_over(Picks picks) {
  return std::make_unique<PassingOver>(std::move(picks));
}

std::vector<Rule> utf8_rules() {
  return {Rule::utf8_nul,          Rule::utf8_surrogate, Rule::utf8_overlong,
          Rule::utf8_out_of_range, Rule::utf8_truncated, Rule::utf8_lone_continuation,
          Rule::utf8_invalid_byte};
}

bool within_field(const Refused& refused, std::string_view field) {
  const auto layout = codec::layout(refused.frame, refused.version);
  return std::any_of(layout.fields.begin(), layout.fields.end(), [&](const codec::Field& each) {
    return each.name == field && refused.error.offset >= each.offset &&
           refused.error.offset < each.offset + each.length;
  });
}

}  // namespace mqttspec::mutants
