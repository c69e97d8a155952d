// Values: everything here depends on its arguments alone. It keeps to what old page libraries
// leave as it was: no Array.from, reduce, find or JSON.stringify of lists, which they replace.

const MOST_HISTORY = 20; // turns a follow-up can refer to: the server looks at as many

/** The language to speak: "zh", "zh-Hant" or "en". */
function languageOf(tag) {
  const parts = String(tag || "").toLowerCase().split(/[-_]/);
  if (parts[0] !== "zh" && parts[0] !== "yue") return "en";
  for (const part of parts) {
    if (part === "hans") return "zh";
    if (part === "hant" || part === "tw" || part === "hk" || part === "mo") return "zh-Hant";
  }
  return "zh";
}

/** A text with its {names} filled in; a value is never looked at for names again. */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A value as JSON, whatever toJSON a library has put on lists. */
function json(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value === undefined ? null : value);
  const parts = [];
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) parts.push(json(value[at]));
    return `[${parts.join(",")}]`;
  }
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) parts.push(`${JSON.stringify(key)}:${json(value[key])}`);
  }
  return `{${parts.join(",")}}`;
}

/** JSON of an attribute, or the fallback where it is absent or malformed. */
function parsed(text, fallback) {
  if (!text) return fallback;
  try {
    return JSON.parse(text);
  } catch (error) {
    console.warn(`wenju: not JSON: ${text}`);
    return fallback;
  }
}

/** Example questions: a JSON list of texts, or texts divided by "|". */
function examplesOf(text) {
  const given = /^\s*\[/.test(text) ? parsed(text, []) : String(text).split("|");
  return given.map((each) => String(each).trim()).filter((each) => each !== "");
}

/**
 * A quote cut at its highlights: a list of {text, marked} that put together are the quote.
 * The server counts code points, JavaScript UTF-16 units: hence the spread.
 */
function piecesOf(quote) {
  const characters = [...quote.text];
  const marked = characters.map(() => false);
  for (const [from, to] of quote.highlights || []) {
    const last = Math.min(to - quote.start, characters.length);
    for (let at = Math.max(0, from - quote.start); at < last; at += 1) marked[at] = true;
  }
  const pieces = [];
  for (let at = 0; at < characters.length; at += 1) {
    const piece = pieces[pieces.length - 1];
    if (piece && piece.marked === marked[at]) piece.text += characters[at];
    else pieces.push({ text: characters[at], marked: marked[at] });
  }
  return pieces;
}

/** The full address of a quote's place, or "" for what is no web address. */
function addressOf(server, url) {
  try {
    const address = new URL(/^\/(?!\/)/.test(url) ? server + url : url, `${server}/`);
    return /^https?:$/.test(address.protocol) ? address.href : "";
  } catch (error) {
    return "";
  }
}

/** What a card says under the title: source, date, page, language. */
function aboutOf({ article, page }, language, texts) {
  let spoken = "";
  try {
    spoken = article.language && new Intl.DisplayNames([language], { type: "language" }).of(article.language);
  } catch (error) {
    spoken = article.language; // an old browser, or no language tag
  }
  const paged = page && filled(texts.page, { page });
  return [article.source, article.date, paged, spoken].filter((part) => part).join(" · ");
}

/** An answer as plain text: the question, each quote with its number, then where each stands. */
function copyOf(server, answer, texts) {
  const quotes = [];
  const sources = [];
  answer.quotes.forEach((quote, at) => {
    const { title, source, date } = quote.article;
    quotes.push(`“${quote.text}” [${at + 1}]`);
    const about = [title || texts.untitled, source, date].filter((part) => part).join(", ");
    sources.push(`[${at + 1}] ${about}\n    ${addressOf(server, quote.url)}`);
  });
  if (!quotes.length) quotes.push(`${texts.abstained} ${texts[`reason_${answer.reason}`] || ""}`.trim());
  return [answer.question, ...quotes, sources.join("\n")].filter((part) => part).join("\n\n");
}

/** What a follow-up needs to know of the turns before it. */
function historyOf(turns) {
  const answered = turns.filter((turn) => turn.answer).slice(-MOST_HISTORY);
  return answered.map(({ answer }) => {
    const articles = answer.quotes.map((quote) => quote.article.id);
    return { question: answer.question, searched: answer.searched, articles: [...new Set(articles)] };
  });
}
