// One instance, opened: checks, evidence, diagram.
const dialog = document.getElementById("detail");

function statementWords(ids = []) {
  return el("ul", {class: "requirements"}, ids.map((id) => requirement(id)));
}

// What a closed check is about.
const inShort = (ids = []) =>
    ids.map((id) => run.statementById.get(id)?.summary).find((words) => words) ?? "";

function evidenceRow(evidence) {
  const places = evidence.trace ?? [];
  const point = (on) => {
    for (const place of places) {
      dialog.querySelector(`.row[data-place="${Number(place)}"]`)?.classList.toggle("pointed", on);
    }
  };
  const where = evidence.line ? `${evidence.step}, line ${evidence.line}` : evidence.step;
  return el(
      "li", {
        class: evidence.met ? "met" : "unmet",
        onmouseenter: () => point(true),
        onmouseleave: () => point(false)
      },
      el("span", {class: "where"}, `${evidence.met ? "✓" : "✗"} ${where}`),
      el("dl", {}, fact("allowed", evidence.expected),
         fact("came", evidence.received || (evidence.met ? "" : "nothing")),
         fact("after", evidence.elapsed_ms > 0 && human(evidence.elapsed_ms)),
         fact("why", evidence.why)));
}

function checkItem(check) {
  const verdict = verdicts.indexOf(check.verdict);
  const note = run.scenarioById.get(openInstance.scenario)?.notes?.[check.name];
  // What is blocked says only what blocked it.
  const open = verdict < passVerdict && verdicts[verdict] !== "blocked";
  return el(
      "details", {class: `check ${verdictClass(verdict)}`, open, "data-check": check.name},
      el("summary", {}, glyph(verdict), el("b", {}, check.name),
         el("span", {class: "level"}, check.level),
         check.answer === undefined ? null :
                                      el("span", {class: "tag"}, check.answer ? "yes" : "no"),
         check.why ? el("span", {class: "why"}, check.why) :
                     el("span", {class: "quiet"}, inShort(check.statements))),
      note ? el("p", {class: "quiet"}, note) : null, statementWords(check.statements),
      check.evidence ? el("ul", {class: "evidence"}, check.evidence.map(evidenceRow)) : null);
}

function findingItem(finding) {
  const verdict = finding.ours ? 4 : 1;
  return el(
      "details", {class: `check ${verdictClass(verdict)}`, open: true},
      el("summary", {}, glyph(verdict), el("b", {}, `monitor:${finding.monitor}`),
         el("span", {class: "why"}, `${finding.ours ? "our own side: " : ""}${finding.message}`)),
      statementWords([finding.statement]));
}

// The neighbours among what the filters show, so that one can leaf through.
function neighbours(instance) {
  const shown = state.tab === "attention" ?
      inView("attention").map((problem) => run.instances[problem.instance]) :
      scopes.scenarios().filter((it) => matchesVerdict(it.verdict));
  const place = shown.indexOf(instance);
  return [shown[place - 1], place < 0 ? undefined : shown[place + 1]];
}

function leafButton(target, sign, words) {
  return el(
      "button", {
        type: "button",
        title: words,
        "aria-label": words,
        disabled: !target,
        onclick: () => go({instance: target.id})
      },
      sign);
}

function detailHead(instance, scenario) {
  const [previous, next] = neighbours(instance);
  return el(
      "header", {},
      el("div", {},
         el("p", {class: "crumbs"}, pill(instance.verdict), el("span", {}, scenario.theme ?? "")),
         el("h2", {}, scenario.title ?? scenario.id),
         el("p", {class: "id"}, instance.scenario, el("b", {}, variantOf(instance)))),
      el("nav", {}, leafButton(previous, "‹", "Previous ( k )"),
         leafButton(next, "›", "Next ( j )"),
         el("button", {
           type: "button",
           title: "Close ( Esc )",
           "aria-label": "Close",
           class: "close",
           onclick: closeDetail
         },
            "✕")));
}

let openInstance = null;

async function renderDetail() {
  const instance = run.byId.get(state.instance) ?? null;
  if (instance === openInstance) return;
  openInstance = instance;
  if (!instance) {
    if (dialog.open) dialog.close();
    return;
  }
  const scenario = run.scenarioById.get(instance.scenario);
  const details = await loadInstance(instance);
  if (openInstance !== instance) return;  // another was opened meanwhile
  // A check that failed tells what ended the instance.
  const told = instance.checks.some((check) => check[1] <= 2);
  const body = details === null ?
      [
        el("p", {class: "empty"},
           "To keep this page small, the packets of this instance are not in it. " +
               "results.json has them.")
      ] :
      [
        details.reason && !told ? el("p", {class: "notice"}, details.reason) : null,
        ...(details.scenario_errors ?? [])
            .map((error) => el("p", {class: "notice"}, `A fault of the scenario: ${error}`)),
        el("section", {class: "checks", "aria-label": "Checks"},
           (details.checks ?? []).map(checkItem),
           (details.monitor_findings ?? []).map(findingItem)),
        el("section", {"aria-label": "Packets"}, diagram(details))
      ];
  dialog.replaceChildren(
      detailHead(instance, scenario),
      el("div", {class: "body"}, body.filter(Boolean),
         el("section", {class: "replay"}, el("h3", {}, "Replay"), command(replayOf(instance)),
            el("p", {class: "quiet"},
               [scenario.file, human(instance.ms)].filter(Boolean).join(" · ")))));
  dialog.dataset.instance = instance.id;
  dialog.setAttribute("aria-label", instance.id);
  if (!dialog.open) dialog.showModal();
  dialog.focus();
  dialog.scrollTop = 0;
}

function closeDetail() { go({instance: ""}, {step: true}); }

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeDetail();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) closeDetail();
});
