// <course-adviser>: the course adviser for any page. docs/adviser-component.md says how to use it and what CSP it wants.
//
// Attributes: endpoint (POST /chat; default: beside this script), heading, intro, learner (name to show),
// memory (name of the kept conversation), course-page (address of a course's page, {key} stands for its key),
// question (asked at once in an empty conversation), suggestions (separated by |).
// Property: token, a function that gives a bearer token or nothing.
// Methods: restore(), clear(), ask(question), askAgain().
// Events: adviser-answer (detail: the answer), adviser-new (a new conversation), adviser-sign-in (the token was refused).

const SUGGESTIONS = [
  "I want to learn to program and have never tried",
  "Statistics for beginners, in English",
  "Teach computers to recognise pictures",
  "Something about history, but not too long ago",
];
const HERE = new URL("course-adviser.js", document.currentScript?.src || document.baseURI);

class CourseAdviser extends HTMLElement {
  token = () => null;
  #turns = [];
  #going = null;
  #progress = h("span");

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    this.#build(root);
    this.restore();
    const question = this.getAttribute("question");
    if (question && !this.#turns.length) this.ask(question);
  }

  get endpoint() {
    return new URL(this.getAttribute("endpoint") || new URL("../chat", HERE), document.baseURI).href;
  }

  get suggestions() {
    return this.getAttribute("suggestions")?.split("|") ?? SUGGESTIONS;
  }

  get #memory() {
    return new Memory(this.getAttribute("memory") || this.endpoint);
  }

  // Show the conversation that is kept for this page and learner.
  restore() {
    this.#going?.abort();
    const kept = this.#memory.read();
    this.#turns = kept.turns;
    this.field.value = kept.draft || "";
    this.#draw();
  }

  #build(root) {
    this.list = h("ol", { className: "turns", "aria-label": "Conversation" });
    this.welcome = h("section", { className: "welcome" });
    this.status = h("p", { role: "status", className: "hidden" });
    this.field = h("textarea", {
      id: "message", rows: 1, maxLength: MOST_CHARACTERS, placeholder: "What would you like to learn?", "aria-label": "Your message", "aria-describedby": "keys",
      onkeydown: event => this.#keyed(event), oninput: () => this.#memory.write(this.#turns, this.field.value),
    });
    this.button = h("button", { className: "send", type: "submit" }, "Send");
    this.again = h("button", { type: "button", className: "plain", onclick: () => this.clear() }, "New conversation");
    this.note = h("span", { className: "note", role: "alert" });
    this.form = h("form", { className: "composer", noValidate: true, autocomplete: "off", onsubmit: event => this.#submitted(event) },
      h("div", { className: "column" },
        h("div", { className: "box" }, this.field, this.button),
        h("div", { className: "under" }, h("span", { id: "keys", className: "keys" }, "Enter sends, Shift+Enter makes a new line."), this.note, this.again)));
    this.scroller = h("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "The adviser's answers" }, h("div", { className: "column" }, this.welcome, this.list));
    this.frame = h("div", { className: "frame" }, this.scroller, this.form);
    root.append(this.frame, this.status);
  }

  focus() {
    this.field.focus();
  }

  clear() {
    this.#going?.abort();
    this.#turns = [];
    this.field.value = "";
    this.#memory.write([], "");
    this.#draw();
    this.status.textContent = "A new conversation.";
    this.dispatchEvent(new CustomEvent("adviser-new", { bubbles: true, composed: true }));
    this.focus();
  }

  #keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #submitted(event) {
    event.preventDefault();
    if (this.#going) return void this.#going.abort();
    const text = this.field.value.trim();
    this.note.textContent = text ? "" : "Write a message first.";
    if (text) this.ask(text);
    this.focus();
  }

  // Ask a question; the answer, or what went wrong, is shown below it.
  async ask(question) {
    if (this.#going) return;
    const going = this.#going = new AbortController();
    const turn = { question, calls: [], as: this.getAttribute("learner") || undefined };
    const messages = messagesOf(this.#turns, question);
    if (this.#turns.at(-1)?.failed) this.#turns.pop();
    this.#turns.push(turn);
    this.field.value = "";
    this.#draw();
    this.#busy(true);
    const stop = this.#tellProgress();
    try {
      const token = await this.token();
      turn.signedIn = Boolean(token);
      await converse({ endpoint: this.endpoint, messages, token, signal: going.signal, on: this.#handlers(turn, stop) });
      const goal = goalOf(turn);
      if (goal) turn.path = await readPath(this.endpoint, goal, token);
      this.status.textContent = spoken(turn.answer);
      this.dispatchEvent(new CustomEvent("adviser-answer", { detail: turn.answer, bubbles: true, composed: true }));
    } catch (error) {
      turn.failed = this.#failed(error, going.signal.aborted);
      if (!this.field.value) this.field.value = question;
      if (turn.failed.status === 401) this.dispatchEvent(new CustomEvent("adviser-sign-in", { bubbles: true, composed: true }));
    }
    stop();
    if (this.#going === going) {
      this.#going = null;
      this.#busy(false);
    }
    if (!this.#turns.includes(turn)) return;
    this.#memory.write(this.#turns, this.field.value);
    this.#draw();
  }

  // Ask the last question anew, beside the conversation; gives it with the answer it had and the one it has now, or null.
  async askAgain() {
    const at = this.#turns.findLastIndex(turn => turn.answer);
    if (at < 0 || this.#going) return null;
    const { question, answer: before } = this.#turns[at];
    const messages = messagesOf(this.#turns.slice(0, at), question);
    let after = null;
    await converse({ endpoint: this.endpoint, messages, token: await this.token(), signal: AbortSignal.timeout(LONGEST_MS), on: { answer: answer => { after = answer; } } });
    return { question, before, after: { ...after, courses: after.courses || [] } };
  }

  #failed(error, aborted) {
    if (aborted) return { what: "You stopped this question.", remedy: "It is kept below: change it, or send it again.", status: 0 };
    if (error instanceof Failed) return { what: error.message, remedy: error.remedy, status: error.status };
    return { what: "This page met an answer that it cannot read.", remedy: "Reload the page, then try again.", status: 0 };
  }

  #handlers(turn, stop) {
    return {
      began: trace => { turn.trace = trace; },
      tool_call: call => {
        turn.calls.push({ id: call.id, name: call.name, arguments: call.arguments });
        stop.say(`${TOOL_WORDS[call.name] || words(call.name)}…`);
      },
      tool_result: told => {
        const call = turn.calls.find(one => one.id === told.id);
        if (!call) return;
        const list = told.result?.matches || told.result?.recommendations || told.result?.enrollments;
        Object.assign(call, { ok: told.ok, found: Array.isArray(list) ? list.length : undefined, message: told.result?.message });
      },
      answer: answer => { turn.answer = { ...answer, courses: answer.courses || [] }; },
    };
  }

  // Say what is going on while it goes on; after eight seconds, which part keeps it waiting.
  #tellProgress() {
    const began = Date.now();
    let said = "Reading your question…", silent = "", looked = false;
    const show = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      this.#progress.replaceChildren(`${said}${seconds >= 3 ? ` ${seconds} s` : ""}${silent}`);
      if (!looked && Date.now() - began > SLOW_MS) {
        looked = true;
        silentParts(this.endpoint).then(parts => { silent = parts.length ? ` Still waiting: ${parts.join(" and ")} does not answer.` : " This takes longer than usual."; });
      }
    };
    const timer = setInterval(show, 500);
    show();
    return Object.assign(() => clearInterval(timer), { say: text => { said = text; show(); } });
  }

  #busy(busy) {
    this.button.textContent = busy ? "Stop" : "Send";
    if (busy) this.status.textContent = "The adviser is looking.";
  }

  #draw() {
    this.welcome.hidden = this.#turns.length > 0;
    this.frame.classList.toggle("talking", this.#turns.length > 0);
    this.again.hidden = !this.#turns.length;
    this.welcome.replaceChildren(
      h("h2", {}, this.getAttribute("heading") || "What would you like to learn?"),
      h("p", {}, this.getAttribute("intro") || "Ask in your own words, in your own language. Every course named here stands in the catalogue, with the reasons it fits."),
      h("ul", { className: "suggestions", "aria-label": "Suggestions" }, this.suggestions.map(text => h("li", {}, h("button", { type: "button", onclick: () => this.#suggested(text) }, text)))));
    const last = this.#turns.length - 1;
    this.list.replaceChildren(...this.#turns.map((turn, at) => this.#drawTurn(turn, at, at === last)));
    if (last >= 0) this.list.lastElementChild.scrollIntoView({ block: "start" });
  }

  #suggested(text) {
    this.ask(text);
    this.focus();
  }

  #drawTurn(turn, at, last) {
    const asked = h("div", { className: "asked" }, h("h2", { dir: "auto" }, h("span", { className: "hidden" }, "You: "), turn.question));
    return h("li", { className: "turn" }, asked, turn.failed ? this.#drawProblem(turn) : turn.answer ? this.#drawAnswer(turn, at, last) : this.#drawProgress());
  }

  #drawProgress() {
    return h("p", { className: "progress" }, h("span", { className: "dots", "aria-hidden": "true" }), this.#progress);
  }

  #drawProblem(turn) {
    return h("div", { className: "problem", role: "alert" },
      h("p", {}, h("strong", {}, turn.failed.what), " ", turn.failed.remedy),
      h("button", { type: "button", onclick: () => this.#suggested(turn.question) }, "Try again"));
  }

  #drawAnswer(turn, at, last) {
    const { answer } = turn, courses = answer.courses;
    const chips = last ? nextQuestions(turn) : [];
    return h("div", { className: "reply" },
      h("div", { className: "said" },
        h("p", { className: "lead", dir: "auto" }, leadOf(answer.answer, courses)),
        turn.path ? drawnPath(turn.path, course => this.#courseAddress(course)) : courses.length > 0 && courseCards(courses, course => this.#courseAddress(course)),
        chips.length > 0 && h("ul", { className: "chips", "aria-label": "Go on with" }, chips.map(chip => h("li", {}, h("button", { type: "button", dir: "auto", lang: chip.lang, onclick: () => this.#suggested(chip.text || chip.label) }, chip.label || chip.text))))),
      account(turn, this.#titles(at), this.offsetWidth >= 960, [this.#copier("Copy as curl", curlOf(this.endpoint, messagesOf(this.#turns.slice(0, at), turn.question), turn.signedIn)), this.#traceLink(turn.trace)]));
  }

  // The titles of the courses that were shown up to a turn, by their keys.
  #titles(at) {
    return new Map(this.#turns.slice(0, at + 1).flatMap(turn => turn.answer?.courses || []).map(course => [course.course_key, course.title]));
  }

  // Where the page shows traces (`trace-page`, {trace} standing for one), a link to that of an answer.
  #traceLink(trace) {
    const page = this.getAttribute("trace-page");
    return trace && page && h("a", { href: page.replace("{trace}", trace) }, "See its trace");
  }

  #copier(name, text) {
    const button = h("button", { type: "button", className: "plain", onclick: async () => {
      button.textContent = (await copy(text)) ? "Copied" : "Could not copy";
      setTimeout(() => { button.textContent = name; }, 2000);
    } }, name);
    return button;
  }

  #courseAddress(course) {
    const page = this.getAttribute("course-page");
    if (page) return new URL(page.replace("{key}", encodeURIComponent(course.course_key)), document.baseURI).href;
    return course.url && webAddress(course.url);
  }
}

// What a screen reader says of an answer: its first words and what there is to read.
function spoken(answer) {
  const { courses } = answer;
  const lead = leadOf(answer.answer, courses).slice(0, 300);
  return courses.length ? `${lead} ${plural(courses.length, "course", "courses")}; first: ${courses[0].title}.` : lead;
}

if (!customElements.get("course-adviser")) customElements.define("course-adviser", CourseAdviser);
