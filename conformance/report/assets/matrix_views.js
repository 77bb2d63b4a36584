// The tables of the matrix, and one statement opened.
const nothingFits = () => el("p", {class: "empty"}, "Nothing matches these filters.");

const brokerHeads = () => matrix.brokers.map(
    (broker) => el("th", {scope: "col", class: "broker-head"},
                   broker.link ? el("a", {href: broker.link}, broker.name) : broker.name));

function verdictCell(statement, broker, verdict) {
  if (verdict === null) return el("td", {class: "mark"});
  const words = `${broker.name}: ${verdicts[verdict]}`;
  return el("td", {class: "mark"},
            el("a", {
              class: `cell big ${verdictClass(verdict)}`,
              href: address.hash({statement: statement.id}),
              title: words,
              "aria-label": `${statement.id}, ${words}`
            },
               signs[verdict]));
}

const statementLine = (statement) =>
    el("tr", {"data-statement": statement.id},
       el("th", {scope: "row"},
          el("a", {class: "id", href: address.hash({statement: statement.id})}, statement.id),
          el("span", {class: "level"}, statement.level ?? "")),
       el("td", {class: "summary"}, statement.summary ?? "",
          statement.reason ? el("span", {class: "quiet"}, statement.reason) : null),
       matrix.brokers.map((broker, i) => verdictCell(statement, broker, statement.verdicts[i])));

function statementTable() {
  const groups = new Map();
  for (const statement of statementsShown()) {
    const key = `MQTT ${statement.version} · ${statement.chapter}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(statement);
  }
  if (groups.size === 0) return [nothingFits()];
  return [el(
      "table", {class: "matrix"},
      el("thead", {},
         el("tr", {}, el("th", {scope: "col"}, "Statement"), el("th", {scope: "col"}, "In our words"),
            brokerHeads())),
      [...groups].map(
          ([name, rows]) =>
              el("tbody", {},
                 el("tr", {class: "theme"},
                    el("th", {colspan: 2 + matrix.brokers.length, scope: "rowgroup"}, name,
                       el("span", {}, grouped(rows.length)))),
                 rows.map(statementLine))))];
}

// "yes", or where versions are answered otherwise "5.0 yes, 3.1.1 no".
function answerText(answer) {
  if (answer === null) return "";
  const entries = Object.entries(answer).filter(([version]) => hasVersion(version));
  const words = new Set(entries.map(([, word]) => word));
  if (words.size === 0) return "";
  if (words.size === 1) return [...words][0];
  return entries.map(([version, word]) => `${version} ${word}`).join(", ");
}

function choiceLine(choice) {
  return el(
      "tr", {"data-choice": `${choice.scenario}#${choice.check}`},
      el("th", {scope: "row"}, el("span", {class: "choice"}, choice.title || choice.scenario),
         el("span", {class: "id"}, `${choice.scenario}#${choice.check}`)),
      el("td", {class: "summary"},
         choice.note || matrix.byId.get(choice.statements[0])?.summary || ""),
      choice.answers.map((answer) => {
        const text = answerText(answer);
        return el("td", {class: `answer ${text === "yes" || text === "no" ? text : ""}`}, text);
      }));
}

function choicesTable() {
  const rows = choicesShown();
  const lead = el("p", {class: "lead"},
                  "Where the standard leaves a choice, no answer is wrong. This is what each ",
                  "broker was seen to do.");
  if (rows.length === 0) return [lead, nothingFits()];
  return [
    lead,
    el("table", {class: "matrix choices"},
       el("thead", {},
          el("tr", {}, el("th", {scope: "col"}, "Choice"), el("th", {scope: "col"}, "What is asked"),
             brokerHeads())),
       el("tbody", {}, rows.map(choiceLine)))
  ];
}

function capabilitiesTable() {
  const names = [...new Set(matrix.brokers.flatMap((broker) => Object.keys(broker.capabilities)))];
  const text = (value) => value === undefined || value === null ? "" :
      Array.isArray(value)                                      ? value.join(", ") :
      typeof value === "string"                                 ? value :
                                                                  JSON.stringify(value);
  return [el(
      "table", {class: "matrix capabilities"},
      el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "Capability"), brokerHeads())),
      el("tbody", {},
         names.sort().map(
             (name) => el("tr", {"data-capability": name}, el("th", {scope: "row", class: "id"}, name),
                          matrix.brokers.map(
                              (broker) => el("td", {}, el("code", {},
                                                          text(broker.capabilities[name]))))))))];
}

const matrixViews = {
  statements: statementTable,
  choices: choicesTable,
  capabilities: capabilitiesTable
};

function foundLine(broker, [instance, check, verdict, why, known]) {
  const link = instancePage(broker, instance);
  return el("li", {class: verdictClass(verdict)}, pill(verdict),
            el(link ? "a" : "span", {class: "open", href: link}, `${instance}#${check}`),
            why ? el("p", {}, why) : null,
            known ? el("p", {class: "quiet"}, el("span", {class: "tag"}, "known"), " ", known) : null);
}

function brokerSection(statement, broker, verdict) {
  const found = (broker.found[statement.number] ?? []).map((number) => broker.problems[number]);
  const page = statementPage(broker, statement.id);
  return el("section", {class: "of-broker", "data-broker": broker.name},
            el("h3", {}, verdict === null ? "" : glyph(verdict), el("span", {}, broker.name),
               el("span", {class: "quiet"}, verdict === null ? "not among its results" :
                                                               verdicts[verdict]),
               page ? el("a", {class: "see", href: page}, "its report ›") : null),
            found.length ? el("ul", {}, found.map((one) => foundLine(broker, one))) : null);
}

function renderStatement() {
  const statement = matrix.byId.get(address.state.statement);
  if (!statement) {
    if (dialog.open) dialog.close();
    return;
  }
  dialog.setAttribute("aria-label", statement.id);
  dialog.replaceChildren(
      el("header", {},
         el("div", {}, el("p", {class: "crumbs"},
                          [`MQTT ${statement.version}`, statement.chapter, statement.level]
                              .filter(Boolean)
                              .map((part) => el("span", {}, part))),
            el("h2", {}, statement.summary ?? statement.id),
            el("p", {class: "id"}, statement.id)),
         el("nav", {}, el("button", {
                         type: "button",
                         title: "Close (Esc)",
                         "aria-label": "Close",
                         onclick: () => address.go({statement: ""})
                       },
                          "×"))),
      el("div", {class: "body"},
         statement.reason ? el("p", {class: "notice"}, statement.reason) : null,
         matrix.brokers.map(
             (broker, i) => brokerSection(statement, broker, statement.verdicts[i]))));
  dialog.dataset.statement = statement.id;
  if (!dialog.open) dialog.showModal();
}

showMatrix();
