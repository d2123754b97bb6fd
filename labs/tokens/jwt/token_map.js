// The map of a token: every character knows its part, its group of four, its six bits and the bytes these come from;
// every byte knows its characters. One is chosen at a time, by pointing or by the arrow keys, among characters or bytes.

const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};
const bits = (bytes) => bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");

function render({ model, el: host }) {
  const { parts, start } = JSON.parse(model.get("data"));
  const letters = []; // {part, index in the part, node}; a dot has no part
  const strip = el("div", {
    class: "tm-strip", role: "listbox", "aria-label": "The token. Left and right: by characters; up and down: part by part.",
  });
  const bytesOf = []; // for each part, its bytes' nodes
  const sources = el("div", { class: "tm-sources" });
  parts.forEach((part, p) => {
    [...part.chars].forEach((char, i) => letters.push({ p, i, char }));
    if (p < parts.length - 1) letters.push({ p: -1, i: 0, char: "." });
    bytesOf.push(part.bytes.map((_, b) => el("span", {
      class: part.names[b].length < 2 ? "tm-byte" : "tm-byte tm-hex", role: "option", tabindex: b ? "-1" : "0", "aria-selected": "false",
      "aria-label": `${part.names[b]}, byte ${b} of the ${part.name}`, "data-lm-suppress-shortcuts": "true",
      onpointerenter: () => chooseByte(p, b), onclick: (event) => event.currentTarget.focus(), onfocus: () => chooseByte(p, b),
    }, part.names[b])));
    sources.append(
      el("div", { class: `tm-name tm-${part.name}` }, part.name),
      el("div", {
        class: "tm-bytes", role: "listbox", "aria-orientation": "horizontal",
        "aria-label": `The bytes of the ${part.name}. Left and right: byte by byte; up and down: part by part.`,
      }, ...bytesOf[p]),
      el("div", { class: "tm-what" }, `${part.bytes.length} bytes: ${part.what}`));
  });
  letters.forEach((letter, n) => {
    letter.node = el("span", {
      class: letter.p < 0 ? "tm-letter tm-dot" : `tm-letter tm-${parts[letter.p].name}`, role: "option", tabindex: "-1",
      "aria-selected": "false", "aria-label": letter.p < 0 ? "dot" : `${letter.char}, ${parts[letter.p].name}`,
      "data-lm-suppress-shortcuts": "true", // on each focusable element: a character is no command to the notebook
      onpointerenter: () => choose(n), onclick: () => { choose(n); letter.node.focus(); }, onfocus: () => choose(n),
    }, letter.char);
    strip.append(letter.node);
  });
  const above = el("div", { class: "tm-row" }), below = el("div", { class: "tm-row" });
  const caption = el("p", { class: "tm-caption", "aria-live": "polite" });
  const lock = el("p", { class: "tm-lock" }, "Locked: record your prediction above, and this picture opens.");
  const body = el("div", {}, strip, sources, el("div", { class: "tm-panel" }, above, below), caption);
  const root = el("div", { class: "token-map" }, lock, body);
  host.append(root);
  const showLock = () => { body.hidden = model.get("locked"); lock.hidden = !body.hidden; };
  model.on("change:locked", showLock);
  showLock();

  let chosen = -1;
  const choose = (n) => {
    if (n === chosen || n < 0) return;
    chosen = n;
    const { p, i, char } = letters[n];
    const part = parts[p], group = Math.floor(i / 4);
    for (const [m, l] of letters.entries()) {
      l.node.classList.toggle("tm-group", p >= 0 && l.p === p && Math.floor(l.i / 4) === group);
      l.node.classList.toggle("tm-here", m === n);
      l.node.setAttribute("aria-selected", String(m === n));
      l.node.tabIndex = m === n ? 0 : -1;
    }
    const from = Math.floor((i * 6) / 8), to = part ? Math.min(Math.floor((i * 6 + 5) / 8), part.bytes.length - 1) : -1;
    bytesOf.forEach((nodes, q) => nodes.forEach((node, b) => {
      node.classList.toggle("tm-group", q === p && Math.floor(b / 3) === group);
      node.classList.toggle("tm-here", q === p && b >= from && b <= to);
      node.setAttribute("aria-selected", String(q === p && b >= from && b <= to));
      if (q === p) node.tabIndex = b === from ? 0 : -1;
    }));
    root.dataset.chosen = String(n);
    if (!part) {
      above.replaceChildren();
      below.replaceChildren();
      caption.textContent = `Character ${n}, counted from 0, is a dot. It ends the ${parts[letters[n - 1].p].name}`
        + " and is not base64url: none of the 64 characters is a dot.";
      return;
    }
    const bytes = part.bytes.slice(3 * group, 3 * group + 3), chars = part.chars.slice(4 * group, 4 * group + 4);
    const all = bits(bytes).padEnd(6 * chars.length, "0"), within = i % 4;
    above.replaceChildren(...bytes.map((byte, b) => el("div", {
      class: `tm-cell${3 * group + b >= from && 3 * group + b <= to ? " tm-here" : ""}`, style: "grid-column: span 8",
    }, el("b", {}, part.names[3 * group + b]), ` ${byte.toString(2).padStart(8, "0")}`)));
    below.replaceChildren(...[...chars].map((c, k) => el("div", {
      class: `tm-cell tm-six${k === within ? " tm-here" : ""}`, style: "grid-column: span 6",
    }, `${all.slice(6 * k, 6 * k + 6)} = ${parseInt(all.slice(6 * k, 6 * k + 6), 2)} → `, el("b", {}, c))));
    const spare = 6 * chars.length - 8 * bytes.length;
    const source = bytes.length && from === to ? `byte ${from}` : `bytes ${from} and ${to}`;
    caption.textContent = `Character ${n}, counted from 0: “${char}”, the ${["first", "second", "third", "fourth"][within]} character of `
      + `group ${group} of the ${part.name}. Its six bits come from ${source} of the ${part.name}`
      + `${part.name === "signature" ? ", whose bytes are shown in hexadecimal" : "'s JSON"}.`
      + (part.of[from] ? ` “${part.of[from]}” takes several bytes in UTF-8, shown in hexadecimal.` : "")
      + (spare && within === chars.length - 1 ? ` Its last ${spare} bits are spare, and must be zero.` : "");
  };
  const chooseByte = (p, b) => {
    choose(letters.findIndex((l) => l.p === p && l.i === Math.floor((b * 8) / 6)));
    bytesOf[p].forEach((node, c) => { node.tabIndex = c === b ? 0 : -1; });
  };
  const go = (event, to) => { // to the node that this key means, if it means one
    if (!(event.key in to)) return;
    event.preventDefault();
    event.stopPropagation();
    to[event.key]?.focus();
  };
  sources.addEventListener("keydown", (event) => {
    const p = bytesOf.findIndex((nodes) => nodes.includes(event.target)), row = bytesOf[p] ?? [], b = row.indexOf(event.target);
    go(event, {
      ArrowRight: row[b + 1], ArrowLeft: row[b - 1], Home: row[0], End: row.at(-1),
      ArrowDown: bytesOf[p + 1]?.[0], ArrowUp: bytesOf[p - 1]?.[0],
    });
  });
  strip.addEventListener("keydown", (event) => {
    const firsts = letters.filter((l) => l.p >= 0 && l.i === 0), first = letters[0], last = letters.at(-1);
    go(event, {
      ArrowRight: letters[chosen + 1]?.node, ArrowLeft: letters[chosen - 1]?.node, Home: first.node, End: last.node,
      ArrowDown: (firsts.find((l) => letters.indexOf(l) > chosen) ?? last).node,
      ArrowUp: (firsts.findLast((l) => letters.indexOf(l) < chosen) ?? first).node,
    });
  });
  choose(start);
  return () => model.off("change:locked", showLock);
}

export default { initialize, render };
