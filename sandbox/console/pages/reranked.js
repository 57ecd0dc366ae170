// The open question asked again after a saved change: both rankings beside each other, and what moved.
import { h } from "./elements.js";

export function reranked(adviser) {
  const panel = h("section", { className: "again", tabIndex: 0, "aria-label": "The open question, asked again", hidden: true });
  const close = () => { panel.hidden = true; };
  let newest = 0;

  async function again({ detail }) {
    if (detail.state !== "live") return;
    const mine = newest = detail.at, files = detail.files.map(name => name.split("/").at(-1)).join(", ");
    const told = await adviser.askAgain().catch(error => ({ error }));
    if (mine !== newest || !told || !(told.error || told.before.courses.length || told.after.courses.length)) return;
    panel.hidden = false;
    panel.replaceChildren(h("div", { className: "row" }, h("h2", {}, told.error ? "Asked again" : summary(told)), h("button", { type: "button", onclick: close }, "Close")),
      told.error ? h("p", { className: "bad", role: "alert" }, `${told.error.message} ${told.error.remedy || ""}`)
        : h("p", { role: "status" }, `“${told.question}”, asked again after a change of ${files}.`),
      told.error ? "" : h("div", { className: "both" },
        ranking("Before", told.before.courses, course => (place(told.after, course) < 0 ? h("b", {}, "gone") : null)),
        ranking("After", told.after.courses, (course, at) => moved(place(told.before, course), at))));
  }

  for (const event of ["adviser-answer", "adviser-new"]) adviser.addEventListener(event, close);
  addEventListener("watch", again);
  return { panel, close, leave: () => removeEventListener("watch", again) };
}

const place = (answer, course) => answer.courses.findIndex(other => other.course_key === course.course_key);

function summary({ before, after }) {
  const moves = after.courses.filter((course, at) => place(before, course) !== at).length, gone = before.courses.filter(course => place(after, course) < 0).length;
  if (!moves && !gone) return after.courses.some((course, at) => course.score !== before.courses[at].score) ? "The same order, with other scores" : "The same courses, in the same order";
  return [moves && `${moves} of ${after.courses.length} courses moved or are new`, gone && `${gone} gone`].filter(Boolean).join(", ");
}

function ranking(name, courses, mark) {
  return h("div", {}, h("h3", {}, name), courses.length ? h("ol", {}, courses.map((course, at) => {
    const marked = mark(course, at);
    return h("li", { className: marked ? "moved" : "" }, h("span", { dir: "auto" }, course.title), marked, typeof course.score === "number" && h("small", {}, course.score.toFixed(2)));
  })) : h("p", { className: "quiet" }, "No course."));
}

// What became of a course's place, in a sign for the eye and in words for the ear.
function moved(before, after) {
  if (before === after) return null;
  if (before < 0) return h("b", {}, "new");
  const up = before > after, by = Math.abs(before - after);
  return h("b", {}, h("span", { "aria-hidden": "true" }, `${up ? "↑" : "↓"}${by}`), h("span", { className: "unseen" }, `${up ? "up" : "down"} by ${by}`));
}
