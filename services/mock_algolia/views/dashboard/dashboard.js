// The dashboard: everything it shows comes from Algolia's own API, or from /_mock/, with the admin key of this tab.
const TABS = ["Search", "Configuration", "Synonyms", "Rules", "Requests"];
const PRE = "__in__", POST = "__out__";
const WORDS = {
  typo: "typing mistakes", geo: "distance", words: "words matched", filters: "filter score", proximity: "distance of words",
  attribute: "attribute and position", exact: "exact words", neural: "score by meaning", arrival: "order of arrival",
};
const state = { index: null, tab: TABS[0], query: "", page: 0, params: "" };
const at = (id) => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// What is drawn anew keeps the focus: whoever works by keyboard stays on the element of that id.
function redraw(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(...children);
  if (focused) at(focused)?.focus();
}

async function ask(method, path, body) {
  const headers = { "x-algolia-application-id": at("application").value, "x-algolia-api-key": at("key").value, "x-mock-dashboard": "1" };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}

const path = (rest) => `/1/indexes/${encodeURIComponent(state.index)}${rest}`;

async function guarded(work) {
  try {
    at("told").textContent = "";
    await work();
  } catch (error) {
    at("told").textContent = error.message;
  }
}

async function openWorkspace() {
  const { items } = await ask("GET", "/1/indexes");
  sessionStorage.setItem("mock-algolia key", at("key").value);
  at("workspace").hidden = false;
  redraw(at("indices"), ...items.map((one) => element("li", {},
    element("button", { id: `index-${one.name}`, "aria-current": one.name === state.index && "true", onclick: () => choose(one.name) },
      one.name, element("span", { class: "quiet" }, one.entries.toLocaleString("en"))))));
  if (!items.length) at("indices").append(element("li", { class: "quiet" }, "none yet"));
  if (!items.some((one) => one.name === state.index)) state.index = items.length ? items[0].name : null;
  await show();
}

function choose(name) {
  Object.assign(state, { index: name, query: "", page: 0 });
  guarded(openWorkspace);
}

function tabs() {
  redraw(at("tabs"), ...TABS.map((name) => element("button", {
    role: "tab", id: `tab-${name}`, "aria-controls": "panel", "aria-selected": String(name === state.tab),
    tabindex: name === state.tab ? "0" : "-1",
    onclick: () => turnTo(name),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length];
      turnTo(next);
      at(`tab-${next}`).focus();
    },
  }, name)));
  at("panel").setAttribute("aria-labelledby", `tab-${state.tab}`);
}

function turnTo(name) {
  state.tab = name;
  return guarded(show);
}

let turns = 0;

async function show() {
  const mine = ++turns;
  tabs();
  at("title").textContent = state.index ?? "No index yet";
  if (state.tab === "Search" && state.index !== null) return showSearch(at("panel"));
  const drawn = await inPanel();
  if (mine === turns) redraw(at("panel"), ...drawn); // else another tab or index has been turned to
}

async function inPanel() {
  if (state.tab === "Requests") return requests();
  if (state.index === null) return [element("p", { class: "quiet" }, "An index is made by the first record or setting that is sent to it.")];
  if (state.tab === "Configuration") return configuration();
  const kind = state.tab.toLowerCase();
  const { hits, nbHits } = await ask("POST", path(`/${kind}/search`), { query: "", hitsPerPage: 1000 });
  return [element("p", { class: "quiet" }, `${nbHits} ${kind}`), ...hits.map(item)];
}

function item({ _highlightResult, ...kept }) {
  const summary = kept.description ?? kept.objectID;
  return element("details", { open: true }, element("summary", {}, summary), json(kept));
}

async function configuration() {
  const settings = await ask("GET", path("/settings"));
  const rows = Object.entries(settings).map(([name, value]) => element("tr", {},
    element("th", { scope: "row" }, name), element("td", {}, Array.isArray(value) ? value.join(", ") : text(value))));
  return [element("table", {}, element("tbody", {}, ...rows))];
}

async function requests() {
  const { requests: seen } = await ask("GET", "/_mock/requests");
  const rows = seen.reverse().slice(0, 200).map((one) => element("tr", {},
    element("td", {}, one.method), element("td", {}, one.url), element("td", {}, String(one.status)),
    element("td", {}, `${one.milliseconds.toFixed(1)} ms`), element("td", {}, one.body.slice(0, 300))));
  return [
    element("p", {}, element("button", { id: "look", onclick: () => turnTo("Requests") }, "Look again"), " ",
      element("button", { id: "forget", onclick: () => guarded(async () => { await ask("DELETE", "/_mock/requests"); await show(); }) }, "Forget them")),
    element("table", {},
      element("thead", {}, element("tr", {}, ...["Method", "Path", "Status", "Time", "Body"].map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...rows)),
  ];
}

async function showSearch(panel) {
  const box = element("input", { type: "search", id: "query", "aria-label": "Search this index", placeholder: "Search  ( / )", value: state.query });
  const params = element("input", { id: "params", "aria-label": "More parameters, as JSON", placeholder: '{"filters": "color:red"}', value: state.params });
  const found = element("div", { id: "found" });
  const again = () => guarded(async () => {
    Object.assign(state, { query: box.value, params: params.value, page: 0 });
    await search(found);
  });
  box.addEventListener("input", again);
  params.addEventListener("change", again);
  const form = element("form", { class: "search", onsubmit: (event) => { event.preventDefault(); again(); } }, box, params);
  redraw(panel, form, found);
  await search(found);
}

let latest = 0;

async function search(found) {
  const mine = ++latest;
  const more = state.params.trim() ? JSON.parse(state.params) : {};
  const asked = { query: state.query, page: state.page, hitsPerPage: 20, ...more, highlightPreTag: PRE, highlightPostTag: POST };
  const answer = await ask("POST", `/_mock/indexes/${encodeURIComponent(state.index)}/explain`, asked);
  if (mine !== latest) return; // a later key stroke has asked again
  const turn = (step, name) => element("button", {
    id: name,
    onclick: () => guarded(async () => { state.page += step; await search(found); }),
    disabled: state.page + step < 0 || state.page + step >= answer.nbPages,
  }, name);
  redraw(found,
    element("p", { class: "quiet", role: "status" }, `${answer.nbHits.toLocaleString("en")} hits in ${answer.processingTimeMS} ms`),
    element("ol", { class: "hits", "aria-label": "Hits" }, ...answer.hits.map(hit)),
    ...(answer.nbPages > 1 ? [element("p", {}, turn(-1, "Earlier"), ` page ${state.page + 1} of ${answer.nbPages} `, turn(1, "Later"))] : []),
  );
}

function hit(one) {
  const { _because, _highlightResult, _snippetResult, _rankingInfo, _distinctSeqID, ...record } = one;
  const shown = Object.entries(record).slice(0, 8).flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, ...marked(_highlightResult?.[name], value)),
  ]);
  return element("li", {},
    element("div", { class: "record" }, element("dl", {}, ...shown), element("details", {}, element("summary", {}, "Whole record"), json(record))),
    because(_because));
}

// Highlights come with tags that no record holds, so that nothing of a record is ever read as HTML.
function marked(leaf, value) {
  if (Array.isArray(leaf)) return leaf.flatMap((one, number) => [...(number ? [", "] : []), ...marked(one, one.value)]);
  if (typeof leaf?.value !== "string") return [text(value)];
  return leaf.value.split(PRE).flatMap((part, number) => {
    if (number === 0) return [part];
    const [inside, ...rest] = part.split(POST);
    return [element("mark", {}, inside), rest.join(POST)];
  });
}

function because({ rows, decidedBy, place }) {
  let passed = false;
  const lines = rows.map(({ criterion, value, next }) => {
    const decides = criterion === decidedBy;
    const line = element("tr", { class: decides ? "decides" : passed ? "after" : false },
      element("th", { scope: "row" }, WORDS[criterion] ?? criterion), element("td", {}, text(value)), element("td", {}, text(next)));
    passed ||= decides;
    return line;
  });
  const said = place === "rule" ? "Put here by a rule."
    : place === "group" ? "Here with the best hit of its group."
    : decidedBy ? `Before the next by ${WORDS[decidedBy] ?? decidedBy}.` : "";
  return element("div", { class: "because" }, element("p", {}, said),
    element("table", {},
      element("thead", {}, element("tr", {}, ...["Criterion", "This hit", "The next"].map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...lines)));
}

const text = (value) => value === null || value === undefined ? "–"
  : Array.isArray(value) && value.every((one) => typeof one !== "object") ? value.join(", ")
  : typeof value === "object" ? JSON.stringify(value) : String(value);
const json = (value) => element("pre", { tabindex: "0" }, JSON.stringify(value, null, 2));

at("access").addEventListener("submit", (event) => { event.preventDefault(); guarded(openWorkspace); });
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "TEXTAREA"].includes(document.activeElement.tagName) && at("query")) {
    event.preventDefault();
    at("query").focus();
  }
});
const kept = sessionStorage.getItem("mock-algolia key");
if (kept) {
  at("key").value = kept;
  guarded(openWorkspace);
}
