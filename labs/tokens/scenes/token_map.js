// The map of a token: every letter knows its part, its group of four, its six bits and the bytes these come from; every
// byte of the JSON knows its letters. One letter is chosen at a time, by pointing or by the arrow keys.

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
const named = (byte, text) => (text && { 13: "␍", 10: "␊", 32: "␣" }[byte])
  || (text && byte > 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(16).padStart(2, "0"));

function render({ model, el: host }) {
  const { parts, start } = JSON.parse(model.get("data"));
  const letters = []; // {part, index in the part, node}; a dot has no part
  const strip = el("div", {
    class: "tm-strip", role: "listbox", "aria-label": "The token. Left and right: letter by letter; up and down: part by part.",
  });
  const bytesOf = []; // for each part, its bytes' nodes
  const sources = el("div", { class: "tm-sources" });
  parts.forEach((part, p) => {
    [...part.chars].forEach((char, i) => letters.push({ p, i, char }));
    if (p < parts.length - 1) letters.push({ p: -1, i: 0, char: "." });
    bytesOf.push(part.bytes.map((byte, b) => el("span", {
      class: part.text ? "tm-byte" : "tm-byte tm-hex",
      onpointerenter: () => choose(letters.findIndex((l) => l.p === p && l.i === Math.floor((b * 8) / 6))),
    }, named(byte, part.text))));
    sources.append(
      el("div", { class: `tm-name tm-${part.name}` }, part.name),
      el("div", { class: "tm-bytes" }, ...bytesOf[p]),
      el("div", { class: "tm-what" }, `${part.bytes.length} bytes: ${part.what}`));
  });
  letters.forEach((letter, n) => {
    letter.node = el("span", {
      class: letter.p < 0 ? "tm-letter tm-dot" : `tm-letter tm-${parts[letter.p].name}`, role: "option", tabindex: "-1",
      "aria-selected": "false", "aria-label": letter.p < 0 ? "dot" : `${letter.char}, ${parts[letter.p].name}`,
      "data-lm-suppress-shortcuts": "true", // on each focusable element: a letter is no command to the notebook
      onpointerenter: () => choose(n), onclick: () => { choose(n); letter.node.focus(); }, onfocus: () => choose(n),
    }, letter.char);
    strip.append(letter.node);
  });
  const above = el("div", { class: "tm-row" }), below = el("div", { class: "tm-row" });
  const caption = el("p", { class: "tm-caption", "aria-live": "polite" });
  const root = el("div", { class: "token-map" }, strip, sources, el("div", { class: "tm-panel" }, above, below), caption);
  host.append(root);

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
    }));
    root.dataset.chosen = String(n);
    if (!part) {
      above.replaceChildren();
      below.replaceChildren();
      caption.textContent = `Character ${n} of ${letters.length - 1} is a dot. It ends the ${parts[letters[n - 1].p].name}`
        + " and is not base64url: none of the 64 letters is a dot.";
      return;
    }
    const bytes = part.bytes.slice(3 * group, 3 * group + 3), chars = part.chars.slice(4 * group, 4 * group + 4);
    const all = bits(bytes).padEnd(6 * chars.length, "0"), within = i % 4;
    above.replaceChildren(...bytes.map((byte, b) => el("div", {
      class: `tm-cell${3 * group + b >= from && 3 * group + b <= to ? " tm-here" : ""}`, style: "grid-column: span 8",
    }, el("b", {}, named(byte, part.text)), ` ${byte.toString(2).padStart(8, "0")}`)));
    below.replaceChildren(...[...chars].map((c, k) => el("div", {
      class: `tm-cell tm-six${k === within ? " tm-here" : ""}`, style: "grid-column: span 6",
    }, `${all.slice(6 * k, 6 * k + 6)} = ${parseInt(all.slice(6 * k, 6 * k + 6), 2)} → `, el("b", {}, c))));
    const spare = 6 * chars.length - 8 * bytes.length;
    const source = bytes.length && from === to ? `byte ${from}` : `bytes ${from} and ${to}`;
    caption.textContent = `Character ${n} of ${letters.length - 1}, “${char}”: ${part.name}, group ${group}, letter ${within + 1} of `
      + `${chars.length}. Its six bits come from ${source} of the ${part.name}`
      + `${part.text ? "’s JSON" : ", which is no text: its bytes are shown in hexadecimal"}.`
      + (spare && within === chars.length - 1 ? ` Its last ${spare} bits are spare, and must be zero.` : "");
  };
  strip.addEventListener("keydown", (event) => {
    const firsts = parts.map((_, p) => letters.findIndex((l) => l.p === p));
    const to = {
      ArrowRight: Math.min(chosen + 1, letters.length - 1), ArrowLeft: Math.max(chosen - 1, 0), Home: 0, End: letters.length - 1,
      ArrowDown: firsts.find((n) => n > chosen) ?? letters.length - 1, ArrowUp: firsts.filter((n) => n < chosen).pop() ?? 0,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    letters[to].node.focus();
  });
  choose(start);
}

export default { render };
