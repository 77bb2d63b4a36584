// Small parts that all pages are made of.
function glyph(verdict) {
  return el(
      "span",
      {class: `glyph ${verdictClass(verdict)}`, "aria-label": verdicts[verdict], role: "img"},
      signs[verdict]);
}

const pill = (verdict) =>
    el("span", {class: `pill ${verdictClass(verdict)}`}, `${signs[verdict]} ${verdicts[verdict]}`);

function themeButton() {
  const root = document.documentElement;
  const names = {auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark"};
  const button = el("button", {type: "button", title: "Colours"});
  const show = () => {
    button.textContent = names[root.dataset.theme];
  };
  button.addEventListener("click", () => {
    const order = Object.keys(names);
    root.dataset.theme = order[(order.indexOf(root.dataset.theme) + 1) % order.length];
    show();
  });
  show();
  return button;
}

// Widths are set by script, since the page allows no style in attributes.
function stackedBar(counts) {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return el("div", {class: "stack", "aria-hidden": "true"}, counts.map(([verdict, count]) => {
    const part = el("i", {class: verdictClass(verdict), title: `${count} ${verdicts[verdict]}`});
    part.style.flexGrow = String(count / total);
    return part;
  }));
}

const entriesOf = (counts) => Object.entries(counts)
                                  .map(([word, count]) => [verdicts.indexOf(word), count])
                                  .sort((a, b) => a[0] - b[0]);
