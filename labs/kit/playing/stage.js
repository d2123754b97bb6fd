// One scene in the browser: an SVG that Python has drawn, whose named parts follow their tracks. `stage(scene)` gives
// its root and `show(t)`. What is known here of shapes is what drawing.py draws.

// A track is [number of the part, letter, value at first, then its keys]; see `tracks` in canvas.py. A key of a number
// is t, over, to; of a colour or a word it is t, to. What a key comes from is what the one before has led to by then.
const GLIDES = "xywhobzuva";
const unfold = ([part, letter, first, ...flat]) => {
  const keys = [], glides = GLIDES.includes(letter), items = glides ? 3 : 2;
  for (let i = 0; i < flat.length; i += items) {
    const t = flat[i] / 1000, over = glides ? flat[i + 1] / 1000 : 0, last = keys.at(-1);
    keys.push([t, over, last ? valueAt(last, t) : first, flat[i + items - 1]]);
  }
  return { part, letter, keys };
};
const valueAt = ([start, over, from, to], t) => t >= start + over ? to : t < start ? from : from + (to - from) * ((t - start) / over);

// Around a ring, in turns: 0 is at the top, 0.25 on the right. The same as round_at, sector and beside in drawing.py.
const roundAt = (r, turn) => [r * Math.sin(2 * Math.PI * turn), -r * Math.cos(2 * Math.PI * turn)];
const sector = (r, band, start, end) => {
  const stop = Math.min(Math.max(end, start), start + 0.9999), outer = r + band / 2, inner = r - band / 2, large = Number(stop - start > 0.5);
  return `M${roundAt(outer, start)}A${outer} ${outer} 0 ${large} 1 ${roundAt(outer, stop)}`
    + `L${roundAt(inner, stop)}A${inner} ${inner} 0 ${large} 0 ${roundAt(inner, start)}Z`;
};
const beside = (r, gap, turn, size, inside) => {
  const out = inside ? -1 : 1, side = Math.sin(2 * Math.PI * turn) * out, up = Math.cos(2 * Math.PI * turn) * out;
  const [x, y] = roundAt(r + gap * out, turn);
  return { x, y: y + size * 0.35 * (1 - up), align: side > 0.3 ? "start" : side < -0.3 ? "end" : "middle", above: (1 + up) / 2 };
};

// What a part is, read from its SVG once: the shape (class s), arrowheads (a), words (l), and where its words belong.
function partOf(g) {
  const [x, y] = g.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const p = { g, shape: g.querySelector(".s"), label: g.querySelector(".l"), heads: [...g.querySelectorAll(".a")], x, y };
  p.kind = p.shape?.tagName ?? "text";
  const ring = p.shape?.dataset.ring?.split(" ");
  if (ring) {
    const [r, band, at, side] = ring;
    Object.assign(p, { r: Number(r), band: Number(band), inside: side === "in" });
    Object.assign(p, p.kind === "circle" ? { at: Number(at) } : { start: Number(at), stop: Number(side) });
  }
  if (p.label) {
    p.size = Number(p.label.getAttribute("font-size") ?? 14);
    p.words = [...(p.label.children.length ? p.label.children : [p.label])].map((row) => row.textContent).join("\n");
  }
  return p;
}

function wordsPlace(p) {
  if (p.kind === "rect" && p.label.matches(".t")) return { x: 8, y: p.size + 2, align: "start", above: 0 };
  if (p.kind === "rect") {
    const side = (name) => Number(p.shape.getAttribute(name));
    const align = p.label.getAttribute("text-anchor") ?? "middle";
    return { x: align === "middle" ? side("width") / 2 : 8, y: side("height") / 2 + p.size * 0.35, align, above: 0.5 };
  }
  if (p.kind === "circle") return beside(p.r, Math.max(Number(p.shape.getAttribute("r")), p.band / 2) + 6, p.at, p.size, p.inside);
  if (p.kind === "path" && p.r) return beside(p.r, p.band / 2 + 6, (p.start + p.stop) / 2, p.size, false);
  return { x: 0, y: 0, align: p.label.getAttribute("text-anchor") ?? "middle", above: 0 };
}

function write(p) {
  if (!p.label) return;
  const { x, y, align, above } = wordsPlace(p), rows = p.words.split("\n"), down = p.size * 1.2;
  const top = y - (rows.length - 1) * down * above;
  p.label.setAttribute("x", x);
  p.label.setAttribute("y", top);
  p.label.setAttribute("text-anchor", align);
  if (rows.length === 1) { p.label.textContent = p.words; return; }
  p.label.replaceChildren(...rows.map((row, i) => {
    const span = document.createElementNS("http://www.w3.org/2000/svg", "tspan");
    span.setAttribute("x", x);
    span.setAttribute("y", top + i * down);
    span.textContent = row;
    return span;
  }));
}

function resize(p, side, v) {
  if (p.kind === "line") {
    p.shape.setAttribute(side === "width" ? "x2" : "y2", v);
    const [x, y] = ["x2", "y2"].map((name) => Number(p.shape.getAttribute(name)));
    const way = Math.atan2(y, x) * 180 / Math.PI;
    for (const head of p.heads) { // the class b marks the arrowhead at the beginning
      head.setAttribute("transform", head.matches(".b") ? `rotate(${way + 180})` : `translate(${x} ${y}) rotate(${way})`);
      head.setAttribute("display", Math.hypot(x, y) < 4 ? "none" : "inline");
    }
    return;
  }
  p.shape.setAttribute(side, Math.max(0, v));
  write(p);
}

function turn(p, change) {
  Object.assign(p, change);
  if (p.kind === "circle") {
    const [x, y] = roundAt(p.r, p.at);
    p.shape.setAttribute("cx", x);
    p.shape.setAttribute("cy", y);
  } else p.shape.setAttribute("d", sector(p.r, p.band, p.start, p.stop));
  write(p);
}

// A fading part loses its fill; its outline and its words stay until it is all but gone (seen_at in drawing.py).
function fade(p, v) {
  const whole = ["line", "path"].includes(p.kind), seen = whole ? v : Math.min(1, v / 0.15);
  p.g.setAttribute("opacity", seen);
  if (!whole && p.shape) p.shape.setAttribute("fill-opacity", seen ? v / seen : 1);
  p.g.style.display = v === 0 ? "none" : "";
}

// ---- tooltips: what a part says when it is pointed at, or reached with Tab ----------------------------------------------

function giveTip(g, words) {
  if (!words) { for (const name of ["data-tip", "tabindex", "role", "aria-label"]) g.removeAttribute(name); return; }
  const more = { "data-tip": words, tabindex: 0, role: "img", "data-lm-suppress-shortcuts": "true",
                 "aria-label": [g.querySelector(".l")?.textContent, words].filter(Boolean).join(": ") };
  for (const [name, value] of Object.entries(more)) g.setAttribute(name, value);
}

function tooltips(root) {
  const bubble = el("div", { class: "kit-tip", role: "tooltip", hidden: true });
  const hide = () => { bubble.hidden = true; };
  const show = (event) => {
    const g = event.target.closest("[data-tip]");
    if (!g) return hide();
    bubble.textContent = g.dataset.tip;
    bubble.hidden = false;
    const at = g.getBoundingClientRect(), page = root.getBoundingClientRect();
    bubble.style.left = `${Math.max(0, Math.min(at.left - page.left, page.width - bubble.offsetWidth))}px`;
    bubble.style.top = `${at.bottom - page.top + 6}px`;
  };
  for (const g of root.querySelectorAll("[data-tip]")) giveTip(g, g.dataset.tip);
  for (const name of ["pointerover", "focusin"]) root.addEventListener(name, show);
  for (const name of ["pointerleave", "focusout"]) root.addEventListener(name, hide);
  root.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  root.append(bubble);
}

function stage(scene) {
  const root = el("div", { class: "kit-picture" });
  // Two pictures in one page must not share a pattern: that of a hidden one paints nothing. JupyterLab loads this file
  // anew for every widget, so a counter would begin anew too.
  const own = `hatch-${Math.random().toString(36).slice(2)}`;
  root.innerHTML = scene.svg.replaceAll('id="hatch"', `id="${own}"`).replaceAll("url(#hatch)", `url(#${own})`);
  root.firstChild.style.minWidth = `${scene.least}px`; // below that its words would be smaller than 11 px
  tooltips(root);
  const paint = (name) => name === "none" ? "none" : name === "hatch" ? `url(#${own})` : `var(--kit-${name})`;
  const parts = [...root.querySelectorAll("[data-part]")].map(partOf);
  const apply = {
    x: (p, v) => { p.x = v; p.g.setAttribute("transform", `translate(${v} ${p.y})`); },
    y: (p, v) => { p.y = v; p.g.setAttribute("transform", `translate(${p.x} ${v})`); },
    w: (p, v) => resize(p, "width", v),
    h: (p, v) => resize(p, "height", v),
    o: fade,
    b: (p, v) => p.shape.setAttribute("stroke-width", v),
    z: (p, v) => { p.size = v; p.label?.setAttribute("font-size", v); write(p); },
    u: (p, v) => turn(p, { start: v }),
    v: (p, v) => turn(p, { stop: v }),
    a: (p, v) => turn(p, { at: v }),
    f: (p, v) => { p.shape.setAttribute("fill", paint(v)); p.label?.classList.toggle("o", v === "hatch"); },
    s: (p, v) => { for (const line of [p.shape, ...p.heads]) line.setAttribute(line === p.shape ? "stroke" : "fill", paint(v)); },
    i: (p, v) => p.label?.setAttribute("fill", paint(v)),
    l: (p, v) => { p.words = v; write(p); },
    d: (p, v) => p.shape.setAttribute("stroke-dasharray", v || "none"),
    t: (p, v) => giveTip(p.g, v),
  };
  const tracks = scene.tracks.map(unfold).map(({ part, letter, keys }) => (
    { part: parts[part], set: apply[letter], keys, place: 0, shown: undefined }
  ));
  for (const p of parts) if (p.g.getAttribute("opacity") === "0") p.g.style.display = "none";
  const show = (t) => {
    const jump = still(); // without motion a change is there at once; what lasts the whole run is a playhead
    for (const track of tracks) {
      const { keys } = track;
      while (track.place < keys.length - 1 && keys[track.place + 1][0] <= t) track.place += 1;
      while (track.place > 0 && keys[track.place][0] > t) track.place -= 1;
      const key = keys[track.place], playhead = key[1] > scene.end * 0.99;
      const value = jump && !playhead && t >= key[0] ? key[3] : valueAt(key, t);
      if (value !== track.shown) { track.set(track.part, value); track.shown = value; }
    }
  };
  const captionAt = (t) => { let said = ""; for (const [at, text] of scene.says) if (at <= t + 1e-9) said = text; return said; };
  return { root, show, captionAt };
}
