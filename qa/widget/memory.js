// The conversation, kept in this tab for this site: sessionStorage, or nothing where it is closed.

const MOST_TURNS = 50; // of a conversation that are kept: beyond what anyone scrolls back to

const taken = new Set(); // names in use by the widgets of this page

/** A name for a widget's conversation that is the same after a reload, and no other widget's. */
function nameFor(server, id) {
  for (let at = 0; ; at += 1) {
    const name = `wenju:${server}#${id}${at || ""}`;
    if (!taken.has(name)) {
      taken.add(name);
      return name;
    }
  }
}

/** The turns of a conversation; what is not one of ours is dropped. */
function recalled(name) {
  try {
    const turns = JSON.parse(sessionStorage.getItem(name)) || [];
    return turns.filter(({ question, answer, failed }) => {
      if (typeof question !== "string") return false;
      return answer ? Array.isArray(answer.quotes) && Array.isArray(answer.closest) : Boolean(failed);
    });
  } catch (error) {
    return [];
  }
}

/** Keep as many of the last turns as there is room for. */
function remember(name, turns) {
  let kept = turns.filter((turn) => turn.answer || turn.failed).slice(-MOST_TURNS);
  for (;;) {
    try {
      if (kept.length) sessionStorage.setItem(name, json(kept));
      else sessionStorage.removeItem(name);
      return;
    } catch (error) {
      if (!kept.length) return;
      kept = kept.slice(1);
    }
  }
}
