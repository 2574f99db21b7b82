// The connection between a page and its class. Lines come as server-sent events, or, where something on the way holds these
// back, by asking again and again; commands go out as JSON. A connection that says nothing is noticed and made again.

import { abortable, send } from "../line.js";
import { make } from "../page.js";
import { Recording } from "../recording.js";

/** Milliseconds without any event after which a stream is dead: the server sends one every ten seconds. */
const SILENT = 30000;
/** Milliseconds within which a stream that is alive sends its next event. */
const LATE = 12000;
/** Milliseconds in which a stream that is open sends its first event, and its first beat after its first line. */
const FIRST = 5000;
/** Milliseconds in which a stream opens, or a question is answered. */
const OPENING = 10000;
/** Milliseconds after which a page that has nothing yet says so. */
const PROMPT = 3000;
/** Milliseconds before each further try; the last one again and again. */
const PAUSES = [1000, 2000, 4000, 5000];
/** Milliseconds within which a stream brings what a question was told, or a command has changed. */
const GRACE = 1500;
/** Milliseconds between two questions whether a stream is held back. */
const CHECK = 20000;
/** Seconds for which the server keeps a question until there is something new. */
const WAIT = 15;
/** Milliseconds after which such a question is given up. */
const UNANSWERED = 25000;
/** Milliseconds between two questions, at least. */
const BETWEEN = 700;
/** Milliseconds after which a page that asks tries a stream again; twice that the next time, up to eight times. */
const STREAM_AGAIN = 120000;
/** Milliseconds for which a command is sent again while nobody answers. */
const PATIENCE = 30000;

/** A pause before a try, with jitter: thirty phones that lost the same server do not come back in the same moment. */
function pause(tries) {
  return PAUSES[Math.min(tries, PAUSES.length - 1)] * (0.75 + Math.random() / 2);
}

const sleep = (time) => new Promise((done) => { setTimeout(done, time); });

/** Whether a number of the class is newer than another: of the same life of the class, and counted further. */
function newer(number, than) {
  const [run, count, who] = String(number || "").split(".");
  const [known, before, other] = String(than || "").split(".");
  return run === known && who === other && Number(count) > Number(before);
}

/** Whether a command was not answered, so that it may be sent again. */
export function unanswered(refused) {
  return [0, 408, 429, 502, 503, 504].includes(refused.status);
}

/** The connection to a class. `token` says who asks; the projector has none. */
export function classLine(code, token = "") {
  const path = `/api/classes/${encodeURIComponent(code)}`;
  const address = (what, more) => {
    const asked = Object.entries({ token, ...more }).filter(([, value]) => value !== "");
    return `${path}/${what}${asked.length ? "?" : ""}${asked.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
  };
  /** What the page has whole. */
  let number = "";
  /** Told of the number that a command came to. */
  let reached = () => {};

  /** Sends a command once. */
  async function once(command) {
    const told = await send(path, command, token);
    if (told.number) reached(told.number);
    return told;
  }

  /** Sends a command, again and again for a while if nobody answers: all of them may come twice. */
  async function ask(command, patience = PATIENCE) {
    const begun = Date.now();
    for (let tries = 0; ; tries += 1) {
      try {
        return await once(command);
      } catch (refused) {
        if (!unanswered(refused) || Date.now() - begun > patience) throw refused;
        await sleep(pause(tries));
      }
    }
  }

  /** Calls `heard` with every line, `held` with how the connection is, and `lost` with the status if it was refused. */
  function listen(heard, held, lost) {
    /** "stream", "ask", "pause" before the next try, "hidden", "replaced" by newer pages of this seat, or "closed". */
    let mode = "";
    /** What belongs to an earlier connection no longer counts. */
    let era = 0;
    let drop_old = () => {};
    /** Whether this connection has brought anything. */
    let flows = false;
    /** When something was heard last. */
    let last = Date.now();
    /** Tries in a row that came to nothing, and streams in a row that were held back. */
    let tries = 0;
    let stuck = 0;

    /** Ends the connection there is, and begins another. */
    function turn(to) {
      mode = to;
      era += 1;
      flows = false;
      drop_old();
      drop_old = () => {};
      return era;
    }
    /** Does something later, unless the connection is another by then. */
    function later(time, act) {
      const mine = era;
      setTimeout(() => { if (mine === era) act(); }, time);
    }
    function alive() {
      last = Date.now();
      flows = true;
      held({ up: true });
    }
    const down = () => held({ up: false, since: last });

    /** Tries a stream again after a pause; after two that failed, a question tells whether only streams do. */
    function again() {
      turn("pause");
      down();
      later(pause(tries), tries < 2 ? stream : asks);
      tries += 1;
    }

    function stream() {
      if (!window.EventSource) return asks();
      const mine = turn("stream");
      const source = new EventSource(address("stream", { after: number }));
      drop_old = () => source.close();
      let whole = false;
      // Whoever asks meanwhile has a connection.
      later(PROMPT, () => { if (!flows && !stuck) down(); });
      later(OPENING, () => { if (!flows && source.readyState !== 1) asks(); });
      source.onopen = () => {
        if (mine === era) later(FIRST, () => { if (!flows) asks(); });
      };
      source.onmessage = (event) => {
        if (mine !== era) return;
        if (!flows) later(FIRST, () => { if (!whole) asks(); });
        alive();
        heard(JSON.parse(event.data));
        if (event.lastEventId && mine === era) number = event.lastEventId;
      };
      source.addEventListener("beat", (event) => {
        if (mine !== era) return;
        whole = true;
        tries = 0;
        stuck = 0;
        number = JSON.parse(event.data).number;
        alive();
      });
      source.addEventListener("replaced", () => {
        if (mine !== era) return;
        turn("replaced");
        held({ up: false, replaced: true, since: last });
      });
      source.onerror = () => {
        if (mine !== era) return;
        // If the server has refused, an answer to a question says why.
        if (source.readyState === 2) asks();
        else again();
      };
      return undefined;
    }

    /** Asks for lines instead of listening to them. */
    async function asks() {
      const mine = turn("ask");
      let failed = false;
      for (let wait = 0; mine === era;) {
        const begun = Date.now();
        const { status, told } = await question(wait);
        if (mine !== era) return;
        if ([401, 403, 404].includes(status)) {
          lost(status);
          return;
        }
        if (status !== 200) {
          failed = true;
          down();
          wait = 0;
          await sleep(pause(tries));
          tries += 1;
        } else {
          number = take(told, mine);
          if (mine !== era) return;
          tries = 0;
          // Whoever answers again after a while was away as a whole; otherwise only streams are held back.
          if (failed) {
            stream();
            return;
          }
          if (!wait) {
            later(STREAM_AGAIN * Math.min(2 ** stuck, 8), stream);
            stuck += 1;
          }
          wait = WAIT;
          await sleep(Math.max(BETWEEN - (Date.now() - begun), 0));
        }
      }
    }

    /** Asks once what is new. The status is 0 if there is no answer. */
    async function question(wait) {
      const look = abortable();
      const given_up = setTimeout(look.abort, wait ? UNANSWERED : OPENING);
      // A stream goes on beside it.
      if (mode !== "stream") drop_old = look.abort;
      try {
        const answer = await fetch(address("state", { after: number, wait: String(wait) }), { signal: look.signal });
        return { status: answer.status, told: await answer.json() };
      } catch {
        return { status: 0 };
      } finally {
        clearTimeout(given_up);
      }
    }
    /** Hands out the lines of an answer; its number. */
    function take(told, mine) {
      alive();
      for (const line of told.lines) if (mine === era) heard(line);
      return told.number;
    }

    /** Asks whether there are lines that the stream should have brought: something may let each go only with the next. */
    async function check() {
      const mine = era;
      const { status, told } = await question(0);
      if (mine !== era || status !== 200 || !told.lines.length) return;
      later(GRACE, () => { if (newer(told.number, number)) asks(); });
    }

    /** Nobody looks: a browser has six connections to a server, and the pages that are looked at need them. */
    async function rest() {
      if (mode === "hidden") return;
      const mine = turn("hidden");
      if (number) return;
      const { status, told } = await question(0);
      if (mine === era && status === 200) number = take(told, mine);
    }
    /** Somebody looks at the page again, or the network is back. */
    function wake() {
      if (document.visibilityState === "hidden") {
        rest();
        return;
      }
      const quiet = Date.now() - last;
      if ((mode === "stream" && (quiet < LATE || !flows)) || (mode === "ask" && quiet < UNANSWERED)) return;
      tries = 0;
      stream();
    }
    const look = setInterval(() => {
      if (mode !== "stream" || !flows || Date.now() - last <= SILENT) return;
      down();
      stream();
    }, 1000);
    const doubt = setInterval(() => { if (mode === "stream" && flows) check(); }, CHECK * (0.75 + Math.random() / 2));
    const WAKING = ["online", "pageshow", "focus"];
    for (const kind of WAKING) addEventListener(kind, wake);
    document.addEventListener("visibilitychange", wake);
    reached = (after) => {
      if (mode === "stream") later(GRACE, () => { if (newer(after, number)) check(); });
    };
    wake();
    return () => {
      turn("closed");
      clearInterval(look);
      clearInterval(doubt);
      for (const kind of WAKING) removeEventListener(kind, wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }

  return { path, once, ask, listen, exported: (file, dialect = "plain") => address(`export/${file}`, { dialect }) };
}

/** What is known of a class: the newest of each kind of line. */
export class Known {
  constructor() {
    this.whatIfs = new Map();
  }

  /** Takes a line in. */
  add(line) {
    if (line.kind === "class") {
      const over = ["results", "debrief", "ended"].includes(line.stage);
      this.class = { history: [], awards: [], other_worlds: [], ...line, ...(over ? this.past : {}) };
      // What-ifs belong to the history that was played.
      if (line.stage !== "debrief" && line.stage !== "ended") this.whatIfs.clear();
    } else if (line.kind === "history") {
      const { history, awards, other_worlds } = line;
      this.past = { history, awards, other_worlds };
      if (this.class && this.class.history.length) this.add(this.class);
    } else if (line.kind === "you") {
      this.you = line;
    } else if (line.kind === "monitor") {
      this.monitor = line;
    } else if (line.kind === "addresses") {
      this.addresses = line;
    } else if (line.kind === "what_if") {
      this.whatIfs.set(line.id, line);
    } else if (line.kind === "hello") {
      this.setup = line.setup;
      this.recording = new Recording(line.setup.days);
    } else if (line.kind === "rows" && line.future === 0) {
      if (this.recording) this.recording.add(line);
    } else if (line.kind === "state") {
      this.town = line;
      if (this.recording) this.recording.cut(line.futures[0].lived);
    }
  }
}

/** Calls `draw` once before the next frame, however many lines came since. */
export function atNextFrame(draw) {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    // A page in the background gets no frames, but has to keep up.
    const go = () => {
      if (!waits) return;
      waits = false;
      draw();
    };
    requestAnimationFrame(go);
    setTimeout(go, 250);
  };
}

/** A time in words. */
function lasting(time) {
  const seconds = Math.round(time / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** A bar that says that the connection is down, and for how long. `moved` is what to do if the server is elsewhere by now. */
export function lineBar(moved = () => "") {
  // The seconds are for the eye; a screen reader says it once.
  const words = make("span", { "aria-hidden": "true" });
  const told = make("span", { class: "unseen", role: "status" });
  const here = make("button", { type: "button", hidden: true, onclick: () => dispatchEvent(new Event("focus")) }, "Go on with this page");
  const bar = make("p", { class: "down", hidden: true }, words, told, " ", here);
  let state = { up: true };
  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const show = () => {
    bar.hidden = state.up;
    here.hidden = !state.replaced;
    const time = Date.now() - state.since;
    if (state.up) {
      put(told, "");
    } else if (state.replaced) {
      put(words, "This seat is open on other pages.");
      put(told, words.textContent);
    } else {
      const long = time > 60000;
      put(words, `${long ? "Still no" : "No"} connection${time < 3000 ? "" : ` for ${lasting(time)}`}. Trying again …${long ? ` ${moved()}` : ""}`);
      put(told, `${long ? "Still no" : "No"} connection. Trying again. ${long ? moved() : ""}`);
    }
  };
  setInterval(() => { if (!state.up) show(); }, 1000);
  return {
    element: bar,
    held: (now) => {
      if (state.up && now.up) return;
      state = now;
      show();
    },
  };
}
