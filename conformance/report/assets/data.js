// The run, as it was packed into the page.
let run = null;  // the index

async function loadIndex() {
  run = await unpack("index");
  // What a profile lists weighs no less here than it did for the broker.
  run.problems.sort((a, b) => a.verdict - b.verdict);
  run.byId = new Map();
  run.scenarioById = new Map(run.scenarios.map((scenario) => [scenario.id, scenario]));
  run.statementById = new Map(run.statements.map((statement) => [statement.id, statement]));
  for (const [number, instance] of run.instances.entries()) {
    instance.number = number;
    run.byId.set(instance.id, instance);
    // Scenarios that were not described still have a row.
    if (!run.scenarioById.has(instance.scenario)) {
      const scenario = {id: instance.scenario};
      run.scenarios.push(scenario);
      run.scenarioById.set(scenario.id, scenario);
    }
    const scenario = run.scenarioById.get(instance.scenario);
    (scenario.instances ??= []).push(instance);
    const cited = instance.checks.flatMap((check) => check[2].map((id) => run.ids[id]));
    instance.words = [
      instance.id, ...instance.checks.map((check) => check[0]), ...cited
    ].join("\n").toLowerCase();
  }
  run.scenarios = run.scenarios.filter((scenario) => scenario.instances);
  for (const scenario of run.scenarios) {
    scenario.verdict = Math.min(...scenario.instances.map((instance) => instance.verdict));
    scenario.words = [scenario.title, scenario.theme, scenario.file].join("\n").toLowerCase();
  }
  indexStatements();
  run.versions = [...new Set(run.instances.map((instance) => instance.version))].sort();
}

// From each statement to the checks that cite it.
function indexStatements() {
  const checks = new Map();
  for (const instance of run.instances) {
    for (const check of instance.checks) {
      for (const id of check[2]) {
        if (!checks.has(run.ids[id])) checks.set(run.ids[id], []);
        checks.get(run.ids[id]).push({instance, name: check[0], verdict: check[1]});
      }
    }
  }
  for (const statement of run.statements) {
    statement.checks = checks.get(statement.id) ?? [];
    statement.monitors =
        run.monitors.filter((monitor) => run.ids[monitor.statement] === statement.id);
    statement.version = statement.id.split(":")[0];
    statement.words = [
      statement.id, statement.summary, statement.level, statement.coverage, statement.reason
    ].join("\n").toLowerCase();
  }
}

// Blocks are unpacked once, when the first of their instances is opened.
const blocks = new Map();
async function loadInstance(instance) {
  if (!instance.at) return null;
  const [block, place] = instance.at;
  if (!blocks.has(block)) blocks.set(block, unpack(`block-${block}`));
  return (await blocks.get(block))[place];
}

// What stands behind the scenario's name: "@5.0[qos=1]".
const variantOf = (instance) => instance.id.startsWith(instance.scenario) ?
    instance.id.slice(instance.scenario.length) :
    instance.id;

const replayOf = (instance) => {
  const quoted = `'${instance.id.replaceAll("'", "'\\''")}'`;
  const command = run.run.replay || `${run.run.command ?? "mqttspec run"} --only {}`;
  if (command.includes("'{}'")) return command.replace("'{}'", () => quoted);
  return command.includes("{}") ? command.replace("{}", () => quoted) : `${command} ${quoted}`;
};
