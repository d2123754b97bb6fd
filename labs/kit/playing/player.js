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

// ---- the widget ----------------------------------------------------------------------------------------------------------

function render({ model, el: host }) {
  let data = JSON.parse(model.get("data")), sides = [];
  const { controls } = JSON.parse(model.get("panel"));

  // -- what there is to see
  const moment = (t) => momentOf(t, data.scenes[0]);
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
    picture, moment, clock: (t) => clockOf(t, data.scenes[0]), story: () => data.story, end: () => data.end,
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
    undo: (fault) => { // of two that are alike, one
      const place = data.faults.findIndex((other) => JSON.stringify(other) === JSON.stringify(fault));
      ask({ faults: data.faults.filter((_, i) => i !== place) });
    },
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

export default { initialize, render };
