// Fault switches: what can be broken on purpose, for how long, and how often.
import { h, sandbox } from "./elements.js";

export function faultsPanel() {
  const list = h("ul", { className: "switches" }), said = h("p", { role: "status" }), seconds = h("select", { "aria-label": "For how long" }, [["60", "for a minute"], ["300", "for five minutes"], ["", "until mended"]].map(([value, text]) => h("option", { value }, text)));
  const rate = h("select", { "aria-label": "How often" }, [["1", "every call"], ["0.3", "three calls in ten"]].map(([value, text]) => h("option", { value }, text)));
  const drawn = new Map();
  const panel = h("details", { id: "faults", open: location.hash === "#faults" }, h("summary", {}, "Break something, to see what happens"),
    h("div", { className: "inside" }, h("p", { className: "quiet" }, "Each is what a network or a failing neighbour does. The promise: a right answer, or one that says when to try again; never an invented course. docs/faults/ says what each shows."),
      h("div", { className: "row" }, seconds, rate, h("button", { type: "button", onclick: () => flip("mend", {}) }, "Mend everything")), said, list));

  async function flip(what, asked) {
    said.textContent = what === "break" ? "Breaking it…" : "Mending…";
    try {
      draw((await sandbox(what, asked)).faults);
      said.textContent = "";
    } catch (error) {
      said.textContent = error.message;
    }
  }

  function draw(faults) {
    for (const fault of faults) {
      if (!drawn.has(fault.name)) {
        const button = h("button", { type: "button", role: "switch", onclick: () => (button.getAttribute("aria-checked") === "true" ? flip("mend", { name: fault.name }) : flip("break", { name: fault.name, seconds: seconds.value ? Number(seconds.value) : null, rate: fault.rated ? Number(rate.value) : 1 })) });
        drawn.set(fault.name, button);
        list.append(h("li", {}, button));
      }
      const until = fault.on && fault.until ? ` until ${new Date(fault.until * 1000).toLocaleTimeString()}` : "";
      drawn.get(fault.name).setAttribute("aria-checked", String(fault.on));
      drawn.get(fault.name).replaceChildren(h("strong", {}, fault.name), h("span", {}, fault.breaks + until));
    }
    return faults;
  }

  return { panel, look: async () => draw((await sandbox("faults")).faults) };
}
