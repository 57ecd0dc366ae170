// Data: the LMS's tables, and a box to ask them in SQL. The answer comes from a copy, and nothing leaves this machine.
import { h, sandbox } from "./elements.js";

const NUMBERS = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;

export function data(main) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const note = h("p", { role: "status" }, "Copying the tables…"), tables = h("div", { className: "tables" });
  const saved = h("ul", { className: "saved", "aria-label": "Saved questions" });
  const field = h("textarea", { id: "sql", rows: 8, spellcheck: false, maxLength: 5000, value: asked.get("sql") || "", onkeydown: event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask(); } });
  const said = h("p", { role: "status" }), answer = h("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": "The answer" });
  const form = h("form", { onsubmit: event => { event.preventDefault(); ask(); } }, h("label", { htmlFor: "sql" }, "Ask in SQL", h("small", {}, "One SELECT, in DuckDB's SQL. Ctrl+Enter asks.")), field, h("div", { className: "row" }, h("button", { className: "go" }, "Ask"), h("button", { type: "button", onclick: load }, "Copy the tables anew")), said, answer);
  main.append(h("div", { className: "page" }, h("div", {}, h("h2", {}, "The learning platform's data"), note), h("section", { className: "panel" }, h("h3", {}, "Five questions to begin with"), saved), h("section", { className: "panel" }, form), tables));

  async function load() {
    try {
      const told = await sandbox("tables", {});
      note.textContent = "A copy in memory, of this moment. It stays on this machine: no file, no other server can be reached from it.";
      saved.replaceChildren(...told.saved.map(one => h("li", {}, h("button", { type: "button", onclick: () => { field.value = one.sql; ask(); } }, one.question))));
      tables.replaceChildren(h("h3", {}, "Tables"), ...told.tables.map(table));
      if (field.value && !answer.childElementCount) ask();
    } catch (error) {
      note.textContent = error.message;
    }
  }

  function table(one) {
    const count = one.copied < one.rows ? `${one.copied} of ${one.rows} rows copied` : `${one.rows} rows`;
    return h("details", {}, h("summary", {}, h("b", {}, one.name), ` ${count}`), h("div", { className: "inside" },
      h("p", { className: "quiet" }, one.columns.map(column => `${column.name} ${column.type}`).join(", ")),
      h("div", {}, h("button", { type: "button", onclick: () => { field.value = `SELECT * FROM ${one.name} LIMIT 50`; ask(); } }, "Show its rows"))));
  }

  async function ask() {
    const sql = field.value.trim();
    if (!sql) return;
    history.replaceState(null, "", `#${new URLSearchParams({ sql })}`);
    said.textContent = "Asking…";
    said.classList.remove("bad");
    const began = performance.now();
    try {
      const told = await sandbox("sql", { sql });
      said.textContent = `${told.rows.length}${told.more ? " rows, and more that are not shown" : told.rows.length === 1 ? " row" : " rows"}, in ${Math.round(performance.now() - began)} ms.`;
      answer.replaceChildren(told.rows.length ? drawn(told) : "");
    } catch (error) {
      said.textContent = error.message;
      said.classList.add("bad");
      answer.replaceChildren();
    }
  }

  const drawn = ({ columns, rows }) => h("table", {}, h("thead", {}, h("tr", {}, columns.map(column => h("th", { scope: "col", title: column.type, className: NUMBERS.test(column.type) ? "number" : "" }, column.name)))),
    h("tbody", {}, rows.map(row => h("tr", {}, row.map((cell, at) => h("td", { dir: "auto", className: NUMBERS.test(columns[at].type) ? "number" : cell === null ? "quiet" : "" }, cell ?? "null"))))));
  load();
}
