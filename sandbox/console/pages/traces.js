// Traces: what was asked of the system lately, where its time went, and what each part decided. The address says it all.
import { h, milliseconds, redraw, sandbox } from "./elements.js";
import { opened } from "./waterfall.js";
import { numbersPanel } from "./numbers.js";

const STATUSES = [["", "any answer"], ["2", "2xx: answered"], ["4", "4xx: refused"], ["5", "5xx: failed"], ["error", "something failed on the way"]];
const SLOWER = [["", "however long"], ["50", "longer than 50 ms"], ["200", "longer than 200 ms"], ["1000", "longer than 1 s"], ["5000", "longer than 5 s"]];
const EVERY_MS = 3000;

export function traces(main) {
  const note = h("p", { role: "status" }, "Looking…"), rows = h("tbody"), open = h("div", { className: "traces" }), numbers = numbersPanel();
  const route = picker("Route", "route", [["", "every route"]]), status = picker("Answer", "status", STATUSES), least = picker("Time", "least", SLOWER);
  const probes = h("input", { type: "checkbox", onchange: () => go({ probes: probes.checked ? "1" : "" }, true) });
  const table = h("table", {}, h("thead", {}, h("tr", {}, ["Began", "What", "Answer", "Took", "Parts", ""].map(name => h("th", { scope: "col" }, name || h("span", { className: "unseen" }, "Beside"))))), rows);
  main.append(h("div", { className: "page wide" }, h("div", {}, h("h2", {}, "Traces"), note), open,
    h("section", { className: "panel", "aria-label": "The latest traces" },
      h("div", { className: "row" }, route, status, least, h("label", { className: "check" }, probes, "health checks and probes too")),
      h("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": "Traces" }, table)),
    numbers.panel));

  const asked = () => new URLSearchParams(location.search);
  function go(changes, replace) {
    const next = asked();
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    history[replace ? "replaceState" : "pushState"](null, "", `${location.pathname}${next.size ? `?${next}` : ""}`);
    return render();
  }

  function picker(label, name, options) {
    return h("select", { "aria-label": label, name, onchange: event => go({ [name]: event.target.value }, true) }, options.map(([value, text]) => h("option", { value }, text)));
  }

  async function look() {
    const now = asked();
    const filters = { route: now.get("route"), status: now.get("status"), least: Number(now.get("least")) || 0, probes: now.get("probes") === "1" };
    try {
      const told = await sandbox("traces", filters);
      note.textContent = told.traces.length ? `${told.traces.length === 200 ? "The last 200" : told.traces.length} traces, the newest first. Kept for six hours, on this machine.` : "No trace is like this. Ask something, and it stands here.";
      redraw(route, ...["", ...told.routes].map(value => h("option", { value }, value || "every route")));
      route.value = filters.route || "";
      const slowest = Math.max(...told.traces.map(one => one.ms), 1), chosen = now.get("trace");
      redraw(rows, ...told.traces.map(one => row(one, slowest, chosen, now.get("beside"))));
      for (const [select, value] of [[status, now.get("status")], [least, now.get("least")]]) select.value = value || "";
      probes.checked = filters.probes;
    } catch (error) {
      note.textContent = error.message;
    }
  }

  function row(one, slowest, chosen, beside) {
    const failed = one.failures > 0 || one.status >= 500, here = one.trace === chosen || one.trace === beside;
    const to = asked();
    to.set("trace", one.trace);
    for (const gone of ["span", "beside"]) to.delete(gone);
    const link = h("a", { id: `trace-${one.trace}`, href: `?${to}`, "aria-current": one.trace === chosen ? "true" : null, onclick: event => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); go({ trace: one.trace, beside: "", span: "" }); } }, one.name || one.trace.slice(0, 8));
    return h("tr", { className: here ? "chosen" : "" },
      h("td", { className: "when" }, new Date(one.began / 1e6).toLocaleTimeString()),
      h("td", { className: "what" }, link, one.keywords && h("small", { className: "said", dir: "auto" }, ` “${one.keywords}”`)),
      h("td", { className: failed ? "bad" : "" }, one.status ?? "", one.failures > 0 && one.status < 500 ? ` ${one.failures} failed` : ""),
      h("td", { className: "took" }, h("meter", { min: 0, max: slowest, value: one.ms, "aria-hidden": "true" }), milliseconds(one.ms)),
      h("td", {}, one.services.join(", ")),
      h("td", {}, chosen && !here && h("button", { id: `beside-${one.trace}`, type: "button", className: "link", "aria-label": `Lay the trace of ${one.name} beside the open one`, onclick: () => go({ beside: one.trace, span: "" }) }, "beside")));
  }

  async function render() {
    const now = asked(), ids = [now.get("trace"), now.get("beside")].filter(Boolean);
    await look();
    try {
      const told = await Promise.all(ids.map(trace => sandbox("trace", { trace })));
      open.replaceChildren(...told.map((one, at) => opened(ids[at], one.spans, { go, beside: at === 1, two: ids.length === 2, span: now.get("span") })));
    } catch (error) {
      open.replaceChildren(h("p", { className: "bad", role: "alert" }, error.message));
    }
    open.classList.toggle("two", ids.length === 2);
  }

  render();
  numbers.look();
  const timers = [setInterval(() => document.hidden || look(), EVERY_MS), setInterval(() => document.hidden || numbers.look(), 5000)];
  return () => timers.forEach(clearInterval);
}
