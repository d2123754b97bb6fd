// Run notebooks in Python for a page, without a page: node run.mjs PYODIDE-FOLDER KERNEL-WHEELS-FOLDER NOTEBOOK …
// They share an interpreter with the very kernel that JupyterLite has, each with names and a work folder of its own.
// A line of JSON on stdout for each: {"notebook", "seconds", "cells": [{"id", "status", "ename", "evalue", "outputs"}]}.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, kernel, ...notebooks] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const packages = Object.keys(JSON.parse(readFileSync(join(folder, "pyodide-lock.json"), "utf8")).packages);
const began = Date.now();
const pyodide = await loadPyodide({ indexURL: resolve(folder) + "/", packages, stdout: () => {}, stderr: () => {} });
const site = pyodide.runPython("import sysconfig; sysconfig.get_path('purelib')");
for (const name of readdirSync(kernel).filter((name) => /^(piplite|pyodide_kernel|ipykernel)-.*\.whl$/.test(name)))
  pyodide.unpackArchive(new Uint8Array(readFileSync(join(kernel, name))), "wheel", { extractDir: site });
let outputs = [];
pyodide.globals.set("_put", (text) => outputs.push(JSON.parse(text)));
await pyodide.runPythonAsync(`
import json, os, pathlib, socket
import pyodide_kernel
from pyodide_kernel import ipython_shell as _shell, stdout_stream, stderr_stream

def _refuse(*_):
    raise OSError(138, "Not supported")  # what a page says; node would look for a package

socket.socket.listen = socket.socket.connect = socket.socket.connect_ex = _refuse

def _stream(name, text):
    _put(json.dumps({"output_type": "stream", "name": name, "text": text}))

def _data(kind):
    return lambda data, *_: _put(json.dumps({"output_type": kind, "data": data}, default=repr))

stdout_stream.publish_stream_callback = stderr_stream.publish_stream_callback = _stream
_shell.display_pub.display_data_callback = _data("display_data")
_shell.display_pub.update_display_data_callback = _data("update")
_shell.display_pub.clear_output_callback = lambda wait: None
_shell.displayhook.publish_execution_result = lambda count, data, metadata: _data("execute_result")(data)
_shell.send_comm = lambda *a, **k: None
_shell.kernel._parent_header = {}

def _fresh(name):
    _shell.reset()
    folder = pathlib.Path("/drive", name)
    folder.mkdir(parents=True)
    os.chdir(folder)

async def _run(code):
    return json.dumps(await _shell.kernel.run(code), default=repr)
`);
console.error(`started in ${(Date.now() - began) / 1000} s`);

for (const [number, path] of notebooks.entries()) {
  const began = Date.now();
  pyodide.globals.get("_fresh")(String(number));
  const cells = [];
  for (const cell of JSON.parse(readFileSync(path, "utf8")).cells.filter((cell) => cell.cell_type === "code")) {
    outputs = [];
    const from = Date.now();
    pyodide.globals.set("_code", [cell.source].flat().join(""));
    const { status, ename, evalue, traceback } = JSON.parse(await pyodide.runPythonAsync("await _run(_code)"));
    cells.push({ id: cell.id, status, ename, evalue, traceback, outputs, seconds: (Date.now() - from) / 1000 });
  }
  console.log(JSON.stringify({ notebook: path, seconds: (Date.now() - began) / 1000, cells }));
}
process.exit(0);
