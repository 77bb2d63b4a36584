// Head of the matrix, one card a broker, and the bar of tabs and filters.
const dateOf = (started) => started.slice(0, 10);

function renderMatrixHead() {
  const dates = [...new Set(matrix.brokers.map((broker) => dateOf(broker.started)))].sort();
  const checks = new Set(matrix.brokers.map((broker) => broker.mqttspec));
  const facts = [
    `${grouped(matrix.statements.length)} statements of MQTT ${matrix.versions.join(", ")}`,
    dates.length > 1 ? `${dates[0]} to ${dates.at(-1)}` : dates[0],
    checks.size > 1 ? "tested with different versions of the suite" : null
  ].filter(Boolean);
  const links = matrix.kills ? el("p", {class: "facts"},
                                  el("a", {class: "see", href: matrix.kills},
                                     "How each check was seen to fail: the kill matrix ›")) :
                               null;
  document.getElementById("masthead")
      .replaceChildren(
          el("div", {class: "title"},
             el("p", {class: "wordmark"}, el("b", {}, "mqtt"), "spec",
                el("span", {}, matrix.version)),
             el("h1", {}, matrix.brokers.length === 1 ? "MQTT conformance of one broker" :
                                                        "MQTT brokers, statement by statement"),
             el("p", {class: "facts"}, facts.map((fact) => el("span", {}, fact))), links),
          el("div", {class: "tools"}, themeButton(),
             el("button", {type: "button", title: "Print", onclick: () => print()}, "Print")));
}

const sum = (entries) => entries.reduce((total, [, count]) => total + count, 0);

function versionLine(broker, version) {
  const entries = entriesOf(broker.versions[version] ?? {});
  const judged = entries.filter(([verdict]) => verdict <= passVerdict);
  const passed = broker.versions[version]?.pass ?? 0;
  if (judged.length === 0) {
    return el("div", {class: "version-row unspoken"}, el("b", {}, version),
              el("span", {class: "quiet"}, "not tested, or not spoken"), el("span", {}, "–"));
  }
  const link = broker.link ? `${broker.link}#tab=scenarios&version=${version}` : undefined;
  const share = `${Math.floor(1000 * passed / sum(judged)) / 10}%`;
  return el(link ? "a" : "div", {
    class: "version-row",
    href: link,
    title: entries.map(([verdict, count]) => `${count} ${verdicts[verdict]}`).join(", ")
  },
            el("b", {}, version), stackedBar(judged), el("span", {}, share));
}

function brokerCard(broker) {
  const bad = entriesOf(broker.checks).filter(([verdict]) => verdict < passVerdict);
  const judged = entriesOf(broker.checks).filter(([verdict]) => verdict <= passVerdict);
  return el(
      "article", {class: "card broker", "data-broker": broker.name},
      el("h2", {}, broker.link ? el("a", {href: broker.link}, broker.name) : broker.name,
         el("span", {}, dateOf(broker.started))),
      el("p", {class: "figure"}, el("b", {}, grouped(broker.checks.pass ?? 0)),
         ` of ${grouped(sum(judged))} judged checks pass`),
      matrix.versions.map((version) => versionLine(broker, version)),
      el("p", {class: "verdict-line"},
         bad.length === 0 ? el("span", {class: "v-pass"}, "✓ nothing failed") :
                            bad.map(([verdict, count]) => el(
                                        "span", {class: verdictClass(verdict)},
                                        `${signs[verdict]} ${grouped(count)} ${verdicts[verdict]}`)),
         broker.known ? el("span", {class: "quiet"}, `${broker.known} explained in its profile`) :
                        null));
}

const renderBrokers = () =>
    document.getElementById("summary").replaceChildren(...matrix.brokers.map(brokerCard));

const matrixSearch =
    searchField("Filter: words, ids, chapters", (text) => address.go({q: text}));
const matrixChips = el("div", {class: "chips"});

function verdictChips() {
  const counts = new Map();
  for (const statement of statementsInScope()) {
    for (const verdict of new Set(statement.verdicts.filter((verdict) => verdict !== null)))
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const {state, go} = address;
  for (const word of state.verdict)
    if (verdicts.includes(word) && !counts.has(verdicts.indexOf(word)))
      counts.set(verdicts.indexOf(word), 0);
  return [...counts].sort((a, b) => a[0] - b[0]).map(([verdict, count]) => {
    const word = verdicts[verdict];
    return chipButton(
        word, state.verdict.has(word), () => go({verdict: toggled(state.verdict, word)}),
        verdictClass(verdict), `${signs[verdict]} ${word}`, el("b", {}, grouped(count)));
  });
}

function renderMatrixBar() {
  const {state, go, hash} = address;
  const counts = {statements: matrix.statements.length, choices: matrix.choices.length};
  document.getElementById("tabs").replaceChildren(
      ...Object.entries(matrixTabs)
          .map(([name, title]) => tabLink(name, title, name === state.tab,
                                          hash({tab: name, verdict: new Set(), statement: ""}),
                                          counts[name])));
  const filters = document.getElementById("filters");
  filters.hidden = state.tab === "capabilities";
  if (!filters.contains(matrixSearch)) filters.replaceChildren(matrixSearch, matrixChips);
  if (matrixSearch.value !== state.q) matrixSearch.value = state.q;
  const any = state.q || state.verdict.size || state.version.size || state.differ;
  matrixChips.replaceChildren(
      ...(state.tab === "statements" ? verdictChips() : []), el("span", {class: "gap"}),
      ...matrix.versions.map(
          (version) => chipButton(
              version, state.version.has(version),
              () => go({version: toggled(state.version, version)}), "", version)),
      ...(matrix.brokers.length > 1 ?
              [chipButton("differ", state.differ !== "",
                          () => go({differ: state.differ ? "" : "yes"}), "", "≠ brokers differ")] :
              []),
      ...(any ? [el("button", {
        type: "button",
        class: "clear",
        onclick: () => go({q: "", verdict: new Set(), version: new Set(), differ: ""})
      },
                    "Clear")] :
                []));
}

function renderMatrix() {
  if (!(address.state.tab in matrixTabs)) address.state.tab = "statements";
  renderMatrixBar();
  document.getElementById("view").replaceChildren(...matrixViews[address.state.tab]());
  renderStatement();
}
