// The chat beside Gradio: the sources panel, copying, verdicts, language, colours, and Enter while
// an input method composes. All text is set as text.
"use strict";
window.wenjuChat = (() => {
  const base = new URL(".", document.baseURI).pathname.replace(/\/$/, "");
  const word = (key) => document.getElementById("wj-words")?.dataset[key] ?? "";
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* framed */ } },
  };

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function say(text) {
    const status = document.getElementById("wj-status");
    if (status) status.textContent = text;
  }

  // What an answer says of itself in classes, hidden text and links.

  const question = (answer) => answer.querySelector(".wj-asked").textContent;
  const searched = (answer) => answer.querySelector(".wj-looked-for").textContent;

  function place(quote) {
    const url = new URL(quote.querySelector(".wj-card a").href);
    const [start, end] = url.searchParams.get("at").split("-").map(Number);
    const article = decodeURIComponent(url.pathname.split("/").pop());
    const passage = /wj-passage-(\d+)/.exec(quote.className)[1];
    return { article, start, end, passage };
  }

  // The sources panel: for each quote of an answer, the passage around it.

  const passages = new Map();

  async function passage(id) {
    if (!passages.has(id)) {
      const answer = await fetch(`${base}/api/passages/${id}`);
      if (!answer.ok) return null;
      passages.set(id, await answer.json());
    }
    return passages.get(id);
  }

  function around(found, quote) {
    const text = make("blockquote");
    const points = [...found.text]; // offsets are code points
    const at = place(quote);
    const start = at.start - found.start;
    const end = at.end - found.start;
    const inside = start >= 0 && end <= points.length;
    const parts = inside ? [[0, start], [start, end], [end, points.length]] : [[0, points.length]];
    parts.forEach(([from, to], part) => {
      let piece = points.slice(from, to).join("");
      if (part === 0) piece = piece.trimStart();
      if (part === 2) piece = piece.trimEnd();
      text.append(part === 1 ? make("mark", "", piece) : piece);
    });
    text.lang = found.article.language;
    return text;
  }

  function entry(quote) {
    const number = quote.querySelector(".wj-number").textContent;
    const link = quote.querySelector(".wj-card a");
    const section = make("section", "wj-source");
    const title = make("h3");
    const anchor = make("a", "", link.textContent);
    anchor.href = link.getAttribute("href");
    anchor.target = "_blank";
    anchor.rel = "noopener";
    title.append(make("span", "wj-number", number), anchor);
    section.append(title);
    const about = [...quote.querySelectorAll(".wj-card span")].map((each) => each.textContent);
    if (about.length) section.append(make("p", "wj-about", about.join(" · ")));
    return section;
  }

  async function show(answer, focused) {
    const panel = document.getElementById("wj-panel");
    if (!panel) return;
    const quotes = answer ? [...answer.querySelectorAll(".wj-quote")] : [];
    if (!quotes.length) {
      panel.replaceChildren(make("h2", "", word("sources")), make("p", "wj-about", word("sources_empty")));
      return;
    }
    const sections = quotes.map(entry);
    panel.replaceChildren(make("h2", "", word("sources")), ...sections);
    await Promise.all(quotes.map(async (quote, at) => {
      const found = await passage(place(quote).passage).catch(() => null);
      sections[at].append(found ? around(found, quote) : quote.querySelector("blockquote").cloneNode(true));
    }));
    if (focused === undefined) return;
    sections[focused].classList.add("wj-focused");
    sections[focused].scrollIntoView({ block: "nearest" });
    sections[focused].querySelector("a").focus({ preventScroll: true });
  }

  function drawn() {
    const answers = document.querySelectorAll(".wj-answer");
    show(answers[answers.length - 1]);
    const button = document.querySelector("#wj-box button.submit-button");
    button?.setAttribute("aria-label", word("ask"));
    document.querySelector("#wj-box button.stop-button")?.setAttribute("aria-label", word("stop"));
  }

  // Copying an answer with its citations.

  function cited(answer) {
    return [...answer.querySelectorAll(".wj-quote")].map((quote) => {
      const link = quote.querySelector(".wj-card a");
      const about = [...quote.querySelectorAll(".wj-card span")].map((each) => each.textContent);
      return {
        text: quote.querySelector("blockquote").innerText.trim(),
        title: link.textContent, url: link.href, about: about.join(", "),
      };
    });
  }

  function plain(answer) {
    const quotes = cited(answer).map(({ text, title, url, about }, at) =>
      `[${at + 1}] ${text}\n    ${[title, about].filter(Boolean).join(", ")}\n    ${url}`);
    return [question(answer), ...quotes].join("\n\n") + "\n";
  }

  function markdown(answer) {
    const safe = (text) => text.replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
    const quotes = cited(answer).map(({ text, title, url, about }) =>
      `${text.split("\n").map((line) => `> ${safe(line)}`).join("\n")}\n>\n` +
      `> — [${safe(title)}](${url.replace(/[()]/g, encodeURIComponent)})${about ? `, ${safe(about)}` : ""}`);
    return [`**${safe(question(answer))}**`, ...quotes].join("\n\n") + "\n";
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // not allowed in a frame, or not over HTTPS
      const area = make("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(word("copied"));
  }

  // Verdicts.

  async function judge(answer, verdict, button) {
    const quotes = [...answer.querySelectorAll(".wj-quote")].map((quote) => {
      const { article, start, end } = place(quote);
      return { article, start, end };
    });
    const body = { verdict, question: question(answer), searched: searched(answer), quotes };
    try {
      const reply = await fetch(`${base}/api/feedback`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(String(reply.status));
      for (const other of answer.querySelectorAll(".wj-judge")) other.ariaPressed = String(other === button);
      note(answer, word("thanks"));
    } catch {
      note(answer, word("unreachable"));
    }
  }

  function note(answer, text) {
    const space = answer.querySelector(".wj-space");
    space.textContent = text;
    say(text);
  }

  // What was clicked.

  function language(value) {
    document.cookie = `wenju_language=${value}; path=${base || "/"}; max-age=31536000; samesite=lax`;
    const url = new URL(location.href);
    url.searchParams.delete("lang");
    location.replace(url);
  }

  function theme() {
    const dark = document.documentElement.dataset.theme !== "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.body.classList.toggle("dark", dark);
    store.set("wenju_theme", dark ? "dark" : "light");
  }

  const copied = async (answer, button, text) => {
    await copy(text);
    const before = button.textContent;
    button.textContent = word("copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  let asked = "";

  const actions = {
    show(answer, button) {
      const quotes = [...answer.querySelectorAll(".wj-quote")];
      show(answer, quotes.indexOf(button.closest(".wj-quote")));
    },
    "copy-text": (answer, button) => copied(answer, button, plain(answer)),
    "copy-markdown": (answer, button) => copied(answer, button, markdown(answer)),
    verbatim(answer) {
      asked = question(answer);
      document.getElementById("wj-verbatim").click();
    },
    up: (answer, button) => judge(answer, "up", button),
    down: (answer, button) => judge(answer, "down", button),
    wrong_evidence: (answer, button) => judge(answer, "wrong_evidence", button),
    theme,
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[class*=wj-do-]");
    const action = /wj-do-([\w-]+)/.exec(button?.className ?? "")?.[1];
    actions[action]?.(button.closest(".wj-answer"), button);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "wj-language") language(event.target.value);
  });

  // Gradio labels a message with its source, here HTML; and drops the labels of our buttons.

  function label(messages) {
    for (const each of messages.querySelectorAll("[data-testid][aria-label*='<']")) each.removeAttribute("aria-label");
    for (const each of messages.querySelectorAll("button.wj-number:not([aria-label])")) {
      each.ariaLabel = `${word("citation")} ${each.textContent}`;
    }
    for (const each of messages.querySelectorAll(".wj-judge:not([aria-pressed])")) {
      each.ariaPressed = "false";
      if (each.title) each.ariaLabel = each.title;
    }
  }

  new MutationObserver(() => {
    const messages = document.getElementById("wj-turns");
    if (messages) label(messages);
  }).observe(document.documentElement, { childList: true, subtree: true });

  // Enter chooses a word while an input method composes; 229 is how some browsers say so.
  const composing = (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
  };
  for (const kind of ["keydown", "keypress"]) addEventListener(kind, composing, true);

  return { drawn, verbatim: (all) => [asked, ...all.slice(1)] };
})();
