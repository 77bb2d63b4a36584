// The suite's own test as a page: which wrong broker turned which checks, and what is thereby
// proven. All of it comes as plain data, for reports know no mutants.
#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace mqttspec::report {

struct KillsPage {
  struct Mutant {
    std::string slug;
    std::string sentence;
    std::vector<std::string> statements;  // that it violates
    std::optional<std::size_t> turned;    // checks; nothing: not counted yet
    std::string explained;                // why it cannot be narrower
    std::string ledger;                   // why it is not caught
  };
  struct Variant {
    std::string slug;
    std::string sentence;
    std::string section;  // "5.0 4.13.1"
  };
  struct Proof {
    std::string statement;
    std::string check;            // "scenario#check"
    std::vector<std::string> by;  // slugs
  };
  struct Statement {
    std::string id;
    std::string level;
    std::string summary;
    std::string coverage;             // "proven", "cited", "reasoned", "open"
    std::string reason;               // of reasoned
    std::vector<std::string> checks;  // "scenario#check" that cite it
  };
  std::string version;      // of mqttspec
  std::string matrix_link;  // of the page of render_matrix(); empty: there is none
  std::size_t checks = 0;   // that the reference broker is asked
  std::vector<Mutant> mutants;
  std::vector<Variant> variants;
  std::vector<Proof> proofs;
  std::vector<Statement> statements;
  std::vector<std::pair<std::string, std::string>> titles;  // scenario -> title
};
void render_kills(const KillsPage& kills, std::ostream& out);

}  // namespace mqttspec::report
