// The suite's own test: wrong brokers, the checks that they turned, and the statements so proven.
let kills = null;
const killTabs = {mutants: "Wrong brokers", statements: "Statements", variants: "Legal variants"};
const killKinds = {
  caught: ["caught", "v-pass"],
  once: ["by one check", "v-info"],
  coarse: ["more than a tenth", "v-nonstrict"],
  listed: ["not caught, listed", "v-fail"],
  unknown: ["not counted yet", "v-not-applicable"]
};
const coverageStyle = {
  proven: "v-pass",
  cited: "v-nonstrict",
  reasoned: "v-info",
  open: "v-fail"
};

function kindsOf(mutant) {
  if (mutant.ledger) return ["listed"];
  if (mutant.turned === null && mutant.proves.length === 0) return ["unknown"];
  const kinds = ["caught"];
  if (mutant.turned === 1) kinds.push("once");
  if (mutant.turned !== null && mutant.turned * 10 > kills.checks) kinds.push("coarse");
  return kinds;
}

async function loadKills() {
  kills = await unpack("index");
  for (const statement of kills.statements) {
    statement.version = statement.id.split(":")[0];
    statement.chapter = chapterOf(statement.id);
    statement.words = [
      statement.id, statement.summary, statement.level, statement.chapter, statement.reason,
      ...statement.checks.flatMap(
          ([check, by]) => [kills.names[check], ...by.map((slug) => kills.slugs[slug])])
    ].join("\n").toLowerCase();
  }
  for (const mutant of kills.mutants) {
    mutant.kinds = kindsOf(mutant);
    mutant.versions =
        new Set(mutant.statements.map((number) => kills.statements[number].version));
    mutant.words = [
      mutant.slug, mutant.sentence, ...mutant.statements.map((n) => kills.statements[n].id),
      ...mutant.proves.map(([check]) => kills.names[check])
    ].join("\n").toLowerCase();
  }
  for (const variant of kills.variants)
    variant.words = [variant.slug, variant.sentence, variant.section].join("\n").toLowerCase();
  kills.byId = new Map(kills.statements.map((statement) => [statement.id, statement]));
  kills.versions = [...new Set(kills.statements.map((statement) => statement.version))].sort();
}

const fitsVersion = (versions) => address.state.version.size === 0 ||
    [...versions].some((version) => address.state.version.has(version));
const fitsKind = (kinds) =>
    address.state.kind.size === 0 || kinds.some((kind) => address.state.kind.has(kind));
const searched = (row) => holdsWords(address.state.q, row.words);

// Without regard to the filter by kind, whose chips count these.
const killScopes = {
  mutants: () => kills.mutants.filter((it) => fitsVersion(it.versions) && searched(it)),
  statements: () => kills.statements.filter((it) => fitsVersion([it.version]) && searched(it)),
  variants: () => kills.variants.filter(searched)
};
const kindsIn = {
  mutants: (mutant) => mutant.kinds,
  statements: (statement) => [statement.coverage],
  variants: () => []
};
const killsShown = (tab) => killScopes[tab]().filter((row) => fitsKind(kindsIn[tab](row)));

const statementHref = (id) =>
    address.hash({tab: "statements", q: id, kind: new Set(), version: new Set()});
const mutantHref = (slug) =>
    address.hash({tab: "mutants", q: slug, kind: new Set(), version: new Set()});

function killFigure(name, figure, words, entries) {
  return el("article", {class: "card", "data-card": name}, el("h2", {}, name),
            el("p", {class: "figure"}, el("b", {}, figure), words),
            el("ul", {class: "legend"},
               entries.map(([tab, kind, style, word, count]) => el(
                               "li", {},
                               el("a", {
                                 href: address.hash({
                                   tab,
                                   kind: new Set([kind]),
                                   version: new Set(),
                                   q: ""
                                 })
                               },
                                  el("i", {class: `dot ${style}`}), el("span", {}, word),
                                  el("b", {}, grouped(count)))))));
}

function renderKillsSummary() {
  const count = (kind) => kills.mutants.filter((mutant) => mutant.kinds.includes(kind)).length;
  const covered = (word) =>
      kills.statements.filter((statement) => statement.coverage === word).length;
  const proven = kills.statements.flatMap((statement) => statement.checks);
  document.getElementById("summary").replaceChildren(
      killFigure("Wrong brokers", grouped(count("caught")),
                 ` of ${grouped(kills.mutants.length)} caught`,
                 Object.entries(killKinds)
                     .filter(([kind]) => count(kind) > 0)
                     .map(([kind, [word, style]]) => ["mutants", kind, style, word, count(kind)])),
      killFigure("Statements", grouped(covered("proven")),
                 ` of ${grouped(kills.statements.length)} proven`,
                 Object.entries(coverageStyle)
                     .filter(([word]) => covered(word) > 0)
                     .map(([word, style]) => ["statements", word, style, word, covered(word)])),
      killFigure("Citations", grouped(proven.filter(([, by]) => by.length > 0).length),
                 ` of ${grouped(proven.length)} times that a check cites a statement were seen ` +
                     "to fail for it",
                 []),
      killFigure("Legal variants", grouped(kills.variants.length),
                 " brokers that use a freedom of the standard, and that no check may fail", []));
}

async function showKills() {
  try {
    await loadKills();
  } catch (error) {
    cannotRead(error);
    return;
  }
  address = addressOf({tab: "mutants", kind: new Set(), version: new Set(), q: ""}, renderKills);
  renderKillsHead();
  renderKillsSummary();
  watchKeys(killSearch);
  watchBar();
  renderKills();
  document.documentElement.dataset.ready = "yes";
}
