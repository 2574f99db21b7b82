// The connection to a world: events come as server-sent events, commands go out as JSON.

/** Milliseconds after which a command is given up that a class does not answer. */
const UNANSWERED = 10000;

/** What ends a request: its signal, and how it is given. Where the browser has none, the request goes on by itself. */
export function abortable() {
  if (!window.AbortController) return { abort: () => {} };
  const made = new AbortController();
  return { signal: made.signal, abort: () => made.abort() };
}

/** Sends a command, and returns the answer. Some take long; what is for a class, with a token or not, does not. */
export async function send(path, body, token) {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const look = abortable();
  const given_up = path.startsWith("/api/classes") ? setTimeout(look.abort, UNANSWERED) : null;
  let answer;
  let text;
  try {
    answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal: look.signal });
    text = await answer.text();
  } catch {
    throw new Refused(["The program that serves this page does not answer. Is it still running?"], 0);
  } finally {
    clearTimeout(given_up);
  }
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    told = { errors: [text] };
  }
  if (!answer.ok) throw new Refused(told.errors || [answer.statusText], answer.status, told);
  return told;
}

/** Why a command was refused. */
export class Refused extends Error {
  constructor(errors, status, told = {}) {
    super(errors.join("\n"));
    this.errors = errors;
    this.status = status;
    this.told = told;
  }
}

/** Opens a world, and calls `heard` with every line of it. */
export async function openLine(opening, heard, lost) {
  const { world } = await send("/api/worlds", opening);
  const path = `/api/worlds/${world}`;
  const events = new EventSource(`${path}/stream`);
  events.onmessage = (event) => heard(JSON.parse(event.data));
  events.onerror = () => {
    // The browser tries again by itself, unless the world is gone.
    if (events.readyState === EventSource.CLOSED) lost();
  };
  return {
    path,
    ask: (command) => send(path, command),
    close: () => events.close(),
  };
}
