// API: the contract's operations, each with a form that tries it here.
import { h, sandbox } from "./elements.js";

export function api(main) {
  const list = h("div", {}), people = h("select", {}, h("option", { value: "" }, "nobody"));
  let token = null;
  people.addEventListener("change", () => {
    token = null;
    for (const input of list.querySelectorAll("[name=student_id]")) input.value = people.value || input.defaultValue;
  });
  const signIn = async () => (people.value ? (token ??= (await sandbox("sign-in", { learner: people.value })).token) : null);
  main.append(h("div", { className: "page" }, h("div", {}, h("h2", {}, "The API"), h("p", {}, "What the contract offers, filled in with its own examples, to try on this sandbox.")), h("label", { className: "row" }, "Ask as", people), list));
  sandbox("people").then(told => {
    for (const person of told.people) people.append(h("option", { value: person.id }, `${person.name} (${person.id})`));
  }, () => {});
  sandbox("contract").then(contract => {
    const open = location.hash.slice(1);
    for (const [path, item] of Object.entries(contract.paths)) {
      for (const method of ["get", "post"]) {
        if (item[method]) list.append(operation(contract, path, method, item[method], open, signIn));
      }
    }
    if (open) document.getElementById(open)?.scrollIntoView({ block: "start" });
  }, error => list.append(h("p", { className: "bad" }, error.message)));
}

const resolved = (contract, one) => (one?.$ref ? resolved(contract, one.$ref.slice(2).split("/").reduce((found, name) => found?.[name], contract)) : one);

function operation(contract, path, method, told, open, signIn) {
  const parameters = (told.parameters || []).map(one => resolved(contract, one));
  const media = resolved(contract, told.requestBody)?.content?.["application/json"];
  const example = media && (media.example ?? Object.values(media.examples || {})[0]?.value ?? {});
  const body = media && h("label", {}, "Body (JSON)", h("textarea", { name: "body", rows: 5, spellcheck: false, value: JSON.stringify(example, null, 2) }));
  const answer = h("pre", { hidden: true, tabIndex: 0 }), said = h("p", { role: "status" }), asked = h("code", {});
  const form = h("form", { onsubmit: tryIt }, h("p", { className: "quiet" }, plain(told.description)), parameters.map(one => field(contract, one)), body, h("button", { className: "go" }, "Try it"), h("p", { className: "asked" }, asked), said, answer);

  async function tryIt(event) {
    event.preventDefault();
    const given = new FormData(form), query = new URLSearchParams();
    let target = path;
    for (const one of parameters) {
      const values = given.getAll(one.name).flatMap(value => (one.schema?.type === "array" ? value.split(",") : [value])).map(value => value.trim()).filter(Boolean);
      if (one.in === "path") target = target.replace(`{${one.name}}`, encodeURIComponent(values[0] || ""));
      else if (one.in === "query") values.forEach(value => query.append(one.name, value));
    }
    if (query.size) target += `?${query}`;
    asked.textContent = `${method.toUpperCase()} ${target}`;
    const began = performance.now();
    try {
      const headers = { Accept: "application/json" }, token = await signIn();
      if (body) headers["Content-Type"] = "application/json";
      if (token) headers.Authorization = `Bearer ${token}`;
      const response = await fetch(target, { method: method.toUpperCase(), headers, body: body ? given.get("body") : undefined });
      const text = await response.text(), wait = response.headers.get("Retry-After");
      said.textContent = `${response.status} in ${Math.round(performance.now() - began)} ms${wait ? `; try again after ${wait} s` : ""}`;
      said.classList.toggle("bad", !response.ok);
      answer.textContent = pretty(text);
      answer.hidden = false;
    } catch (error) {
      said.textContent = error instanceof TypeError ? "The API cannot be reached. System says what runs." : error.message;
      said.classList.add("bad");
    }
  }
  return h("details", { id: told.operationId, open: told.operationId === open, ontoggle: event => { if (event.target.open) history.replaceState(null, "", `#${told.operationId}`); } },
    h("summary", {}, h("b", {}, `${method.toUpperCase()} ${path}`), ` ${plain(told.summary)}`), form);
}

// A parameter's field: a choice where the contract lists the values, else a text, with the contract's example in it.
function field(contract, one) {
  const schema = resolved(contract, one.schema) || {}, many = schema.type === "array", items = many ? resolved(contract, schema.items) || {} : schema, values = items.enum || (schema.type === "boolean" ? [true, false] : null);
  const example = one.example ?? schema.example ?? Object.values(one.examples || {})[0]?.value, value = one.required ? example ?? schema.default ?? "" : "";
  const whole = schema.type === "integer";
  const input = values
    ? h("select", { name: one.name, multiple: many, size: many ? values.length : 1 }, !one.required && !many && h("option", { value: "" }, "any"), values.map(each => h("option", { value: each, selected: each === value }, `${each}`)))
    : h("input", { name: one.name, value, required: Boolean(one.required), type: whole ? "number" : "text", min: whole ? schema.minimum : null, max: whole ? schema.maximum : null, maxLength: schema.maxLength, placeholder: schema.default ?? (example === undefined ? "" : `${example}`) });
  const kind = [!one.required && "optional", many && (values ? "several with Ctrl" : "several with commas")].filter(Boolean).join(", ");
  return h("label", {}, `${one.name}${kind && ` (${kind})`}`, h("small", {}, plain(one.description)), input);
}

const plain = text => (text || "").replaceAll("`", "");

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
