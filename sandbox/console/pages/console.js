// The frame: which view an address shows, theme and size, kept for the next visit.
import { ask } from "./ask.js";
import { system } from "./system.js";
import { catalogue } from "./catalogue.js";
import { data } from "./data.js";
import { traces } from "./traces.js";
import { api } from "./api.js";
import { watchNote } from "./watch.js";

const VIEWS = { "/": ["Ask", ask], "/console/system": ["System", system], "/console/traces": ["Traces", traces], "/console/catalogue": ["Catalogue", catalogue], "/console/data": ["Data", data], "/console/api": ["API", api] };
const THEMES = ["auto", "light", "dark"];
const main = document.getElementById("view"), root = document.documentElement;
let leave = () => {};

function show() {
  const [name, view] = VIEWS[location.pathname] || VIEWS["/"];
  leave();
  document.title = `${name} · coursematch`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.replaceChildren();
  leave = view(main) || (() => {});
}

document.addEventListener("click", event => {
  const link = event.target.closest("nav a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show();
  main.focus();
});
addEventListener("popstate", show);

function look() {
  const theme = localStorage.getItem("theme") || THEMES[0];
  const size = new URLSearchParams(location.search).get("size") || localStorage.getItem("size") || "";
  root.dataset.theme = theme;
  root.dataset.size = size;
  document.getElementById("theme").textContent = `Theme: ${theme}`;
  document.getElementById("size").setAttribute("aria-pressed", String(size === "back-row"));
}
document.getElementById("theme").addEventListener("click", () => {
  localStorage.setItem("theme", THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length]);
  look();
});
document.getElementById("size").addEventListener("click", () => {
  localStorage.setItem("size", root.dataset.size === "back-row" ? "front" : "back-row");
  history.replaceState(null, "", location.pathname);
  look();
});
document.querySelector("header").append(watchNote());
look();
show();
