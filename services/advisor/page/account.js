// Gives an account of an answer in plain words: asked → understood → looked up → ranked, and why in that order.

const STATE_NAMES = {
  change: "You want", aspect: "About", topic: "Topic", keywords: "Topic", level: "Level", language: "Language", excluded: "Without", exclude: "Without",
  pointed_at: "You mean", in_focus: "You mean", course_key: "Course", course_keys: "Courses", student_id: "Learner",
};
const CHANGES = {
  new_topic: "courses", narrow: "the same, narrower", widen: "the same, wider", switch: "one thing changed", correct: "a correction", more: "more of them",
  back: "what was before", about: "to know more", compare: "a comparison", which: "which of them", path: "a way there", history: "your courses", next: "the next step",
  vague: "I could not tell", cannot: "what I cannot do", small_talk: "to talk",
};
const QUIET = new Set(["limit", "shown_before", "spoken"]);  // what helps the machine, and no reader
const TOOL_WORDS = {
  read_course: "Read the course's record", match_courses: "Searched the catalogue", recommend_courses: "Read your history and looked for what follows",
  get_enrollments: "Read which courses you took", explain_course: "Read the course's record",
  find_path: "Followed the prerequisites", paths: "Followed the prerequisites",
};

function account(turn, titles, open, actions) {
  const { answer, calls } = turn;
  const steps = [
    step("You asked", h("p", { dir: "auto" }, `“${turn.question}”`), turn.as && h("p", {}, `signed in as ${turn.as}`)),
    step("I understood", understood(answer.understood, calls, titles)),
    ...calls.map(call => step("I looked it up", lookup(call))),
    answer.courses.length > 0 && step("I ranked", ranking(answer.courses)),
    guards(answer.guardrails) && step("I checked", h("p", {}, guards(answer.guardrails))),
  ];
  return h("details", { className: "how", open },
    h("summary", {}, "What I understood"),
    h("ol", { className: "steps" }, steps.filter(Boolean)),
    h("div", { className: "tools" }, actions));
}

const step = (name, ...content) => h("li", { className: "step" }, h("h4", {}, name), content);

// The state of the dialogue where the API tells it; else what the tools were asked for is what was understood.
function understood(state, calls, titles) {
  const told = state && typeof state === "object" ? { ...state } : { ...calls[0]?.arguments };
  if (told.change) told.change = told.topic && told.change === "new_topic" ? null : CHANGES[told.change] || told.change;
  if (told.aspect) told.aspect = words(told.aspect);
  if (!isEmpty(told.pointed_at)) delete told.in_focus;
  const facts = Object.entries(told).filter(([name, value]) => !QUIET.has(name) && !isEmpty(value));
  if (!facts.length) return h("p", {}, "Nothing to look up yet.");
  return h("dl", { className: "facets" }, facts.flatMap(([name, value]) => [
    h("dt", {}, STATE_NAMES[name] || words(name)), h("dd", { dir: "auto" }, inWords(value, titles)),
  ]));
}

const isEmpty = value => value === null || value === undefined || value === "" || value === false || (typeof value === "object" && !Object.keys(value).length);

// A course is told by its title, as far as this conversation has shown it.
function inWords(value, titles) {
  if (Array.isArray(value)) return value.map(one => inWords(one, titles)).join(", ");
  if (value && typeof value === "object") return value.title || value.name || Object.entries(value).filter(([, one]) => !isEmpty(one)).map(([name, one]) => `${words(name)}: ${inWords(one, titles)}`).join(", ");
  return value === true ? "yes" : titles.get(value) || String(value);
}

function lookup(call) {
  const what = TOOL_WORDS[call.name] || `Called ${words(call.name)}`;
  const found = call.ok === undefined ? "" : call.ok ? foundWords(call.found) : `: ${call.message || "it failed"}`;
  return [
    h("p", {}, what + found),
    h("details", {}, h("summary", {}, call.name), h("pre", {}, JSON.stringify(call.arguments, null, 2))),
  ];
}

const foundWords = found => (found === undefined ? "." : found === 0 ? ": nothing found." : `: ${plural(found, "course", "courses")}.`);

function ranking(courses) {
  const best = Math.max(...courses.map(course => course.score || 0)) || 1;
  return h("ol", { className: "bars" }, courses.map((course, at) => {
    const fill = h("div", { className: "fill" });
    fill.style.inlineSize = `${Math.max(2, 100 * (course.score || 0) / best)}%`;
    const score = typeof course.score === "number" && h("span", { className: "score" }, course.score.toFixed(2));
    return h("li", {},
      h("p", { className: "name" }, h("span", { dir: "auto" }, course.title), score),
      h("div", { className: "track", "aria-hidden": "true" }, fill),
      above(course, courses[at + 1]));
  }));
}

// What a course has that the next one lacks, by the reasons' kinds.
const KINDS = {
  matched_words: reason => `its ${words(reason.field)} says “${reason.words.join(", ")}”`,
  matched_meaning: () => "its meaning is close",
  shared_skills: reason => `shares ${reason.skills.slice(0, 2).join(", ")} with what you took`,
  shared_subjects: reason => `same subject as ${reason.title}`,
  prerequisite_completed: reason => `you have finished ${reason.title}`,
  level_fit: reason => `${reason.step === "next" ? "a step up from" : "the level of"} ${reason.title}`,
  similar_learners: reason => `${plural(reason.learners, "learner", "learners")} like you took it`,
};

function above(course, next) {
  if (!next) return null;
  const theirs = new Set((next.reasons || []).map(reason => JSON.stringify(reason)));
  const own = (course.reasons || []).find(reason => KINDS[reason.kind] && !theirs.has(JSON.stringify(reason)));
  return own ? h("p", { className: "over" }, `above the next: ${KINDS[own.kind](own)}`) : null;
}

const INSTEAD = {
  too_slow: "The language model took too long", too_long: "The conversation is too long for the language model",
  unavailable: "The language model does not answer", unfinished: "The language model came to no end",
  unfounded: "What the language model said did not hold", idle: "The language model looked nothing up",
};

function guards(told) {
  const cut = told?.ungrounded_cut, taken = told?.taken_left_out, instead = INSTEAD[told?.answered_instead];
  return [
    taken && `${plural(taken, "course", "courses")} left out: you took ${taken === 1 ? "it" : "them"} already.`,
    instead && `${instead}, so this answer is the adviser's own.`,
    cut && `${plural(cut, "passage", "passages")} cut: no tool had returned what ${cut === 1 ? "it" : "they"} named.`,
  ].filter(Boolean).join(" ");
}
