// The server: questions to it, and what comes back, piece by piece.

const SILENCE = 30000; // milliseconds without a byte before giving up: three heartbeats of the server

/** Why there is no answer. `kind` is a text of texts.json without its "failed_". */
class Failure extends Error {
  constructor(kind, details = {}) {
    super(details.detail || kind);
    this.kind = kind;
    this.details = details;
  }
}

/**
 * Read server-sent events from text that is cut anywhere; `emit(event, data)` for each.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
function eventReader(emit) {
  let rest = "";
  let event = "";
  let data = [];
  function take(line) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "event") event = value;
    if (field === "data") data.push(value);
    if (line !== "") return;
    if (data.length) emit(event || "message", data.join("\n"));
    event = "";
    data = [];
  }
  return (chunk) => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/); // a \r at the end may be half of \r\n
    rest = lines.pop();
    lines.forEach(take);
  };
}

/** Ask a question; `on(event, data)` for each event, and the answer when it is complete. */
async function askServer(server, question, signal, on) {
  const watch = new AbortController();
  const stop = () => watch.abort();
  signal.addEventListener("abort", stop);
  let timer = 0;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, SILENCE);
  };
  try {
    alive();
    const response = await reach(server, "/api/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: json(question),
      signal: watch.signal,
    });
    return await readAnswer(response, alive, on);
  } catch (error) {
    if (signal.aborted) throw new Failure("stopped");
    if (watch.signal.aborted) throw new Failure("silent");
    throw error instanceof Failure ? error : new Failure("cut");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function readAnswer(response, alive, on) {
  if (!/event-stream/.test(response.headers.get("Content-Type"))) return response.json();
  let answer = null;
  let failure = null;
  const read = eventReader((event, text) => {
    const data = JSON.parse(text);
    if (event === "done") answer = data;
    else if (event === "error") failure = new Failure("server", { detail: data.detail || "" });
    else on(event, data);
  });
  const body = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await body.read();
    alive();
    if (value) read(decoder.decode(value, { stream: true }));
    if (failure) throw failure;
    if (answer) return answer;
    if (done) throw new Failure("cut");
  }
}

/** Fetch from the server; whatever goes wrong becomes a Failure that says what it was. */
async function reach(server, path, options) {
  let response;
  try {
    response = await fetch(server + path, options);
  } catch (error) {
    if (options.signal && options.signal.aborted) throw error;
    throw await reasonFor(server);
  }
  if (response.ok) return response;
  let problem = {};
  try {
    problem = await response.json();
  } catch (error) {
    problem = { title: response.statusText }; // a proxy's page in place of our words
  }
  const detail = problem.detail || problem.title || `HTTP ${response.status}`;
  const details = { detail, status: response.status, origin: location.origin };
  if (response.status === 429) {
    throw new Failure("rate", { ...details, seconds: response.headers.get("Retry-After") || 60 });
  }
  const refused = /origin-not-allowed$/.test(problem.type) ? "origin" : "refused";
  throw new Failure(response.status < 500 ? refused : "server", details);
}

/**
 * A browser does not tell a page why a request failed. What can be found out: whether the page's
 * own policy forbade it, whether the server is there at all, and whether it lets this site ask.
 */
async function reasonFor(server) {
  if (navigator.onLine === false) return new Failure("offline");
  const details = { server: new URL(server).origin, origin: location.origin };
  let forbidden = false;
  const note = (event) => {
    forbidden = forbidden || /^connect-src/.test(event.effectiveDirective);
  };
  document.addEventListener("securitypolicyviolation", note);
  try {
    await fetch(`${server}/widget.js`, { mode: "no-cors", cache: "no-store" }); // open to every page
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve)); // the violation is told after the failure
    return new Failure(forbidden ? "csp" : "unreachable", details);
  } finally {
    document.removeEventListener("securitypolicyviolation", note);
  }
  try {
    await fetch(`${server}/api/suggestions`, { cache: "no-store" });
    return new Failure("cut", details);
  } catch (error) {
    return new Failure("origin", details);
  }
}
