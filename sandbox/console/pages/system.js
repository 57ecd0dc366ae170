// System: the parts as a picture that lives, and of each part its state, its log, and what stands for it on AWS.
import { h, sandbox } from "./elements.js";
import { Picture, PARTS, stateOf } from "./picture.js";
import { faultsPanel } from "./faults.js";

export function system(main) {
  const note = h("p", { role: "status" }, "Looking…"), part = h("section", { className: "panel", hidden: true, "aria-label": "The part chosen" });
  const picture = new Picture(name => choose(name)), sync = syncPanel(), faults = faultsPanel();
  main.append(h("div", { className: "page" },
    h("div", {}, h("h2", {}, "What runs here"), note),
    h("div", { className: "picture" }, picture.svg),
    part, sync.panel, faults.panel, onAws()));
  let status = null, chosen = null;

  async function look() {
    try {
      status = await sandbox("status");
      note.textContent = `${status.ready ? "Everything answers" : "Not everything answers"}; up since ${new Date(status.since).toLocaleTimeString()}.`;
      picture.tell(status.parts, await faults.look());
      sync.tell(status);
      if (!chosen && PARTS[location.hash.slice(1)]) choose(location.hash.slice(1));
    } catch (error) {
      note.textContent = error.message;
    }
  }

  async function choose(name) {
    chosen = name;
    picture.choose(name);
    history.replaceState(null, "", `#${name}`);
    const [title, story, onAws, log] = PARTS[name];
    const told = status?.parts.find(one => one.name === name || one.name === log);
    const lines = h("pre", { tabIndex: 0 }, "Reading its log…");
    part.hidden = false;
    part.replaceChildren(
      h("div", { className: "row" }, h("h3", {}, title), h("button", { type: "button", className: "quiet", onclick: () => { part.hidden = true; chosen = null; picture.choose(null); history.replaceState(null, "", location.pathname); } }, "Close")),
      h("p", {}, story),
      h("dl", { className: "facts" }, facts(told, onAws)),
      log && h("h4", {}, "The end of its log"), log && lines);
    part.scrollIntoView({ block: "nearest" });
    if (log) lines.textContent = (await sandbox("log", { part: log })).lines.join("\n") || "Nothing yet.";
  }

  look();
  const timers = [setInterval(look, 3000), setInterval(() => sandbox("traffic").then(counts => picture.light(counts), () => {}), 700), setInterval(sync.count, 1000)];
  return () => timers.forEach(clearInterval);
}

function facts(told, onAws) {
  const known = [
    told && ["State", stateOf(told)], told?.pid && ["Process", `${told.pid}`], told && told.restarts > 0 && ["Restarts", `${told.restarts}${told.last_result ? `; it ${told.last_result}` : ""}`],
    told?.command && ["Started with", told.command], told?.settings?.length && ["Told by its environment (names only)", told.settings.join(", ")], ["On AWS", onAws],
  ];
  return known.filter(Boolean).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
}

// The CronJob: when it runs next, the last report, and "sync now".
function syncPanel() {
  const go = h("button", { className: "go", type: "button", onclick: syncNow }, "Sync now"), when = h("span", { className: "quiet" });
  const report = h("div", { role: "status" });
  let next = null, suspended = false;
  const count = () => {
    const seconds = next && Math.max(0, Math.round((next - Date.now()) / 1000));
    when.textContent = suspended ? "Suspended: its moments pass without a run." : next ? `Next run in ${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s.` : "";
  };
  async function syncNow() {
    go.disabled = true;
    report.replaceChildren(h("p", {}, "Reading the learning platform and comparing…"));
    try {
      report.replaceChildren(diff(await sandbox("sync", {})));
    } catch (error) {
      report.replaceChildren(h("p", { className: "bad" }, error.message));
    }
    go.disabled = false;
  }
  return {
    panel: h("section", { className: "panel" }, h("h3", {}, "The catalogue's sync"), h("div", { className: "row" }, go, when), report),
    count,
    tell(status) {
      const job = status.parts.find(part => part.name === "catalog-sync");
      next = job?.next_run && new Date(job.next_run);
      suspended = Boolean(job?.suspended);
      count();
      if (status.last_sync && !go.disabled && !report.childElementCount) report.replaceChildren(diff(status.last_sync));
    },
  };
}

const COUNTS = [["read", "read"], ["created", "new"], ["updated", "changed"], ["deleted", "gone"], ["unchanged", "as before"], ["skipped", "skipped"]];

const CHANGES = [["created", "New courses"], ["updated", "Changed courses"], ["deleted", "Gone"]];

function diff(told) {
  const operations = (told.algolia_read_operations || 0) + (told.algolia_write_operations || 0);
  const remarks = [told.reason, ...(told.remarks || []), ...(told.skipped_courses || []).slice(0, 5).map(one => (typeof one === "string" ? one : JSON.stringify(one)))].filter(Boolean);
  return h("div", {},
    h("dl", { className: "counts" }, COUNTS.filter(([name]) => name in told).map(([name, word]) => h("div", { className: told[name] && ["created", "updated", "deleted", "skipped"].includes(name) ? "changed" : "" }, h("dt", {}, word), h("dd", {}, told[name])))),
    CHANGES.filter(([name]) => told.courses?.[name]).map(([name, word]) => h("details", { open: told.courses[name].length <= 10 }, h("summary", {}, `${word}: ${told[name]}${told[name] > told.courses[name].length ? `, the first ${told.courses[name].length}` : ""}`), h("ul", { className: "keys" }, told.courses[name].map(key => h("li", {}, name === "deleted" ? key : h("a", { href: `/console/catalogue?course=${encodeURIComponent(key)}` }, key)))))),
    h("p", { className: "quiet" }, told.trace_id && [h("a", { href: `/console/traces?trace=${told.trace_id}` }, "Its trace"), ". "], "seconds" in told ? `${told.seconds} s, ${operations} operations of the index, ${told.lms_requests ?? "?"} requests to the learning platform.` : told.progress || told.event || ""),
    remarks.length > 0 && h("ul", {}, remarks.map(text => h("li", {}, text))));
}

function onAws() {
  return h("details", {}, h("summary", {}, "What stands here for what on AWS"),
    h("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": "What stands for what" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Part"), h("th", { scope: "col" }, "Here"), h("th", { scope: "col" }, "On AWS"))),
      h("tbody", {}, Object.values(PARTS).map(([title, story, aws]) => h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, story), h("td", {}, aws)))))));
}
