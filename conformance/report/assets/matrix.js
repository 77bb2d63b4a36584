// Several brokers side by side: the data, and what of it is shown.
let matrix = null;
const matrixTabs = {statements: "Statements", choices: "Choices", capabilities: "Capabilities"};
const dialog = document.getElementById("detail");

async function loadMatrix() {
  matrix = await unpack("index");
  for (const [number, statement] of matrix.statements.entries()) {
    statement.number = number;
    statement.version = statement.id.split(":")[0];
    statement.chapter = chapterOf(statement.id);
    statement.words = [
      statement.id, statement.summary, statement.level, statement.chapter, statement.reason
    ].join("\n").toLowerCase();
    const judged = statement.verdicts.filter((verdict) => verdict !== null && verdict <= 7);
    statement.differ = new Set(judged).size > 1;
  }
  for (const choice of matrix.choices) {
    choice.words = [choice.title, choice.scenario, choice.check, choice.note, ...choice.statements]
                       .join("\n").toLowerCase();
    const answers = choice.answers.filter((answer) => answer !== null)
                        .map((answer) => JSON.stringify(answer));
    choice.differ = new Set(answers).size > 1;
  }
  matrix.byId = new Map(matrix.statements.map((statement) => [statement.id, statement]));
  matrix.versions = [...new Set(matrix.statements.map((statement) => statement.version))].sort();
}

const hasVersion = (version) =>
    address.state.version.size === 0 || address.state.version.has(version);
const hasVerdict = (statement) => address.state.verdict.size === 0 ||
    statement.verdicts.some(
        (verdict) => verdict !== null && address.state.verdict.has(verdicts[verdict]));
const differs = (row) => address.state.differ === "" || row.differ;

// Without regard to the filter by verdict, whose chips count these.
const statementsInScope = () => matrix.statements.filter(
    (statement) => hasVersion(statement.version) && differs(statement) &&
        holdsWords(address.state.q, statement.words));
const statementsShown = () => statementsInScope().filter(hasVerdict);
const choicesShown = () => matrix.choices.filter(
    (choice) => differs(choice) && holdsWords(address.state.q, choice.words) &&
        (address.state.version.size === 0 ||
         choice.answers.some(
             (answer) => answer && Object.keys(answer).some((version) => hasVersion(version)))));

// Where a broker's own page tells all about a statement or an instance.
const statementPage = (broker, id) =>
    broker.link ? `${broker.link}#tab=statements&q=${encodeURIComponent(id)}` : undefined;
const instancePage = (broker, id) =>
    broker.link ? `${broker.link}#tab=scenarios&instance=${encodeURIComponent(id)}` : undefined;

async function showMatrix() {
  try {
    await loadMatrix();
  } catch (error) {
    cannotRead(error);
    return;
  }
  address = addressOf({
    tab: "statements",
    verdict: new Set(),
    version: new Set(),
    differ: "",
    q: "",
    statement: ""
  },
                      renderMatrix);
  renderMatrixHead();
  renderBrokers();
  watchKeys(matrixSearch);
  watchBar();
  // The address closes the dialog, as it opens it.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    address.go({statement: ""});
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) address.go({statement: ""});
  });
  renderMatrix();
  document.documentElement.dataset.ready = "yes";
}
