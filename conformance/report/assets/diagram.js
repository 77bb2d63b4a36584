// The packets of one instance as a sequence: time, a lane for each client and one for the broker,
// and what was said. Rows, not one picture: a row opens to show its bytes.
const arrowY = 17;
const gapMs = 200;  // a longer pause gets a row of its own

function lanesOf(trace) {
  const names = [...new Set(trace.map((entry) => entry.client).filter(Boolean))];
  const width = Math.max(92, Math.min(150, 420 / (names.length + 1)));
  const x = new Map(names.map((name, place) => [name, (place + 0.5) * width]));
  return {names, width, x, broker: (names.length + 0.5) * width, total: (names.length + 1) * width};
}

// Lifelines: strong while the client is connected.
function lifelines(lanes, open) {
  const line = (x, kind) => svg("line", {x1: x, x2: x, y1: 0, y2: "100%", class: `life ${kind}`});
  return [
    ...lanes.names.map((name) => line(lanes.x.get(name), open.has(name) ? "open" : "idle")),
    line(lanes.broker, "open")
  ];
}

const laneCell = (lanes, open, shapes = []) =>
    el("div", {class: "lanes"},
       svg("svg", {width: lanes.total, height: "100%", "aria-hidden": "true"},
           lifelines(lanes, open), shapes));

function head(from, to, kind) {
  const back = to > from ? -7 : 7;
  return svg("path", {class: `head ${kind}`, d: `M${to},${arrowY} l${back},-4 v8 z`});
}

// From client to broker or back, with the packet's name on it, beside the client.
function arrow(lanes, entry) {
  const client = lanes.x.get(entry.client) ?? lanes.width / 2;
  const outward = entry.kind === "sent" || entry.kind === "opened" || entry.kind === "closed_by_us";
  const [from, to] = outward ? [client + 5, lanes.broker - 5] : [lanes.broker - 5, client + 5];
  const wrong = entry.problem ? " wrong" : entry.illegal ? " meant" : "";
  const shapes =
      [svg("line", {class: "shaft", x1: from, x2: to, y1: arrowY, y2: arrowY}), head(from, to, "")];
  if (entry.kind.startsWith("closed")) {
    shapes.push(svg("path", {class: "cross", d: `M${to - 4},${arrowY - 4} l8,8 m0,-8 l-8,8`}));
  }
  shapes.push(
      svg("text", {x: client + lanes.width / 2, y: arrowY - 4, class: "name"}, nameOf(entry)));
  return svg("g", {class: `arrow ${entry.kind}${wrong}`}, shapes);
}

function nameOf(entry) {
  if (entry.kind === "opened") return "open";
  if (entry.kind.startsWith("closed")) return entry.text || "close";
  const word = (entry.text ?? "").split(" ")[0];
  return /^[A-Z]{4,11}$/.test(word) ? word : "bytes";
}

function detailOf(entry) {
  if (entry.kind === "opened") return `opens ${entry.text ?? ""}`;
  if (entry.kind === "closed_by_us") return `${entry.client} closes (${entry.text ?? ""})`;
  if (entry.kind === "closed_by_broker") return `the broker closes (${entry.text ?? ""})`;
  const name = nameOf(entry);
  const text = entry.text ?? "";
  return text.startsWith(name) ? text.slice(name.length).trim() : text;
}

// Names of fields are quieter than their values.
function coloured(text) {
  const parts = [];
  let rest = 0;
  for (const found of text.matchAll(/(^|[\s[{(])([a-z][a-z0-9_.]*)=/g)) {
    const start = found.index + found[1].length;
    parts.push(text.slice(rest, start), el("span", {class: "key"}, `${found[2]}=`));
    rest = start + found[2].length + 1;
  }
  parts.push(text.slice(rest));
  return parts;
}

// Which checks an entry is evidence for, by its place in the trace.
function marksOf(instance) {
  const marks = new Map();
  const add = (place, mark) => {
    if (!marks.has(place)) marks.set(place, []);
    if (!marks.get(place).some((known) => known.name === mark.name)) marks.get(place).push(mark);
  };
  for (const check of instance.checks ?? []) {
    for (const evidence of check.evidence ?? []) {
      for (const place of evidence.trace ?? []) add(place, {name: check.name, met: evidence.met});
    }
  }
  for (const finding of instance.monitor_findings ?? []) {
    add(finding.trace, {name: finding.monitor, met: false});
  }
  return marks;
}

function entryRow(lanes, open, entry, place, start, marks) {
  const notes = marks.get(place) ?? [];
  const failed = notes.some((mark) => !mark.met);
  const frame = Boolean(entry.hex);
  const said =
      el(frame ? "button" : "div",
         {class: "said", ...(frame ? {type: "button", "aria-expanded": "false"} : {})},
         el("span", {class: "line"}, coloured(detailOf(entry))),
         entry.illegal ? el("span", {class: "tag meant"}, `on purpose: ${entry.illegal}`) : null,
         entry.problem ? el("span", {class: "tag wrong"}, entry.problem) : null,
         notes.map(
             (mark) =>
                 el("span", {class: `tag ${mark.met ? "met" : "unmet"}`},
                    `${mark.met ? "✓" : "✗"} ${mark.name}`)));
  const shapes = entry.kind === "note" ? [] : [arrow(lanes, entry)];
  const row = el(
      "div", {class: `row ${entry.kind}${failed ? " failed" : ""}`, "data-place": place},
      el("span", {class: "time"}, entry.time), laneCell(lanes, open, shapes), said);
  if (frame) {
    said.setAttribute("aria-label", `${entry.kind} ${entry.text ?? ""}; show its bytes`);
    const wasOpen = new Set(open);  // as it is in this row
    said.addEventListener("click", () => {
      toggleHex(row, said, entry, lanes, wasOpen);
      state.packet = said.getAttribute("aria-expanded") === "true" ? String(place) : "";
      history.replaceState(null, "", hashOf());
    });
    if (state.packet === String(place))
      toggleHexLater.push(() => toggleHex(row, said, entry, lanes, wasOpen));
  }
  return row;
}

// The packet that the address names is opened when the rows stand.
const toggleHexLater = [];

function toggleHex(row, button, entry, lanes, open) {
  const shown = row.nextElementSibling?.classList.contains("bytes-row");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) return row.nextElementSibling.remove();
  row.after(
      el("div", {class: "row bytes-row"}, el("span", {class: "time"}), laneCell(lanes, open),
         hexTable(entry)));
}

const pauseRow = (lanes, open, text) =>
    el("div", {class: "row pause"}, el("span", {class: "time"}), laneCell(lanes, open),
       el("span", {class: "said"}, text));

// What should have come and never did, at the end: a dashed arrow.
function missingRows(lanes, open, instance) {
  const rows = [];
  for (const check of instance.checks ?? []) {
    for (const evidence of check.evidence ?? []) {
      if (evidence.met || evidence.received) continue;
      const client = lanes.names.find(
          (name) =>
              new RegExp(`\\b${name.replace(/\W/g, "\\$&")}\\b`).test(evidence.expected ?? ""));
      const shapes = client ? [svg(
                                  "g", {class: "ghost"}, svg("line", {
                                    class: "shaft",
                                    x1: lanes.broker - 5,
                                    x2: lanes.x.get(client) + 5,
                                    y1: arrowY,
                                    y2: arrowY
                                  }),
                                  head(lanes.broker, lanes.x.get(client) + 5, ""))] :
                              [];
      rows.push(
          el("div", {class: "row missing"}, el("span", {class: "time"}, evidence.why || "never"),
             laneCell(lanes, open, shapes),
             el("div", {class: "said"}, el("span", {class: "line"}, evidence.expected ?? ""),
                el("span", {class: "tag unmet"}, `✗ ${check.name}`))));
    }
  }
  return rows;
}

function diagram(instance) {
  const trace = instance.trace ?? [];
  if (trace.length === 0) return el("p", {class: "empty"}, "No packet was exchanged.");
  const lanes = lanesOf(trace);
  const marks = marksOf(instance);
  const start = trace.find((entry) => entry.at_ms !== undefined)?.at_ms ?? 0;
  const open = new Set();
  const rows = [];
  let before = start;
  let said = "";
  for (const [place, entry] of trace.entries()) {
    if (entry.skipped) {
      rows.push(pauseRow(
          lanes, open,
          `${grouped(entry.skipped)} packets are left out here; results.json has them`));
      continue;
    }
    if (entry.at_ms - before >= gapMs)
      rows.push(pauseRow(lanes, open, `${human(entry.at_ms - before)} pass`));
    before = entry.at_ms;
    // A time that reads like the one above it is not said again.
    const time = human(entry.at_ms - start);
    entry.time = time === said ? "" : time;
    said = time;
    if (entry.kind === "opened") open.add(entry.client);
    rows.push(entryRow(lanes, open, entry, entry.n ?? place, start, marks));
    if (entry.kind.startsWith("closed")) open.delete(entry.client);
  }
  rows.push(...missingRows(lanes, open, instance));
  const names =
      svg("svg", {width: lanes.total, height: 30, "aria-hidden": "true"},
          lanes.names.map(
              (name) =>
                  svg("text", {x: lanes.x.get(name), y: 19},
                      name.length > 14 ? `${name.slice(0, 13)}…` : name)),
          svg("text", {x: lanes.broker, y: 19, class: "broker"}, "broker"));
  const box =
      el("div", {class: "diagram"},
         el("div", {class: "row lane-names"}, el("span", {class: "time"}, "time"), names,
            el("span", {class: "said"}, "")),
         rows);
  box.style.setProperty("--lanes", `${lanes.total}px`);
  for (const openBytes of toggleHexLater.splice(0)) openBytes();
  return box;
}
