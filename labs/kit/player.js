// Plays scenes that Python has drawn. The kernel is not asked for anything while time moves: every change of every
// part is in the scene's tracks, and this file only looks up and applies.
// With an explorer there is a panel beside the pictures (panel.js); when it changes, the kernel is asked for a new run.

const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  // The notebook's one-letter shortcuts must not fire while one of our controls has the focus.
  if (["button", "input", "select", "summary"].includes(tag) || "tabindex" in attributes) {
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  return node;
};
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// ---- one scene: an SVG whose named parts follow their tracks --------------------------------------------------------

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

// ---- the widget ----------------------------------------------------------------------------------------------------------

function render({ model, el: host }) {
  let data = JSON.parse(model.get("data")), sides = [];
  const { controls } = JSON.parse(model.get("panel"));

  // -- what there is to see
  const moment = (t, whole = false) => {
    const { unit } = data.scenes[0];
    if (unit === "s") return `${t.toFixed(1)} s`;
    return whole ? `${t}` : `${unit} ${Number(t.toFixed(1))}`;
  };
  const stages = el("div", {
    class: "kit-stage", tabindex: "0", role: "group",
    "aria-label": "Animation. Space plays and pauses, arrow keys step, Home and End go to the ends.",
  });
  const picture = {
    show: (t) => { root.dataset.time = t.toFixed(3); return sides.map((side) => side.show(t)).filter((said) => said); },
    said: () => sides.map((side) => side.said()),
    live: (how) => sides.forEach((side) => side.live(how)),
  };
  const bar = playBar({
    picture, moment, story: () => data.story, end: () => data.end,
    moments: () => [...new Set([0, ...data.scenes.flatMap((s) => s.says.map(([, , rest]) => rest)), data.end])].sort((a, b) => a - b),
    reading: (texts) => [...new Set(texts)].reduce((sum, text) => sum + Math.max(data.reading[1], text.length / data.reading[0]), 0),
  });
  stages.addEventListener("keydown", bar.keys);
  const news = el("p", { class: "kit-unseen", role: "status" }); // one, and it lasts: what is put in is read aloud
  const error = el("p", { class: "kit-error", role: "alert" });
  const settings = controlPanel(controls, (name, v) => ask({ settings: { ...data.settings, [name]: v } }));
  const faults = faultPanel({
    moment,
    strike: (kind, who) => { bar.pause(); ask({ faults: [...data.faults, { t: Number(bar.time().toFixed(2)), kind, who }] }); },
    undo: (fault) => ask({ faults: data.faults.filter((other) => JSON.stringify(other) !== JSON.stringify(fault)) }),
  });
  const monitors = monitorPanel();
  const lines = el("ol");
  const transcript = el("details", { class: "kit-transcript" }, el("summary", {}, "Transcript: everything that happens, to read"), lines);
  const lock = el("p", { class: "kit-lock" });
  const body = el("div", { class: "kit-body" },
    el("div", { class: "kit-theatre" }, stages, bar.root),
    el("div", { class: "kit-panel" }, settings.root, faults.root, error, monitors.root), transcript);
  const root = el("div", { class: "kit" }, news, lock, body);
  keepKeys(root);
  host.append(root);

  // -- asking the kernel for another run: one question at a time, always the newest
  const me = Math.random().toString(36).slice(2); // the same widget may be shown twice
  let asked = 0, waiting = false, wish = null, patience = 0, before = null;
  const ask = (change) => {
    before ??= { settings: data.settings, faults: data.faults, monitors: data.monitors, scenes: data.scenes };
    wish = { ...(wish ?? { settings: data.settings, faults: data.faults }), ...change };
    data.settings = wish.settings;
    data.faults = wish.faults;
    if (waiting) return;
    waiting = true;
    asked += 1;
    model.set("ask", JSON.stringify({ number: `${me}-${asked}`, ...wish }));
    wish = null;
    model.save_changes();
    patience = setTimeout(() => {
      waiting = false;
      error.textContent = "No answer yet: the kernel is busy with another cell, or was restarted (then run this cell again).";
    }, 4000);
  };

  // -- what the kernel answered
  const receive = () => {
    data = JSON.parse(model.get("data")); // where a wish was refused this is the last good run, and the reason
    if (data.number === `${me}-${asked}`) waiting = false;
    clearTimeout(patience);
    if (error.textContent !== (data.error ?? "")) error.textContent = data.error ?? "";
    if (sides.length !== data.scenes.length) {
      sides = data.scenes.map((_, i) => sideOf(data.sides[i]));
      stages.replaceChildren(...sides.map((side) => side.figure));
    }
    data.scenes.forEach((scene, i) => sides[i].set(scene));
    fit();
    monitors.set(data);
    if (transcript.open) fillTranscript();
    bar.renew();
    settings.set(wish?.settings ?? data.settings);
    faults.set(data);
    root.dataset.runs = String(Number(root.dataset.runs ?? 0) + 1);
    if (wish && !waiting) ask({});
    else if (before && !waiting) {
      if (!data.error) news.textContent = whatIsNew(before, data, controls, moment);
      before = null;
    }
  };
  const fit = () => {
    const longest = Math.max(...data.scenes.flatMap((scene) => scene.says.map(([, text]) => text.length)));
    if (stages.clientWidth) sides.forEach((side) => side.fit(longest));
  };
  const fillTranscript = () => {
    const all = data.scenes.flatMap((s, i) => s.says.map(([t, text, rest]) => [t, data.sides[i], text, rest]));
    all.sort((a, b) => a[0] - b[0]);
    lines.replaceChildren(...all.map(([t, side, text, rest]) => el("li", {},
      button(`Go to ${moment(t)}`, () => { bar.pause(); bar.go(rest); }, moment(t)), ` ${data.sides.length > 1 ? `${side}: ` : ""}${text}`)));
  };
  transcript.addEventListener("toggle", () => transcript.open && fillTranscript());
  const showLock = () => {
    const locked = model.get("locked");
    lock.textContent = locked ? "Locked: record your prediction in the cell above, and this run opens." : "";
    lock.hidden = !locked;
    body.hidden = locked;
    if (locked) bar.pause();
  };

  receive();
  showLock();
  const wide = new ResizeObserver(fit);
  wide.observe(stages);
  model.on("change:data", receive);
  model.on("change:locked", showLock);
  return () => { bar.pause(); wide.disconnect(); model.off("change:data", receive); model.off("change:locked", showLock); };
}

export default { render };
