// The connection between a page and its class: events come as server-sent events, commands go out as JSON.

import { send } from "../line.js";
import { make } from "../page.js";
import { Recording } from "../recording.js";

const AGAIN = 2000;

/** The connection to a class. `token` says who asks; the projector has none. */
export function classLine(code, token = "") {
  const path = `/api/classes/${encodeURIComponent(code)}`;
  return {
    path,
    ask: (command) => send(path, command, token),
    exported: (file, dialect = "plain") => `${path}/export/${file}?token=${encodeURIComponent(token)}&dialect=${dialect}`,
    /** Calls `heard` with every line, `held` with whether the connection is up, and `lost` with the status if it was refused. */
    listen(heard, held, lost) {
      const address = `${path}/stream${token ? `?token=${encodeURIComponent(token)}` : ""}`;
      let events;
      let closed = false;
      const open = () => {
        if (closed) return;
        events = new EventSource(address);
        events.onopen = () => held(true);
        events.onmessage = (event) => heard(JSON.parse(event.data));
        events.onerror = () => {
          held(false);
          // The browser tries again by itself, unless the server refused.
          if (events.readyState === EventSource.CLOSED) why();
        };
      };
      const why = async () => {
        const look = new AbortController();
        let status = 0;
        try {
          status = (await fetch(address, { signal: look.signal })).status;
        } catch { /* No answer: the server may be restarting. */ }
        look.abort();
        if (closed) return;
        if ([401, 403, 404].includes(status)) lost(status);
        else setTimeout(open, AGAIN);
      };
      open();
      return () => {
        closed = true;
        events.close();
      };
    },
  };
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
      if (this.class?.history.length) this.add(this.class);
    } else if (line.kind === "you") {
      this.you = line;
    } else if (line.kind === "monitor") {
      this.monitor = line;
    } else if (line.kind === "what_if") {
      this.whatIfs.set(line.id, line);
    } else if (line.kind === "hello") {
      this.setup = line.setup;
      this.recording = new Recording(line.setup.days);
    } else if (line.kind === "rows" && line.future === 0) {
      this.recording?.add(line);
    } else if (line.kind === "state") {
      this.town = line;
      this.recording?.cut(line.futures[0].lived);
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

/** A bar that says that the connection is down. */
export function lineBar() {
  const bar = make("p", { class: "down", role: "status", hidden: true });
  return {
    element: bar,
    held: (holds) => {
      bar.hidden = holds;
      bar.textContent = holds ? "" : "No connection. Reconnecting automatically; nothing is lost.";
    },
  };
}
