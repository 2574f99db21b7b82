// The page of a phone: from the code on the big screen to a seat, and back to it after a closed tab or a dead battery.

import { Refused, send } from "../line.js";
import { complain, make, say } from "../page.js";
import { themeButton } from "../theme.js";
import { isolated } from "../words.js";
import { classLine } from "./line.js";
import { openSeat } from "./student.js";

const main = document.getElementById("main");
const theme = themeButton(() => {});

const keep = (code) => `seat ${code}`;
/** The token of this browser's seat in a class; nothing where it has none. */
function kept(code) {
  try { return localStorage.getItem(keep(code)) ?? ""; } catch { return ""; }
}
function hold(code, token) {
  try {
    if (token) localStorage.setItem(keep(code), token);
    else localStorage.removeItem(keep(code));
  } catch { /* Without storage the seat is held for as long as this page is open. */ }
}

/** The code of a class as it is typed: large letters, no blanks. */
const clean = (text) => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

let leave = null;
function route() {
  if (location.hash === "#main") return;
  leave?.();
  leave = null;
  const code = clean(location.hash.slice(1));
  const token = code && kept(code);
  if (token) sit(code, token);
  else ask(code);
}

/** Takes the seat that a token stands for. */
function sit(code, token) {
  leave = openSeat(main, theme, classLine(code, token), (why) => {
    hold(code, "");
    ask(code);
    if (why) complain([why]);
  });
}

/** Asks for code and name. */
function ask(code) {
  document.title = "Join the class: Contraband";
  const lesson = make("p", { class: "lead" });
  const codeField = make("input", { id: "code", type: "text", value: code, required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxLength: 12, oninput: () => tell(clean(codeField.value)) });
  const name = make("input", { id: "name", type: "text", required: true, maxLength: 60, dir: "auto", autocomplete: "off", spellcheck: "false" });
  const more = make("div", {});
  const enter = async (extra = {}) => {
    const wanted = clean(codeField.value);
    try {
      const told = await send(`/api/classes/${encodeURIComponent(wanted)}/join`, { name: name.value.trim(), ...extra }, kept(wanted));
      hold(wanted, told.token);
      history.replaceState(null, "", `#${wanted}`);
      sit(wanted, told.token);
    } catch (refused) {
      if (refused instanceof Refused && refused.told.taken) taken();
      else complain(refused.errors ?? [String(refused)]);
    }
  };
  /** Someone has this name: perhaps the same person, on another phone. */
  function taken() {
    const word = make("input", { id: "word", type: "text", inputMode: "numeric", maxLength: 4, autocomplete: "off" });
    more.replaceChildren(make("section", { class: "taken" },
      make("h2", {}, `Someone here is already called ${isolated(name.value.trim())}`),
      make("p", {}, "Is that you, on another device? Then type the four-digit PIN that your page showed:"),
      make("form", { class: "row", onsubmit: (event) => { event.preventDefault(); enter({ word: word.value.trim() }); } },
        make("label", { for: "word" }, "Your PIN"), word, make("button", { type: "submit" }, "Back to my seat")),
      make("p", {}, "You do not know your PIN?"),
      make("button", { type: "button", onclick: () => enter({ knock: true }) }, "Ask the teacher"),
      make("p", { class: "quiet" }, "If that is not you, add a letter to your name above.")));
    word.focus();
    say(`Someone here is already called ${name.value.trim()}.`);
  }
  let last = "";
  async function tell(wanted) {
    if (wanted.length < 6 || wanted === last) return;
    last = wanted;
    // Whoever types the code again where they hold a seat has it.
    if (kept(wanted)) {
      history.replaceState(null, "", `#${wanted}`);
      return sit(wanted, kept(wanted));
    }
    try {
      const answer = await fetch(`/api/classes/${encodeURIComponent(wanted)}`);
      const told = await answer.json();
      if (wanted !== last) return;
      lesson.textContent = answer.ok ? told.lesson.question : told.errors.join(" ");
    } catch { /* Joining will say it. */ }
  }
  main.className = "joining";
  main.replaceChildren(
    make("div", { class: "heads" }, make("span", { class: "brand" }, "Contraband"), theme),
    make("h1", {}, "Join the class"), lesson,
    make("form", { onsubmit: (event) => { event.preventDefault(); enter(); } },
      make("label", { for: "code" }, "Code on the big screen"), codeField,
      make("label", { for: "name" }, "Your name"), name,
      make("button", { type: "submit", class: "go" }, "Join")),
    make("p", { class: "quiet" }, "A first name is enough. Nothing leaves the teacher's computer."),
    more);
  tell(code);
  (code ? name : codeField).focus();
}

addEventListener("hashchange", route);
route();
