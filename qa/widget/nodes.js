// Nodes: what the reader sees, built node by node. Text is only ever set as text.

const ICONS = {
  quotes: "M5 6h6v6.5c0 3-1.8 5-4.5 6M14 6h6v6.5c0 3-1.8 5-4.5 6",
  close: "M6 6l12 12M18 6L6 18",
  reset: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4.5v4h4",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  up: "M7 10.5V20M7 10.5l4-7c1.6 0 2.4 1 2.1 2.5L12.5 9H18c1.4 0 2.3 1.2 2 2.5l-1.4 6.6c-.2 1.1-1.1 1.9-2.2 1.9H4V10.5z",
  down: "M7 13.5V4M7 13.5l4 7c1.6 0 2.4-1 2.1-2.5L12.5 15H18c1.4 0 2.3-1.2 2-2.5l-1.4-6.6C18.4 4.8 17.5 4 16.4 4H4v9.5z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
};

/** An element: functions are listeners, the rest are attributes; strings become text. */
function node(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) {
    if (child) made.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
  return made;
}

/** Take a node away; what libraries have made of its own remove() fails on one that is gone. */
function drop(gone) {
  if (gone.parentNode) gone.parentNode.removeChild(gone);
}

/** A line drawing; its button has the words. */
function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.appendChild(path);
  return drawing;
}

/** A button that shows an icon and says a label. */
function iconButton(name, label, click, extra = {}) {
  return node("button", { type: "button", class: "icon", "aria-label": label, title: label, click, ...extra }, icon(name));
}

/** One quote as a card: the words with what answers marked, and a link to where they stand. */
function quoteCard(view, quote, number) {
  const { article } = quote;
  const address = addressOf(view.server, quote.url);
  const label = number ? filled(view.texts.citation, { number }) : "";
  const open = (event) => view.opened(event, quote, number, address);
  const link = (attributes, ...children) =>
    address
      ? node("a", { href: address, target: "_blank", rel: "noopener", click: open, ...attributes }, ...children)
      : node("span", attributes, ...children);
  const words = node("blockquote", { lang: article.language || undefined, dir: "auto", cite: address || undefined });
  for (const piece of piecesOf(quote)) {
    words.appendChild(piece.marked ? node("mark", {}, piece.text) : document.createTextNode(piece.text));
  }
  const title = article.title || view.texts.untitled;
  const about = aboutOf(quote, view.language, view.texts);
  return node(
    "li",
    { class: "quote", "data-number": number || undefined },
    number && link({ class: "number", "aria-label": `${label}: ${title} ${view.texts.new_tab}` }, String(number)),
    node(
      "div",
      { class: "card" },
      words,
      node(
        "p",
        { class: "source" },
        link({ class: "title", lang: article.language || undefined, dir: "auto" }, title, hidden(` ${view.texts.new_tab}`)),
        about && node("span", { class: "about", dir: "auto" }, about),
      ),
    ),
  );
}

/** Text for those who listen and not for those who look. */
function hidden(text) {
  return node("span", { class: "hidden" }, text);
}

/** Why there is no answer: in words, with what comes closest as cards without numbers. */
function abstention(view, answer) {
  const shown = node(
    "div",
    { class: "abstained" },
    node("p", { class: "reason" }, node("strong", {}, view.texts.abstained), ` ${view.texts[`reason_${answer.reason}`] || ""}`),
  );
  if (answer.closest.length) {
    const list = node("ul", { class: "quotes closest", role: "list" });
    for (const quote of answer.closest) list.appendChild(quoteCard(view, quote, 0));
    shown.appendChild(node("p", { class: "label" }, view.texts.closest));
    shown.appendChild(list);
  }
  return shown;
}
