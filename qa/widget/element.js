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
    if (!this.inline) this.root.appendChild((this.launcher = launcherOf(this)));
    this.phone = matchMedia(NARROW);
    this.fit = () => this.fitScreen();
    this.turned = () => this.show();
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
    this.panel = panelOf(this);
    this.root.appendChild(this.panel);
    try {
      this.turns = recalled(this.name);
      this.turns.forEach((turn) => this.log.appendChild(turnView(this.view, turn).element));
    } catch (error) {
      this.reset(); // what was kept is not what we keep
    }
    greet(this);
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
      if (this.log.lastChild !== this.greeting) this.look(this.log.lastChild);
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
    this.look(shown.element);
    this.emit("ask", { question: asked });
    await this.follow(turn, body, shown);
    remember(this.name, this.turns);
    return turn.answer || null;
  }

  /** Bring a turn to the top. */
  look(element) {
    this.log.scrollTop = element.offsetTop - this.log.offsetTop;
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
    greet(this);
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
