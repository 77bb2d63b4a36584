// Verdicts, and how packed data is read.
const verdicts = [
  "crash", "fail", "flaky", "blocked", "inconclusive", "nonstrict", "pass", "info",
  "not applicable", "not asked"
];
const signs = ["‼", "✗", "≈", "⊘", "?", "△", "✓", "i", "–", "·"];
const passVerdict = 6;
const verdictClass = (verdict) => `v-${verdicts[verdict].replace(" ", "-")}`;

async function unpack(id) {
  const text = document.getElementById(id).textContent;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).json();
}

