// One turn of the conversation on the page: the question, and its answer as it arrives.

/**
 * Show a turn; returns its element and what can happen to it. `view` is what it needs of the
 * widget: server, texts, language, and what to do on a click.
 */
function turnView(view, turn) {
  const { texts } = view;
  const answer = node("div", { class: "answer" });
  const quotes = node("ol", { class: "quotes", role: "list" });
  const waiting = node("p", { class: "waiting" }, node("span", { class: "dots", "aria-hidden": "true" }), texts.searching);
  const element = node(
    "section",
    { class: "turn" },
    node("p", { class: "question", dir: "auto" }, hidden(`${texts.asked} `), turn.question),
    answer,
  );
  let shown = 0;

  function searched(text) {
    if (!text || text === turn.question) return;
    const again = node("button", { type: "button", class: "link", click: () => view.askAlone(turn.question) }, texts.as_typed);
    const line = node("p", { class: "searched", dir: "auto" }, filled(texts.searched, { searched: text }), " ", again);
    answer.insertBefore(line, answer.firstChild);
  }

  function quoted(quote, number) {
    if (number <= shown) return;
    drop(waiting);
    if (!quotes.parentNode) answer.appendChild(quotes);
    quotes.appendChild(quoteCard(view, quote, number));
    shown = number;
  }

  function answered() {
    drop(waiting);
    turn.answer.quotes.forEach((quote, at) => quoted(quote, at + 1));
    if (!shown) answer.appendChild(abstention(view, turn.answer));
    answer.appendChild(actions());
  }

  /** Judge and copy. */
  function actions() {
    const judge = (verdict, label) => {
      const pressed = String(turn.verdict === verdict);
      return iconButton(verdict, label, (event) => view.judge(turn, verdict, event.currentTarget), { "aria-pressed": pressed });
    };
    return node(
      "div",
      { class: "actions" },
      judge("up", texts.helpful),
      judge("down", texts.unhelpful),
      turn.answer.quotes.length > 0 && iconButton("copy", texts.copy, () => view.copy(copyOf(view.server, turn.answer, texts))),
      node("span", { class: "thanks" }, turn.verdict ? texts.thanks : ""),
    );
  }

  function failed(message) {
    drop(waiting);
    const retry = node("button", { type: "button", class: "plain", click: () => view.retry(turn, element) }, texts.retry);
    answer.appendChild(node("div", { class: "failed" }, node("p", {}, message), retry));
  }

  if (turn.answer) {
    searched(turn.answer.searched);
    answered();
  } else if (turn.failed) {
    failed(turn.failed);
  } else {
    answer.appendChild(waiting);
  }
  const slow = () => {
    waiting.lastChild.data = texts.slow;
  };
  return { element, searched, quoted, answered, failed, slow };
}
