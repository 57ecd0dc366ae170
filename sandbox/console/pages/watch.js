// Says on every view what came of the last save, where the sandbox watches services/.
import { h, sandbox } from "./elements.js";

const EVERY_MS = 1500;
const FRESH_SECONDS = 60; // what went well is no news for longer

export function watchNote() {
  const words = h("span"), note = h("div", { id: "watch", role: "status", hidden: true }, words, h("button", { type: "button", onclick: () => { seen = told; note.hidden = true; } }, "Hide"));
  let told = "", seen = "", passed = null;

  async function look() {
    const now = await sandbox("watch").catch(() => ({ on: false }));
    if (!now.state) return void (passed ??= "");
    told = JSON.stringify([now.at, now.state]);
    if (passed !== told && passed !== null) dispatchEvent(new CustomEvent("watch", { detail: now })); // not of what was before this page
    passed = told;
    if (told === seen || (now.state !== "refused" && Date.now() / 1000 - now.at > FRESH_SECONDS)) return;
    note.hidden = false;
    note.className = now.state === "refused" ? "bad" : "";
    const files = now.files.slice(0, 3).map(name => name.replace(/^services\//, "")).join(", ");
    words.textContent = {
      bringing: `Saved: ${files}. Bringing it…`,
      syncing: `Saved: ${files}. ${now.live?.length ? `Live: ${now.live.join(", ")}. ` : ""}Bringing records, settings and synonyms to the index…`,
      live: `Live after ${now.seconds} s: ${(now.live || []).join(", ")} (${files}).`,
      unused: `Saved: ${files}. All runs as before.`,
      refused: `Not live, the code before it goes on answering. ${now.fault}`,
    }[now.state];
  }

  sandbox("watch").then(now => { if (now.on) look().then(() => setInterval(look, EVERY_MS)); }, () => {});
  return note;
}
