// Head, summary and the bar of tabs and filters.
function renderMasthead() {
  // What a profile lists is explained, but conforms no better for that.
  const known = run.problems.filter((problem) => problem.known !== null).length;
  const outcome = run.exit === 1 ? ["bad", "✗", "Does not conform"] :
      run.exit !== 0             ? ["unsure", "?", "No verdict"] :
      known > 0                  ? ["unsure", "△", "Deviates as listed"] :
                                   ["good", "✓", "Conforms"];
  const content = known > 0 ? `${grouped(known)} findings, all explained in the profile` :
                              "no check failed unexplained";
  const facts = [
    run.broker && run.target, run.run.mode, run.run.profile && `profile ${run.run.profile}`,
    run.run.started.replace("T", " ").replace("Z", " UTC"),
    run.run.wall_ms && human(run.run.wall_ms)
  ].filter(Boolean);
  document.getElementById("masthead")
      .replaceChildren(
          el("div", {class: "title"},
             el("p", {class: "wordmark"}, el("b", {}, "mqtt"), "spec",
                el("span", {}, run.run.version)),
             el("h1", {}, run.broker || run.target),
             el("p", {class: "facts"}, facts.map((fact) => el("span", {}, fact)))),
          el("div", {class: `outcome ${outcome[0]}`},
             el("p", {class: "stamp"}, el("span", {"aria-hidden": "true"}, outcome[1]), outcome[2]),
             el("ul", {},
                (run.reasons.length ? run.reasons : [content])
                    .slice(0, 6)
                    .map((reason) => el("li", {}, reason)))),
          el("div", {class: "tools"}, themeButton(),
             el("button", {type: "button", title: "Print", onclick: () => print()}, "Print")));
}

function card(name, tab, counts) {
  const entries = entriesOf(counts);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const passed = counts.pass ?? 0;
  const judged = entries.filter(([verdict]) => verdict <= passVerdict)
                     .reduce((sum, [, count]) => sum + count, 0);
  return el(
      "article", {class: "card", "data-card": name.toLowerCase()},
      el("h2", {}, name, el("span", {}, grouped(total))),
      el("p", {class: "figure"}, el("b", {}, grouped(passed)),
         ` of ${grouped(judged)} judged pass`),
      stackedBar(entries),
      el("ul", {class: "legend"},
         entries.map(
             ([verdict, count]) => el(
                 "li", {},
                 el("a", {
                   href: hashOf(
                       {tab, verdict: new Set([verdict]), version: new Set(), q: "", instance: ""})
                 },
                    glyph(verdict), el("span", {}, verdicts[verdict]),
                    el("b", {}, grouped(count)))))));
}

function versionsCard() {
  const row = (version) => {
    const counts = new Map();
    for (const instance of run.instances) {
      if (instance.version !== version) continue;
      for (const [, verdict] of instance.checks)
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    const entries = [...counts].sort((a, b) => a[0] - b[0]);
    const judged = entries.filter(([verdict]) => verdict <= passVerdict)
                       .reduce((sum, [, count]) => sum + count, 0);
    const passed = counts.get(passVerdict) ?? 0;
    const share = judged === 0 ? "–" : `${Math.floor(1000 * passed / judged) / 10}%`;
    return el(
        "a", {
          class: "version-row",
          href: hashOf({
            tab: "scenarios",
            version: new Set([version]),
            verdict: new Set(),
            q: "",
            instance: ""
          })
        },
        el("b", {}, version), stackedBar(entries), el("span", {}, share));
  };
  return el(
      "article", {class: "card", "data-card": "versions"}, el("h2", {}, "Checks by version"),
      run.versions.map(row), el("p", {class: "quiet"}, "share of judged checks that pass"));
}

function renderSummary() {
  const cards = [versionsCard()];
  const add = (name, tab, counts) => {
    if (Object.keys(counts).length > 0) cards.push(card(name, tab, counts));
  };
  add("Statements", "statements", run.summary.statements);
  add("Scenarios", "scenarios", run.summary.scenarios);
  add("Checks", "scenarios", run.summary.checks);
  document.getElementById("summary").replaceChildren(...cards);
}

function renderTabs() {
  const names = {
    attention: "Attention",
    scenarios: "Scenarios",
    statements: "Statements",
    monitors: "Monitors",
    run: "This run"
  };
  const counts = {
    attention: run.problems.length,
    scenarios: run.scenarios.length,
    statements: run.statements.length,
    monitors: run.monitors.length
  };
  document.getElementById("tabs").replaceChildren(...tabs.map(
      (tab) =>
          el("a", {
            role: "tab",
            "data-tab": tab,
            "aria-selected": String(tab === state.tab),
            href: hashOf({tab, verdict: new Set(), instance: ""})
          },
             names[tab], tab in counts ? el("span", {}, grouped(counts[tab])) : null)));
}

// The search field stays the same element, so that typing is not interrupted.
const search = el("input", {
  type: "search",
  id: "search",
  placeholder: "Filter: words, ids, statements   ( / )",
  "aria-label": "Filter by words, ids or statements",
  autocomplete: "off",
  spellcheck: "false",
  oninput: () => go({q: search.value})
});
const chips = el("div", {class: "chips"});

function chip(kind, value, pressed, changes, ...content) {
  return el(
      "button", {
        type: "button",
        class: `chip ${kind === "verdict" ? verdictClass(value) : ""}`,
        "data-chip": kind === "verdict" ? verdicts[value] : value,
        "aria-pressed": String(pressed),
        onclick: () => go(changes)
      },
      content);
}

function renderFilters() {
  const filters = document.getElementById("filters");
  filters.hidden = state.tab === "run";
  if (!filters.contains(search)) filters.replaceChildren(search, chips);
  if (search.value !== state.q) search.value = state.q;
  const counts = new Map();
  for (const item of scopes[state.tab]())
    counts.set(item.verdict, (counts.get(item.verdict) ?? 0) + 1);
  for (const verdict of state.verdict)
    if (!counts.has(verdict)) counts.set(verdict, 0);
  const any = state.q || state.verdict.size || state.version.size;
  chips.replaceChildren(
      ...[...counts]
          .sort((a, b) => a[0] - b[0])
          .map(
              ([verdict, count]) => chip(
                  "verdict", verdict, state.verdict.has(verdict),
                  {verdict: toggled(state.verdict, verdict)},
                  `${signs[verdict]} ${verdicts[verdict]}`, el("b", {}, grouped(count)))),
      el("span", {class: "gap"}),
      ...run.versions.map(
          (version) => chip(
              "version", version, state.version.has(version),
              {version: toggled(state.version, version)}, version)),
      ...(any ? [el("button", {
        type: "button",
        class: "clear",
        onclick: () => go({q: "", verdict: new Set(), version: new Set()})
      },
                    "Clear")] :
                []));
}

function renderFoot() {
  document.getElementById("foot").replaceChildren(
      el("p", {}, "Made by mqttspec ", run.run.version,
         ". Statements are in our own words; the standard decides. ",
         "Packets and texts are shown as they came; what does not print stands as \\xNN."));
}
