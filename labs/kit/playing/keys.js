// What has the focus in a widget keeps its keys: `data-lm-suppress-shortcuts` on an element keeps JupyterLab's own
// one-letter shortcuts (b, m, arrows …) quiet. What is meant for the notebook all the same (Shift + Enter, Ctrl + S)
// goes through, and Escape leaves the widget for its cell.
function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    const notebooks = event.ctrlKey || event.metaKey || (event.shiftKey && event.key === "Enter");
    if (notebooks) event.target.removeAttribute("data-lm-suppress-shortcuts");
    else event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    if (event.key === "Escape") root.closest(".jp-Cell")?.focus();
  }, true);
}
