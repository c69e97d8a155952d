// The article page: go to the cited sentence, and from citation to citation with n and p; look
// closer at a printed page.
"use strict";
const steps = [...document.querySelectorAll(".steps a")];
const marks = [...document.querySelectorAll("mark[id]")];
const outlines = [...document.querySelectorAll(".paper a")];

function here() {
  const at = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  steps.forEach((step, number) => step.setAttribute("aria-current", String(number === at)));
  for (const outline of outlines) {
    outline.setAttribute("aria-current", String(outline.getAttribute("href") === location.hash));
  }
  for (const figure of document.querySelectorAll("figure")) centre(figure);
  return at;
}

// Scroll within the page's own frame; the text stays where it is.
function centre(figure) {
  const frame = figure.querySelector(".print");
  const outline = figure.querySelector("[aria-current=true] rect") || figure.querySelector("rect");
  if (!outline) return;
  const [inner, outer] = [outline.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
  frame.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
}

for (const button of document.querySelectorAll("figcaption button")) {
  const [figure, words] = [button.closest("figure"), [button.textContent, button.dataset.fit]];
  button.hidden = false;
  button.addEventListener("click", () => {
    button.textContent = words[Number(figure.classList.toggle("large"))];
    centre(figure);
  });
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
