// Plays scenes that Python has drawn. The kernel is not asked for anything while time moves: every change of every
// part is in the tracks [part, attribute, [[t, over, from, to], …]], and this file only looks up and applies.
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

function stage(scene) {
  const root = el("div", { class: "kit-picture" });
  // Two pictures in one page must not share a pattern: that of a hidden one paints nothing. JupyterLab loads this file
  // anew for every widget, so a counter would begin anew too.
  const own = `hatch-${Math.random().toString(36).slice(2)}`;
  const mine = (paint) => paint.replaceAll("url(#hatch)", `url(#${own})`);
  root.innerHTML = mine(scene.svg.replaceAll('id="hatch"', `id="${own}"`));
  const parts = new Map();
  for (const g of root.querySelectorAll("[data-part]")) {
    const shape = g.querySelector(".s"), label = g.querySelector(".l");
    const [x, y] = g.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    parts.set(g.dataset.part, { g, shape, label, x, y });
  }
  const apply = {
    x: (p, v) => { p.x = v; p.g.setAttribute("transform", `translate(${v} ${p.y})`); },
    y: (p, v) => { p.y = v; p.g.setAttribute("transform", `translate(${p.x} ${v})`); },
    w: (p, v) => {
      p.shape.setAttribute("width", Math.max(0, v));
      if (p.label?.getAttribute("text-anchor") === "middle") p.label.setAttribute("x", v / 2);
    },
    h: (p, v) => {
      p.shape.setAttribute("height", Math.max(0, v));
      p.label?.setAttribute("y", v / 2 + Number(p.label.getAttribute("font-size")) * 0.35);
    },
    opacity: (p, v) => { p.g.setAttribute("opacity", v); p.g.style.display = v === 0 ? "none" : ""; },
    fill: (p, v) => p.shape.setAttribute("fill", mine(v)),
    stroke: (p, v) => p.shape.setAttribute("stroke", mine(v)),
    width: (p, v) => p.shape.setAttribute("stroke-width", v),
    dash: (p, v) => p.shape.setAttribute("stroke-dasharray", v || "none"),
    ink: (p, v) => p.label.setAttribute("fill", mine(v)),
    label: (p, v) => { p.label.textContent = v; },
  };
  const tracks = scene.tracks.map(([name, attribute, keys]) => (
    { part: parts.get(name), set: apply[attribute], keys, place: 0, shown: undefined }
  ));
  for (const p of parts.values()) if (p.g.getAttribute("opacity") === "0") p.g.style.display = "none";
  const show = (t) => {
    const jump = still(); // without motion a change is there at once; what lasts the whole run is a playhead
    for (const track of tracks) {
      const { keys } = track;
      while (track.place < keys.length - 1 && keys[track.place + 1][0] <= t) track.place += 1;
      while (track.place > 0 && keys[track.place][0] > t) track.place -= 1;
      const [start, over, from, to] = keys[track.place];
      let value = to;
      if (t < start) value = from;
      else if (t < start + over && !(jump && over < scene.end)) value = from + (to - from) * ((t - start) / over);
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
