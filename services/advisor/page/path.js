// Draws the way to a course: what comes first at the top, the goal at the bottom, a line from each course to what asks for it.

const PATH_MS = 5000;
const ABSENT = { not_in_catalogue: "not in this catalogue", by_invitation: "by invitation only", too_far: "too far back to follow" };

// The course that a way was asked to; null where an answer tells of none.
function goalOf({ answer, calls }) {
  const found = calls.findLast(call => call.name === "find_path")?.arguments?.goal;
  if (answer.understood?.change !== "path" && !found) return null;
  return answer.courses.at(-1)?.course_key || found || null;
}

// Read GET /paths, beside the endpoint; null where there is nothing to draw.
async function readPath(endpoint, goal, token) {
  const url = new URL("paths", endpoint);
  url.searchParams.set("goal", goal);
  try {
    const response = await fetch(url, { headers: token ? { Authorization: `Bearer ${token}` } : {}, signal: AbortSignal.timeout(PATH_MS) });
    const path = response.ok ? await response.json() : null;
    return path?.steps?.length ? path : null;
  } catch {
    return null;
  }
}

function drawnPath(path, courseAddress) {
  const nodes = nodesOf(path), title = new Map([...nodes.values()].map(node => [node.course_key, node.title]));
  const rows = Map.groupBy(nodes.values(), node => node.row), drawn = new Map();
  for (const node of nodes.values()) drawn.set(node.course_key, pathNode(node, path.goal.course_key, title, courseAddress));
  const lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  lines.setAttribute("aria-hidden", "true");
  const inOrder = [...rows.keys()].sort((one, other) => one - other);
  const figure = h("div", { className: "path", role: "group", "aria-label": `The way to ${path.goal.title}` }, lines,
    inOrder.map(row => h("ul", {}, rows.get(row).map(node => drawn.get(node.course_key)))));
  const join = () => lines.replaceChildren(...[...nodes.values()].flatMap(node => node.required_by.filter(key => drawn.has(key)).map(key => joined(drawn.get(node.course_key), drawn.get(key), node.kind))));
  new ResizeObserver(join).observe(figure);
  const steps = plural(path.steps.length, "course", "courses"), known = path.known.length && `${plural(path.known.length, "other", "others")} you know already`;
  return h("div", { className: "way" }, h("p", { className: "facts" }, [steps, path.hours && `about ${path.hours} hours`, known].filter(Boolean).join(" · ")), figure);
}

// Every course once, with the row it stands in: below all that it asks for.
function nodesOf({ steps, known, absent }) {
  const nodes = new Map();
  for (const [kind, list] of [["known", known], ["absent", absent]]) {
    for (const one of list) {
      const node = nodes.get(one.course_key) || { ...one, kind, required_by: [] };
      node.required_by.push(one.required_by);
      nodes.set(one.course_key, node);
    }
  }
  const others = [...nodes.values()];
  steps.forEach((step, at) => {
    const before = [...nodes.values()].filter(node => node.required_by.includes(step.course_key));
    nodes.set(step.course_key, { ...step, kind: "todo", number: at + 1, row: Math.max(-1, ...before.map(node => node.row ?? -1), before.length ? 0 : -1) + 1 });
  });
  for (const node of others) node.row = Math.max(0, Math.min(...node.required_by.map(key => nodes.get(key)?.row ?? 1)) - 1);
  return nodes;
}

function pathNode(node, goal, title, courseAddress) {
  const address = node.kind === "todo" && courseAddress(node), name = h("span", { dir: "auto" }, node.title);
  const state = { known: "✓ You know it", absent: ABSENT[node.reason], todo: node.course_key === goal ? `${node.number}. Your goal` : `${node.number}.` }[node.kind];
  const others = (node.alternatives || []).slice(0, 2).map(one => one.title).join(", or ");
  const asked = node.required_by.map(key => title.get(key)).filter(Boolean).join(", ");
  return h("li", { className: `${node.kind}${node.course_key === goal ? " goal" : ""}` },
    h("b", {}, state), address ? h("a", { href: address, rel: "noopener noreferrer" }, name) : name,
    h("small", {}, [node.level, node.hours && `about ${node.hours} h`, node.standing === "enrolled" && "you are enrolled"].filter(Boolean).join(" · ")),
    others && h("small", { dir: "auto" }, `Or: ${others}`),
    asked && h("span", { className: "hidden" }, `, needed for ${asked}`));
}

function joined(from, to, kind) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const x = from.offsetLeft + from.offsetWidth / 2, y = from.offsetTop + from.offsetHeight, goalX = to.offsetLeft + to.offsetWidth / 2, goalY = to.offsetTop;
  const bend = Math.max(16, (goalY - y) / 2);
  line.setAttribute("d", `M${x} ${y}C${x} ${y + bend} ${goalX} ${goalY - bend} ${goalX} ${goalY}`);
  line.setAttribute("class", kind);
  return line;
}
