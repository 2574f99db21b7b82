// Decisions as large controls: one of several options, a number, yes or no.

import { button, make } from "../page.js";
import { answerOf } from "./parts.js";

/** A form with the questions of a seat. `given` are the answers at first. `form.answers()` returns what is chosen now. */
export function askForm(asks, given, changed = () => {}) {
  const read = new Map();
  const element = make("div", { class: "asks" }, asks.map((ask) => {
    const [control, value] = (ask.kind === "slider" ? slider : choice)(ask, given[ask.key], changed);
    read.set(ask.key, value);
    return control;
  }));
  return { element, answers: () => Object.fromEntries([...read].map(([key, value]) => [key, value()])) };
}

/** The first two answers that exclude each other, in a sentence; nothing if all go together. `clashes` are the rules, as the server tells them. */
export function clashOf(asks, clashes, answers) {
  for (const { keys, pairs } of clashes ?? []) {
    if (!pairs.some((pair) => pair.every((option, at) => answers[keys[at]] === option))) continue;
    const [one, other] = keys.map((key) => {
      const ask = asks.find((each) => each.key === key);
      return `“${ask.question} ${ask.options.find((option) => option.key === answers[key]).words}”`;
    });
    return `${one} and ${other} exclude each other: change one of the two.`;
  }
  return "";
}

let made = 0;

/** One of several options, each large enough for a thumb. `held` is what counts if nothing is sent. */
export function oneOf({ question, help, options, chosen, held, held_words: words = "now" }, changed = () => {}) {
  const name = `choice-${made += 1}`;
  const inputs = options.map(({ key }) => make("input", { type: "radio", name, value: String(key), checked: key === chosen, onchange: changed }));
  const compact = options.length > 5 && options.every((option) => !option.text);
  const element = make("fieldset", { class: compact ? "ask compact" : "ask" },
    make("legend", {}, question), help ? make("p", { class: "help" }, help) : null,
    make("div", { class: "options" }, options.map((option, at) => make("label", { class: compact && option.words.length > 20 ? "option long" : "option" }, inputs[at],
      make("span", {}, option.words.charAt(0).toUpperCase() + option.words.slice(1), option.text ? make("small", {}, option.text) : null, option.key === held ? make("em", {}, ` (${words})`) : null)))));
  return [element, () => options[inputs.findIndex((input) => input.checked)]?.key];
}

function choice(ask, given, changed) {
  const options = ask.kind === "flag" ? [{ key: true, words: "Yes" }, { key: false, words: "No" }] : ask.options;
  return oneOf({ ...ask, options, chosen: given, held: ask.value }, changed);
}

function slider(ask, given, changed) {
  const id = `slider-${made += 1}`;
  const { from, to, step, value: held, held_words: words = "now" } = ask;
  const shown = make("output", { for: id });
  const range = make("input", { type: "range", id, min: String(from), max: String(to), step: String(step), value: String(given), oninput: () => show(), onchange: changed });
  // The value of a range is a text, and may be 0.30000000000000004.
  const value = () => Number(Number(range.value).toFixed(6));
  const show = () => {
    shown.textContent = answerOf(ask, value());
    range.setAttribute("aria-valuetext", shown.textContent);
  };
  const move = (by) => {
    range.value = String(value() + by * step);
    show();
    changed();
  };
  const element = make("fieldset", { class: "ask" },
    make("legend", {}, ask.question), ask.help ? make("p", { class: "help" }, ask.help) : null,
    make("div", { class: "sliding" },
      button(`Less: ${ask.question}`, "less", () => move(-1)),
      make("label", { class: "unseen", for: id }, ask.question), range,
      button(`More: ${ask.question}`, "more", () => move(1))),
    make("p", { class: "chosen" }, shown, held === undefined ? null : make("span", { class: "quiet" }, ` (${words}: ${answerOf(ask, held)})`)));
  show();
  return [element, value];
}
