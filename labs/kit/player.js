// Plays scenes that Python has drawn. The kernel is not asked for anything while time moves: every change of every
// part is in the scene's tracks, and this file only looks up and applies.
// With an explorer it also shows controls, faults and monitors, and asks the kernel for a new run when they change.

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

// ---- controls, faults, monitors ------------------------------------------------------------------------------------------

function controlRow(control, value, change) {
  const id = `kit-${Math.random().toString(36).slice(2)}`;
  const label = el("label", { for: id }, control.label);
  if (control.kind === "choice") {
    const select = el("select", { id, onchange: () => change(control.options[select.selectedIndex][0]) },
      ...control.options.map(([v, text]) => el("option", { value: String(v) }, text)));
    const set = (v) => { select.selectedIndex = control.options.findIndex(([o]) => o === v); };
    set(value);
    return { row: el("div", { class: "kit-control" }, label, select), set };
  }
  if (control.kind === "toggle") {
    const box = el("input", { id, type: "checkbox", onchange: () => change(box.checked) });
    const set = (v) => { box.checked = v; };
    set(value);
    return { row: el("div", { class: "kit-control" }, label, box), set };
  }
  const out = el("output", { for: id });
  const tell = (v) => { out.textContent = `${v}${control.unit ? ` ${control.unit}` : ""}`; };
  const slider = el("input", {
    id, type: "range", min: control.min, max: control.max, step: control.step,
    oninput: () => { tell(Number(slider.value)); change(Number(slider.value)); },
  });
  const set = (v) => { slider.value = v; tell(v); };
  set(value);
  return { row: el("div", { class: "kit-control" }, label, slider, out), set };
}

function monitorTable(sides, monitors) {
  const mark = { true: "✓ ", false: "✗ ", null: "" };
  const head = sides.length > 1 ? [el("tr", {}, el("th"), ...sides.map((s) => el("th", { scope: "col" }, s)))] : [];
  return el("table", { class: "kit-monitors" }, ...head, ...monitors.map(([label, ...cells]) => el("tr", {},
    el("th", { scope: "row" }, label),
    ...cells.map(([text, ok]) => el("td", { class: ok === null ? "" : ok ? "kit-good" : "kit-bad" }, mark[ok] + text)))));
}

// ---- the widget ----------------------------------------------------------------------------------------------------------

function render({ model, el: host }) {
  let data, stages = [], time = 0, playing = false, speed = 1, frame = 0, before = 0;
  const panel = JSON.parse(model.get("panel"));

  const pictures = el("div", {
    class: "kit-stage", tabindex: "0", role: "group",
    "aria-label": "Animation. Space plays and pauses, arrow keys step, Home and End go to the ends.",
  });
  const button = (text, name, act) => el("button", { type: "button", title: name, "aria-label": name, onclick: act }, text);
  const playButton = button("▶ Play", "Play", () => toggle());
  const slider = el("input", {
    type: "range", class: "kit-scrub", min: 0, step: "any", "aria-label": "Moment of the run",
    oninput: () => { pause(); go(Number(slider.value)); },
  });
  const clock = el("span", { class: "kit-clock" });
  const speeds = el("select", { "aria-label": "Speed", onchange: () => { speed = Number(speeds.value); } },
    ...[0.25, 0.5, 1, 2, 4].map((v) => el("option", { value: v, selected: v === 1 }, `${v}×`)));
  const bar = el("div", { class: "kit-bar", role: "toolbar", "aria-label": "Player" },
    button("|◀", "To the start", () => { pause(); go(0); }), button("◀ Step", "Step back", () => step(-1)),
    playButton, button("Step ▶", "Step forward", () => step(1)), slider, clock, speeds);
  const error = el("p", { class: "kit-error", role: "alert" });
  const controls = el("div", { class: "kit-controls" });
  const faults = el("div", { class: "kit-faults" });
  const monitors = el("div");
  const lines = el("ol");
  const transcript = el("details", { class: "kit-transcript" }, el("summary", {}, "Transcript: all that happens, to read"), lines);
  const lock = el("p", { class: "kit-lock" });
  const body = el("div", { class: "kit-body" }, controls, pictures, bar, faults, error, monitors, transcript);
  const root = el("div", { class: "kit" }, lock, body);
  host.append(root);

  // -- time
  const unit = () => data.scenes[0].unit;
  const seconds = (t) => unit() === "s" ? `${t.toFixed(1)} s` : `${unit()} ${Number(t.toFixed(1))}`;
  const go = (t) => {
    time = Math.min(Math.max(t, 0), data.end);
    for (const s of stages) {
      s.show(time);
      const said = s.captionAt(time);
      if (s.caption.textContent !== said) s.caption.textContent = said;
    }
    slider.value = time;
    clock.textContent = `${seconds(time)} of ${unit() === "s" ? seconds(data.end) : data.end}`;
    slider.setAttribute("aria-valuetext", seconds(time));
    root.dataset.time = time.toFixed(3);
  };
  const moments = () => [...new Set([0, ...data.scenes.flatMap((s) => s.says.map(([, , rest]) => rest)), data.end])].sort((a, b) => a - b);
  const next = (way) => {
    const all = moments();
    return way > 0 ? all.find((t) => t > time + 1e-6) ?? data.end : all.reverse().find((t) => t < time - 1e-6) ?? 0;
  };
  const step = (way) => { pause(); go(next(way)); };
  const pause = () => { playing = false; cancelAnimationFrame(frame); showPlaying(); };
  const showPlaying = () => {
    playButton.textContent = playing ? "⏸ Pause" : "▶ Play";
    playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
    playButton.title = playing ? "Pause" : "Play";
    for (const s of stages) s.caption.setAttribute("aria-live", playing ? "off" : "polite");
  };
  const tick = (now) => {
    if (!playing) return;
    if (!root.isConnected) return pause();
    if (still()) { // whoever asked for less motion gets the moments one by one
      if (now - before >= 1800 / speed) { before = now; go(next(1)); }
    } else {
      go(time + ((now - before) / 1000) * data.pace * speed);
      before = now;
    }
    if (time >= data.end) return pause();
    frame = requestAnimationFrame(tick);
  };
  const toggle = () => {
    if (playing) return pause();
    if (time >= data.end) go(0);
    playing = true;
    before = performance.now();
    showPlaying();
    frame = requestAnimationFrame(tick);
  };
  pictures.addEventListener("keydown", (event) => {
    const act = { " ": toggle, ArrowRight: () => step(1), ArrowLeft: () => step(-1),
                  Home: () => { pause(); go(0); }, End: () => { pause(); go(data.end); } }[event.key];
    if (act) { event.preventDefault(); event.stopPropagation(); act(); }
  });

  // -- asking the kernel for another run: one question at a time, always the newest
  const me = Math.random().toString(36).slice(2); // the same widget may be shown twice
  let asked = 0, waiting = false, wish = null, patience = 0;
  const ask = (change) => {
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
  let rows = [];
  const receive = () => {
    data = JSON.parse(model.get("data")); // where a wish was refused this is the last good run, and the reason
    if (data.number === `${me}-${asked}`) waiting = false;
    clearTimeout(patience);
    error.textContent = data.error ?? "";
    stages = data.scenes.map((scene) => {
      const s = stage(scene);
      s.caption = el("p", { class: "kit-caption" });
      s.title = scene.title;
      return s;
    });
    pictures.replaceChildren(...stages.map((s) => el("figure", {}, el("figcaption", {}, s.title), s.root, s.caption)));
    slider.max = data.end;
    monitors.replaceChildren(data.monitors.length ? monitorTable(data.sides, data.monitors) : "");
    if (transcript.open) fillTranscript();
    showPlaying();
    go(time);
    rows.forEach(([name, row]) => row.set((wish?.settings ?? data.settings)[name]));
    showFaults();
    root.dataset.runs = String(Number(root.dataset.runs ?? 0) + 1);
    if (wish && !waiting) ask({});
  };
  const fillTranscript = () => {
    const all = data.scenes.flatMap((s, i) => s.says.map(([t, text, rest]) => [t, data.sides[i], text, rest]));
    all.sort((a, b) => a[0] - b[0]);
    lines.replaceChildren(...all.map(([t, side, text, rest]) => el("li", {},
      button(seconds(t), `Go to ${seconds(t)}`, () => { pause(); go(rest); }), ` ${data.sides.length > 1 ? `${side}: ` : ""}${text}`)));
  };
  transcript.addEventListener("toggle", () => transcript.open && fillTranscript());

  const showControls = () => {
    rows = panel.controls.map((control) => [control.name,
      controlRow(control, data.settings[control.name], (v) => ask({ settings: { ...data.settings, [control.name]: v } }))]);
    controls.replaceChildren(...rows.map(([, row]) => row.row));
  };
  let whom = "";
  const showFaults = () => {
    if (!data.strikes.length) return;
    const aim = whom || (data.faults.at(-1)?.who ?? ""); // who was struck last is likely to be meant again
    const target = el("select", { "aria-label": "Who is struck", onchange: () => { whom = target.value; } },
      ...data.targets.map((name) => el("option", { value: name, selected: name === aim }, name)));
    const focused = faults.contains(document.activeElement) ? document.activeElement.textContent : null;
    faults.replaceChildren(
      el("span", {}, "At this moment: "), ...(data.targets.length ? [target] : []),
      ...data.strikes.map((s) => button(s.label, `${s.label} at the moment shown`, () => {
        pause();
        ask({ faults: [...data.faults, { t: Number(time.toFixed(2)), kind: s.kind, who: s.who ?? target.value }] });
      })),
      ...data.faults.map((f, i) => button(`${f.kind} ${f.who} at ${seconds(f.t)} ✕`, `Take back: ${f.kind} ${f.who} at ${seconds(f.t)}`,
        () => ask({ faults: data.faults.filter((_, j) => j !== i) }))),
    );
    const buttons = [...faults.querySelectorAll("button")];
    if (focused) (buttons.find((b) => b.textContent === focused) ?? buttons[0]).focus();
  };
  const showLock = () => {
    const locked = model.get("locked");
    lock.textContent = locked ? "Locked: record your prediction in the cell above, and this run opens." : "";
    lock.hidden = !locked;
    body.hidden = locked;
    if (locked) pause();
  };

  data = JSON.parse(model.get("data"));
  showControls();
  receive();
  showLock();
  model.on("change:data", receive);
  model.on("change:locked", showLock);
  return () => { playing = false; model.off("change:data", receive); model.off("change:locked", showLock); };
}

export default { render };
