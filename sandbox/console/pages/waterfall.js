// One trace as a waterfall: each step a row, where it stands in time, and what it tells once it is opened.
import { h, milliseconds, s } from "./elements.js";
import { factsOf } from "./span_facts.js";

const KINDS = { 2: "serves", 3: "asks", 4: "sends", 5: "takes" };

// Each span after its parent, with its depth; those whose parent is not there stand at the top.
export function inOrder(spans) {
  const known = new Set(spans.map(span => span.span)), below = new Map(), found = [];
  for (const span of spans) {
    const parent = known.has(span.parent) ? span.parent : null;
    below.set(parent, [...(below.get(parent) || []), span]);
  }
  const walk = (parent, depth) => { for (const span of below.get(parent) || []) { found.push([span, depth]); walk(span.span, depth + 1); } };
  walk(null, 0);
  return found;
}

export function opened(trace, spans, { go, beside, two, span: chosen }) {
  if (!spans.length) return h("section", { className: "panel" }, h("p", {}, "This trace is not kept (any more), or is still under way."));
  const began = Math.min(...spans.map(span => span.began)), ended = Math.max(...spans.map(span => span.began + span.ms * 1e6)), whole = Math.max(1, ended - began);
  const services = [...new Set(spans.map(span => span.service))], rows = inOrder(spans), facts = h("div", { className: "spanfacts", "aria-live": "polite" });
  const list = h("ol", { className: "waterfall" }, rows.map(([span, depth]) => step(span, depth)));
  const close = h("button", { type: "button", onclick: () => go(beside ? { beside: "" } : { trace: "", beside: "", span: "" }) }, "Close");
  const shown = rows.find(([span]) => span.span === chosen)?.[0];
  if (shown) facts.append(factsOf(trace, shown));
  return h("section", { className: "panel", "aria-label": `Trace of ${spans[0].name}` },
    h("div", { className: "row" }, h("h3", {}, rows[0][0].name), h("span", { className: "quiet" }, `${milliseconds(whole / 1e6)}, ${spans.length} steps, ${new Date(began / 1e6).toLocaleTimeString()}`), close),
    h("p", { className: "quiet legend" }, services.map((service, at) => [h("span", {}, h("span", { className: `mark part${at % 6}`, "aria-hidden": "true" }), service), " "])),
    list, facts, !two && h("p", { className: "quiet" }, "Choose a step for what it tells; “beside”, below, lays another trace beside this one. ", h("code", {}, trace)));

  function step(span, depth) {
    const from = (span.began - began) / 1e6, part = services.indexOf(span.service) % 6;
    const left = 100 * (span.began - began) / whole, wide = Math.max(.4, 100 * span.ms * 1e6 / whole);
    const bar = s("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { x: Math.min(left, 99.6), y: 1, width: wide, height: 8, class: `part${part}${span.failed ? " failed" : ""}` }));
    const name = h("span", { className: "name" }, span.name);
    name.style.setProperty("--depth", depth);
    const words = `${span.service} ${KINDS[span.kind] || "does"}: ${span.name}, ${milliseconds(span.ms)}, after ${milliseconds(from)}${span.failed ? ", failed" : ""}`;
    return h("li", {}, h("button", { type: "button", "aria-label": words, "aria-expanded": String(span.span === chosen), className: span.failed ? "bad" : "", onclick: () => go({ span: span.span === chosen ? "" : span.span }, true), onkeydown: arrows }, name, bar, h("span", { className: "ms" }, milliseconds(span.ms))));
  }
}

// Up and down lead from step to step.
function arrows(event) {
  const way = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const next = way && event.currentTarget.parentElement[way]?.firstElementChild;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
