// Numbers: requests, errors and times by route, counted from the traces of the last hour, and what the parts report.
import { h, milliseconds, sandbox } from "./elements.js";

export function numbersPanel() {
  const routes = h("tbody"), reported = h("tbody");
  const table = (body, ...names) => h("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": `Numbers: ${names[0]}` }, h("table", {}, h("thead", {}, h("tr", {}, names.map(name => h("th", { scope: "col" }, name)))), body));
  const panel = h("details", { id: "numbers", open: location.hash === "#numbers" }, h("summary", {}, "Numbers of the last hour"), h("div", { className: "inside" },
    table(routes, "Route", "Part", "Requests", "Errors", "Half within", "19 of 20 within", "Slowest"), table(reported, "Reported", "By", "Of", "Value")));

  async function look() {
    if (!panel.open) return;
    const told = await sandbox("numbers", { minutes: 60 }).catch(() => null);
    if (!told) return;
    routes.replaceChildren(...told.routes.map(one => h("tr", {}, h("th", { scope: "row" }, one.route), h("td", {}, one.service), h("td", { className: "number" }, one.requests), h("td", { className: one.errors ? "number bad" : "number" }, one.errors), [one.p50, one.p95, one.slowest].map(ms => h("td", { className: "number" }, milliseconds(ms))))));
    reported.replaceChildren(...told.numbers.map(one => h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, one.service), h("td", {}, Object.values(one.facts).join(", ")), h("td", { className: "number" }, `${Math.round(one.value * 100) / 100} ${one.unit === "1" ? "" : one.unit}`))));
  }

  panel.addEventListener("toggle", look);
  return { panel, look };
}
