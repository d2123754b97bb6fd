// What the browser tests do with a picture, done in the page: a question across to the browser costs more than the answer.
window.kits = (() => {
  const hash = (text) => { let h = 0; for (let i = 0; i < text.length; i += 1) h = (Math.imul(31, h) + text.charCodeAt(i)) | 0; return h; };
  const say = (field, kind) => field.dispatchEvent(new Event(kind));
  const kits = {
    all: () => [...document.querySelectorAll(".kit")],

    // All that a kit shows: pictures, captions, monitors; without a pattern's id, which is another in each view.
    look: (kit) => hash((kit.querySelector(".kit-stage").innerHTML + (kit.querySelector("table")?.innerText ?? "")).replace(/hatch-\w+/g, "hatch")),
    go: (kit, share) => { const s = kit.querySelector(".kit-scrub"); s.value = share * s.max; say(s, "input"); },
    seen: (kit, shares = [0, 0.4, 0.9]) => shares.map((share) => { kits.go(kit, share); return kits.look(kit); }),

    // Do something that makes a new run, and wait until it is there.
    answered: (kit, act) => new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error("no answer within 60 s")), 60000);
      const watch = new MutationObserver(() => { watch.disconnect(); clearTimeout(late); done(kit.querySelector(".kit-error").textContent); });
      watch.observe(kit, { attributes: true, attributeFilter: ["data-runs"] });
      act();
    }),

    fields: (kit) => [...kit.querySelectorAll(".kit-control")].map((c) => c.querySelector("input, select")),
    nameOf: (field) => field.closest(".kit-control").querySelector("label").innerText,
    valueOf: (field) => field.tagName === "SELECT" ? field.selectedIndex : field.type === "checkbox" ? field.checked : field.value,
    // Some other values of a control: both ends of a slider, all options, the other state.
    valuesOf: (field) => field.tagName === "SELECT" ? [...field.options].map((_, i) => i)
      : field.type === "checkbox" ? [!field.checked, field.checked] : [field.max, field.min],
    move: (field, value) => {
      if (field.tagName === "SELECT") { field.selectedIndex = value; say(field, "change"); }
      else if (field.type === "checkbox") { field.checked = value; say(field, "change"); }
      else { field.value = value; say(field, "input"); }
    },

    strikes: (kit) => [...kit.querySelectorAll(".kit-faults button[aria-label$='at the moment shown']")],
    undos: (kit) => [...kit.querySelectorAll(".kit-faults button[aria-label^='Undo']")],

    // Press a fault button: the sentence if it was refused, and the button that takes the new fault back.
    strike: async (kit, i) => {
      const had = kits.undos(kit).map((b) => b.textContent);
      const refused = await kits.answered(kit, () => kits.strikes(kit)[i].click());
      const known = (b) => had.includes(b.textContent) && had.splice(had.indexOf(b.textContent), 1);
      return [refused, kits.undos(kit).find((b) => !known(b))];
    },
    // Press every fault button, each on the run as it was: [name, sentence if it was refused, whether it changed anything,
    // what the fault is called then].
    strikeAll: async (kit) => {
      const told = [];
      for (let i = 0; i < kits.strikes(kit).length; i += 1) {
        kits.go(kit, 0.6);
        const name = kits.strikes(kit)[i].getAttribute("aria-label"), before = kits.look(kit);
        const [refused, undo] = await kits.strike(kit, i);
        told.push([name, refused, Boolean(refused) || (kits.look(kit) !== before && Boolean(undo)), undo?.textContent ?? ""]);
        if (!refused) await kits.answered(kit, () => undo.click());
      }
      return told;
    },

    // Does moving this control change the picture? It is put back afterwards.
    changes: async (kit, field) => {
      const seen = new Set(kits.seen(kit)), unmoved = seen.size, back = kits.valueOf(field);
      for (const value of kits.valuesOf(field)) {
        if (String(value) === String(kits.valueOf(field))) continue;
        await kits.answered(kit, () => kits.move(field, value));
        for (const look of kits.seen(kit)) seen.add(look);
        if (seen.size > unmoved) break;
      }
      if (String(kits.valueOf(field)) !== String(back)) await kits.answered(kit, () => kits.move(field, back));
      return seen.size > unmoved;
    },
    // Some settings matter only after a certain fault, or beside a certain value of another control.
    changesInAnotherRun: async (kit, field) => {
      for (let i = 0; i < kits.strikes(kit).length; i += 1) {
        const faults = kits.undos(kit).length;
        kits.go(kit, 0.25);
        await kits.answered(kit, () => kits.strikes(kit)[i].click());
        if (kits.undos(kit).length === faults) continue;
        const moved = await kits.changes(kit, field);
        await kits.answered(kit, () => kits.undos(kit).at(-1).click());
        if (moved) return true;
      }
      for (const other of kits.fields(kit).filter((f) => f !== field)) {
        const back = kits.valueOf(other);
        for (const value of kits.valuesOf(other)) {
          if (String(value) === String(kits.valueOf(other))) continue;
          await kits.answered(kit, () => kits.move(other, value));
          if (await kits.changes(kit, field)) { await kits.answered(kit, () => kits.move(other, back)); return true; }
        }
        if (String(kits.valueOf(other)) !== String(back)) await kits.answered(kit, () => kits.move(other, back));
      }
      return false;
    },
    // The controls that change nothing, whatever else is set.
    idle: async (kit) => {
      const idle = [];
      for (const field of kits.fields(kit)) {
        if (!(await kits.changes(kit, field)) && !(await kits.changesInAnotherRun(kit, field))) idle.push(kits.nameOf(field));
      }
      return idle;
    },

    // Play it at 1× from start to end, in frames of a tenth of a second that pass at once:
    // {length of the play (s), captions: [side, caption, seconds that it stood]}. The last caption of a side stays.
    play: (kit) => {
      const asked = window.requestAnimationFrame, now = performance.now;
      let frame = null, clock = now.call(performance);
      window.requestAnimationFrame = (call) => { frame = call; return 0; };
      performance.now = () => clock;
      const began = clock, captions = [], standing = [];
      try {
        kits.go(kit, 0);
        kit.querySelector("[aria-label='Play']").click();
        while (kit.querySelector("[aria-label='Pause']") && clock - began < 3e6) {
          kit.querySelectorAll(".kit-caption > span:last-child").forEach((span, side) => {
            if (standing[side]?.text === span.textContent) return;
            if (standing[side]) captions.push([side, standing[side].text, (clock - standing[side].since) / 1000]);
            standing[side] = { text: span.textContent, since: clock };
          });
          const call = frame;
          frame = null;
          clock += 100;
          call(clock);
        }
      } finally {
        window.requestAnimationFrame = asked;
        performance.now = now;
      }
      return { length: (clock - began) / 1000, captions };
    },

    // What is written on the axes of each side, and beside its rows, with its place: to be the same on both.
    axes: (kit) => [...kit.querySelectorAll("figure")].map((figure) => Object.fromEntries(
      [...figure.querySelectorAll("[data-part]")].filter((g) => /-(time|value)\d+$/.test(g.dataset.part) && g.querySelector(".l"))
        .map((g) => [g.dataset.part, `${g.querySelector(".l").textContent} ${g.getAttribute("transform")}`]))),

    // Words that do not stand out from what is behind them: [word, its colour, the ground].
    pale: (kit) => {
      const numbers = (colour) => (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
      const light = (colour) => colour.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      return [...kit.querySelectorAll(".kit-picture [data-part]")]
        .filter((g) => g.style.display !== "none" && Number(g.getAttribute("opacity") ?? 1) === 1 && g.querySelector(".l")?.textContent)
        .map((g) => {
          const words = g.querySelector(".l"), shape = g.querySelector("rect.s"), look = shape && getComputedStyle(shape);
          const page = numbers(getComputedStyle(g.closest("figure")).backgroundColor);
          const share = look?.fill.startsWith("rgb(") ? Number(look.fillOpacity) : 0; // a fill may be faded
          const ground = page.map((part, i) => (numbers(look?.fill ?? "")[i] ?? part) * share + part * (1 - share));
          const ink = numbers(getComputedStyle(words).fill), [a, b] = [light(ink), light(ground)].sort((x, y) => x - y);
          return [words.textContent, ink, ground, (b + 0.05) / (a + 0.05)];
        })
        .filter(([, , , contrast]) => contrast < 4.5);
    },

    // Words that are written over other words, by more than a third of the smaller ones, and words that leave the picture,
    // at this share of the run: [words, the others or "", share]. What is on its way may pass where it likes, and of chips
    // that lie in one place only the topmost is seen.
    clashes: (kit, share) => {
      const parts = [...kit.querySelectorAll(".kit-picture [data-part]")];
      const places = (at) => { kits.go(kit, at); return parts.map((g) => g.getAttribute("transform")); };
      const before = places(Math.max(0, share - 0.002)), after = places(Math.min(1, share + 0.002)), now = places(share);
      const seen = (g) => g.style.display !== "none" && Number(g.getAttribute("opacity") ?? 1) > 0.5 && g.querySelector(".l")?.textContent
        && !/^message-\d+$/.test(g.dataset.part);
      const all = parts.filter((g, i) => seen(g) && before[i] === now[i] && now[i] === after[i]).map((g) => {
        const words = g.querySelector(".l"), box = words.getBBox(), [x, y] = g.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
        const text = [...(words.children.length ? words.children : [words])].map((row) => row.textContent).join(" ");
        const rect = g.querySelector("rect.s"), side = (name) => Number(rect.getAttribute(name));
        const hides = (b) => rect && rect.getAttribute("fill") !== "none"
          && x <= b.left && y <= b.top + 2 && b.right <= x + side("width") && b.bottom <= y + side("height") + 2;
        return { svg: g.ownerSVGElement, hides, name: `${g.dataset.part}: ${text}`, text,
                 left: x + box.x, top: y + box.y, right: x + box.x + box.width, bottom: y + box.y + box.height };
      });
      const size = (b) => (b.right - b.left) * (b.bottom - b.top), found = [];
      all.forEach((a, i) => {
        const { width, height } = a.svg.viewBox.baseVal;
        if (a.left < -1 || a.top < -1 || a.right > width + 1 || a.bottom > height + 1) found.push([a.name, "", 1]);
        for (const b of all.slice(0, i).filter((b) => b.svg === a.svg && b.text !== a.text && !a.hides(b))) { // the same words look like one
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          const shared = wide > 0 && high > 0 ? (wide * high) / Math.min(size(a), size(b)) : 0;
          if (shared > 0.3) found.push([b.name, a.name, Math.round(shared * 100) / 100]);
        }
      });
      return found;
    },

    clashesAfterFaults: async (kit) => {
      const found = [];
      for (let i = 0; i < kits.strikes(kit).length; i += 1) {
        kits.go(kit, 0.4);
        const name = kits.strikes(kit)[i].textContent, [refused, undo] = await kits.strike(kit, i);
        if (refused) continue;
        for (const share of [0.45, 0.6, 0.75, 0.9, 1]) found.push(...kits.clashes(kit, share).map((clash) => [name, ...clash]));
        await kits.answered(kit, () => undo.click());
      }
      return found;
    },

    // How much room a kit takes, its words at their smallest, and what does not fit.
    measure: async (kit) => {
      let found = kits.measureNow(kit);
      for (let frames = 0; found.wide > 0 && frames < 60; frames += 1) { // after a change of width it takes some
        await new Promise(requestAnimationFrame);
        found = kits.measureNow(kit);
      }
      return found;
    },
    measureNow: (kit) => {
      const box = (e) => e.getBoundingClientRect(), all = box(kit);
      const seen = (e) => e.checkVisibility() && !e.closest("details:not([open]) > :not(summary)");
      const needed = [kit.querySelector(".kit-theatre"), ...kit.querySelectorAll(".kit-control, .kit-faults, .kit-more")].filter(seen);
      const words = [...kit.querySelectorAll(".kit-picture text")].filter((e) => e.textContent && e.checkVisibility());
      const over = () => [...kit.querySelectorAll(".kit-body *:not(.kit-picture *, .kit-unseen)")].filter(seen)
        .map((e) => [e.outerHTML.slice(0, 80), box(e).right - all.right]);
      const small = [...kit.querySelectorAll("button, select, input, summary")].filter(seen)
        .filter((e) => Math.min(box(e).width, box(e).height) < 23.9).map((e) => e.getAttribute("aria-label") ?? e.outerHTML);
      return {
        high: Math.max(...needed.map((e) => box(e).bottom)) - all.top,
        screen: kit.closest(".jp-WindowedPanel-outer").clientHeight,
        wide: over(kit).map(([, px]) => px).concat(kit.scrollWidth - kit.clientWidth).reduce((a, b) => Math.max(a, b)),
        over: over(kit).filter(([, px]) => px > 0).slice(0, 3),
        words: Math.min(...words.map((e) => parseFloat(e.getAttribute("font-size") ?? 14) * e.getScreenCTM().a)),
        controls: kits.fields(kit).filter(seen).length,
        small,
      };
    },
  };
  return kits;
})();
