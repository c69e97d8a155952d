// The article page: go to the cited sentence, and from citation to citation with n and p.
"use strict";
const steps = [...document.querySelectorAll(".steps a")];
const marks = [...document.querySelectorAll("mark[id]")];

function here() {
  const at = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  steps.forEach((step, number) => step.setAttribute("aria-current", String(number === at)));
  return at;
}

function go(to) {
  if (marks.length) location.hash = marks[(to + marks.length) % marks.length].id;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") go(here() + 1);
  if (event.key === "p") go(here() - 1);
});
addEventListener("hashchange", here);
try {
  const theme = localStorage.getItem("wenju_theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage is closed to framed pages in some browsers */ }
if (!location.hash && marks.length) location.replace(`#${marks[0].id}`);
here();
