// Shows courses: the best one large, the others below it in their order.

function courseCards(courses, courseAddress) {
  return h("ol", { className: "courses", "aria-label": "Courses, best first" }, courses.map(course => courseCard(course, courseAddress)));
}

function courseCard(course, courseAddress) {
  const address = courseAddress(course);
  const title = address ? h("a", { href: address, rel: "noopener noreferrer" }, course.title) : course.title;
  const provider = (course.course_key || "").split("+")[0];
  const facts = [course.level, course.language, availability(course), provider && `by ${provider}`, course.course_key];
  return h("li", { className: "course" },
    h("h3", { dir: "auto" }, title),
    h("p", { className: "facts" }, facts.filter(Boolean).join(" · ")),
    course.description && h("p", { className: "about", dir: "auto" }, course.description),
    course.explanation && h("p", { className: "why", dir: "auto" }, h("span", { className: "hidden" }, "Why: "), course.explanation));
}

function availability(course) {
  return (course.reasons || []).find(reason => reason.kind === "availability")?.availability;
}

// The answer without the lines that list its courses again: the cards say them, with reasons. A colon that ends it leads to them.
function leadOf(answer, courses) {
  if (!courses.length) return answer;
  const named = line => courses.some(course => line.includes(course.course_key) || line.includes(course.title));
  const kept = answer.split("\n").filter(line => !(/^\s*(\d+[.)]|[-*•])\s/.test(line) && named(line)));
  return kept.join("\n").replace(/\n{3,}/g, "\n\n").trim().replace(/:(?=\n)/g, ".");
}
