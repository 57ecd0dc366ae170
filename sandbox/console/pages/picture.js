// Draws the architecture: parts as nodes with their state, arrows that light up when something passes.
import { s } from "./elements.js";

// Title, what it is here, what it is on AWS, the name of its log.
export const PARTS = {
  you: ["You", "A browser, curl, a model's client", "The same", null],
  "front-door": ["Front door", "Short addresses and this console, on loopback", "API Gateway's own address, or a CDN's", "front-door"],
  aws: ["API Gateway", "MiniStack behind a guard that checks signatures", "API Gateway, IAM, Secrets Manager", "aws"],
  coursematch: ["coursematch", "A Lambda's zip, run by MiniStack: matches and recommends", "The same zip on Lambda", "aws"],
  enrollments: ["enrollments", "A Lambda's zip, run by MiniStack: what a learner took", "The same zip on Lambda", "aws"],
  advisor: ["advisor", "A Lambda's zip, run by MiniStack: the conversation, its tools, its model", "The same zip on Lambda; the model on Bedrock, if you like", "aws"],
  "mock-algolia": ["Search index", "A stand-in that answers as Algolia does, by words and by meaning", "Algolia", "mock-algolia"],
  postgres: ["Postgres", "PostgreSQL from a wheel", "RDS", "postgres"],
  lms: ["Learning platform", "A stand-in for Open edX: courses, learners, tokens", "Your Open edX", "lms"],
  "catalog-sync": ["Catalogue sync", "A CronJob's Job, hourly, as a process", "The same CronJob on EKS", "catalog-sync"],
  "recommendation-model": ["Training", "A CronJob's Job, daily: learns from enrollments which courses follow which", "The same CronJob on EKS", "recommendation-model"],
};
const BOXES = {
  you: [10, 150], "front-door": [150, 150], aws: [320, 150], coursematch: [510, 40], enrollments: [510, 150], advisor: [510, 260],
  "mock-algolia": [740, 40], postgres: [740, 190], lms: [740, 340], "catalog-sync": [440, 380],
  "recommendation-model": [440, 470],
};
const WIDE = { you: 80, "front-door": 120, aws: 130, coursematch: 140, enrollments: 140, advisor: 140, "catalog-sync": 160, "recommendation-model": 160 };
const HIGH = 64;
const ARROWS = [
  ["you", "front-door"], ["front-door", "aws"], ["aws", "coursematch"], ["aws", "enrollments"], ["aws", "advisor"],
  ["coursematch", "mock-algolia"], ["coursematch", "postgres"], ["enrollments", "postgres"], ["advisor", "coursematch"],
  ["catalog-sync", "mock-algolia"], ["catalog-sync", "lms"], ["lms", "postgres"],
  ["recommendation-model", "mock-algolia"], ["recommendation-model", "postgres"],
];
const GOOD = ["ready", "running", "succeeded", "scheduled"];
const FUNCTIONS = ["coursematch", "enrollments", "advisor"];

export const stateOf = part => (part.suspended ? "suspended" : part.state) + (part.restarts > 0 ? `, restarted ${part.restarts}×` : "");
const wide = name => WIDE[name] || 190;

export class Picture {
  constructor(chosen) {
    this.arrows = new Map();
    this.nodes = new Map();
    this.counts = null;
    this.svg = s("svg", { viewBox: "0 0 940 550", role: "group", "aria-label": "The system's parts; choose one" });
    this.svg.append(s("defs", {}, s("marker", { id: "head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, s("path", { d: "M0 0 8 4 0 8z", class: "head" }))),
      s("rect", { x: 495, y: 22, width: 170, height: 336, rx: 16, class: "group" }), s("text", { x: 580, y: 348, class: "small", "text-anchor": "middle" }, "Lambda functions"));
    for (const [from, to] of ARROWS) {
      const d = way(from, to), moving = s("path", { d, class: "moving" });
      this.arrows.set(`${from}>${to}`, moving);
      this.svg.append(s("path", { d, class: "arrow", "marker-end": "url(#head)" }), moving);
    }
    for (const name of Object.keys(PARTS)) this.#node(name, chosen);
  }

  #node(name, chosen) {
    const [x, y] = BOXES[name], [title] = PARTS[name], state = s("text", { x: x + 26, y: y + 46, class: "small" }, ""), dot = s("circle", { cx: x + 16, cy: y + 42, r: 5, class: "dot", visibility: "hidden" });
    const node = s("g", { class: "node", role: "button", tabindex: 0, "aria-label": title },
      s("rect", { x, y, width: wide(name), height: HIGH, rx: 12 }), s("text", { x: x + 12, y: y + 26, class: "title" }, title), dot, state);
    node.addEventListener("click", () => chosen(name));
    node.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      chosen(name);
    });
    this.nodes.set(name, { node, state, dot });
    this.svg.append(node);
  }

  // Show every part's state, and which faults are on at it.
  tell(parts, faults) {
    const known = new Map(parts.map(part => [part.name, part]));
    const broken = new Set(faults.filter(fault => fault.on).flatMap(fault => (fault.part === "functions" ? FUNCTIONS : [fault.part])));
    for (const [name, { node, state, dot }] of this.nodes) {
      const part = known.get(FUNCTIONS.includes(name) ? "aws" : name);
      const words = broken.has(name) ? "broken on purpose" : part ? stateOf(part) : "";
      const good = !broken.has(name) && (!part || (GOOD.includes(part.state) && !part.suspended));
      state.textContent = words;
      dot.setAttribute("visibility", words ? "visible" : "hidden");
      node.setAttribute("class", `node${good ? "" : " bad"}${node.classList.contains("chosen") ? " chosen" : ""}`);
      node.setAttribute("aria-label", words ? `${PARTS[name][0]}: ${words}` : PARTS[name][0]);
    }
  }

  choose(name) {
    for (const [one, { node }] of this.nodes) node.classList.toggle("chosen", one === name);
  }

  // Light the arrows along which something went since the last look.
  light(counts) {
    const before = this.counts;
    this.counts = counts;
    if (!before) return;
    const more = (kind, name) => (counts[kind][name] || 0) > (before[kind][name] || 0);
    const asked = FUNCTIONS.filter(name => more("functions", name)), some = asked.length > 0;
    const index = more("seams", "index"), database = more("seams", "database"), alone = asked.length === 1 ? asked[0] : null;
    const lit = {
      "you>front-door": some, "front-door>aws": some, "aws>coursematch": asked.includes("coursematch"), "aws>enrollments": asked.includes("enrollments"), "aws>advisor": asked.includes("advisor"),
      "advisor>coursematch": asked.includes("advisor") && index, "coursematch>mock-algolia": index, "coursematch>postgres": database && alone !== "enrollments", "enrollments>postgres": database && asked.includes("enrollments"),
      "catalog-sync>mock-algolia": more("seams", "index_for_sync"), "catalog-sync>lms": more("seams", "lms"), "lms>postgres": more("seams", "database_for_lms"),
    };
    for (const [name, arrow] of this.arrows) {
      if (!lit[name]) continue;
      arrow.classList.remove("lit");
      arrow.getBoundingClientRect(); // so that the animation begins anew
      arrow.classList.add("lit");
    }
  }
}

function way(from, to) {
  const [ax, ay] = BOXES[from], [bx, by] = BOXES[to], a = ay + HIGH / 2, b = by + HIGH / 2;
  if (from === "advisor") return `M${ax + 30} ${ay}C${ax - 45} ${ay - 50} ${bx - 45} ${by + HIGH + 50} ${bx + 30} ${by + HIGH + 2}`;
  if (from === "lms") return `M${ax + 95} ${ay}V${by + HIGH + 2}`;
  const x = ax + wide(from), middle = (x + bx) / 2;
  return `M${x} ${a}C${middle} ${a} ${middle} ${b} ${bx - 2} ${b}`;
}
