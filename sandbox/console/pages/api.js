// API: the contract's operations, each with a form that tries it here.
import { h, sandbox } from "./elements.js";

export function api(main) {
  const list = h("div", {});
  main.append(h("div", { className: "page" }, h("div", {}, h("h2", {}, "The API"), h("p", {}, "What the contract offers, to try on this sandbox. Learners' paths need a token: python -m sandbox token 1.")), list));
  sandbox("contract").then(contract => {
    const open = location.hash.slice(1);
    for (const [path, item] of Object.entries(contract.paths)) {
      for (const method of ["get", "post"]) {
        if (item[method]) list.append(operation(contract, path, method, item[method], open));
      }
    }
  }, error => list.append(h("p", { className: "bad" }, error.message)));
}

function operation(contract, path, method, told, open) {
  const resolved = (told.parameters || []).map(one => (one.$ref ? contract.components.parameters[one.$ref.split("/").pop()] : one));
  const example = told.requestBody?.content?.["application/json"]?.example;
  const fields = resolved.map(one => h("label", {}, `${one.name}${one.required ? "" : " (optional)"}`, h("small", {}, one.description), h("input", { name: one.name, value: one.required ? one.example ?? "" : "" })));
  const body = example && h("label", {}, "Body (JSON)", h("input", { name: "body", value: JSON.stringify(example) }));
  const token = told.security?.some(one => one.bearerToken) && h("label", {}, "Token (optional unless the path is a learner's)", h("input", { name: "token", type: "password", autocomplete: "off" }));
  const answer = h("pre", { hidden: true, tabIndex: 0 }), said = h("p", { role: "status" });
  const form = h("form", { onsubmit: tryIt }, h("p", { className: "quiet" }, told.description), fields, body, token, h("button", { className: "go" }, "Try it"), said, answer);

  async function tryIt(event) {
    event.preventDefault();
    const given = new FormData(form), query = new URLSearchParams();
    let target = path;
    for (const one of resolved) {
      const value = given.get(one.name);
      if (one.in === "path") target = target.replace(`{${one.name}}`, encodeURIComponent(value));
      else if (value) query.set(one.name, value);
    }
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (given.get("token")) headers.Authorization = `Bearer ${given.get("token")}`;
    const began = performance.now();
    try {
      const response = await fetch(query.size ? `${target}?${query}` : target, { method: method.toUpperCase(), headers, body: body ? given.get("body") : undefined });
      const text = await response.text();
      said.textContent = `${response.status} in ${Math.round(performance.now() - began)} ms`;
      answer.textContent = pretty(text);
      answer.hidden = false;
    } catch {
      said.textContent = "The API cannot be reached. System says what runs.";
    }
  }
  return h("details", { id: told.operationId, open: told.operationId === open, ontoggle: event => { if (event.target.open) history.replaceState(null, "", `#${told.operationId}`); } },
    h("summary", {}, h("b", {}, `${method.toUpperCase()} ${path}`), ` ${told.summary}`), form);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
