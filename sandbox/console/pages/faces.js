// Draws a face for an id: the same one every time, of no particular person.
const COLORS = ["#e07a5f", "#3d8b7d", "#6d79b8", "#c98b1d", "#a4588f", "#5b8c4a", "#4a88b5", "#b5644a"];

export function face(id) {
  const number = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7) * 2654435761 >>> 0;
  const draw = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const ground = COLORS[number % 8], shape = COLORS[(number + 1 + (number >>> 4) % 7) % 8];
  const tilt = (number >>> 8) % 30 - 15, x = (number >>> 13) % 7 - 3, smile = 3 + (number >>> 17) % 4;
  const svg = draw("svg", { viewBox: "0 0 36 36", "aria-hidden": "true" });
  const head = draw("g", { transform: `translate(${x} 1) rotate(${tilt} 18 18)` });
  head.append(
    draw("rect", { x: 4, y: 8, width: 30, height: 34, rx: (number >>> 20) % 2 ? 15 : 9, fill: shape }),
    draw("circle", { cx: 14, cy: 20, r: 1.6, fill: "#fff" }), draw("circle", { cx: 23, cy: 20, r: 1.6, fill: "#fff" }),
    draw("path", { d: `M14 25q4.5 ${smile} 9 0`, stroke: "#fff", "stroke-width": 1.6, fill: "none", "stroke-linecap": "round" }));
  const mask = draw("clipPath", { id: `face-${number}` });
  mask.append(draw("circle", { cx: 18, cy: 18, r: 18 }));
  const all = draw("g", { "clip-path": `url(#face-${number})` });
  all.append(draw("rect", { width: 36, height: 36, fill: ground }), head);
  svg.append(mask, all);
  return svg;
}
