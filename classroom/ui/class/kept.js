// What a phone keeps of its seat: the token and the name, and what could not be sent yet. It is there again after the page
// was closed, the battery was empty, or the teacher's computer was away.

import { unanswered } from "./line.js";

/** What holds while the page is open, where the browser stores nothing. */
const memory = new Map();

/** What is kept under a name; nothing if nothing is. */
export function kept(name) {
  try {
    const text = localStorage.getItem(name);
    if (text !== null) return text;
  } catch { /* Only for as long as the page is open. */ }
  return memory.get(name) || "";
}

/** Keeps something under a name; with nothing, forgets it. */
export function keep(name, text) {
  if (text) memory.set(name, text);
  else memory.delete(name);
  try {
    if (text) localStorage.setItem(name, text);
    else localStorage.removeItem(name);
  } catch { /* As above. */ }
}

/** Milliseconds before each further try to send what is kept. */
const PAUSES = [1000, 2000, 4000, 5000];

/**
 * What a seat sends. What is not answered is kept on the phone, by seat and round, and sent again until it is; if its round is
 * over by then, that is told. `ask` sends a command once, `known` is what the page knows, `tell` hears how it went:
 * "kept", "sent", "late", or the sentences of a refusal.
 */
export class Outbox {
  constructor(name, ask, known, tell) {
    this.name = name;
    this.ask = ask;
    this.known = known;
    this.tell = tell;
    this.tries = 0;
    this.going = null;
    this.timer = null;
  }

  /** What waits to be sent; nothing if nothing does. */
  get waiting() {
    try {
      return JSON.parse(kept(this.name) || "null");
    } catch {
      return null;
    }
  }

  /** Takes commands of this round, 0 before the first, in the place of what waited. Resolves when the first try is over. */
  put(round, commands) {
    const { you } = this.known;
    keep(this.name, JSON.stringify({ person: you.person, post: you.post, round, commands }));
    this.tries = 0;
    return this.go();
  }

  /** Sends what waits, if anything does. */
  go() {
    clearTimeout(this.timer);
    if (!this.going) this.going = this.send().finally(() => { this.going = null; });
    return this.going;
  }

  async send() {
    for (let all = this.waiting; all; all = this.waiting) {
      const { you, class: now } = this.known;
      if (!you || !now || !you.post) return;
      const same = all.person === you.person && JSON.stringify(all.post) === JSON.stringify(you.post);
      const open = all.round ? now.stage === "decide" && now.round === all.round : now.round <= 1;
      if (!same || !all.commands.length) {
        keep(this.name, "");
        if (all.commands.length) this.tell("late", all);
        return;
      }
      // A lesson that is paused takes nothing; it goes on by itself.
      if (now.paused && open) return this.later("kept", all);
      // What comes too late may have been taken before, and only the answer lost: the class knows.
      try {
        await this.ask(all.commands[0]);
      } catch (refused) {
        if (unanswered(refused)) return this.later("kept", all);
        const still = this.waiting;
        if (JSON.stringify(still) !== JSON.stringify(all)) continue;
        // Paused, or closed, a moment ago: the page hears of that at once.
        if (refused.status === 409 && open && this.tries < 3) return this.later("", all);
        keep(this.name, "");
        this.tell(refused.status === 409 ? "late" : refused.errors || [String(refused)], all);
        return;
      }
      this.tries = 0;
      // What was put there meanwhile goes out as a whole.
      if (JSON.stringify(this.waiting) !== JSON.stringify(all)) continue;
      const left = all.commands.slice(1);
      keep(this.name, left.length ? JSON.stringify({ ...all, commands: left }) : "");
      if (!left.length) this.tell("sent", all);
    }
  }

  /** Tries again after a pause. */
  later(how, all) {
    this.timer = setTimeout(() => this.go(), PAUSES[Math.min(this.tries, PAUSES.length - 1)] * (0.75 + Math.random() / 2));
    this.tries += 1;
    if (how) this.tell(how, all);
  }

  /** Stops trying; what is kept stays. */
  stop() {
    clearTimeout(this.timer);
  }
}
