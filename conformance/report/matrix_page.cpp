#include "conformance/report/matrix_page.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "conformance/report/json_model.hpp"
#include "conformance/report/page_frame.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

constexpr std::size_t text_most = 400;
constexpr std::size_t found_most = 40;  // of one statement and broker

int number_of(Verdict verdict) {
  return static_cast<int>(verdict);
}

std::string name_of(const RunResult& run) {
  return printable(run.broker.empty() ? run.target : run.broker);
}

// Every statement of every run, in the order in which they are met.
class Statements {
 public:
  explicit Statements(std::span<const MatrixColumn> columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (const StatementResult& statement : columns[i].run->statements) {
        const auto [at, fresh] = places_.try_emplace(statement.id, rows_.size());
        if (fresh) rows_.push_back(row_of(statement, columns.size()));
        rows_[at->second]["verdicts"][i] = number_of(statement.verdict);
      }
    }
  }
  // Nothing: no run has such a statement.
  [[nodiscard]] std::optional<std::size_t> place(const std::string& id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] Json take() { return std::move(rows_); }

 private:
  static Json row_of(const StatementResult& statement, std::size_t columns) {
    Json row = to_json(statement);
    row.erase("checks");
    row.erase("verdict");
    row["verdicts"] = Json::array();
    for (std::size_t i = 0; i < columns; ++i) row["verdicts"].push_back(nullptr);
    return row;
  }

  std::unordered_map<std::string, std::size_t> places_;
  Json rows_ = Json::array();
};

// What is not as it should be in one run, and which statements it speaks about.
struct Found {
  Json problems = Json::array();
  std::map<std::size_t, std::vector<std::size_t>> by_statement;
  std::size_t known = 0;
  void add(Json problem, const std::vector<std::string>& ids, const Statements& statements) {
    bool used = false;
    for (const std::string& id : ids) {
      const auto place = statements.place(id);
      if (!place) continue;
      std::vector<std::size_t>& list = by_statement[*place];
      if (list.size() >= found_most) continue;
      list.push_back(problems.size());
      used = true;
    }
    if (used) problems.push_back(std::move(problem));
  }
};

Found problems_in(const RunResult& run, const Statements& statements) {
  Found found;
  const auto see = [&](const executor::InstanceOutcome& instance, const std::string& name,
                       Verdict verdict, const std::string& why, const Deviation* deviation,
                       const std::vector<std::string>& ids) {
    if (verdict >= Verdict::pass) return;
    if (deviation != nullptr) ++found.known;
    Json problem = Json::array();
    problem.push_back(printable(instance.id));
    problem.push_back(printable(name));
    problem.push_back(number_of(verdict));
    problem.push_back(cut(printable(why), text_most));
    problem.push_back(deviation != nullptr ? cut(printable(deviation->reason), text_most) : "");
    found.add(std::move(problem), ids, statements);
  };
  for (const executor::InstanceOutcome& instance : run.instances) {
    for (const executor::CheckOutcome& check : instance.checks) {
      see(instance, check.name, check.verdict, check.why, deviation_of(run, instance, check),
          check.statements);
    }
    for (const executor::MonitorFinding& finding : instance.monitor_findings) {
      see(instance, "monitor:" + finding.monitor, verdict_of(run, finding), finding.message,
          deviation_of(run, instance, finding), {finding.statement});
    }
  }
  return found;
}

Json versions_of(const RunResult& run) {
  std::map<std::string, Counts> versions;
  for (const executor::InstanceOutcome& instance : run.instances) {
    Counts& counts = versions[std::string(codec::to_string(instance.version))];
    for (const executor::CheckOutcome& check : instance.checks) ++counts[check.verdict];
  }
  Json json = Json::object();
  for (const auto& [version, counts] : versions) json[version] = to_json(counts);
  return json;
}

Json broker_json(const MatrixColumn& column, const Statements& statements) {
  const RunResult& run = *column.run;
  Found found = problems_in(run, statements);
  Json by_statement = Json::object();
  for (const auto& [statement, list] : found.by_statement) {
    by_statement[std::to_string(statement)] = list;
  }
  return {{"name", name_of(run)},
          {"link", column.link},
          {"target", printable(run.target)},
          {"started", printable(run.started)},
          {"mqttspec", printable(run.version)},
          {"checks", to_json(summarise(run).checks)},
          {"versions", versions_of(run)},
          {"known", found.known},
          {"capabilities", capabilities_json(run)},
          {"problems", std::move(found.problems)},
          {"found", std::move(by_statement)}};
}

// A check that asks about a freedom: what each broker answered in each version.
struct Choice {
  Json row;
  std::vector<std::map<std::string, std::string>> answers;
};

void see_answers(const RunResult& run, std::size_t column, std::size_t columns,
                 std::map<std::pair<std::string, std::string>, Choice>& choices) {
  for (const executor::InstanceOutcome& instance : run.instances) {
    for (const executor::CheckOutcome& check : instance.checks) {
      if (!check.answer) continue;
      const auto [at, fresh] = choices.try_emplace({instance.scenario, check.name});
      Choice& choice = at->second;
      if (fresh) {
        choice.answers.resize(columns);
        const ScenarioInfo* scenario = scenario_of(run, instance.scenario);
        const auto note = [&]() -> std::string {
          if (scenario == nullptr) return {};
          const auto found = scenario->notes.find(check.name);
          return found == scenario->notes.end() ? std::string() : found->second;
        };
        choice.row = {{"scenario", printable(instance.scenario)},
                      {"check", printable(check.name)},
                      {"title", scenario != nullptr ? printable(scenario->title) : ""},
                      {"note", printable(note())},
                      {"statements", check.statements}};
      }
      std::string& answer = choice.answers[column][std::string(codec::to_string(instance.version))];
      const std::string word = *check.answer ? "yes" : "no";
      answer = answer.empty() || answer == word ? word : "both";
    }
  }
}

Json choices_json(std::span<const MatrixColumn> columns) {
  std::map<std::pair<std::string, std::string>, Choice> choices;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    see_answers(*columns[i].run, i, columns.size(), choices);
  }
  Json rows = Json::array();
  for (auto& [key, choice] : choices) {
    Json answers = Json::array();
    for (const auto& by_version : choice.answers) {
      answers.push_back(by_version.empty() ? Json() : Json(by_version));
    }
    choice.row["answers"] = std::move(answers);
    rows.push_back(std::move(choice.row));
  }
  return rows;
}

}  // namespace

void render_matrix(std::span<const MatrixColumn> columns, std::string_view kills_link,
                   std::ostream& out) {
  Statements statements(columns);
  Json index = Json::object();
  std::string version;
  index["brokers"] = Json::array();
  for (const MatrixColumn& column : columns) {
    index["brokers"].push_back(broker_json(column, statements));
    version = std::max(version, printable(column.run->version));
  }
  index["version"] = version;
  index["kills"] = kills_link;
  index["choices"] = choices_json(columns);
  index["statements"] = statements.take();
  Page page;
  page.title = "MQTT brokers, statement by statement";
  page.without_scripts = "the reports of the brokers' own, or their results";
  page.scripts = {"dom.js",      "verdicts.js", "widgets.js",     "address.js",
                  "chapters.js", "matrix.js",   "matrix_head.js", "matrix_views.js"};
  page.styles = {"report.css", "detail.css", "matrix.css"};
  page.islands.emplace_back("index", packed(index));
  write_page(page, out);
}

}  // namespace mqttspec::report
