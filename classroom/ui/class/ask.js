// Decisions as large controls: one of several options, a number, yes or no.

import { button, make } from "../page.js";
import { answerOf } from "./parts.js";

/** What contradicts itself in answers: sentences for people. `clashes` are pairs of questions, with the options that exclude each other. */
function contradictions(asks, answers, clashes) {
  const words = (key) => {
    const ask = asks.find((each) => each.key === key);
    const option = ask.options.find((each) => each.key === answers[key]);
    return `“${ask.question} ${option.words}”`;
  };
  return clashes.filter(({ keys, pairs }) => pairs.some((pair) => pair.every((option, at) => answers[keys[at]] === option)))
    .map(({ keys: [one, other] }) => `${words(one)} and ${words(other)} exclude each other: change one of the two.`);
}

/** A form with the questions of a seat. `given` are the answers at first. `form.answers()` returns what is chosen now,
 * `form.wrong()` what of it cannot be sent. */
export function askForm(asks, given, { changed = () => {}, clashes = [] } = {}) {
  const read = new Map();
  const element = make("div", { class: "asks" }, asks.map((ask) => {
    const [control, value] = (ask.kind === "slider" ? slider : choice)(ask, given[ask.key], changed);
    read.set(ask.key, value);
    return control;
  }));
  const answers = () => Object.fromEntries([...read].map(([key, value]) => [key, value()]));
  return { element, answers, wrong: () => contradictions(asks, answers(), clashes) };
}

let made = 0;

/** One of several options, each large enough for a thumb. `held` is what counts if nothing is sent. */
export function oneOf({ question, help, options, chosen, held, held_words: words = "now" }, changed = () => {}) {
  const name = `choice-${made += 1}`;
  const boxes = [];
  const mark = () => boxes.forEach((box, at) => box.classList.toggle("picked", inputs[at].checked));
  const inputs = options.map(({ key }) => make("input", { type: "radio", name, value: String(key), checked: key === chosen, onchange: () => {
    mark();
    changed();
  } }));
  const compact = options.length > 5 && options.every((option) => !option.text);
  boxes.push(...options.map((option, at) => make("label", { class: compact && option.words.length > 20 ? "option long" : "option" }, inputs[at],
    make("span", {}, option.words.charAt(0).toUpperCase() + option.words.slice(1), option.text ? make("small", {}, option.text) : null, option.key === held ? make("em", {}, ` (${words})`) : null))));
  const element = make("fieldset", { class: compact ? "ask compact" : "ask" },
    make("legend", {}, question), help ? make("p", { class: "help" }, help) : null,
    make("div", { class: "options" }, boxes));
  mark();
  return [element, () => {
    const chosen = options[inputs.findIndex((input) => input.checked)];
    return chosen && chosen.key;
  }];
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
