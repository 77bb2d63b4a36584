// Head, bar and tables of the kill matrix.
const killSearch = searchField("Filter: words, statements, checks", (text) => address.go({q: text}));
const killChips = el("div", {class: "chips"});

function renderKillsHead() {
  document.getElementById("masthead")
      .replaceChildren(
          el("div", {class: "title"},
             el("p", {class: "wordmark"}, el("b", {}, "mqtt"), "spec",
                el("span", {}, kills.version)),
             el("h1", {}, "The kill matrix"),
             el("p", {class: "facts lead"},
                "A check that cannot fail proves nothing. So the suite is run against brokers ",
                "that are wrong on purpose, each in one way: a statement counts as proven only ",
                "if a broker that violates it turned that very check."),
             kills.matrix ? el("p", {class: "facts"},
                               el("a", {class: "see", href: kills.matrix}, "‹ The brokers tested")) :
                            null),
          el("div", {class: "tools"}, themeButton(),
             el("button", {type: "button", title: "Print", onclick: () => print()}, "Print")));
}

function kindChips(tab) {
  const counts = new Map();
  for (const row of killScopes[tab]())
    for (const kind of kindsIn[tab](row)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const known = tab === "mutants" ? killKinds : coverageStyle;
  return Object.keys(known).filter((kind) => counts.has(kind)).map((kind) => {
    const [word, style] = tab === "mutants" ? killKinds[kind] : [kind, coverageStyle[kind]];
    return chipButton(kind, address.state.kind.has(kind),
                      () => address.go({kind: toggled(address.state.kind, kind)}), style, word,
                      el("b", {}, grouped(counts.get(kind))));
  });
}

function renderKillsBar() {
  const {state, go, hash} = address;
  document.getElementById("tabs").replaceChildren(
      ...Object.entries(killTabs)
          .map(([name, title]) => tabLink(name, title, name === state.tab,
                                          hash({tab: name, kind: new Set()}), kills[name].length)));
  const filters = document.getElementById("filters");
  if (!filters.contains(killSearch)) filters.replaceChildren(killSearch, killChips);
  if (killSearch.value !== state.q) killSearch.value = state.q;
  const any = state.q || state.kind.size || state.version.size;
  killChips.replaceChildren(
      ...kindChips(state.tab), el("span", {class: "gap"}),
      ...(state.tab === "variants" ?
              [] :
              kills.versions.map(
                  (version) => chipButton(
                      version, state.version.has(version),
                      () => go({version: toggled(state.version, version)}), "", version))),
      ...(any ? [el("button", {
        type: "button",
        class: "clear",
        onclick: () => go({q: "", kind: new Set(), version: new Set()})
      },
                    "Clear")] :
                []));
}

// How many of all checks it turned, as a bar whose full length is all of them.
function killBar(mutant) {
  if (mutant.turned === null) return el("span", {class: "quiet"}, "not counted yet");
  const bar = el("i", {class: mutant.kinds.includes("coarse") ? "v-nonstrict" : "v-pass"});
  bar.style.width = `${kills.checks === 0 ? 0 : 100 * mutant.turned / kills.checks}%`;
  return el("span", {class: "kill-bar", title: `${mutant.turned} of ${kills.checks} checks`},
            el("span", {class: "track"}, bar), grouped(mutant.turned));
}

const checkName = (check) => {
  const name = kills.names[check];
  const title = kills.titles[name.split("#")[0]];
  return el("span", {}, el("span", {class: "id"}, name), title ? el("span", {class: "quiet"}, title) :
                                                                null);
};

// What it proves: each check once, with the statements that it is proven for.
function proofList(mutant) {
  const checks = new Map();
  for (const [check, statement] of mutant.proves) {
    if (!checks.has(check)) checks.set(check, []);
    checks.get(check).push(statement);
  }
  if (checks.size === 0) return mutant.ledger ? el("p", {class: "quiet"}, mutant.ledger) : null;
  const word = checks.size === 1 ? "proves one check" : `proves ${grouped(checks.size)} checks`;
  return el("details", {}, el("summary", {}, word),
            el("ul", {class: "proofs"},
               [...checks].map(([check, statements]) => el(
                                   "li", {}, checkName(check),
                                   statements.map((number) => statementTag(number))))));
}

const statementTag = (number) => {
  const statement = kills.statements[number];
  return el("a", {class: "tag", href: statementHref(statement.id), title: statement.summary},
            statement.id);
};

function mutantLine(mutant) {
  return el("tr", {"data-mutant": mutant.slug},
            el("th", {scope: "row"}, el("span", {class: "choice"}, mutant.sentence),
               el("span", {class: "id"}, mutant.slug),
               mutant.explained ? el("p", {class: "explained"}, mutant.explained) : null),
            el("td", {class: "violates"}, mutant.statements.map(statementTag)),
            el("td", {class: "kill"}, killBar(mutant), proofList(mutant)));
}

function mutantsTable() {
  const rows = killsShown("mutants");
  if (rows.length === 0) return [nothingFits()];
  const ordered = [...rows].sort((a, b) => (b.turned ?? -1) - (a.turned ?? -1));
  return [
    el("p", {class: "lead"}, `Of ${grouped(kills.checks)} checks that the reference broker is asked, `,
       "each bar tells how many this one turned. The fewer, the more exactly it is found; one ",
       "that turns more than a tenth says why it cannot be narrower."),
    el("table", {class: "matrix mutants"},
       el("thead", {},
          el("tr", {}, ["What it does wrong", "Violates", "Checks turned"].map(
                           (name) => el("th", {scope: "col"}, name)))),
       el("tbody", {}, ordered.map(mutantLine)))
  ];
}

const byLink = (slug) => slug < kills.mutants.length ?
    el("a", {class: "tag", href: mutantHref(kills.slugs[slug])}, kills.slugs[slug]) :
    el("span", {class: "tag variant"}, kills.slugs[slug]);

function proofLine([check, by]) {
  const shown = by.slice(0, 8);
  return el("li", {class: by.length ? "" : "unproven"}, checkName(check),
            by.length ? [
              shown.map(byLink),
              by.length > shown.length ?
                  el("details", {class: "rest"}, el("summary", {}, `+${by.length - shown.length}`),
                     by.slice(8).map(byLink)) :
                  null
            ] :
                        el("span", {class: "quiet"}, "not yet seen to fail for this statement"));
}

function coverageLine(statement) {
  return el("tr", {"data-statement": statement.id},
            el("th", {scope: "row"}, el("span", {class: "id"}, statement.id),
               el("span", {class: "level"}, statement.level ?? "")),
            el("td", {class: "summary"}, statement.summary ?? "",
               statement.reason ? el("span", {class: "quiet"}, statement.reason) : null),
            el("td", {class: "kill"},
               el("span", {class: `coverage c-${statement.coverage}`}, statement.coverage),
               statement.checks.length ?
                   el("ul", {class: "proofs"}, statement.checks.map(proofLine)) :
                   null));
}

function statementsTable() {
  const groups = new Map();
  for (const statement of killsShown("statements")) {
    const key = `MQTT ${statement.version} · ${statement.chapter}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(statement);
  }
  if (groups.size === 0) return [nothingFits()];
  return [el("table", {class: "matrix kill-statements"},
             el("thead", {},
                el("tr", {}, ["Statement", "In our words", "Checks, and who turned them"].map(
                                 (name) => el("th", {scope: "col"}, name)))),
             [...groups].map(
                 ([name, rows]) => el("tbody", {},
                                      el("tr", {class: "theme"},
                                         el("th", {colspan: 3, scope: "rowgroup"}, name,
                                            el("span", {}, grouped(rows.length)))),
                                      rows.map(coverageLine))))];
}

function variantsTable() {
  const rows = killsShown("variants");
  if (rows.length === 0) return [nothingFits()];
  return [
    el("p", {class: "lead"}, "Brokers that use a freedom which the standard leaves. A check that ",
       "fails one of them asserts more than the standard says."),
    el("table", {class: "matrix variants"},
       el("thead", {},
          el("tr", {}, ["The freedom it uses", "Left open in"].map(
                           (name) => el("th", {scope: "col"}, name)))),
       el("tbody", {},
          rows.map((variant) => el("tr", {"data-variant": variant.slug},
                                   el("th", {scope: "row"},
                                      el("span", {class: "choice"}, variant.sentence),
                                      el("span", {class: "id"}, variant.slug)),
                                   el("td", {}, variant.section)))))
  ];
}

const nothingFits = () => el("p", {class: "empty"}, "Nothing matches these filters.");
const killViews = {mutants: mutantsTable, statements: statementsTable, variants: variantsTable};

function renderKills() {
  if (!(address.state.tab in killTabs)) address.state.tab = "mutants";
  renderKillsBar();
  document.getElementById("view").replaceChildren(...killViews[address.state.tab]());
}

showKills();
