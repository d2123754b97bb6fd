// What only lives with a kernel is not saved, as tools/views.py has it for `make lab`: a lesson that is opened again
// shows its stills, not "Error displaying widget: model not found".
const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

function withoutViews(notebook) {
  const copy = structuredClone(notebook);
  delete copy.metadata?.widgets;
  for (const { outputs = [] } of copy.cells ?? []) for (const { data } of outputs) if (data) delete data[WIDGET_VIEW];
  return copy;
}

while (!window.jupyterapp) await new Promise((done) => setTimeout(done, 50));
const { contents } = window.jupyterapp.serviceManager;
const save = contents.save.bind(contents);
contents.save = (path, options = {}) =>
  save(path, options.type === "notebook" && options.content ? { ...options, content: withoutViews(options.content) } : options);
