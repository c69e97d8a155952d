// Runs before Gradio: its own words follow the language that the server chose, and the colours
// the choice of the reader.
"use strict";
(() => {
  const locale = { en: "en", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW" }[document.documentElement.lang];
  Object.defineProperty(navigator, "language", { get: () => locale });
  Object.defineProperty(navigator, "languages", { get: () => [locale] });
  let theme = null;
  try {
    theme = localStorage.getItem("wenju_theme");
  } catch { /* a framed page may have no storage */ }
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const colour = () => document.body.classList.toggle("dark", dark);
  document.addEventListener("DOMContentLoaded", colour);
  // Gradio sets the colours of the system once more when it starts.
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".gradio-container")) return;
    document.body.classList.toggle("dark", document.documentElement.dataset.theme === "dark");
    observer.disconnect();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
