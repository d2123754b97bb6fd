// Run notebooks in Python for a page, without a page: node run.mjs PYODIDE-FOLDER KERNEL-WHEELS-FOLDER NOTEBOOK …
// Each notebook has a fresh interpreter and the very kernel that JupyterLite has; a line of JSON on stdout for each:
// {"notebook", "seconds", "cells": [{"id", "status", "ename", "evalue", "outputs"}]}.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, kernel, ...notebooks] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const lock = JSON.parse(readFileSync(join(folder, "pyodide-lock.json"), "utf8"));
const quiet = { stdout: () => {}, stderr: () => {} };

async function interpreter() {
  const pyodide = await loadPyodide({ indexURL: resolve(folder) + "/", packages: Object.keys(lock.packages), ...quiet });
  const { site } = pyodide.runPython("import sysconfig; dict(site=sysconfig.get_path('purelib'))").toJs({ dict_converter: Object.fromEntries });
  for (const name of readdirSync(kernel).filter((name) => /^(piplite|pyodide_kernel|ipykernel)-.*\.whl$/.test(name)))
    pyodide.unpackArchive(new Uint8Array(readFileSync(join(kernel, name))), "wheel", { extractDir: site });
  pyodide.FS.mkdirTree("/drive");
  await pyodide.runPythonAsync("import os, pyodide_kernel; os.chdir('/drive')");
  return pyodide;
}

for (const path of notebooks) {
  const began = Date.now();
  const pyodide = await interpreter();
  const started = (Date.now() - began) / 1000;
  pyodide.globals.set("_put", (text) => outputs.push(JSON.parse(text)));
  let outputs = [];
  await pyodide.runPythonAsync(`
import json, pyodide_kernel, socket
def _refuse(*_): raise OSError(138, "Not supported")  # what a page says; node would look for a package
socket.socket.listen = socket.socket.connect = socket.socket.connect_ex = _refuse
from pyodide_kernel import ipython_shell as _shell, stdout_stream, stderr_stream
def _stream(name, text): _put(json.dumps({"output_type": "stream", "name": name, "text": text}))
def _data(kind):
    return lambda data, *_: _put(json.dumps({"output_type": kind, "data": data}, default=repr))
stdout_stream.publish_stream_callback = stderr_stream.publish_stream_callback = _stream
_shell.display_pub.display_data_callback = _data("display_data")
_shell.display_pub.update_display_data_callback = _data("update")
_shell.display_pub.clear_output_callback = lambda wait: None
_shell.displayhook.publish_execution_result = lambda count, data, metadata: _data("execute_result")(data)
_shell.send_comm = lambda *a, **k: None
_shell.kernel._parent_header = {}
async def _run(code): return json.dumps(await _shell.kernel.run(code), default=repr)
`);
  const cells = [];
  for (const cell of JSON.parse(readFileSync(path, "utf8")).cells.filter((cell) => cell.cell_type === "code")) {
    outputs = [];
    const from = Date.now();
    pyodide.globals.set("_code", cell.source instanceof Array ? cell.source.join("") : cell.source);
    const { status, ename, evalue, traceback } = JSON.parse(await pyodide.runPythonAsync("await _run(_code)"));
    cells.push({ id: cell.id, status, ename, evalue, traceback, outputs, seconds: (Date.now() - from) / 1000 });
  }
  console.log(JSON.stringify({ notebook: path, started, seconds: (Date.now() - began) / 1000, cells }));
}
