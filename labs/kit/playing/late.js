// anywidget (0.11) waits two seconds for a widget's script. Where the browser needs longer for it, on a busy machine, the
// widget is shown all the same, but no word of the kernel reaches it any more, for as long as it lives. So the script,
// once it is there, tries whether words arrive; if not, it listens for itself, and asks for what it has missed.
function initialize({ model }) {
  const listen = (real) => { // the model itself: anywidget hands out only a part of it
    model.off("change:arrived", listen);
    real._handle_comm_msg?.({ content: { data: {} } })?.catch?.(() => { // a word that says nothing
      const heard = Object.getPrototypeOf(Object.getPrototypeOf(real))._handle_comm_msg; // as ipywidgets hears
      real.comm?.on_msg?.(heard.bind(real));
      real.comm?.send?.({ method: "request_state" }, real.callbacks());
    });
  };
  model.on("change:arrived", listen);
  model.set("arrived", true); // of no use to Python, which takes no notice of it
}
