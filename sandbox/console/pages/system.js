// System: what runs, when the next sync is, and each part's log.
import { h, sandbox } from "./elements.js";

const PARTS = {
  postgres: ["Postgres", "PostgreSQL from a wheel; on AWS, RDS"],
  "lms-load": ["Catalogue load", "A Job, once a start; on AWS, the same on EKS"],
  aws: ["AWS", "MiniStack behind a guard; on AWS, AWS itself"],
  "front-door": ["Front door", "Short addresses and this console; on AWS, API Gateway's own address"],
  "mock-algolia": ["Search index", "A stand-in for Algolia; on AWS, Algolia"],
  lms: ["Learning platform", "A stand-in for Open edX; on AWS, yours"],
  "catalog-sync": ["Catalogue sync", "A CronJob, hourly; on AWS, the same on EKS"],
};
const GOOD = ["ready", "running", "succeeded", "scheduled"];

export function system(main) {
  const parts = h("ul", { className: "parts" }), log = h("section", { className: "panel", hidden: true });
  const note = h("p", { role: "status" }, "Looking…"), report = h("p", { role: "status" });
  const go = h("button", { className: "go", type: "button", onclick: syncNow }, "Sync now");
  main.append(h("div", { className: "page" }, h("div", {}, h("h2", {}, "What runs here"), note), parts,
    h("section", { className: "panel" }, h("h3", {}, "The catalogue's sync"), h("div", {}, go), report), log));
  const drawn = new Map();
  let next = null;

  async function look() {
    try {
      const status = await sandbox("status");
      note.textContent = `${status.ready ? "Everything answers" : "Still starting"}; up since ${new Date(status.since).toLocaleTimeString()}.`;
      status.parts.forEach(draw);
      if (status.last_sync && !go.disabled) report.textContent = `Last: ${inWords(status.last_sync)}`;
    } catch (error) {
      note.textContent = error.message;
    }
  }

  function draw(part) {
    if (!drawn.has(part.name)) {
      const button = h("button", { className: "part", type: "button", onclick: () => showLog(part.name) });
      drawn.set(part.name, button);
      parts.append(h("li", {}, button));
    }
    const [title, story] = PARTS[part.name] || [part.name, part.kind];
    const restarts = part.restarts > 0 ? `, restarted ${part.restarts}×` : "";
    if (part.next_run) next = [part.name, new Date(part.next_run)];
    drawn.get(part.name).replaceChildren(h("strong", {}, title), h("span", { className: GOOD.includes(part.state) ? "state" : "state bad" }, part.state + restarts), h("span", {}, story), h("span", { className: "next" }, part.next_run && until(new Date(part.next_run))));
  }

  function until(moment) {
    const seconds = Math.max(0, Math.round((moment - Date.now()) / 1000));
    return `next run in ${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  }

  async function showLog(part) {
    const { lines } = await sandbox("log", { part });
    log.hidden = false;
    log.replaceChildren(h("h3", {}, `Log of ${part}`), h("pre", { tabIndex: 0 }, lines.join("\n") || "Nothing yet."));
    log.scrollIntoView({ block: "nearest" });
  }

  async function syncNow() {
    go.disabled = true;
    report.textContent = "Reading the learning platform and comparing…";
    try {
      report.textContent = inWords(await sandbox("sync", {}));
    } catch (error) {
      report.textContent = error.message;
    }
    go.disabled = false;
  }

  const inWords = told => ["read", "created", "updated", "deleted", "unchanged"].filter(name => name in told).map(name => `${told[name]} ${name}`).join(", ") || told.progress || told.event || "";
  look();
  const timers = [setInterval(look, 3000), setInterval(() => {
    if (next) drawn.get(next[0])?.querySelector(".next")?.replaceChildren(until(next[1]));
  }, 1000)];
  return () => timers.forEach(clearInterval);
}
