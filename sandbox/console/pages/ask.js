// Ask: the adviser, and whom to ask as. The token stays in this page's memory; the face chosen is kept for a reload.
import { h, sandbox } from "./elements.js";
import { face } from "./faces.js";
import { reranked } from "./reranked.js";

export function ask(main) {
  if (!customElements.get("course-adviser")) {
    main.append(h("div", { className: "page" }, h("div", {}, h("h2", {}, "The adviser is not up yet"), h("p", {}, "It comes with the API. See System for what is still starting, then reload this page."))));
    return;
  }
  const asked = new URLSearchParams(location.search);
  const adviser = h("course-adviser", { "aria-label": "Course adviser", "trace-page": "/console/traces?trace={trace}", question: asked.get("q") });
  const again = reranked(adviser);
  const faces = h("div", { className: "faces", role: "group", "aria-label": "Ask as" });
  let token = null, learner = null;
  adviser.token = async () => (learner ? (token ??= (await sandbox("sign-in", { learner })).token) : null);
  adviser.addEventListener("adviser-sign-in", () => { token = null; });

  function choose(person) {
    learner = person?.id ?? null;
    token = null;
    sessionStorage.setItem("learner", learner ?? "");
    adviser.setAttribute("memory", learner ? `learner ${learner}` : "nobody");
    if (person) adviser.setAttribute("learner", person.name);
    else adviser.removeAttribute("learner");
    adviser.setAttribute("heading", person ? `What next, ${person.name.split(" ")[0]}?` : "What would you like to learn?");
    adviser.setAttribute("intro", person?.story || "Ask in your own words, in your own language. Every course named here stands in the catalogue, with the reasons it fits.");
    if (person) adviser.setAttribute("suggestions", "What should I take next?|Which courses did I take?|Something quite different, for a change|Machine learning, if I am ready for it");
    else adviser.removeAttribute("suggestions");
    for (const button of faces.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === (learner ?? "")));
    again.close();
    if (adviser.isConnected) adviser.restore();
  }

  sandbox("people").then(({ people }) => people, () => []).then(people => {
    const button = (person, name) => h("button", { type: "button", value: person?.id ?? "", title: person?.story, onclick: () => choose(person) }, person && face(person.id), name);
    faces.append(h("span", {}, "Ask as"), button(null, "Nobody"), ...people.map(person => button(person, person.name)));
    faces.hidden = !people.length;
    choose(people.find(person => person.id === (asked.get("as") ?? sessionStorage.getItem("learner"))) ?? null);
    main.append(h("div", { className: "ask" }, faces, again.panel, adviser));
    adviser.focus();
  });
  return again.leave;
}
