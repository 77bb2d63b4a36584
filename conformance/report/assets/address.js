// What a page shows stands in its address, so that every view can be linked to. `fields` gives each
// name its value at first: text, or a Set of words.
function addressOf(fields, render) {
  const state = {};
  const read = () => {
    const parameters = new URLSearchParams(location.hash.slice(1));
    for (const [name, first] of Object.entries(fields)) {
      const value = parameters.get(name);
      state[name] = first instanceof Set ? new Set((value ?? "").split(",").filter(Boolean)) :
                                           value ?? first;
    }
  };
  const hash = (changes = {}) => {
    const next = {...state, ...changes};
    const parts = [];
    for (const [name, first] of Object.entries(fields)) {
      const text = next[name] instanceof Set ? [...next[name]].join(",") : next[name];
      const usual = first instanceof Set ? "" : first;
      if (text !== usual) parts.push(`${name}=${encodeURIComponent(text)}`);
    }
    return "#" + parts.join("&");
  };
  // Opening something is a step that "back" takes back; typing into a filter is not.
  const go = (changes, {step = false} = {}) => {
    if (step)
      history.pushState(null, "", hash(changes));
    else
      history.replaceState(null, "", hash(changes));
    read();
    render();
  };
  for (const event of ["hashchange", "popstate"]) {
    addEventListener(event, () => {
      read();
      render();
    });
  }
  read();
  return {state, hash, go};
}

let address = null;  // of the page, once its data is there

const toggled = (set, item) => {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
};

// Does every word of the search stand in the text?
const holdsWords = (search, text) =>
    search.toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word));

// The search field stays the same element, so that typing is not interrupted.
function searchField(placeholder, oninput) {
  return el("input", {
    type: "search",
    id: "search",
    placeholder: `${placeholder}   ( / )`,
    "aria-label": placeholder,
    autocomplete: "off",
    spellcheck: "false",
    oninput: (event) => oninput(event.target.value)
  });
}

function chipButton(name, pressed, onclick, style, ...content) {
  return el(
      "button", {
        type: "button",
        class: `chip ${style}`,
        "data-chip": name,
        "aria-pressed": String(pressed),
        onclick
      },
      content);
}

const tabLink = (name, title, selected, href, count) =>
    el("a", {role: "tab", "data-tab": name, "aria-selected": String(selected), href}, title,
       count === undefined ? null : el("span", {}, grouped(count)));

// Slash goes to the search field, Escape leaves it.
function watchKeys(search) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") search.blur();
    } else if (event.key === "/" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      search.focus();
    }
  });
}

// Heads of tables stay in sight right below the bar, whose height depends on its chips.
function watchBar() {
  const bar = document.getElementById("bar");
  new ResizeObserver(() => {
    const stays = getComputedStyle(bar).position === "sticky";
    document.documentElement.style.setProperty("--bar", stays ? `${bar.offsetHeight}px` : "0px");
  }).observe(bar);
}

const cannotRead = (error) => document.getElementById("view").replaceChildren(
    el("p", {class: "notice"}, `The data in this page cannot be read (${error}). It needs a `,
       "browser that knows DecompressionStream (Chrome 103, Firefox 113, Safari 16.4)."));
