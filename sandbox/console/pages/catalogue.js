// Catalogue: every course at its place by meaning, what comes before what, a learner's way, and what a search lights up.
import { h, s, sandbox } from "./elements.js";

const COLORS = ["#b4532a", "#1c7f6e", "#5b66b3", "#99690c", "#9a4487", "#4a7d38", "#2f79ab", "#b04a5a", "#7a6a3a", "#7b57c2"];
const OTHERS = "#6f7a74", WIDE = 1000, HIGH = 640, LABELS = 12, NAMED = 6, SHIFTS = [0, 18, -18, 36, -36, 54];

export function catalogue(main) {
  const asked = new URLSearchParams(location.search);
  const note = h("p", { role: "status" }, "Laying the courses out; the first time takes some seconds…");
  const field = h("input", { type: "search", name: "q", value: asked.get("q") || "", "aria-label": "Search the catalogue", placeholder: "Search, and see where it lies", maxLength: 512 });
  const people = h("select", { "aria-label": "Whose path to draw", onchange: () => walk(people.value) }, h("option", { value: "" }, "Nobody's path"));
  const svg = s("svg", { viewBox: `-20 -20 ${WIDE + 40} ${HIGH + 40}`, role: "group", "aria-label": "Map of courses; arrow keys go from one to the next" });
  const found = h("ol", { className: "found" }), course = h("section", { className: "panel", "aria-label": "The course chosen" }, h("p", { className: "quiet" }, "Choose a dot to see the course, what comes before it and where it leads. Search to see what the two legs of the search find: by words, and by meaning."));
  main.append(h("div", { className: "page wide" }, h("div", {}, h("h2", {}, "The catalogue by meaning"), note),
    h("form", { className: "row", role: "search", onsubmit: event => { event.preventDefault(); search(field.value); } }, field, h("button", { className: "go" }, "Search"), people),
    h("div", { className: "beside" }, h("div", { className: "picture map" }, svg), h("div", { className: "aside" }, course, found))));
  const dots = new Map(), lines = s("g", {}), path = s("g", {}), named = s("g", {});
  let courses = new Map();

  function keep(name, value) {
    if (value) asked.set(name, value);
    else asked.delete(name);
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  }

  function draw(told) {
    courses = new Map(told.courses.map(one => [one.key, { ...one, x: one.x * WIDE, y: (1 - one.y) * HIGH }]));
    const subjects = labelled([...courses.values()]), color = new Map(subjects.map(([name], at) => [name, COLORS[at % COLORS.length]]));
    const most = Math.max(1, ...told.courses.map(one => one.taken));
    svg.append(lines, path);
    for (const one of courses.values()) {
      const dot = s("circle", { cx: one.x, cy: one.y, r: 4.5 + 6 * Math.sqrt(one.taken / most), class: "course", role: "button", tabindex: -1, "aria-label": one.title, fill: color.get(one.subjects[0]) || OTHERS }, s("title", {}, one.title));
      dot.addEventListener("click", () => choose(one.key));
      dot.addEventListener("keydown", event => keyed(event, one));
      dots.set(one.key, dot);
      svg.append(dot);
    }
    for (const [name, x, y] of subjects) svg.append(s("text", { x, y: y - 12, class: "region", "text-anchor": "middle" }, name));
    svg.append(named);
    const first = dots.values().next().value;
    first?.setAttribute("tabindex", 0);
    const all = told.all > told.courses.length ? `The ${told.courses.length} most taken of ${told.all} courses` : `${told.courses.length} courses`;
    note.textContent = told.courses.length ? `${all}; near each other is what is alike by ${told.by}. A larger dot has more enrollments.` : "The catalogue is empty.";
  }

  function keyed(event, from) {
    const to = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (event.key === "Enter" || event.key === " ") choose(from.key);
    else if (to) {
      const cost = one => {
        const ahead = (one.x - from.x) * to[0] + (one.y - from.y) * to[1], aside = Math.abs((one.x - from.x) * to[1]) + Math.abs((one.y - from.y) * to[0]);
        return ahead > 0.5 ? ahead + 2 * aside : Infinity;
      };
      const next = [...courses.values()].reduce((best, one) => (cost(one) < cost(best) ? one : best), from);
      focus(next.key);
    } else return;
    event.preventDefault();
  }

  function focus(key) {
    for (const [name, dot] of dots) dot.setAttribute("tabindex", name === key ? 0 : -1);
    dots.get(key).focus();
  }

  // A course: what it is, what comes before and after it, and lines to those.
  function choose(key) {
    const one = courses.get(key);
    if (!one) return;
    keep("course", key);
    const before = chain(key, name => courses.get(name).after), after = [...courses.values()].filter(other => other.after.includes(key)).map(other => other.key);
    for (const [name, dot] of dots) dot.classList.toggle("chosen", name === key);
    lines.replaceChildren(...before.map(([from, to]) => line(courses.get(to), courses.get(from), "before")), ...after.map(name => line(one, courses.get(name), "after")));
    const link = name => h("button", { type: "button", className: "link", onclick: () => choose(name) }, courses.get(name).title);
    const list = (title, keys) => keys.length > 0 && [h("h4", {}, title), h("ul", {}, keys.map(name => h("li", {}, link(name))))];
    course.replaceChildren(h("div", {}, h("h3", { dir: "auto" }, one.title), h("p", { className: "quiet" }, [one.level, one.language, one.subjects.join(", "), one.key].filter(Boolean).join(" · ")), h("p", { dir: "auto" }, one.about),
      list("Before it", one.after.filter(name => courses.has(name))), list("It leads to", after), h("a", { href: `/?q=${encodeURIComponent(`What do I need for ${one.title}?`)}` }, "Ask the adviser about it")));
    name([key, ...one.after, ...after].slice(0, NAMED));
  }

  function chain(key, before, seen = new Set([key])) {
    return before(key).filter(name => courses.has(name)).flatMap(name => [[key, name], ...(seen.has(name) ? [] : chain(name, before, seen.add(name)))]);
  }

  function line(from, to, kind) {
    const turn = 0.12, x = (from.x + to.x) / 2 - (to.y - from.y) * turn, y = (from.y + to.y) / 2 + (to.x - from.x) * turn;
    return s("path", { d: `M${from.x} ${from.y}Q${x} ${y} ${to.x} ${to.y}`, class: `way ${kind}`, "marker-end": "url(#tip)" });
  }

  // Names beside their dots, each where it hides no other.
  function name(keys) {
    const placed = [];
    for (const key of keys.filter(one => courses.has(one))) {
      const { x, y, title } = courses.get(key), text = title.length > 42 ? `${title.slice(0, 40)}…` : title, wide = 8 * text.length;
      const sides = x > WIDE * 0.6 ? [-1, 1] : [1, -1];
      const spots = SHIFTS.flatMap(shift => sides.map(side => ({ x: x + 14 * side, y: y + 5 + shift, side, from: side > 0 ? x + 14 : x - 14 - wide })));
      const spot = spots.find(one => one.from > -10 && one.from + wide < WIDE + 10 && placed.every(other => Math.abs(other.y - one.y) > 17 || other.from > one.from + wide || one.from > other.from + other.wide));
      if (spot) placed.push({ ...spot, wide, text });
    }
    named.replaceChildren(...placed.map(one => s("text", { x: one.x, y: one.y, class: "named", "text-anchor": one.side > 0 ? "start" : "end" }, one.text)));
    svg.classList.toggle("naming", placed.length > 0);
  }

  async function search(words) {
    keep("q", words.trim());
    if (!words.trim()) {
      svg.classList.remove("searched");
      dots.forEach(dot => dot.classList.remove("hit"));
      found.replaceChildren();
      return name([]);
    }
    try {
      const { hits } = await sandbox("search", { words }), at = new Set(hits.map(hit => hit.key));
      svg.classList.add("searched");
      for (const [key, dot] of dots) dot.classList.toggle("hit", at.has(key));
      found.replaceChildren(...hits.map(hit => h("li", {}, h("button", { type: "button", className: "link", onclick: () => choose(hit.key) }, courses.get(hit.key)?.title || hit.key), leg("words", hit.words), leg("meaning", hit.meaning))));
      if (!hits.length) found.replaceChildren(h("li", {}, "Nothing is found."));
      name(hits.slice(0, NAMED).map(hit => hit.key));
    } catch (error) {
      found.replaceChildren(h("li", { className: "bad" }, error.message));
    }
  }

  function leg(what, score) {
    if (typeof score !== "number") return null;
    return h("label", { className: "leg" }, h("span", {}, `${what} ${score.toFixed(2)}`), h("meter", { min: 0, max: 1, value: score }));
  }

  // A learner's way: the courses in the order in which they were begun, then what is recommended next.
  async function walk(learner) {
    keep("as", learner);
    path.replaceChildren();
    for (const dot of dots.values()) dot.classList.remove("taken", "next");
    if (!learner) return;
    try {
      const { token } = await sandbox("sign-in", { learner }), headers = { Authorization: `Bearer ${token}` };
      const ask = async what => {
        const response = await fetch(`/${what}?student_id=${encodeURIComponent(learner)}`, { headers }), told = await response.json();
        if (!response.ok) throw new Error(told.detail);
        return told;
      };
      const [{ enrollments }, { recommendations }] = await Promise.all([ask("enrollments"), ask("recommendations")]);
      const taken = enrollments.filter(one => courses.has(one.course_key)).sort((one, other) => (one.enrolled_on || "").localeCompare(other.enrolled_on || "")).map(one => one.course_key);
      const next = recommendations.slice(0, 3).map(one => one.course_key).filter(key => courses.has(key)), last = courses.get(taken.at(-1));
      path.replaceChildren(...taken.slice(1).map((key, at) => line(courses.get(taken[at]), courses.get(key), "walked")), ...(last ? next.map(key => line(last, courses.get(key), "ahead")) : []));
      taken.forEach(key => dots.get(key).classList.add("taken"));
      next.forEach(key => dots.get(key).classList.add("next"));
      name([...taken.slice(-3), ...next]);
      note.textContent = `${taken.length} courses taken, in their order; the broken lines lead to what is recommended next.`;
    } catch (error) {
      note.textContent = error.message;
    }
  }

  svg.append(s("defs", {}, s("marker", { id: "tip", viewBox: "0 0 8 8", refX: 12, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" }, s("path", { d: "M0 0 8 4 0 8z", class: "tip" }))));
  sandbox("people").then(told => {
    for (const person of told.people) people.append(h("option", { value: person.id }, person.name));
    people.hidden = !told.people.length;
    people.value = asked.get("as") || "";
  }, () => { people.hidden = true; });
  sandbox("map").then(async told => {
    draw(told);
    if (asked.get("course")) choose(asked.get("course"));
    if (asked.get("q")) await search(asked.get("q"));
    if (asked.get("as")) await walk(asked.get("as"));
  }, error => { note.textContent = error.message; });
}

// Where most courses of a subject lie, for the largest subjects; a name that would lie on another is left out.
function labelled(courses) {
  const by = Map.groupBy(courses.filter(one => one.subjects.length), one => one.subjects[0]), kept = [];
  for (const [name, group] of [...by].sort((one, other) => other[1].length - one[1].length)) {
    const middle = axis => group.map(one => one[axis]).sort((a, b) => a - b)[group.length >> 1], x = middle("x"), y = middle("y");
    if (kept.length < LABELS && kept.every(([other, ox, oy]) => Math.abs(oy - y) > 24 || Math.abs(ox - x) > 4.5 * (name.length + other.length))) kept.push([name, x, y]);
  }
  return kept;
}
