// One frame, field by field: offset, bytes, name, value.
function hexTable(entry) {
  const bytes = entry.hex.match(/../g) ?? [];
  const rows = [];
  let offset = 0;
  for (const [name, length, value] of entry.fields ?? [["", bytes.length, ""]]) {
    const part = bytes.slice(offset, offset + length);
    rows.push(
        el("tr", {class: name ? "" : "unread"},
           el("td", {class: "offset"}, offset.toString(16).padStart(4, "0")),
           el("td", {class: "bytes"}, part.join(" ")),
           el("td", {class: "field"}, name ? fieldName(name) : "not understood"),
           el("td", {class: "value"}, value || asciiOf(part))));
    offset += length;
  }
  const size = entry.size ?? bytes.length;
  const cutShort = entry.size ? `, the first ${bytes.length} shown` : "";
  return el(
      "div", {class: "hex"},
      el("div", {class: "hex-head"}, el("span", {}, `${grouped(size)} bytes${cutShort}`),
         entry.version ? el("span", {}, `MQTT ${entry.version}`) : null,
         copyButton(entry.hex, "Copy hex")),
      el("table", {}, el("tbody", {}, rows)));
}

// The part of a field is said more quietly than the field: topic_name.length
function fieldName(name) {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? [name] : [name.slice(0, dot), el("span", {}, name.slice(dot))];
}

const asciiOf = (part) =>
    part.map((byte) => {
          const code = parseInt(byte, 16);
          return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
        })
        .join("");
