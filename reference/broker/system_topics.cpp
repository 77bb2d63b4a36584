// The broker's own statistics below $SYS/broker/ (section 4.7.2): made when somebody subscribes to
// them, and at an interval for as long as a connected client may see them.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

struct Statistic {
  std::string_view topic;  // behind "$SYS/broker/"
  std::uint64_t (*value)(const Core&);
};

std::uint64_t uptime(const Core& core) {
  using std::chrono::seconds;
  const auto since = core.now - core.statistics.started.value_or(core.now);
  return static_cast<std::uint64_t>(std::chrono::duration_cast<seconds>(since).count());
}

std::uint64_t subscription_count(const Core& core) {
  std::uint64_t count = 0;
  for (const auto& [identifier, session] : core.sessions) count += session->subscriptions.size();
  return count;
}

constexpr std::array<Statistic, 11> table = {{
    {"uptime", uptime},  // seconds
    {"clients/connected", [](const Core& core) -> std::uint64_t { return core.connected; }},
    {"clients/total", [](const Core& core) -> std::uint64_t { return core.sessions.size(); }},
    {"messages/received", [](const Core& core) { return core.statistics.packets_received; }},
    {"publish/messages/received",
     [](const Core& core) { return core.statistics.publishes_received; }},
    {"publish/messages/sent", [](const Core& core) { return core.statistics.publishes_sent; }},
    {"bytes/received", [](const Core& core) { return core.statistics.bytes_received; }},
    {"bytes/sent", [](const Core& core) { return core.statistics.bytes_sent; }},
    {"subscriptions/count", subscription_count},
    {"retained messages/count",
     [](const Core& core) -> std::uint64_t { return core.retained.size() - core.own_retained; }},
    {"sessions/absent",
     [](const Core& core) -> std::uint64_t { return core.sessions.size() - core.connected; }},
}};

// Does the filter name topics of ours? A wildcard in the first level never does.
bool concerns_system(std::string_view filter) {
  if (const auto shared = parse_shared(filter)) filter = shared->filter;
  const auto level = take_level(filter);
  return level.text == "$SYS";
}

// Makes those messages whose value is another than before; gives them.
std::vector<std::shared_ptr<const Message>> refresh(Core& core) {
  std::vector<std::shared_ptr<const Message>> changed;
  core.statistics.published.resize(table.size());
  for (std::size_t place = 0; place < table.size(); ++place) {
    auto& last = core.statistics.published[place];
    auto payload = std::to_string(table[place].value(core));
    if (last != nullptr && last->payload == payload) continue;
    auto message = std::make_shared<Message>();
    message->topic_name = "$SYS/broker/" + std::string(table[place].topic);
    message->payload = std::move(payload);
    message->retain = true;
    if (core.config.retain_available) {
      if (last == nullptr) ++core.own_retained;
      core.retained.set(message);
    }
    last = message;
    changed.push_back(std::move(message));
  }
  return changed;
}

bool is_connected(const SharedGroup& group) {
  return std::any_of(group.members.begin(), group.members.end(),
                     [](const auto& member) { return member.session->connection != nullptr; });
}

// Is anybody connected who has subscribed to one of them?
bool is_watched(Core& core) {
  for (const auto& message : core.statistics.published) {
    core.subscriptions.match(message->topic_name, core.matches);
    for (const auto* subscriber : core.matches.plain) {
      if (subscriber->session->connection != nullptr) return true;
    }
    for (const auto* group : core.matches.shared) {
      if (is_connected(*group)) return true;
    }
  }
  return false;
}

void watch(Core& core) {
  if (core.statistics.watched) return;
  core.statistics.watched = true;
  core.deadlines.set({DeadlineKey::Kind::system, 0}, core.now + core.config.sys_interval);
}

}  // namespace

void prepare_system_topics(Core& core, std::string_view filter) {
  if (core.config.sys_interval.count() == 0 || !concerns_system(filter)) return;
  static_cast<void>(refresh(core));
  watch(core);
}

void resume_system_topics(Core& core, const Session& session) {
  if (core.config.sys_interval.count() == 0) return;
  for (const auto& [filter, options] : session.subscriptions) {
    // They are sorted: nothing of ours comes behind the last that can begin with "$share/".
    if (filter >= "$share0") return;
    if (concerns_system(filter)) return watch(core);
  }
}

void publish_system_topics(Core& core) {
  core.statistics.watched = false;
  const auto changed = refresh(core);  // in a new process this also makes the topics
  if (!is_watched(core)) return;
  for (const auto& message : changed) distribute(core, message);
  watch(core);
}

}  // namespace mqttspec::broker
