// The views behind the tabs.
const linkTo = (instance) => hashOf({instance: instance.id});

// One square an instance: colour and sign say how it went.
function cell(instance, verdict = instance.verdict, dimmed = false) {
  return el(
      "a", {
        class: `cell ${verdictClass(verdict)}${dimmed ? " dimmed" : ""}`,
        href: linkTo(instance),
        title: `${instance.id}: ${verdicts[verdict]}`,
        "aria-label": `${instance.id}: ${verdicts[verdict]}`
      },
      verdict === passVerdict ? "" : signs[verdict]);
}

const statementLink = (id) =>
    el("a", {
      class: "id",
      href: hashOf({tab: "statements", q: id, verdict: new Set(), version: new Set(), instance: ""})
    },
       id);

// "MUST 5.0:MQTT-3.3.1-4  in our words"
function requirement(id, level = "") {
  const statement = run.statementById.get(id);
  return el(
      "li", {}, el("span", {class: "level"}, statement?.level ?? level), statementLink(id),
      el("span", {}, statement?.summary ?? ""));
}

const fact = (name, value) => value ? [el("dt", {}, name), el("dd", {}, value)] : [];

function problemCard(problem) {
  const instance = run.instances[problem.instance];
  const scenario = run.scenarioById.get(instance.scenario);
  const others = problem.also.map((number) => run.instances[number]);
  return el(
      "article", {class: `problem ${verdictClass(problem.verdict)}`, "data-instance": instance.id},
      el("header", {}, pill(problem.verdict),
         el("a", {class: "open", href: linkTo(instance)}, scenario.title ?? scenario.id),
         problem.name ? el("span", {class: "check-name"}, problem.name) : null,
         problem.known !== null ? el("span", {class: "tag"}, "known deviation") : null),
      el("p", {class: "id"}, instance.id),
      el("ul", {class: "requirements"},
         problem.statements.map((id) => requirement(run.ids[id], problem.level))),
      el("dl", {}, fact("allowed", problem.allowed), fact("came", problem.came),
         fact("why", problem.why), fact("blocked", problem.blocked.join(", ")),
         fact("known", problem.known), fact("at", problem.at)),
      others.length ? el("p", {class: "also"}, `also in ${others.length} more`,
                         others.slice(0, 60).map((other) => cell(other, problem.verdict))) :
                      null);
}

function attentionView() {
  const problems = inView("attention");
  if (run.problems.length === 0)
    return [el(
        "p", {class: "empty"}, "Nothing needs attention: every check that was asked passed.")];
  if (problems.length === 0) return [nothing()];
  return problems.map(problemCard);
}

const nothing = () => el("p", {class: "empty"}, "Nothing matches these filters.");

function scenarioRow(scenario, instances) {
  const shown = new Set(instances);
  return el(
      "tr", {"data-scenario": scenario.id}, el("td", {class: "sign"}, glyph(scenario.verdict)),
      el("th", {scope: "row"}, el("a", {href: linkTo(instances[0])}, scenario.title ?? scenario.id),
         scenario.title ? el("span", {class: "id"}, scenario.id) : null),
      run.versions.map(
          (version) =>
              el("td", {class: "cells"},
                 scenario.instances.filter((instance) => instance.version === version)
                     .map((instance) => cell(instance, instance.verdict, !shown.has(instance))))));
}

function scenariosView() {
  const byScenario = new Map();
  for (const instance of inView("scenarios")) {
    if (!byScenario.has(instance.scenario)) byScenario.set(instance.scenario, []);
    byScenario.get(instance.scenario).push(instance);
  }
  const themes = new Map();
  for (const scenario of run.scenarios) {
    if (!byScenario.has(scenario.id)) continue;
    const theme = scenario.theme || scenario.file || "Scenarios";
    if (!themes.has(theme)) themes.set(theme, []);
    themes.get(theme).push(scenario);
  }
  if (themes.size === 0) return [nothing()];
  const columns = run.versions.length + 2;
  return [el(
      "table", {class: "scenarios"},
      el("thead", {},
         el("tr", {}, el("th", {}, ""), el("th", {scope: "col"}, "Scenario"),
            run.versions.map((version) => el("th", {scope: "col", class: "cells"}, version)))),
      [...themes].map(
          ([theme, scenarios]) => el(
              "tbody", {},
              el("tr", {class: "theme"},
                 el("th", {colspan: columns, scope: "rowgroup"}, theme,
                    el("span", {}, grouped(scenarios.length)))),
              scenarios.map((scenario) => scenarioRow(scenario, byScenario.get(scenario.id))))))];
}

function statementRow(statement) {
  const shown = statement.checks.slice(0, 40);
  return el(
      "tr", {"data-statement": statement.id}, el("td", {class: "sign"}, glyph(statement.verdict)),
      el("th", {scope: "row", class: "id"}, statement.id),
      el("td", {class: "level"}, statement.level ?? ""),
      el("td", {class: "summary"}, statement.summary ?? "",
         statement.reason ? el("span", {class: "quiet"}, statement.reason) : null),
      el("td", {},
         statement.coverage ?
             el("span", {class: `coverage c-${statement.coverage}`}, statement.coverage) :
             ""),
      el("td", {class: "cells"}, shown.map((check) => cell(check.instance, check.verdict)),
         statement.monitors.map(
             (monitor) =>
                 el("a", {
                   class: `tag ${verdictClass(monitor.verdict)}`,
                   title: monitor.name,
                   href: hashOf(
                       {tab: "monitors", q: monitor.name, verdict: new Set(), version: new Set()})
                 },
                    `${signs[monitor.verdict]} monitor`)),
         statement.checks.length > shown.length ? el("a", {
           class: "more",
           href: hashOf({tab: "scenarios", q: statement.id, verdict: new Set(), instance: ""})
         },
                                                     `+${statement.checks.length - shown.length}`) :
                                                  null));
}

function statementsView() {
  const statements = inView("statements");
  if (statements.length === 0) return [nothing()];
  return [el(
      "table", {class: "statements"},
      el("thead", {},
         el("tr", {},
            ["", "Statement", "Level", "In our words", "Coverage", "Checks"].map(
                (name) => el("th", {scope: "col"}, name)))),
      el("tbody", {}, statements.map(statementRow)))];
}

function monitorsView() {
  const monitors = inView("monitors");
  if (monitors.length === 0) return [nothing()];
  return [
    el("p", {class: "lead"},
       "Rules that are watched on every connection of every scenario. ",
       "A rule passes only if the situation that it watches for occurred."),
    el("table", {class: "monitors"},
       el("thead", {},
          el("tr", {},
             ["", "Monitor", "Statement", "Occasions", "Found in"].map(
                 (name) => el("th", {scope: "col"}, name)))),
       el("tbody", {},
          monitors.map(
              (monitor) =>
                  el("tr", {"data-monitor": monitor.name},
                     el("td", {class: "sign"}, glyph(monitor.verdict)),
                     el("th", {scope: "row"}, monitor.name,
                        el("span", {class: "quiet"},
                           run.statementById.get(run.ids[monitor.statement])?.summary ?? "")),
                     el("td", {},
                        run.ids[monitor.statement] ?
                            statementLink(run.ids[monitor.statement]) :
                            el("span", {class: "tag"}, "our own side")),
                     el("td", {class: "number"}, grouped(monitor.occasions)),
                     el("td", {class: "cells"},
                        monitor.instances.slice(0, 60).map(
                            (number) => cell(run.instances[number], monitor.verdict)))))))
  ];
}

function runView() {
  const settings = [
    ["target", run.target], ["mode", run.run.mode], ["profile", run.run.profile],
    ["started", run.run.started], ["time", run.run.wall_ms && human(run.run.wall_ms)],
    ["longest wait", run.run.longest_wait_ms && human(run.run.longest_wait_ms)],
    ["seed", run.run.seed], ["mqttspec", run.run.version]
  ];
  const table = (rows) => el(
      "table", {class: "plain"},
      el("tbody", {},
         rows.map(([name,
                    value]) => el("tr", {}, el("th", {scope: "row"}, name), el("td", {}, value)))));
  const text = (value) => typeof value === "string" ? value : JSON.stringify(value);
  const parts =
      [el("div", {class: "columns"},
          el("section", {}, el("h2", {}, "Run"), table(settings.filter(([, value]) => value))),
          el("section", {}, el("h2", {}, "What the broker can do"),
             table(Object.entries(run.capabilities)
                       .map(([name, value]) => [name, el("code", {}, text(value))]))))];
  if (run.run.command)
    parts.unshift(el("section", {}, el("h2", {}, "The same again"), command(run.run.command)));
  if (run.deviations.length) {
    parts.push(el(
        "section", {}, el("h2", {}, "Known deviations"),
        el("table", {class: "plain"},
           el("thead", {},
              el("tr", {},
                 ["Occurred", "Instance", "Check", "Statement", "Reason"].map(
                     (name) => el("th", {scope: "col"}, name)))),
           el("tbody", {},
              run.deviations.map(
                  (deviation) => el(
                      "tr", {},
                      el("td", {}, deviation.occurred ? "yes" : el("b", {class: "v-fail"}, "no")),
                      ["instance", "check", "statement", "reason"].map(
                          (key) => el("td", {}, deviation[key] ?? ""))))))));
  }
  return parts;
}

const views = {
  attention: attentionView,
  scenarios: scenariosView,
  statements: statementsView,
  monitors: monitorsView,
  run: runView
};
function renderView() { document.getElementById("view").replaceChildren(...views[state.tab]()); }
