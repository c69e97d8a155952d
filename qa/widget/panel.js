// The panel and its parts, before anything is asked.

/** The button in the corner. */
function launcherOf(chat) {
  const label = chat.option("label");
  const attributes = { "aria-haspopup": "dialog", "aria-expanded": "false", click: () => (chat.opened ? chat.close() : chat.open()) };
  const named = { ...attributes, type: "button", class: "launcher", "aria-label": label || filled(chat.texts.launch, chat.texts) };
  return node("button", named, icon("quotes"), icon("close"), label && node("span", {}, label));
}

/** The panel: a dialog, or inline a part of the page. It gives `chat` its log, notice and field. */
function panelOf(chat) {
  const { texts } = chat;
  const keys = {};
  for (const type of ["keydown", "keyup", "keypress"]) keys[type] = (event) => chat.pressed(event);
  chat.greeting = node("div", { class: "greeting" });
  chat.log = node("div", { class: "log", role: "log", "aria-label": texts.conversation, tabindex: "0" }, chat.greeting);
  chat.notice = node("p", { class: "notice", role: "status" });
  const heading = node("h2", { id: "title", dir: "auto" }, texts.title);
  const reset = iconButton("reset", texts.reset, () => {
    chat.reset();
    chat.input.focus();
  });
  const close = !chat.inline && iconButton("close", texts.close, () => chat.close());
  const children = [node("header", {}, icon("quotes"), heading, reset, close), chat.log, chat.notice, formOf(chat)];
  const attributes = { class: "panel", "aria-labelledby": "title", ...keys };
  if (chat.inline) return node("section", attributes, ...children);
  const cancel = (event) => {
    event.preventDefault();
    chat.close();
  };
  return node("dialog", { ...attributes, tabindex: "-1", cancel, close: () => !chat.panel.open && chat.close() }, ...children);
}

/** The field and its button, which sends, and stops what was sent. */
function formOf(chat) {
  const { texts } = chat;
  const input = () => chat.grow();
  chat.input = node("textarea", { rows: "1", maxlength: "2000", dir: "auto", enterkeyhint: "send", placeholder: texts.placeholder, "aria-label": texts.placeholder, input });
  chat.button = node("button", { type: "submit", class: "send", "aria-label": texts.send, title: texts.send }, icon("send"), icon("stop"));
  const submit = (event) => {
    event.preventDefault();
    if (chat.control) chat.stop();
    else chat.submit();
  };
  return node("form", { submit }, chat.input, chat.button);
}

/** Show what can be asked, while nothing was. */
async function greet(chat) {
  chat.greeting.hidden = chat.turns.length > 0;
  if (chat.greeting.hidden || chat.greeting.firstChild) return;
  chat.greeting.appendChild(node("p", { dir: "auto" }, chat.texts.greeting));
  let examples = examplesOf(chat.option("examples"));
  if (!examples.length) {
    try {
      const response = await reach(chat.server, `/api/suggestions?language=${chat.language}`, {});
      examples = (await response.json()).questions;
    } catch (error) {
      const told = ["origin", "csp", "offline", "unreachable"].indexOf(error.kind) >= 0;
      if (told) chat.greeting.appendChild(node("p", { class: "failed", role: "alert" }, chat.words(error)));
      if (told) chat.emit("error", { kind: error.kind, message: chat.words(error) });
      examples = [];
    }
  }
  if (!examples.length) return;
  const list = node("ul", { class: "examples", role: "list" });
  for (const text of examples) {
    list.appendChild(node("li", {}, node("button", { type: "button", dir: "auto", click: () => chat.ask(text) }, text)));
  }
  chat.greeting.appendChild(node("p", { class: "label" }, chat.texts.try));
  chat.greeting.appendChild(list);
}

/** Give a shadow root its looks without a style element, which a strict page would refuse. */
function dress(root, accent) {
  const own = accent && CSS.supports("color", accent) ? `:host { --accent-given: ${accent}; }` : "";
  try {
    const sheets = [LOOK, own].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    root.adoptedStyleSheets = sheets;
  } catch (error) {
    root.appendChild(node("style", {}, LOOK + own)); // Safari before 16.4
  }
}
