// The custom element <wenju-chat>: a launcher and its panel, or with `inline` the panel in its place.

const NARROW = "(max-width: 640px), (max-height: 480px)"; // where the panel takes the whole screen
const SLOW = 5000; // milliseconds after which waiting is explained
const NOTICE = 4000; // milliseconds a notice stays

const connected = new Set(); // the widgets on this page, in the order they came

class WenjuChat extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) this.build();
    this.name = nameFor(this.server, this.id);
    connected.add(this);
    if (this.inline) this.fill();
    drain();
  }

  disconnectedCallback() {
    connected.delete(this);
    taken.delete(this.name);
    this.stop();
    if (!this.inline) this.close();
  }

  /** What the page says of this widget: its own attribute, else the script tag's. */
  option(name) {
    return this.dataset[name] || defaults[name] || "";
  }

  build() {
    this.inline = this.hasAttribute("inline");
    this.server = (this.option("server") || home).replace(/\/+$/, "");
    this.language = languageOf(this.option("language") || document.documentElement.lang || navigator.language);
    this.texts = { ...TEXTS[this.language], ...parsed(this.option("texts"), {}) };
    for (const name of ["title", "greeting", "placeholder"]) this.texts[name] = this.option(name) || this.texts[name];
    this.turns = [];
    this.attachShadow({ mode: "open" });
    dress(this.shadowRoot, this.option("accent"));
    const classes = ["root", this.inline ? "inline" : this.option("position"), this.option("scheme")];
    this.root = node("div", { class: classes.join(" "), lang: this.language, dir: getComputedStyle(this).direction });
    this.shadowRoot.appendChild(this.root);
    if (!this.inline) this.root.appendChild((this.launcher = this.makeLauncher()));
    this.phone = matchMedia(NARROW);
    this.fit = () => this.fitScreen();
    this.turned = () => this.show();
  }

  makeLauncher() {
    const label = this.option("label");
    const attributes = { "aria-haspopup": "dialog", "aria-expanded": "false", click: () => (this.opened ? this.close() : this.open()) };
    const named = { ...attributes, type: "button", class: "launcher", "aria-label": label || filled(this.texts.launch, this.texts) };
    return node("button", named, icon("quotes"), icon("close"), label && node("span", {}, label));
  }

  /** Make the panel, when it is first looked at. */
  fill() {
    if (this.panel) return;
    this.view = {
      server: this.server,
      texts: this.texts,
      language: this.language,
      askAlone: (question) => this.ask(question, { alone: true }),
      retry: (turn, element) => this.retry(turn, element),
      judge: (turn, verdict, button) => this.judge(turn, verdict, button),
      copy: (text) => this.copy(text),
      opened: (event, quote, number, url) => {
        if (!this.emit("source", { quote, number, url })) event.preventDefault();
      },
    };
    this.panel = this.makePanel();
    this.root.appendChild(this.panel);
    try {
      this.turns = recalled(this.name);
      this.turns.forEach((turn) => this.log.appendChild(turnView(this.view, turn).element));
    } catch (error) {
      this.reset(); // what was kept is not what we keep
    }
    this.greet();
  }

  makePanel() {
    const { texts } = this;
    const keys = {};
    for (const type of ["keydown", "keyup", "keypress"]) keys[type] = (event) => this.pressed(event);
    this.greeting = node("div", { class: "greeting" });
    this.log = node("div", { class: "log", role: "log", "aria-label": texts.conversation, tabindex: "0" }, this.greeting);
    this.notice = node("p", { class: "notice", role: "status" });
    const heading = node("h2", { id: "title", dir: "auto" }, texts.title);
    const reset = iconButton("reset", texts.reset, () => {
      this.reset();
      this.input.focus();
    });
    const close = !this.inline && iconButton("close", texts.close, () => this.close());
    const children = [node("header", {}, icon("quotes"), heading, reset, close), this.log, this.notice, this.makeForm()];
    const attributes = { class: "panel", "aria-labelledby": "title", ...keys };
    if (this.inline) return node("section", attributes, ...children);
    const cancel = (event) => {
      event.preventDefault();
      this.close();
    };
    return node("dialog", { ...attributes, tabindex: "-1", cancel, close: () => !this.panel.open && this.close() }, ...children);
  }

  makeForm() {
    const { texts } = this;
    const input = () => this.grow();
    this.input = node("textarea", { rows: "1", maxlength: "2000", dir: "auto", enterkeyhint: "send", placeholder: texts.placeholder, "aria-label": texts.placeholder, input });
    this.button = node("button", { type: "submit", class: "send", "aria-label": texts.send, title: texts.send }, icon("send"), icon("stop"));
    const submit = (event) => {
      event.preventDefault();
      if (this.control) this.stop();
      else this.submit();
    };
    return node("form", { submit }, this.input, this.button);
  }

  /** Keys stay here: a page's shortcuts are not meant by who types a question. */
  pressed(event) {
    event.stopPropagation();
    if (event.type !== "keydown" || event.isComposing || event.keyCode === 229) return; // 229: Safari composes
    if (event.key === "Escape" && !this.inline) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.input) {
      event.preventDefault();
      this.submit();
    }
  }

  submit() {
    const question = this.input.value;
    if (!question.trim()) return;
    this.write("");
    this.ask(question);
  }

  write(text) {
    this.input.value = text;
    this.grow();
  }

  /** Let the field be as high as its text; the style sheet bounds it. */
  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  /** Show what can be asked, while nothing was. */
  async greet() {
    this.greeting.hidden = this.turns.length > 0;
    if (this.greeting.hidden || this.greeting.firstChild) return;
    this.greeting.appendChild(node("p", { dir: "auto" }, this.texts.greeting));
    let examples = examplesOf(this.option("examples"));
    if (!examples.length) {
      try {
        const response = await reach(this.server, `/api/suggestions?language=${this.language}`, {});
        examples = (await response.json()).questions;
      } catch (error) {
        const told = ["origin", "csp", "offline", "unreachable"].indexOf(error.kind) >= 0;
        if (told) this.greeting.appendChild(node("p", { class: "failed", role: "alert" }, this.words(error)));
        if (told) this.emit("error", { kind: error.kind, message: this.words(error) });
        examples = [];
      }
    }
    if (!examples.length) return;
    const list = node("ul", { class: "examples", role: "list" });
    for (const text of examples) {
      list.appendChild(node("li", {}, node("button", { type: "button", dir: "auto", click: () => this.ask(text) }, text)));
    }
    this.greeting.appendChild(node("p", { class: "label" }, this.texts.try));
    this.greeting.appendChild(list);
  }

  /** Open the panel; with a query, write it into the field, or ask it at once. */
  open({ query = "", submit = false } = {}) {
    this.fill();
    if (!this.inline && !this.opened) {
      this.opened = true;
      this.before = document.activeElement;
      this.launcher.setAttribute("aria-expanded", "true");
      this.phone.addEventListener("change", this.turned);
      this.show();
      this.emit("open", {});
      this.log.scrollTop = this.log.scrollHeight;
      // A finger that opens wants to look first: focusing the field would raise the keyboard.
      (matchMedia("(pointer: coarse)").matches ? this.panel : this.input).focus();
    }
    if (query && submit) this.ask(query);
    else if (query) this.write(query);
  }

  /** Show the panel beside the page, or over it where there is little room. */
  show() {
    const focused = this.shadowRoot.activeElement;
    if (this.panel.open) this.panel.close();
    this.root.classList.toggle("phone", this.phone.matches);
    const screen = window.visualViewport;
    if (screen) {
      screen.addEventListener("resize", this.fit);
      screen.addEventListener("scroll", this.fit);
      this.fitScreen();
    }
    if (this.phone.matches) this.panel.showModal();
    else this.panel.show();
    if (focused) focused.focus();
  }

  /** Follow what is left of the screen beside an on-screen keyboard, not what a zoom shows. */
  fitScreen() {
    const { height, offsetTop, scale } = window.visualViewport;
    if (scale > 1.01) return;
    this.panel.style.setProperty("--visible-height", `${height}px`);
    this.panel.style.setProperty("--visible-top", `${offsetTop}px`);
  }

  close() {
    if (!this.opened) return;
    const inside = this.panel.open && this.panel.contains(this.shadowRoot.activeElement);
    this.opened = false;
    this.phone.removeEventListener("change", this.turned);
    if (window.visualViewport) {
      window.visualViewport.removeEventListener("resize", this.fit);
      window.visualViewport.removeEventListener("scroll", this.fit);
    }
    this.launcher.setAttribute("aria-expanded", "false");
    if (this.panel.open) this.panel.close();
    if (!this.isConnected) return;
    if (inside) (this.before && this.before !== document.body && this.before !== this ? this.before : this.launcher).focus();
    this.emit("close", {});
  }

  /** Ask; resolves to the answer, or to null where there was none to be had. */
  async ask(question, { alone = false } = {}) {
    const asked = String(question).trim();
    if (!asked) return null;
    this.open();
    this.stop();
    const turn = { question: asked };
    const body = { question: asked, history: alone ? [] : historyOf(this.turns), filters: parsed(this.option("filters"), undefined) };
    this.turns.push(turn);
    this.greeting.hidden = true;
    const shown = turnView(this.view, turn);
    this.log.appendChild(shown.element);
    this.log.scrollTop = shown.element.offsetTop - this.log.offsetTop;
    this.emit("ask", { question: asked });
    await this.follow(turn, body, shown);
    remember(this.name, this.turns);
    return turn.answer || null;
  }

  /** Run one question to its end, whatever end that is. */
  async follow(turn, body, shown) {
    const control = new AbortController();
    this.busy(control);
    const slow = setTimeout(shown.slow, SLOW);
    try {
      const answer = await askServer(this.server, body, control.signal, (event, data) => {
        if (event === "searched") shown.searched(data.searched);
        if (event === "quote") shown.quoted(data.quote, data.number);
      });
      turn.answer = answer;
      shown.answered();
      this.emit("answer", { answer });
    } catch (error) {
      turn.answer = undefined;
      turn.failed = this.words(error);
      shown.failed(turn.failed);
      if (error.kind !== "stopped") this.emit("error", { kind: error.kind || "server", message: turn.failed, status: (error.details || {}).status });
    } finally {
      clearTimeout(slow);
      if (this.control === control) this.busy(null);
    }
  }

  busy(control) {
    this.control = control;
    const words = control ? this.texts.stop : this.texts.send;
    this.button.setAttribute("aria-label", words);
    this.button.title = words;
    this.root.classList.toggle("busy", Boolean(control));
    this.log.setAttribute("aria-busy", String(Boolean(control)));
  }

  /** A failure in words. */
  words(error) {
    if (error.kind === "stopped") return this.texts.stopped;
    const text = this.texts[`failed_${error.kind}`] || this.texts.failed_server;
    return filled(text, { detail: error.message, ...error.details });
  }

  retry(turn, element) {
    this.turns = this.turns.filter((each) => each !== turn);
    drop(element);
    this.ask(turn.question);
  }

  stop() {
    if (this.control) this.control.abort();
  }

  /** Begin a new conversation. */
  reset() {
    this.stop();
    this.turns = [];
    remember(this.name, []);
    if (!this.panel) return;
    while (this.log.lastChild !== this.greeting) drop(this.log.lastChild);
    this.greet();
  }

  async judge(turn, verdict, button) {
    const { question, searched, quotes } = turn.answer;
    const cited = quotes.map(({ article, start, end }) => ({ article: article.id, start, end }));
    try {
      await reach(this.server, "/api/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: json({ verdict, question, searched, quotes: cited }),
      });
    } catch (error) {
      this.tell(this.texts.failed_feedback);
      return;
    }
    turn.verdict = verdict;
    for (const other of button.parentNode.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", String(other === button));
    this.tell(this.texts.thanks);
    remember(this.name, this.turns);
    this.emit("feedback", { verdict, question });
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.tell(this.texts.copied);
    } catch (error) {
      const field = node("textarea", { class: "hidden", tabindex: "-1", "aria-hidden": "true" });
      const { activeElement } = this.shadowRoot;
      this.panel.appendChild(field);
      field.value = text;
      field.focus();
      field.setSelectionRange(0, text.length);
      this.tell(document.execCommand("copy") ? this.texts.copied : this.texts.not_copied);
      drop(field);
      if (activeElement) activeElement.focus();
    }
  }

  /** Say something for a moment. */
  tell(text) {
    clearTimeout(this.timer);
    this.notice.textContent = text;
    this.timer = setTimeout(() => {
      this.notice.textContent = "";
    }, NOTICE);
  }

  /** Tell the page; false where it wants to do itself what would follow. */
  emit(name, detail) {
    const cancelable = name === "source";
    return this.dispatchEvent(new CustomEvent(`wenju:${name}`, { bubbles: true, composed: true, cancelable, detail }));
  }
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
