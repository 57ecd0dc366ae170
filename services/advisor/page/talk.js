// Speaks to POST /chat and says in words what went wrong.

const MOST_MESSAGES = 40, MOST_CHARACTERS = 4000, SLOW_MS = 8000, LONGEST_MS = 35000;

class Failed extends Error {
  constructor(what, remedy, status) {
    super(what);
    this.remedy = remedy;
    this.status = status;
  }
}

// What was said so far, as the API takes it; a question that failed was never answered and is left out.
function messagesOf(turns, question) {
  const said = turns.filter(turn => turn.answer).flatMap(turn => [
    { role: "user", content: turn.question.slice(0, MOST_CHARACTERS) },
    { role: "assistant", content: turn.answer.answer.slice(0, MOST_CHARACTERS) },
  ]);
  return [...said.slice(1 - MOST_MESSAGES), { role: "user", content: question }];
}

// Send the conversation; each event of the answer goes to `on[event]` as it comes. Throws Failed, or AbortError.
async function converse({ endpoint, messages, token, signal, on }) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const body = JSON.stringify({ messages });
  let response;
  try {
    const limit = AbortSignal.timeout(LONGEST_MS);
    response = await fetch(endpoint, { method: "POST", headers, body, signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error.name === "TimeoutError") throw new Failed("The adviser took too long.", "Try again in a moment.", 504);
    throw new Failed("The adviser cannot be reached.", "Check the connection, then try again.", 0);
  }
  on.began?.(response.headers.get("traceresponse")?.split("-")[1] || null);
  if (!response.ok) throw await failure(response);
  let ended = false;
  for await (const [name, data] of eventsOf(response)) {
    ended ||= name === "answer";
    on[name]?.(data);
  }
  if (!ended) throw new Failed("The answer broke off.", "Try again: your question is kept.", 502);
}

async function failure(response) {
  const told = await response.json().catch(() => ({}));
  const detail = told.detail || `The adviser does not answer (${response.status}).`;
  const wait = Number(response.headers.get("Retry-After"));
  if (response.status === 401) return new Failed(detail, "Sign in again, or ask without signing in.", 401);
  if (response.status === 429) return new Failed("Many people ask at once.", "Wait a few seconds, then try again.", 429);
  if (response.status >= 500) return new Failed(detail, wait ? `Try again in ${plural(wait, "second", "seconds")}.` : "Try again in a moment.", response.status);
  return new Failed(detail, "Change the question and send it again.", response.status);
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ;) {
    const { done, value } = await reader.read();
    text += value || "";
    const events = text.split("\n\n");
    text = done ? "" : events.pop();
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)?.[1], data = /^data: (.*)$/m.exec(event)?.[1];
      if (name && data) yield [name, JSON.parse(data)];
    }
    if (done) return;
  }
}

// Name the parts that GET /health, beside the endpoint, finds silent; empty when all answer or nobody knows.
async function silentParts(endpoint) {
  try {
    const response = await fetch(new URL("health", endpoint), { signal: AbortSignal.timeout(4000) });
    const { parts } = await response.json();
    return Object.keys(parts || {}).filter(name => parts[name] !== "ok").map(words);
  } catch {
    return [];
  }
}

function curlOf(endpoint, messages, signedIn) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl ${quoted(endpoint)}`, "-H 'Content-Type: application/json'"];
  if (signedIn) lines.push('-H "Authorization: Bearer $TOKEN"');
  return [...lines, `-d ${quoted(JSON.stringify({ messages }))}`].join(" \\\n  ");
}
