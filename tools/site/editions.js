// A lesson's newer edition, as tools/lab.py has it for `make lab`. The browser keeps the copy that a reader has saved, and
// shows it for ever after. Where they have written nothing in it, the newer edition takes its place; where they have, it
// is laid beside theirs under a name of its own, once. When that cannot be told, they have.
const told = (message) => ({ message, type: "info", options: { autoClose: false } });
const ours = (path) => /^\d\d_\w+\.ipynb$/.test(path);

// What is written in the cells, without what came out of them. tools/site/live.py says the same of the published one.
const written = ({ cells }) =>
  cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]).filter(([, text]) => text.trim()).flat().join("\0");

async function hash(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

while (!window.jupyterapp) await new Promise((done) => setTimeout(done, 50));
const { restored, commands, serviceManager } = window.jupyterapp;
const { contents } = serviceManager;
const get = contents.get.bind(contents);
const put = (path, content) => contents.save(path, { type: "notebook", format: "json", content });

async function nameBeside(path) {
  for (let number = 1; ; number++) {
    const name = path.replace(".ipynb", number === 1 ? " (new edition).ipynb" : ` (new edition ${number}).ipynb`);
    if (await get(name, { content: false }).then(() => false, () => true)) return name;
  }
}

async function bringUpToDate(path) {
  const mine = (await get(path, { content: true })).content;
  const newer = await (await fetch(new URL(`../files/${path}`, location.href), { cache: "no-cache" })).json();
  const { edition } = newer.metadata;
  if (mine.metadata.edition === edition || written(mine) === written(newer)) return;
  const changed = !globalThis.crypto?.subtle || mine.metadata.edition !== (await hash(written(mine)));
  if (!changed) {
    await put(path, newer);
  } else if (localStorage.getItem(`beside ${path}`) !== edition) {
    const name = await nameBeside(path);
    await put(name, newer);
    localStorage.setItem(`beside ${path}`, edition);
    const said = `${path} has a newer edition. You have changed yours, so it lies beside it: ${name}`;
    restored.then(() => commands.execute("apputils:notify", told(said)));
  }
}

const looked = {};
contents.get = async (path, options) => {
  // Whatever goes wrong: their copy is there, and opens.
  if (ours(path) && options?.content !== false) await (looked[path] ??= bringUpToDate(path).catch(console.warn));
  return get(path, options);
};
