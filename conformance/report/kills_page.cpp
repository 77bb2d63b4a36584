#include "conformance/report/kills_page.hpp"

#include <map>
#include <unordered_map>

#include "conformance/report/page_frame.hpp"

namespace mqttspec::report {
namespace {

// Texts that occur often, as numbers.
class Names {
 public:
  std::size_t number(const std::string& name) {
    const auto [at, fresh] = numbers_.try_emplace(name, list_.size());
    if (fresh) list_.push_back(name);
    return at->second;
  }
  Json numbers(const std::vector<std::string>& names) {
    Json array = Json::array();
    for (const std::string& name : names) array.push_back(number(name));
    return array;
  }
  [[nodiscard]] Json take() { return std::move(list_); }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  Json list_ = Json::array();
};

class Writer {
 public:
  explicit Writer(const KillsPage& kills) : kills_(kills) {
    // The numbers of statements and of mutants are their places in the lists.
    for (const auto& statement : kills.statements) (void)statements_.number(statement.id);
    for (const auto& mutant : kills.mutants) (void)slugs_.number(mutant.slug);
    for (const auto& proof : kills.proofs) {
      by_statement_[proof.statement][proof.check] = proof.by;
      for (const std::string& slug : proof.by) by_slug_[slug].push_back(&proof);
    }
  }

  Json index() {
    Json index = {{"version", kills_.version}, {"matrix", kills_.matrix_link},
                  {"checks", kills_.checks},   {"mutants", Json::array()},
                  {"variants", Json::array()}, {"statements", Json::array()},
                  {"titles", Json::object()}};
    for (const auto& mutant : kills_.mutants) index["mutants"].push_back(mutant_row(mutant));
    for (const auto& variant : kills_.variants) {
      index["variants"].push_back(
          {{"slug", variant.slug}, {"sentence", variant.sentence}, {"section", variant.section}});
    }
    for (const auto& statement : kills_.statements) {
      index["statements"].push_back(statement_row(statement));
    }
    for (const auto& [scenario, title] : kills_.titles) index["titles"][scenario] = title;
    index["names"] = checks_.take();
    index["slugs"] = slugs_.take();
    return index;
  }

 private:
  Json mutant_row(const KillsPage::Mutant& mutant) {
    Json proves = Json::array();
    for (const KillsPage::Proof* proof : by_slug_[mutant.slug]) {
      if (!known(proof->statement)) continue;
      Json pair = Json::array();
      pair.push_back(checks_.number(proof->check));
      pair.push_back(statements_.number(proof->statement));
      proves.push_back(std::move(pair));
    }
    Json violated = Json::array();
    for (const std::string& id : mutant.statements) {
      if (known(id)) violated.push_back(statements_.number(id));
    }
    return {{"slug", mutant.slug},
            {"sentence", mutant.sentence},
            {"statements", std::move(violated)},
            {"turned", mutant.turned ? Json(*mutant.turned) : Json()},
            {"explained", mutant.explained},
            {"ledger", mutant.ledger},
            {"proves", std::move(proves)}};
  }

  Json statement_row(const KillsPage::Statement& statement) {
    Json checks = Json::array();
    for (const std::string& check : statement.checks) {
      Json pair = Json::array();
      pair.push_back(checks_.number(check));
      pair.push_back(slugs_.numbers(by_statement_[statement.id][check]));
      checks.push_back(std::move(pair));
    }
    return {{"id", statement.id},           {"level", statement.level},
            {"summary", statement.summary}, {"coverage", statement.coverage},
            {"reason", statement.reason},   {"checks", std::move(checks)}};
  }

  [[nodiscard]] bool known(const std::string& id) {
    return statements_.number(id) < kills_.statements.size();
  }

  const KillsPage& kills_;
  Names statements_;
  Names slugs_;
  Names checks_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> by_statement_;
  std::map<std::string, std::vector<const KillsPage::Proof*>> by_slug_;
};

}  // namespace

void render_kills(const KillsPage& kills, std::ostream& out) {
  Page page;
  page.title = "The kill matrix";
  page.without_scripts = "<code>conformance/mutants/kills.json</code> and <code>proofs.json</code>";
  page.scripts = {"dom.js",      "verdicts.js", "widgets.js",    "address.js",
                  "chapters.js", "kills.js",    "kills_views.js"};
  page.styles = {"report.css", "matrix.css"};
  page.islands.emplace_back("index", packed(Writer(kills).index()));
  write_page(page, out);
}

}  // namespace mqttspec::report
