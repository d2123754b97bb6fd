// What can be seen to be wrong in the picture that is shown, as sentences: words or shapes that do not stand out from
// what is behind them, words smaller than 11 px on the screen, words outside of the picture or of the box they wrap in.
() => {
  const svg = document.querySelector(".kit-picture svg"), page = getComputedStyle(svg.closest("figure")).backgroundColor;
  const rgba = (c) => { const n = c.match(/[\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
  const over = (top, alpha, under) => { const a = rgba(top), b = rgba(under); return `rgb(${[0, 1, 2].map((i) => a[i] * alpha + b[i] * (1 - alpha))})`; };
  const light = (c) => rgba(c).slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => p - q); return (y + 0.05) / (x + 0.05); };
  const parts = [...svg.querySelectorAll("[data-part]")].filter((g) => g.style.display !== "none" && Number(g.getAttribute("opacity") ?? 1) > 0.99);
  const covers = (shape, x, y) => {
    const box = shape.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom || shape.tagName === "line") return false;
    return shape.tagName !== "path" || shape.isPointInFill(new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse()));
  };
  // What is painted behind a point, below the part with this number: "hatch", or a colour.
  const ground = (x, y, below) => {
    let seen = page;
    for (const g of parts.slice(0, below)) {
      const shape = g.querySelector(".s"), look = shape && getComputedStyle(shape);
      if (!shape || look.fill === "none" || !covers(shape, x, y)) continue;
      seen = look.fill.startsWith("url") ? (Number(look.fillOpacity) < 1 ? page : "hatch") : over(look.fill, Number(look.fillOpacity), seen === "hatch" ? page : seen);
    }
    return seen;
  };
  const wrong = [], frame = svg.getBoundingClientRect(), veils = parts.filter((g) => g.dataset.part.endsWith("-veil"));
  parts.forEach((g, number) => {
    const name = g.dataset.part, words = g.querySelector(".l"), shape = g.querySelector(".s");
    if (words?.textContent) {
      const box = words.getBoundingClientRect(), look = getComputedStyle(words), x = box.left + box.width / 2, y = box.top + box.height / 2;
      const size = parseFloat(look.fontSize) * frame.width / svg.viewBox.baseVal.width;
      if (size < 10.99) wrong.push(`${name}: ${size.toFixed(1)} px`);
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) wrong.push(`${name}: ${words.textContent} leaves the picture`);
      const behind = ground(x, y, number + 1), halo = look.stroke !== "none" && look.paintOrder.startsWith("stroke") ? look.stroke : null;
      const veiled = veils.some((veil) => parts.indexOf(veil) > number && covers(veil.querySelector(".s"), x, y));
      if (behind === "hatch" && !halo) wrong.push(`${name}: ${words.textContent} stands on hatching`);
      else if (!veiled && contrast(look.fill, halo ?? behind) < 4.5) wrong.push(`${name}: ${words.textContent} ${contrast(look.fill, halo ?? behind).toFixed(1)} : 1`);
      if (shape?.tagName === "rect") {
        const home = shape.getBoundingClientRect();
        if (box.left < home.left || box.right > home.right || box.top < home.top - 2 || box.bottom > home.bottom + 2) wrong.push(`${name}: ${words.textContent} leaves its box`);
      }
    }
    if (shape && !name.endsWith("-veil") && shape.getBoundingClientRect().width + shape.getBoundingClientRect().height > 4) {
      const look = getComputedStyle(shape), box = shape.getBoundingClientRect();
      const behind = shape.tagName === "rect" || shape.tagName === "circle" ? ground(box.left + 1, box.top + box.height / 2, number) : page;
      if (behind === "hatch") return;
      const line = look.stroke === "none" ? 1 : contrast(look.stroke, behind);
      const fill = look.fill === "none" || look.fill.startsWith("url") ? 1 : contrast(over(look.fill, Number(look.fillOpacity), behind), behind);
      if (Math.max(line, fill) < 2.99) wrong.push(`${name}: its shape ${Math.max(line, fill).toFixed(1)} : 1`);
    }
  });
  return wrong;
}
