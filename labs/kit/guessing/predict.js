// A question with its options as radio buttons. The outcome comes from the kernel, and only once a prediction is recorded.

const NO_ANSWER = "Not recorded yet: the kernel is busy with another cell, or was restarted. If it was restarted, run this "
  + "cell again (Shift + Enter, or Run All Cells), then record your prediction.";

const WORDS = {
  prediction: { before: "", record: "Record my prediction", skip: "Show me without predicting", mine: "your prediction", right: "what happens" },
  claim: { before: "The notes say: ", record: "Record my guess", skip: "Show me without guessing", mine: "your guess", right: "the verdict" },
};

function part(tag, text = "", style = "") {
  const element = document.createElement(tag);
  if (style) element.style.cssText = style;
  // `code` between backticks; everything else is text, never HTML.
  text.split(/`([^`]+)`/).forEach((piece, i) => {
    if (i % 2) element.append(Object.assign(document.createElement("code"), { textContent: piece }));
    else element.append(piece);
  });
  return element;
}

// What can have the focus keeps its keys: JupyterLab's own shortcuts (b, m, arrows …) must not fire meanwhile.
function focusable(element) {
  element.dataset.lmSuppressShortcuts = "true";
  return element;
}

function render({ model, el }) {
  const words = WORDS[model.get("kind")] ?? WORDS.prediction;
  const group = "predict-" + Math.random().toString(36).slice(2);
  const field = part("fieldset");
  const outcome = part("div", "", "margin-top: 6px");
  outcome.setAttribute("role", "status"); // read aloud when it comes
  const record = focusable(part("button", words.record));
  const skip = focusable(part("button", words.skip));
  record.className = "kit-record";
  skip.className = "kit-skip";
  record.type = skip.type = "button";
  field.append(part("legend", words.before + model.get("question")));
  const options = model.get("options").map((text, i) => {
    const label = part("label");
    const input = focusable(Object.assign(document.createElement("input"), { type: "radio", name: group, value: i }));
    const mark = part("span", "", "font-weight: bold");
    label.append(input, part("span", text), mark);
    input.addEventListener("change", () => { record.disabled = false; });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !record.disabled) record.click(); });
    field.append(label);
    return { input, label, mark };
  });
  const buttons = part("div", "", "margin-top: 8px");
  buttons.append(record, skip);

  // After a restart the kernel does not know this question any more, and nobody would hear of the prediction.
  const trouble = part("p");
  trouble.setAttribute("role", "alert");
  let patience = 0;
  const send = (picked) => {
    clearTimeout(patience);
    model.set("picked", picked);
    model.save_changes();
    patience = setTimeout(() => { trouble.textContent = NO_ANSWER; }, 3000);
  };
  record.addEventListener("click", () => send(options.findIndex((option) => option.input.checked)));
  skip.addEventListener("click", () => send(-2));

  function draw() {
    const [told, picked, right] = ["told", "picked", "right"].map((name) => model.get(name));
    if (told) {
      clearTimeout(patience);
      trouble.textContent = "";
    }
    options.forEach(({ input, label, mark }, i) => {
      input.disabled = told;
      if (told) input.checked = i === picked;
      const said = [];
      if (told && i === picked) said.push(words.mine);
      if (told && i === right) said.push(words.right);
      mark.textContent = said.length ? ` ${i === right ? "✓" : "✗"} ${said.join(", and ")}` : "";
      label.classList.toggle("kit-right", told && i === right);
    });
    record.disabled = !options.some((option) => option.input.checked);
    buttons.hidden = told;
    const card = part("div");
    card.innerHTML = model.get("shows"); // the kernel's own, with everything escaped
    outcome.replaceChildren(...model.get("says").map((text) => part("p", text)), card);
    if (told && buttons.contains(document.activeElement)) outcome.focus();
  }
  outcome.tabIndex = -1;
  focusable(outcome);
  model.on("change:told change:picked change:right change:says change:shows", draw);
  el.classList.add("kit-predict");
  el.append(field, buttons, trouble, outcome);
  keepKeys(el);
  draw();
  return () => {
    clearTimeout(patience);
    model.off(null, draw);
  };
}

export default { initialize, render };
