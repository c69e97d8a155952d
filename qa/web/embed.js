// The page that makes the widget's tag: asks the server for the tag, shows it and what it makes.
"use strict";
const form = document.querySelector("form");
const code = document.querySelector("#tag");
const copied = document.querySelector("#copied");
let latest = 0;

function wanted() {
  const given = new URLSearchParams(new FormData(form));
  if (given.get("accent") === form.accent.dataset.default) given.delete("accent");
  return given;
}

async function renew() {
  const number = (latest += 1);
  const response = await fetch(`${location.pathname}?${wanted()}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (number !== latest || !response.ok) return;
  code.textContent = page.querySelector("#tag").textContent;
  preview(page.querySelector("script[async]"));
}

function preview(script) {
  document.querySelectorAll("wenju-chat").forEach((widget) => widget.remove());
  const widget = document.createElement("wenju-chat");
  for (const name of Object.keys(script.dataset)) widget.dataset[name] = script.dataset[name];
  document.body.append(widget);
}

let timer = 0;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(renew, 250); // milliseconds after the last key
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  renew();
});
document.querySelector("#copy").addEventListener("click", async () => {
  getSelection().selectAllChildren(code);
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    document.execCommand("copy");
  }
  copied.textContent = copied.dataset.words;
});
