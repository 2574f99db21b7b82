// The page of a phone: from the code on the big screen to a seat, and back to it after a closed tab or a dead battery.

import { Refused, send } from "../line.js";
import { complain, make, say } from "../page.js";
import { themeButton } from "../theme.js";
import { isolated, sentence } from "../words.js";
import { keep, kept } from "./kept.js";
import { classLine, unanswered } from "./line.js";
import { person } from "./parts.js";
import { openSeat } from "./student.js";

/** Milliseconds for which joining is tried while nobody answers, and between two tries. */
const PATIENCE = 40000;
const AGAIN = 2000;

const main = document.getElementById("main");
const theme = themeButton(() => {});

/** Under which names things are kept: the token of this phone's seat, the name in it, and the key for joining. */
const seatOf = (code) => `seat ${code}`;
const nameOf = (code) => `name ${code}`;
const keyOf = (code) => `key ${code}`;

/** The code of a class as it is typed: large letters, no blanks. */
const clean = (text) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");

/** The key with which somebody joins, made before the first try: if the answer is lost on the way, the seat is not. */
function key(code, name) {
  const [known, of] = [kept(keyOf(code)).slice(0, 32), kept(keyOf(code)).slice(33)];
  if (known && of === name) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(keyOf(code), `${made} ${name}`);
  return made;
}

let leave = null;
function route() {
  if (location.hash === "#main") return;
  if (leave) leave();
  leave = null;
  const code = clean(location.hash.slice(1));
  const token = code && kept(seatOf(code));
  if (token) sit(code, token);
  else ask(code);
}

/** Takes the seat that a token stands for. */
function sit(code, token) {
  history.replaceState(null, "", `#${code}`);
  leave = openSeat(main, theme, classLine(code, token), code, (name) => keep(nameOf(code), name), (why) => {
    keep(seatOf(code), "");
    keep(keyOf(code), "");
    ask(code);
    if (why) complain([why]);
  });
}

/** Asks for code and name. */
function ask(code) {
  document.title = "Join the class: Contraband";
  const lesson = make("p", { class: "lead" });
  const codeField = make("input", { id: "code", type: "text", value: code, required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxLength: 12, oninput: () => tell(clean(codeField.value)) });
  const name = make("input", { id: "name", type: "text", required: true, maxLength: 60, autocomplete: "off", spellcheck: "false", dir: "auto" });
  const mine = make("div", {});
  const more = make("div", {});
  const go = make("button", { type: "submit", class: "go" }, "Join");
  const status = make("p", { class: "quiet", role: "status" });
  const enter = async (extra = {}) => {
    const wanted = clean(codeField.value);
    const called = name.value.trim();
    // The phone that holds the seat gets it, whatever is known of its name.
    if (kept(seatOf(wanted)) && (!called || called === kept(nameOf(wanted)))) return sit(wanted, kept(seatOf(wanted)));
    go.disabled = true;
    const begun = Date.now();
    for (;;) {
      try {
        const told = await send(`/api/classes/${encodeURIComponent(wanted)}/join`, { name: called, key: key(wanted, called), ...extra }, kept(seatOf(wanted)));
        keep(seatOf(wanted), told.token);
        keep(nameOf(wanted), called);
        return sit(wanted, told.token);
      } catch (refused) {
        if (refused instanceof Refused && unanswered(refused) && refused.status !== 429 && Date.now() - begun < PATIENCE) {
          status.textContent = "No answer yet. Trying again …";
          await new Promise((done) => { setTimeout(done, AGAIN * (0.75 + Math.random() / 2)); });
          continue;
        }
        go.disabled = false;
        status.textContent = "";
        if (refused instanceof Refused && refused.told.taken) taken();
        else if (refused instanceof Refused && refused.status === 404) unknown(refused);
        else complain(refused.errors || [String(refused)]);
        return undefined;
      }
    }
  };
  /** There is no such class: what the page says under its heading is enough. */
  function unknown({ errors }) {
    lesson.textContent = errors.map(sentence).join(" ");
    say(lesson.textContent);
    codeField.focus();
  }
  /** Someone has this name: perhaps the same person, on another phone. */
  function taken() {
    const called = () => person(name.value.trim());
    const word = make("input", { id: "word", type: "text", inputMode: "numeric", maxLength: 4, autocomplete: "off" });
    more.replaceChildren(make("section", { class: "taken" },
      make("h2", {}, "Someone here is already called ", called()),
      make("p", {}, "Is that you, on another device? Then type the four-digit PIN that your page showed:"),
      make("form", { class: "row", onsubmit: (event) => { event.preventDefault(); enter({ word: word.value.trim() }); } },
        make("label", { for: "word" }, "Your PIN"), word, make("button", { type: "submit" }, "Back to my seat")),
      make("p", {}, "You do not know your PIN?"),
      make("button", { type: "button", onclick: () => enter({ knock: true }) }, "Ask the teacher"),
      make("p", { class: "quiet" }, "If that is not you, add a letter to your name above.")));
    word.focus();
    say(`Someone here is already called ${isolated(name.value.trim())}.`);
  }
  let last = "";
  async function tell(wanted) {
    if (wanted === last) return;
    last = wanted;
    lesson.textContent = "";
    const holds = kept(seatOf(wanted));
    name.required = !holds;
    mine.replaceChildren(holds ? make("p", { class: "mine" }, make("button", { type: "button", class: "go", onclick: () => sit(wanted, holds) }, "Back to my seat", kept(nameOf(wanted)) ? [" as ", person(kept(nameOf(wanted)))] : null)) : "");
    if (wanted.length < 6) return;
    try {
      const answer = await fetch(`/api/classes/${encodeURIComponent(wanted)}`);
      const told = await answer.json();
      if (wanted !== last) return;
      lesson.textContent = answer.ok ? told.lesson.question : told.errors.map(sentence).join(" ");
    } catch { /* Joining will say it. */ }
  }
  main.className = "joining";
  main.replaceChildren(
    make("div", { class: "heads" }, make("span", { class: "brand" }, "Contraband"), theme),
    make("h1", {}, "Join the class"), lesson,
    make("form", { onsubmit: (event) => { event.preventDefault(); enter(); } },
      make("label", { for: "code" }, "Code on the big screen"), codeField, mine,
      make("label", { for: "name" }, "Your name"), name, go, status),
    make("p", { class: "quiet" }, "A first name is enough. Nothing leaves the teacher's computer."),
    more);
  tell(code);
  (code ? name : codeField).focus();
}

addEventListener("hashchange", route);
route();
window.pageStands();
