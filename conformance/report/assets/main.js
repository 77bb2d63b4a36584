function render() {
  renderTabs();
  renderFilters();
  renderView();
  return renderDetail();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement) {
    if (event.key === "Escape") search.blur();
    return;
  }
  if (event.key === "/" && !dialog.open) {
    event.preventDefault();
    search.focus();
  } else if (dialog.open && (event.key === "j" || event.key === "k")) {
    const target = neighbours(openInstance)[event.key === "j" ? 1 : 0];
    if (target) go({instance: target.id});
  }
}

async function main() {
  try {
    await loadIndex();
  } catch (error) {
    document.getElementById("view").replaceChildren(
        el("p", {class: "notice"}, `The data in this page cannot be read (${error}). It needs a `,
           "browser that knows DecompressionStream (Chrome 103, Firefox 113, Safari 16.4)."));
    return;
  }
  readState();
  renderMasthead();
  renderSummary();
  renderFoot();
  addEventListener("hashchange", () => {
    readState();
    render();
  });
  addEventListener("popstate", () => {
    readState();
    render();
  });
  addEventListener("keydown", onKey);
  await render();
  document.documentElement.dataset.ready = "yes";
}

main();
