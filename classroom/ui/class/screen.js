// The page on the projector, read from the back row: how to join, the town, the results of a round, what-ifs.

import { or } from "../basics.js";
import { make, say } from "../page.js";
import { themeButton } from "../theme.js";
import { Town, legend } from "../town.js";
import { many, marked, short } from "../words.js";
import { atNextFrame, classLine, Known, lineBar } from "./line.js";
import { awards, figures, guesses, headlines, history, laws, lawWords, person, predictions, stageWords, whatIf } from "./parts.js";

const main = document.getElementById("main");
const code = location.hash.slice(1).toUpperCase();
const line = classLine(code);
const known = new Known();
const bar = lineBar();
let town = null;
const theme = themeButton(() => town && town.draw());
const full = make("button", { type: "button", onclick: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen && document.documentElement.requestFullscreen()) }, "Full screen");
const lesson = make("p", { class: "lesson" });
const stage = make("h1", {});
const body = make("div", { class: "wall-body" });

/** The figures that are shown while days pass. */
const TODAY = [
  ["illicit_trades", "forbidden purchases today", 1], ["detections", "cases today", 1], ["anxiety_mean", "anxiety, out of 100", 100], ["legitimacy", "trust in the law, out of 100", 100],
];

/** Titles of seats with a mark for those who have decided. */
function seatMarks({ seats }) {
  return make("ul", { class: "marks" }, seats.map(({ title, name, bot, decided }) => make("li", { class: decided || bot ? "done" : "" },
    make("span", { class: "mark", "aria-hidden": "true" }, decided || bot ? "✓" : "…"),
    make("span", {}, title, make("small", {}, name ? [" · ", person(name)] : null, bot ? " · bot" : null)), make("span", { class: "unseen" }, decided || bot ? "has decided" : "is deciding"))));
}

const PAGES = {
  lobby(all) {
    const names = all.seats.map(({ name }) => name).filter(Boolean);
    const more = all.people - names.length;
    body.replaceChildren(make("div", { class: "lobby" },
      make("div", {}, make("p", { class: "open" }, "Open"), make("p", { class: "address" }, all.join.replace(/^https?:\/\//, "")),
        make("p", { class: "open" }, "and type the code"), make("p", { class: "code big", "aria-label": `The code ${[...all.code].join(" ")}` }, all.code)),
      all.alone ? make("p", { class: "lead alone" }, marked(all.alone))
        : make("img", { class: "qr", src: `${line.path}/qr.svg?a=${encodeURIComponent(all.join)}`, alt: "QR code of the address with the code" })),
    make("p", { class: "count" }, all.people ? `${many(all.people, "person has", "people have")} joined.` : "Nobody has joined yet."),
    names.length ? make("ul", { class: "names" }, names.map((name) => make("li", {}, person(name))), more > 0 ? make("li", {}, `and ${more} more`) : null) : "");
  },

  briefing(all) {
    body.replaceChildren(make("p", { class: "question" }, all.lesson.question),
      make("p", { class: "lead" }, "Read your card. Then predict:"), predictions({ ...all.predictions, counts: null }));
  },

  decide(all) {
    const here = all.seats.length;
    body.replaceChildren(...[make("div", { class: "half" },
      make("div", {}, make("p", { class: "count" }, all.waiting ? `${many(all.waiting, "person is", "people are")} still deciding` : "Everyone has decided"),
        here ? seatMarks(all) : ""),
      make("div", {}, all.laws.length ? [make("h2", {}, "The vote"), laws({ ...all, votes: null, passed: null })] : null)),
    all.measures.some(({ values }) => values.length) ? [make("h2", {}, "Last month"), figures(all.measures)] : null].flat().filter(Boolean));
  },

  play(all) {
    const { setup, recording, town: state } = known;
    if (!setup || !state) return;
    if (!town || town.setup !== setup || !town.canvas.isConnected) {
      town = new Town(setup, () => {}, Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
      town.facts = make("ul", { class: "today" });
      town.dayText = make("p", { class: "daynumber" });
      town.headlines = make("div", {});
      body.replaceChildren(make("div", { class: "playing" }, make("div", { class: "stage" }, town.canvas, legend(setup, "bought", setup.good_names)), make("div", { class: "beside" }, town.dayText, town.facts, town.headlines)));
    }
    const day = state.now;
    town.closed = new Set(setup.venues.filter((venue) => recording.at("venues", "open", day, venue.name) === 0).map((venue) => venue.name));
    town.show(day, state.futures[0].dots, recording.newsOf(day, day), state.playing ? state.speed : 1);
    town.dayText.textContent = all.paused ? "Paused" : `Day ${day} of ${all.window[1]}`;
    town.facts.replaceChildren(...TODAY.map(([column, label, times]) => make("li", {}, make("b", {}, short(or(recording.at("days", column, day), Number.NaN) * times)), ` ${label}`)));
    town.canvas.setAttribute("aria-label", `The town on day ${day}: ${TODAY.map(([column, label, times]) => `${short(or(recording.at("days", column, day), Number.NaN) * times)} ${label}`).join(", ")}.`);
    const news = recording.newsOf(all.window[0], day);
    const told = `${news.length} ${news.length && news[0].event}`;
    if (town.headlines.dataset.told !== told || !town.headlines.childElementCount) {
      town.headlines.dataset.told = told;
      town.headlines.replaceChildren(headlines(news, 4));
    }
  },

  results(all) {
    body.replaceChildren(figures(all.measures),
      make("div", { class: "thirds" },
        make("div", {}, make("h2", {}, "News"), headlines(all.headlines, 4)),
        make("div", {}, all.laws.length ? [make("h2", {}, "The law"), make("p", {}, lawWords(all))] : null,
          all.round === 1 ? guesses(all) : null),
        make("div", {}, make("h2", {}, "What to look at"), make("ul", {}, all.lesson.look.map((each) => make("li", {}, each))))));
  },

  debrief(all) {
    const others = [...known.whatIfs.values()];
    const newest = others.filter(({ result }) => result).at(-1);
    const under = others.find(({ result, wrong }) => !result && !wrong);
    body.replaceChildren(...[
      newest ? whatIf(newest) : null, under ? whatIf(under) : null,
      awards(all.awards),
      newest ? null : [figures(all.measures), make("h2", {}, "What everyone decided"), history(all.history, { laws: ({ laws: list, passed }) => list[passed] || "" })],
      make("h2", {}, "Talk about it"), make("ul", {}, all.lesson.discuss.map((each) => make("li", {}, each))),
    ].flat().filter(Boolean));
  },

  ended(all) {
    PAGES.debrief(all);
    body.prepend(make("p", { class: "question" }, "Thank you for playing."));
  },
};

let shown = "";
let spoken = "";
const show = atNextFrame(() => {
  const all = known.class;
  if (!all) return;
  if (!body.isConnected) {
    main.replaceChildren(bar.element, make("header", { class: "wall-head" }, make("div", {}, stage, lesson), make("div", { class: "tools" }, full, theme)), body);
  }
  document.title = `${all.lesson.title}: Contraband`;
  lesson.textContent = `${all.lesson.title} · ${all.code}`;
  stage.textContent = `${stageWords(all)}${all.paused ? ", paused" : ""}`;
  const { day, speed, ...steady } = all;
  const key = all.stage === "play" ? `${day} ${speed} ${all.paused} ${known.town && known.town.now} ${all.headlines.length}` : JSON.stringify([steady, [...known.whatIfs.values()]]);
  if (key !== shown) {
    shown = key;
    if (PAGES[all.stage]) PAGES[all.stage](all);
  }
  const words = `${stageWords(all)}.${all.stage === "lobby" ? ` ${many(all.people, "person has", "people have")} joined.` : ""}`;
  if (words !== spoken) say(spoken = words);
});

main.replaceChildren(make("p", { class: "quiet", role: "status" }, "Opening the class …"));
line.listen((told) => {
  known.add(told);
  show();
}, bar.held, () => main.replaceChildren(make("h1", {}, "There is no such class here"), make("p", {}, "Open the address that the program printed for the projector.")));
window.pageStands();
