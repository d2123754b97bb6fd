// A run as a story: its sides with their captions, and Play, Step and the slider that move through its time.
// (`el`, `still` and `stage` come from player.js, `sign` and `button` from panel.js: all are one module in the browser.)

// ---- the story: from the run's own time to the time that it takes to play, and back ---------------------------------------

const RUN = 0, PLAY = 1; // what stands first and second in each corner of the line

function along(story, given, wanted, value) {
  let i = 1;
  while (i < story.length - 1 && story[i][given] < value) i += 1;
  const [p, q] = [story[i - 1], story[i]];
  const share = Math.min(Math.max((value - p[given]) / (q[given] - p[given]), 0), 1);
  return p[wanted] + share * (q[wanted] - p[wanted]);
}

// ---- how a moment is told, as in scene.py: 4.3 s, step 4; on the clock 4.3 of 20 s, step 4 of 9 ----------------------------

const momentOf = (t, { unit, decimals, timed }) => timed ? `${t.toFixed(decimals)} ${unit}` : `${unit} ${Number(t.toFixed(decimals))}`;
const clockOf = (t, { unit, decimals, timed, end }) => {
  const all = Number(end.toFixed(decimals));
  return timed ? `${t.toFixed(decimals)} of ${all} ${unit}` : `${unit} ${Number(t.toFixed(decimals))} of ${all}`;
};

// ---- one side: its title, its picture, its caption ------------------------------------------------------------------------

function sideOf(name) {
  const title = el("figcaption");
  const words = el("span");
  const caption = el("p", { class: "kit-caption", "aria-live": "polite", "aria-atomic": "true" },
    ...(name ? [el("span", { class: "kit-unseen" }, `${name}: `)] : []), words);
  const figure = el("figure", {}, title, caption);
  let shown = "", now;
  const set = (scene) => {
    const text = JSON.stringify(scene);
    if (text === shown) return;
    shown = text;
    const last = now?.root;
    now = stage(scene);
    title.textContent = scene.title;
    // It fits on the screen with all that belongs to it, but never becomes so small that its words cannot be read.
    const svg = now.root.querySelector("svg"), { width, height } = svg.viewBox.baseVal;
    svg.style.maxHeight = `max(${(height * scene.least) / width}px, 100vh - var(--kit-around))`;
    last ? last.replaceWith(now.root) : caption.before(now.root);
  };
  const show = (t) => { // returns the caption if it has just changed, else nothing
    now.show(t);
    const said = now.captionAt(t);
    if (words.textContent === said) return "";
    words.textContent = said;
    return said;
  };
  const live = (how) => { if (caption.getAttribute("aria-live") !== how) caption.setAttribute("aria-live", how); };
  const fit = (longest) => { // after a change of width
    caption.style.minHeight = `${1.45 * Math.ceil((longest * 7) / caption.clientWidth)}em`; // or what is below would jump
    const wide = now.root.querySelector("svg").clientWidth > now.root.clientWidth + 1;
    now.root.classList.toggle("kit-wide", wide); // what can be moved must be reached by keys
    wide ? now.root.setAttribute("tabindex", "0") : now.root.removeAttribute("tabindex");
  };
  return { figure, set, show, said: () => words.textContent, live, fit };
}

// ---- Play, Step, the slider of time ---------------------------------------------------------------------------------------

function playBar({ picture, moments, story, end, reading, moment, clock }) {
  let time = 0, played = 0, speed = 1, playing = false, frame = 0, before = 0, rest = 0;
  const playSign = el("span"), playWord = el("span");
  const playButton = button("Play", () => toggle(), playSign, playWord);
  const slider = el("input", {
    type: "range", class: "kit-scrub", min: 0, step: "any", "aria-label": "Moment of the run",
    oninput: () => { pause(); go(Number(slider.value)); },
  });
  const clockFace = el("span", { class: "kit-clock" });
  const speeds = el("select", { "aria-label": "Speed", onchange: () => { speed = Number(speeds.value); } },
    ...[0.25, 0.5, 1, 2, 4, 8].map((v) => el("option", { value: v, selected: v === 1 }, `${v}×`)));
  const root = el("div", { class: "kit-bar", role: "toolbar", "aria-label": "Player" },
    button("To the start", () => { pause(); go(0); }, sign("start")), button("Step back", () => step(-1), sign("back"), "Step"),
    playButton, button("Step forward", () => step(1), "Step", sign("on")), slider, clockFace, speeds);

  const go = (t) => {
    time = Math.min(Math.max(t, 0), end());
    const fresh = picture.show(time);
    slider.max = end();
    slider.value = time;
    clockFace.textContent = clock(time);
    slider.setAttribute("aria-valuetext", moment(time));
    return fresh;
  };
  const next = (way) => {
    const all = moments();
    return way > 0 ? all.find((t) => t > time + 1e-6) ?? end() : all.reverse().find((t) => t < time - 1e-6) ?? 0;
  };
  const step = (way) => { pause(); go(next(way)); };
  const tick = (now) => {
    if (!playing) return;
    if (!root.isConnected) return pause();
    const passed = (Math.min(now - before, 250) / 1000) * speed; // a page that was out of sight goes on where it was
    before = now;
    if (still()) { // whoever asked for less motion gets the moments one by one
      rest -= passed;
      if (rest <= 0) rest = reading(go(next(1)));
    } else {
      played += passed;
      go(along(story(), PLAY, RUN, played));
    }
    if (time >= end()) return pause();
    frame = requestAnimationFrame(tick);
  };
  const sayWhat = () => {
    const word = playing ? "Pause" : "Play";
    playSign.replaceChildren(sign(word.toLowerCase()));
    playWord.textContent = word;
    playButton.setAttribute("aria-label", word);
    playButton.title = playing ? word : `Play: some ${Math.round(story().at(-1)[PLAY])} s to read along`;
  };
  const turn = (on) => { playing = on; cancelAnimationFrame(frame); sayWhat(); picture.live(on ? "off" : "polite"); };
  const pause = () => playing && turn(false);
  const toggle = () => {
    if (playing) return pause();
    if (time >= end()) go(0);
    played = along(story(), RUN, PLAY, time);
    rest = reading(picture.said());
    before = performance.now();
    turn(true);
    frame = requestAnimationFrame(tick);
  };
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const act = { " ": toggle, ArrowRight: () => step(1), ArrowLeft: () => step(-1),
                  Home: () => { pause(); go(0); }, End: () => { pause(); go(end()); } }[event.key];
    if (act) { event.preventDefault(); event.stopPropagation(); act(); }
  };
  const renew = () => { played = along(story(), RUN, PLAY, Math.min(time, end())); sayWhat(); go(time); };
  return { root, go, pause, keys, renew, time: () => time };
}
