// Elements are made, never parsed: what a broker sent can only ever become text.
const svgNamespace = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on"))
      node.addEventListener(name.slice(2), value);
    else
      node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => (child ?? "") !== ""));
  return node;
}

const el = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS(svgNamespace, tag), attributes, children);

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

// Like the terminal's: "4.2 ms", "812 ms", "1.20 s", "4 min 3 s".
function human(ms) {
  if (ms === 0) return "0 ms";
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 9995) return `${(ms / 1e3).toFixed(2)} s`;
  if (ms < 119950) return `${(ms / 1e3).toFixed(1)} s`;
  const seconds = Math.round(ms / 1e3);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

// A button that puts text on the clipboard. Pages from files may not; then the text is selected.
function copyButton(text, label = "Copy") {
  const button = el("button", {class: "copy", type: "button", title: text}, label);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const field = button.parentElement.querySelector("code");
      if (field) getSelection().selectAllChildren(field);
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
  return button;
}

const command = (text) => el("div", {class: "command"}, el("code", {}, text), copyButton(text));
