// What is shown stands in the address, so that every view can be linked to:
// #tab=scenarios&verdict=fail,crash&version=5.0&q=will&instance=...&packet=3
const tabs = ["attention", "scenarios", "statements", "monitors", "run"];

const state = {
  tab: "attention",
  verdict: new Set(),
  version: new Set(),
  q: "",
  instance: "",
  packet: ""
};

function readState() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const list = (key) => (parameters.get(key) ?? "").split(",").filter(Boolean);
  const tab = parameters.get("tab");
  const first = run.problems.length > 0 ? "attention" : "scenarios";
  state.tab = tabs.includes(tab) ? tab : first;
  state.verdict =
      new Set(list("verdict").map((word) => verdicts.indexOf(word)).filter((v) => v >= 0));
  state.version = new Set(list("version").filter((version) => run.versions.includes(version)));
  state.q = parameters.get("q") ?? "";
  state.instance = parameters.get("instance") ?? "";
  state.packet = state.instance ? parameters.get("packet") ?? "" : "";
}

function hashOf(changes = {}) {
  // A packet belongs to the instance that is open.
  const next = {...state, ..."instance" in changes ? {packet: ""} : {}, ...changes};
  const parts = [["tab", next.tab]];
  if (next.verdict.size)
    parts.push(["verdict", [...next.verdict].map((v) => verdicts[v]).join(",")]);
  if (next.version.size) parts.push(["version", [...next.version].join(",")]);
  if (next.q) parts.push(["q", next.q]);
  if (next.instance) parts.push(["instance", next.instance]);
  if (next.packet) parts.push(["packet", next.packet]);
  return "#" + parts.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
}

// Opening something is a step that "back" takes back; typing into a filter is not.
function go(changes, {step = false} = {}) {
  const hash = hashOf(changes);
  if (step)
    history.pushState(null, "", hash);
  else
    history.replaceState(null, "", hash);
  readState();
  render();
}

const toggled = (set, item) => {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
};

const matchesWords = (...texts) => {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => texts.some((text) => text.includes(word)));
};
const matchesVersion = (version) => state.version.size === 0 || state.version.has(version);
const matchesVerdict = (verdict) => state.verdict.size === 0 || state.verdict.has(verdict);

// The items of each tab, without regard to the filter by verdict: its chips count these.
const scopes = {
  attention: () => run.problems.filter((problem) => {
    const instances = [problem.instance, ...problem.also].map((number) => run.instances[number]);
    const scenario = run.scenarioById.get(instances[0].scenario);
    const statements = problem.statements.map((id) => run.ids[id].toLowerCase());
    return instances.some((instance) => matchesVersion(instance.version)) &&
        matchesWords(
               scenario.words, problem.name.toLowerCase(), problem.why.toLowerCase(), ...statements,
               ...instances.map((instance) => instance.id.toLowerCase()));
  }),
  scenarios: () => run.instances.filter(
      (instance) => matchesVersion(instance.version) &&
          matchesWords(instance.words, run.scenarioById.get(instance.scenario).words)),
  statements: () => run.statements.filter(
      (statement) => matchesVersion(statement.version) && matchesWords(statement.words)),
  monitors: () => run.monitors.filter((monitor) => {
    const statement = run.ids[monitor.statement];
    return matchesVersion(statement.split(":")[0]) &&
        matchesWords(monitor.name.toLowerCase(), statement.toLowerCase());
  }),
  run: () => [],
};
const inView = (tab) => scopes[tab]().filter((item) => matchesVerdict(item.verdict));
