// What one step tells: its facts, SQL with its plan, a search with its ranking, the prompt and the tool's result.
import { h, milliseconds, sandbox } from "./elements.js";

const NAMES = {
  "db.query.text": "SQL, values left out", "algolia.requests": "Queries, as sent", "algolia.found": "Found", "algolia.operations": "Algolia operations", "algolia.processing_ms": "The index took (ms)",
  "coursematch.keywords": "Asked", "coursematch.understood": "Understood", "coursematch.searched_words": "Searched for", "coursematch.by_meaning": "By meaning too", "coursematch.candidates": "Candidates in",
  "coursematch.ranked": "Ranked out", "coursematch.taken": "Courses taken before", "coursematch.best": "Best, with their scores", "coursematch.level": "Level", "coursematch.language": "Language",
  "gen_ai.input.messages": "Prompt", "gen_ai.output.messages": "Reply", "gen_ai.tool.name": "Tool", "gen_ai.tool.call.arguments": "Called with", "gen_ai.tool.call.result": "Its result", "gen_ai.provider.name": "Model",
  "http.response.status_code": "Status", "http.route": "Route", "http.request.method": "Method", "db.response.returned_rows": "Rows", "coursematch.new_connection": "New connection", "error.type": "Error",
  "faas.invocation_id": "Request id (in every log)", "faas.coldstart": "Cold start", "coursematch.act": "Taken for", "coursematch.counts_asked": "Counts asked for", "coursematch.counts_kept": "Of these from the cache",
};

export function factsOf(trace, span) {
  const told = Object.entries(span.facts);
  const more = h("div", { className: "more" });
  const button = span.facts["db.query.text"] ? explainer("Show its plan", plan) : span.facts["algolia.requests"]?.includes('"query"') ? explainer("Ask again, with the ranking", ranking) : null;

  function explainer(name, shown) {
    const made = h("button", { type: "button", onclick: async () => {
      made.disabled = true;
      more.replaceChildren(h("p", {}, "Asking…"));
      try {
        more.replaceChildren(shown(await sandbox("explain", { trace, span: span.span })));
      } catch (error) {
        more.replaceChildren(h("p", { className: "bad", role: "alert" }, error.message));
      }
      made.disabled = false;
    } }, name);
    return made;
  }

  return h("section", { "aria-label": `What ${span.name} tells` },
    h("h4", {}, span.name, h("small", { className: "quiet" }, ` ${span.service}, ${milliseconds(span.ms)}`)),
    h("dl", { className: "facts" }, told.map(([name, value]) => [h("dt", { title: name }, NAMES[name] || name), h("dd", { dir: "auto" }, shown(value))])),
    !told.length && h("p", { className: "quiet" }, "It tells its time only."),
    button && h("div", { className: "row" }, button), more);
}

// Long texts stand in a box; JSON is laid out.
function shown(value) {
  if (Array.isArray(value)) return value.map(String).join(", ");
  const text = laidOut(String(value));
  return text.includes("\n") || text.length > 120 ? h("pre", { tabIndex: 0 }, text) : text;
}

function laidOut(text) {
  if (!/^[[{]/.test(text)) return text.replace(/ (FROM|WHERE|LEFT JOIN|JOIN|GROUP BY|ORDER BY|HAVING|LIMIT) /g, "\n$1 ");
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

const plan = told => h("pre", { tabIndex: 0, "aria-label": "The plan" }, told.plan.join("\n"));

function ranking(told) {
  return h("div", {}, told.results.map(result => [
    h("p", {}, h("b", {}, result.query || "everything"), ` found ${result.found}`, result.filters && h("small", { className: "quiet" }, ` of ${result.filters}`)),
    h("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": "Ranking" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Course"), h("th", { scope: "col" }, "Ranking"))),
      h("tbody", {}, result.hits.map(hit => h("tr", {}, h("th", { scope: "row" }, hit.title || hit.key), h("td", {}, Object.entries(hit.ranking).filter(([, value]) => value !== 0 && value !== null && typeof value !== "object").map(([name, value]) => `${name} ${typeof value === "number" ? Math.round(value * 1000) / 1000 : value}`).join(", "))))))),
  ]));
}
