// Types of Wenju's embeddable chat, for those who embed it from a bundler:
//
//   /// <reference path="./widget.d.ts" />
//   window.wenju = window.wenju || [];
//   window.wenju.push(["open", { query: "When does the clinic open?", submit: true }]);

/** A verbatim excerpt; offsets count code points of the article's text. */
interface WenjuQuote {
  text: string;
  start: number;
  end: number;
  prefix: string;
  suffix: string;
  highlights: [number, number][];
  score: number;
  passage: number;
  /** Counted from 1; null for a file without pages. */
  page: number | null;
  /** Relative to the server. */
  url: string;
  article: { id: string; title: string; source: string; date: string; language: string };
}

/** No quotes means that there is no answer, for a reason. */
interface WenjuAnswer {
  question: string;
  searched: string;
  answered: boolean;
  reason: "empty" | "nothing_close" | "weak_evidence" | null;
  evidence: number;
  quotes: WenjuQuote[];
  closest: WenjuQuote[];
}

interface WenjuEvents {
  open: Record<string, never>;
  close: Record<string, never>;
  ask: { question: string };
  answer: { answer: WenjuAnswer };
  /** A click on a citation. `preventDefault()` on the event keeps the page from following it. */
  source: { quote: WenjuQuote; number: number; url: string };
  feedback: { verdict: "up" | "down"; question: string };
  error: {
    kind: "offline" | "unreachable" | "csp" | "origin" | "rate" | "cut" | "silent" | "refused" | "server";
    message: string;
    status?: number;
  };
}

interface WenjuOpening {
  /** Written into the field, */
  query?: string;
  /** or asked at once. */
  submit?: boolean;
}

/** What a widget can be told. */
interface WenjuMethods<Later> {
  open(opening?: WenjuOpening): Later extends true ? Promise<void> : void;
  close(): Later extends true ? Promise<void> : void;
  /** Resolves to null where there was no answer to be had: stopped, refused, cut. */
  ask(question: string, options?: { alone?: boolean }): Promise<WenjuAnswer | null>;
  /** Begin a new conversation. */
  reset(): Later extends true ? Promise<void> : void;
}

type WenjuCall =
  | ["open", WenjuOpening?]
  | ["close"]
  | ["ask", string, { alone?: boolean }?]
  | ["reset"]
  | ["on", keyof WenjuEvents, (detail: any, event: CustomEvent) => void]
  | ((wenju: Wenju) => void);

type WenjuListener<Name extends keyof WenjuEvents> = (
  detail: WenjuEvents[Name],
  event: CustomEvent<WenjuEvents[Name]>,
) => void;

/** `window.wenju`: the page's floating widget, else its first one. */
interface Wenju extends WenjuMethods<true> {
  readonly widget: "wenju-chat";
  /** Returns what takes the listener away again. */
  on<Name extends keyof WenjuEvents>(name: Name, listener: WenjuListener<Name>): () => void;
  push(call: WenjuCall): unknown;
}

/** `<wenju-chat>`: options are data-* attributes; with `inline` it stands where it is placed. */
interface WenjuChatElement extends HTMLElement, WenjuMethods<false> {
  readonly inline: boolean;
  readonly server: string;
}

interface Window {
  /** Before the script has come, an array of calls. */
  wenju?: Pick<Wenju, "push"> & Partial<Wenju>;
}

interface HTMLElementTagNameMap {
  "wenju-chat": WenjuChatElement;
}

type WenjuEventMap = { [Name in keyof WenjuEvents as `wenju:${Name}`]: CustomEvent<WenjuEvents[Name]> };
interface DocumentEventMap extends WenjuEventMap {}
interface HTMLElementEventMap extends WenjuEventMap {}
