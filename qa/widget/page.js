// The page: what the script tag says, `window.wenju`, and the widget that the tag asks for.

const METHODS = ["open", "close", "ask", "reset"];
const script = document.currentScript || document.querySelector('script[src*="widget.js"]');
const home = script && script.src ? new URL(".", script.src).href.replace(/\/$/, "") : location.origin;
const defaults = script ? { ...script.dataset } : {};
const waiting = []; // calls that came before there was a widget

/** Do what was asked for before there was a widget to do it. */
function drain() {
  while (waiting.length && connected.size) waiting.shift()();
}

/** Call a method of the page's widget: the floating one, else the first. */
function call(name, values) {
  return new Promise((resolve) => {
    waiting.push(() => {
      const all = [...connected];
      const chosen = all.filter((widget) => !widget.inline)[0] || all[0];
      resolve(chosen[name](...values));
    });
    drain();
  });
}

/** Make `window.wenju`, and do what an array there was filled with before: `wenju.push([name, …])`. */
function install() {
  const before = window.wenju;
  if (before && before.widget === "wenju-chat") return;
  const api = {
    widget: "wenju-chat",
    on(name, listener) {
      const told = (event) => listener(event.detail, event);
      document.addEventListener(`wenju:${name}`, told);
      return () => document.removeEventListener(`wenju:${name}`, told);
    },
    push(entry) {
      if (typeof entry === "function") entry(api);
      else api[entry[0]](...entry.slice(1));
    },
  };
  for (const name of METHODS) api[name] = (...values) => call(name, values);
  window.wenju = api;
  if (Array.isArray(before)) before.forEach((entry) => api.push(entry));
}

/** Put the launcher on the page, unless its author has placed a widget of this server, or none. */
function place() {
  if (!script || defaults.launcher === "none") return;
  const placed = [...document.querySelectorAll("wenju-chat")].some((widget) => widget.server === home);
  if (placed) return;
  const widget = document.createElement("wenju-chat");
  for (const name of Object.keys(defaults)) widget.dataset[name] = defaults[name];
  widget.dataset.server = defaults.server || home;
  document.body.appendChild(widget);
}

if (!customElements.get("wenju-chat")) customElements.define("wenju-chat", WenjuChat);
install();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
else place();
