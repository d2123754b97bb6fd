// The panel beside a picture: controls, fault buttons, monitors, and the words in which a new run is announced.
// Each part is built once and then `set`: what has not changed is not written again, so that neither the focus nor a
// screen reader is disturbed. (`el` comes from player.js: both are one module in the browser.)

// ---- signs, drawn: a font may lack them -----------------------------------------------------------------------------------

const SIGNS = {
  play: "M4 2.5v11l9.5-5.5z",
  pause: "M4 2.5h3v11h-3zM9 2.5h3v11h-3z",
  start: "M2.5 2.5h2v11h-2zM13.5 2.5v11l-8-5.5z",
  back: "M11.5 3v10l-8-5z",
  on: "M4.5 3v10l8-5z",
  undo: "M4.1 2.7 8 6.6l3.9-3.9 1.4 1.4L9.4 8l3.9 3.9-1.4 1.4L8 9.4l-3.9 3.9-1.4-1.4L6.6 8 2.7 4.1z",
};

function sign(name) {
  const box = el("span", { class: "kit-sign", "aria-hidden": "true" });
  box.innerHTML = `<svg viewBox="0 0 16 16" width="14" height="14"><path d="${SIGNS[name]}" fill="currentColor"/></svg>`;
  return box;
}

const button = (name, act, ...inside) => el("button", { type: "button", title: name, "aria-label": name, onclick: act }, ...inside);

// ---- controls ------------------------------------------------------------------------------------------------------------

const AT_FIRST = 3; // so many controls are shown at first; the others are folded away

function controlPanel(controls, change) {
  const rows = controls.map((control) => [control.name, controlRow(control, (v) => change(control.name, v))]);
  const all = rows.map(([, row]) => row.root);
  const rest = all.slice(AT_FIRST);
  const more = el("details", { class: "kit-more" }, el("summary", {}, `More settings (${rest.length})`),
    el("div", { class: "kit-controls" }, ...rest));
  const root = el("div", { class: "kit-controls" }, ...all.slice(0, AT_FIRST), ...(rest.length ? [more] : []));
  root.hidden = !controls.length;
  return { root, set: (settings) => rows.forEach(([name, row]) => row.set(settings[name])) };
}

function controlRow(control, change) {
  const id = `kit-${Math.random().toString(36).slice(2)}`;
  const label = el("label", { for: id }, control.label);
  if (control.kind === "choice") {
    const select = el("select", { id, onchange: () => change(control.options[select.selectedIndex][0]) },
      ...control.options.map(([v, text]) => el("option", { value: String(v) }, text)));
    return {
      root: el("div", { class: "kit-control" }, label, select),
      set: (v) => { select.selectedIndex = control.options.findIndex(([o]) => o === v); },
    };
  }
  if (control.kind === "toggle") {
    const box = el("input", { id, type: "checkbox", onchange: () => change(box.checked) });
    return { root: el("div", { class: "kit-control kit-toggle" }, box, label), set: (v) => { box.checked = v; } };
  }
  const out = el("output", { for: id, "aria-live": "off" }); // the slider says its value itself
  const tell = (v) => {
    const text = `${v}${control.unit ? ` ${control.unit}` : ""}`;
    if (out.textContent !== text) out.textContent = text;
    slider.setAttribute("aria-valuetext", text);
  };
  const slider = el("input", {
    id, type: "range", min: control.min, max: control.max, step: control.step,
    oninput: () => { tell(Number(slider.value)); change(Number(slider.value)); },
  });
  return { root: el("div", { class: "kit-control" }, label, out, slider), set: (v) => { slider.value = v; tell(v); } };
}

// ---- faults --------------------------------------------------------------------------------------------------------------

// A fault is called what its button is called, and whom it has struck where the button leaves that open.
function faultName(fault, strikes, moment) {
  const able = strikes.filter((s) => s.kind === fault.kind);
  const by = able.find((s) => s.who === fault.who) ?? able.find((s) => s.who === null) ?? able[0];
  const words = !by ? `${fault.kind} ${fault.who}` : by.who === fault.who ? by.label : `${by.label} (${fault.who})`;
  return `${words} at ${moment(fault.t)}`;
}

function faultPanel({ strike, undo, moment }) {
  let shown = "", whom = "";
  const root = el("div", { class: "kit-faults", role: "group", "aria-label": "Faults" });
  const set = ({ strikes, targets, faults }) => {
    root.hidden = !strikes.length;
    if (root.hidden || shown === (shown = JSON.stringify([strikes, targets, faults]))) return;
    const aim = whom || (faults.at(-1)?.who ?? ""); // who was struck last is likely to be meant again
    const target = el("select", { "aria-label": "Who is struck", onchange: () => { whom = target.value; } },
      ...targets.map((name) => el("option", { value: name, selected: name === aim }, name)));
    const focused = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const called = (f) => faultName(f, strikes, moment);
    root.replaceChildren(
      el("span", { class: "kit-faults-at" }, "At this moment:"), ...(targets.length ? [target] : []),
      ...strikes.map((s) => button(`${s.label} at the moment shown`, () => strike(s.kind, s.who ?? target.value), s.label)),
      ...faults.map((f) => button(`Undo: ${called(f)}`, () => undo(f), sign("undo"), called(f).replace(/ (?=\S+$)/, "\u00a0"))),
    );
    const buttons = [...root.querySelectorAll("button, select")];
    if (focused !== null) (buttons.find((b) => b.getAttribute("aria-label") === focused) ?? buttons[0]).focus();
  };
  return { root, set };
}

// ---- monitors ------------------------------------------------------------------------------------------------------------

const MARK = { true: "✓\u00a0", false: "✗\u00a0", null: "" };

function monitorPanel() {
  let shown = "";
  const root = el("div", { class: "kit-monitors" });
  const set = ({ sides, monitors }) => {
    root.hidden = !monitors.length;
    if (shown === (shown = JSON.stringify([sides, monitors]))) return;
    const head = sides.length > 1 ? [el("tr", {}, el("td"), ...sides.map((s) => el("th", { scope: "col" }, s)))] : [];
    root.replaceChildren(el("table", { "aria-label": "What came of it" }, ...head, ...monitors.map(([label, ...cells]) => el("tr", {},
      el("th", { scope: "row" }, label),
      ...cells.map(([text, ok]) => el("td", { class: ok === null ? "" : ok ? "kit-good" : "kit-bad" }, MARK[ok] + text))))));
  };
  return { root, set };
}

// ---- what is new, in a sentence ------------------------------------------------------------------------------------------

function whatIsNew(before, now, controls, moment) {
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const without = (all, some) => all.filter((f) => !some.some((g) => same(f, g)));
  const causes = [
    ...controls.filter((c) => !same(before.settings[c.name], now.settings[c.name]))
      .map((c) => `${c.label} ${told(c, now.settings[c.name])}`),
    ...without(now.faults, before.faults).map((f) => faultName(f, now.strikes, moment)),
    ...without(before.faults, now.faults).map((f) => `${faultName(f, now.strikes, moment)} undone`),
  ];
  const effects = now.monitors.filter((row) => !before.monitors.some((old) => same(old, row))).map(([label, ...cells]) => {
    const values = cells.map(([text, ok], i) => (now.sides.length > 1 ? `${now.sides[i]} ` : "") + text + (ok === false ? " (not good)" : ""));
    return `${label} ${values.join(", ")}`;
  });
  const pictures = before.scenes.some((scene, i) => !same(scene, now.scenes[i]));
  const effect = effects.join("; ") || (now.monitors.length ? "the figures are as before" : pictures ? "a new run" : "nothing changes");
  return causes.length ? `${causes.join(", ")}: ${effect}.` : "";
}

function told(control, value) {
  if (control.kind === "choice") return control.options.find(([v]) => v === value)?.[1] ?? value;
  return control.kind === "toggle" ? (value ? "on" : "off") : `${value}${control.unit ? ` ${control.unit}` : ""}`;
}
