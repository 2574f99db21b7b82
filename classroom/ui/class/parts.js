// What the pages of a class share: numbers with their past, laws, headlines, what everyone decided, what-ifs.

import { or } from "../basics.js";
import { make, table } from "../page.js";
import { many, named, short } from "../words.js";

/** Roles as people call them. */
export const ROLES = { house: "Gang", agency: "Agency", council: "Council", provider: "Provider", bloc: "Residents" };

/** Somebody's name: written in any direction, it leaves the words around it as they are. */
export function person(name) {
  return make("bdi", { class: "name-of" }, name);
}

/** A number with its sign. */
export function signed(value) {
  if (!Number.isFinite(value)) return "–";
  return value > 0 ? `+${short(value)}` : short(value);
}

/** "1st", "2nd", "3rd". */
export function nth(number) {
  const last = number % 10;
  const teen = Math.floor(number / 10) % 10 === 1;
  return `${number}${teen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[last] || "th"}`;
}

/** An answer in words. */
export function answerOf({ from, to, unit }, value) {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value !== "number") return named(value);
  // A share of something is said in per cent.
  if (from >= 0 && to <= 1 && unit && unit.startsWith("of ")) return `${Math.round(value * 100)}\u00a0% ${unit}`;
  return `${short(value)} ${unit || ""}`.trim();
}

const SVG = "http://www.w3.org/2000/svg";

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A small line of a few values; the same values stand beside it in words, for those who do not see it. */
export function spark(values) {
  const known = values.filter(Number.isFinite);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const spot = (value, at) => [6 + (at / (values.length - 1)) * 108, 26 - ((value - low) / (high - low || 1)) * 20];
  const spots = values.map((value, at) => (Number.isFinite(value) ? spot(value, at) : null)).filter(Boolean);
  const [x, y] = spots.at(-1);
  return draw("svg", { class: "spark", viewBox: "0 0 120 32", preserveAspectRatio: "xMinYMid", "aria-hidden": "true" },
    draw("polyline", { points: spots.map((each) => each.map((part) => part.toFixed(1)).join(",")).join(" ") }),
    draw("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 4 }));
}

/** Whether a change is for the better, in a word; nothing if neither way is better. */
function verdict(change, better) {
  if (!change || !["more", "less"].includes(better)) return "";
  return change > 0 === (better === "more") ? "better" : "worse";
}

/** A number of the round: what it is, how it changed, and its past. */
export function figure({ text, unit, better, eve, values, change, rank, of }, { first = false } = {}) {
  const value = values.at(-1);
  const word = verdict(change, better);
  const past = Number.isFinite(eve) ? [eve, ...values] : values;
  const moved = Number.isFinite(change)
    ? make("p", { class: "moved" }, `${change > 0 ? "▲" : change < 0 ? "▼" : ""} ${signed(change)}`, make("span", { class: "than" }, " on last month"), word ? make("b", { class: word }, ` ${word}`) : null)
    : null;
  return make("li", { class: first ? "figure first" : "figure" },
    make("p", { class: "name" }, text),
    make("p", { class: "value" }, short(value), make("span", { class: "unit" }, ` ${unit}`)),
    moved,
    rank ? make("p", { class: "rank" }, `${nth(rank)} out of ${of}`) : null,
    spark(past),
    past.length > 1 ? make("p", { class: "unseen" }, `Month by month: ${past.map(short).join(", ")}.`) : null);
}

/** Numbers in a list. */
export function figures(list, options = {}) {
  return make("ul", { class: "figures" }, list.map((each, at) => figure(each, { first: options.aim && at === 0 })));
}

/** One number in a sentence. */
export function told({ text, unit, better, values, change, rank, of }) {
  const word = verdict(change, better);
  const moved = Number.isFinite(change) ? `, ${signed(change)} on last month${word ? `: ${word}` : ""}` : "";
  return `${text}: ${short(values.at(-1))} ${unit}${moved}.${rank ? ` You are ${nth(rank)} out of ${of}.` : ""}`;
}

/** Events, in the order in which they are given. If there is no room for all, one of each kind comes before a second of the
 * same kind: otherwise what happens every day would push out what is rare. */
export function headlines(list, most = 8) {
  if (!list.length) return make("p", { class: "quiet" }, "No news yet.");
  const firsts = new Map();
  for (const event of list) if (!firsts.has(event.kind)) firsts.set(event.kind, event);
  const chosen = new Set([...firsts.values(), ...list].slice(0, most));
  const shown = list.filter((event) => chosen.has(event));
  return make("ul", { class: "headlines" }, shown.map(({ day, text }) => make("li", {}, make("b", {}, `Day ${day}`), ` ${text.charAt(0).toUpperCase()}${text.slice(1)}`)));
}

/** The laws of a round; with votes, how many each had. */
export function laws({ laws: list, votes, passed }) {
  if (!list.length) return null;
  return make("ul", { class: "laws" }, list.map(({ title, text }, at) => make("li", { class: at === passed ? "passed" : "" },
    make("strong", {}, title), at === passed ? make("span", { class: "badge" }, "passed") : null,
    votes ? make("span", { class: "votes" }, ` ${many(votes[at] || 0, "vote")}`) : null,
    make("p", {}, text))));
}

/** What parliament decided, in a sentence. */
export function lawWords({ laws: list, passed, votes }) {
  if (!list[passed]) return votes && votes.some(Boolean) ? `The vote was a tie (${votes.join(" : ")}): everything stays as it was.` : "Nobody voted: everything stays as it was.";
  return `Parliament chose “${list[passed].title}”${votes ? `, with ${votes[passed]} of ${many(votes.reduce((sum, count) => sum + count, 0), "vote")}` : ""}.`;
}

/** What the class predicted before anything was played. */
export function predictions({ question, answers, counts }, own) {
  const all = (counts && counts.reduce((sum, count) => sum + count, 0)) || 1;
  return make("section", { class: "predictions" }, make("h2", {}, question),
    make("ul", {}, answers.map((answer, at) => make("li", { class: at === own ? "own" : "" }, make("span", {}, answer, at === own ? make("b", {}, " (yours)") : null),
      counts ? [make("progress", { max: String(all), value: String(counts[at]), "aria-label": answer }), make("b", {}, ` ${counts[at]}`)] : null))));
}

/** The same, once there are predictions to count. */
export function guesses({ predictions: all }, own) {
  return all.counts && all.counts.some(Boolean) ? predictions(all, own) : null;
}

/** Awards of a class. */
export function awards(list) {
  if (!list.length) return null;
  return make("section", { class: "awards" }, make("h2", {}, "Awards"),
    make("ul", {}, list.map(({ title, to, why }) => make("li", {}, make("strong", {}, title), make("p", { class: "to", dir: "auto" }, to), make("p", {}, why)))));
}

/** What counts for a seat that sent nothing in a round: before the first there is nothing to be the same as. */
export function nothingSent(round) {
  return round === 1 ? "nothing sent: as usual" : "nothing sent: same as before";
}

/** Everyone's decisions, by seat and round; with `change`, each leads to a what-if. */
export function history(rounds, { laws: names = () => "", change } = {}) {
  if (!rounds.length) return make("p", { class: "quiet" }, "No round has been played yet.");
  const seats = [...new Map(rounds.flatMap(({ orders }) => orders.map(({ seat, title }) => [seat, title])))];
  const who = { person: "", bot: " (bot)" };
  const by = (round, order) => (order.by === "late" ? ` (${nothingSent(round.round)})` : who[order.by]);
  const cell = (round, seat) => {
    const order = round.orders.find((each) => each.seat === seat);
    if (!order) return "–";
    return make("div", {},
      make("p", { class: "who" }, order.name ? person(order.name) : null, order.name ? by(round, order) : by(round, order).trim()),
      make("ul", { class: "answers" }, order.answers.map(({ question, words }) => make("li", {}, make("span", { class: "quiet" }, question), " ", words))),
      change && order.answers.length ? make("button", { type: "button", class: "link", onclick: () => change({ round: round.round, order }) }, "Change this …", make("span", { class: "unseen" }, ` ${order.title}, round ${round.round}`)) : null);
  };
  // Of two laws with most votes none passes.
  const none = ({ votes }) => (votes && votes.some(Boolean) ? `no law (tie ${votes.join(" : ")})` : "–");
  const law = (round) => make("div", {}, make("p", { class: "who" }, names(round) || none(round)),
    change && round.votes && round.votes.length ? make("button", { type: "button", class: "link", onclick: () => change({ round: round.round }) }, "Another law …", make("span", { class: "unseen" }, ` round ${round.round}`)) : null);
  const rows = seats.map(([seat, title]) => [title, ...rounds.map((round) => cell(round, seat))]);
  if (rounds.some((round) => round.votes && round.votes.length)) rows.unshift(["Law", ...rounds.map(law)]);
  const told = table("What everyone decided, by seat and round", ["Seat", ...rounds.map(({ round }) => `Round ${round}`)], rows);
  told.classList.add("history");
  return told;
}

/** Two lines over the days: the class as it was played, and the what-if. */
function twoLines({ text, day, base, arm }, { base: one, arm: other }) {
  const known = [...base, ...arm].filter(Number.isFinite);
  const [least, high] = [Math.min(...known), Math.max(...known)];
  const low = least > high * 0.7 ? least - (high - least) * 0.3 : Math.min(0, least);
  const points = (values) => values.map((value, at) => (Number.isFinite(value) ? `${((at / (values.length - 1 || 1)) * 600).toFixed(1)},${(194 - ((value - low) / (high - low || 1)) * 188).toFixed(1)}` : "")).filter(Boolean).join(" ");
  return make("figure", { class: "lines" },
    make("figcaption", {}, text),
    make("div", { class: "frame" }, make("span", { class: "high", "aria-hidden": "true" }, short(high)),
      draw("svg", { viewBox: "0 0 600 200", preserveAspectRatio: "none", role: "img", "aria-label": `${text} by day: on the last day ${short(base.at(-1))} for ${one}, ${short(arm.at(-1))} for ${other}.` },
        draw("polyline", { class: "line0", points: points(base) }), draw("polyline", { class: "line1", points: points(arm) })),
      make("span", { class: "low", "aria-hidden": "true" }, short(low)), make("span", { class: "left", "aria-hidden": "true" }, `day ${day[0]}`), make("span", { class: "right", "aria-hidden": "true" }, `day ${day.at(-1)}`)),
    make("ul", { class: "legend" }, make("li", {}, make("span", { class: "swatch line c0" }), one), make("li", {}, make("span", { class: "swatch line c1 dashed" }), other)));
}

/** Differences with their intervals, one below the other on one scale. */
function differences(of, caption, list) {
  if (!list.length) return null;
  const ends = list.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const [from, to] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const at = (value) => `${(4 + ((value - from) / (to - from || 1)) * 92).toFixed(2)}%`;
  const bar = ({ difference, low, high }) => draw("svg", { class: "interval", "aria-hidden": "true" },
    draw("line", { class: "zero", x1: at(0), x2: at(0), y1: 0, y2: "100%" }),
    draw("line", { class: low > 0 || high < 0 ? "span clear" : "span", x1: at(low), x2: at(high), y1: "50%", y2: "50%" }),
    draw("circle", { class: low > 0 || high < 0 ? "clear" : "", cx: at(difference), cy: "50%", r: 5 }));
  const told = table(caption, ["Group", "Lower or higher", "Difference"],
    list.map((row) => [named(or(row.text, row.name)), bar(row), make("span", {}, make("b", {}, signed(row.difference)), make("small", {}, ` ${signed(row.low)} to ${signed(row.high)}`))]));
  told.setAttribute("aria-label", `${of}: ${caption}`);
  return told;
}

/** A what-if beside the class as it was played. In short only the findings; the rest can be opened. */
export function whatIf({ title, done, of, result, wrong }, { short: brief = false } = {}) {
  const head = make("h2", {}, title);
  if (wrong) return make("article", { class: "whatif" }, head, make("p", {}, `This cannot be told: ${wrong}.`));
  if (!result) {
    return make("article", { class: "whatif pending" }, head,
      make("p", {}, `${done} of ${of} towns run so far. `, make("progress", { max: String(of), value: String(done), "aria-label": title })));
  }
  const names = { base: result.base, arm: result.arm };
  const shown = [
    ...result.series.slice(0, 1).map((series) => twoLines(series, names)),
    differences(title, "Gain or loss in credits per person, by fifth of income", result.fifths),
    differences(title, "Forbidden purchases, by place", result.places),
  ].filter(Boolean);
  const more = [...result.series.slice(1).map((series) => twoLines(series, names)), differences(title, "Purchases, by good", result.goods)].filter(Boolean);
  const opened = (name, parts) => make("details", {}, make("summary", {}, name), make("div", { class: "charts2" }, parts));
  // Not shown if the findings already say the same.
  const repeats = result.measures.some(({ words }) => result.text.includes(words));
  return make("article", { class: "whatif" }, head, repeats ? null : make("p", { class: "quiet" }, result.text),
    make("ul", { class: "findings" }, result.measures.map((measure) => {
      const clear = measure.low > 0 || measure.high < 0;
      return make("li", { class: clear ? "clear" : "" }, make("p", { class: "words" }, measure.words),
        make("p", { class: "quiet" }, `${result.means}: ${short(measure.base)}. This what-if: ${short(measure.arm)} ${measure.unit}`));
    })),
    brief ? opened("Charts, and who gained", [...shown, ...more]) : [make("div", { class: "charts2" }, shown), opened("More charts, and the goods", more)]);
}

let glossary = null;
/** Words of a lesson that the glossary explains, to be opened. */
export function glossaryOf(keys) {
  const list = make("dl", {});
  const details = make("details", { class: "words-of" }, make("summary", {}, "Key words"), list);
  if (!keys || !keys.length) return null;
  if (!glossary) glossary = fetch("/api/words").then((answer) => answer.json()).then(({ words }) => words);
  glossary.catch(() => { glossary = null; });
  glossary.then((words) => list.replaceChildren(...keys.filter((key) => words[key]).flatMap((key) => [make("dt", {}, words[key].word), make("dd", {}, words[key].says)])), () => details.remove());
  return details;
}

/** The stage of a class, in words. */
export function stageWords({ stage, round, rounds, window: [first, last] }) {
  return {
    lobby: "Waiting for everyone", briefing: "Who you are", decide: `Round ${round} of ${rounds}: decide`,
    play: `Round ${round} of ${rounds}: days ${first} to ${last}`, results: `Round ${round} of ${rounds}: results`,
    debrief: "Debrief", ended: "The lesson is over",
  }[stage] || stage;
}
