// The teacher's page: who is here, what comes next, results, and what-ifs.

import { dialect, dialectField, or } from "../basics.js";
import { send } from "../line.js";
import { complain, make, refill, say, tabbed } from "../page.js";
import { events, storyPanel, townList } from "../story.js";
import { themeButton } from "../theme.js";
import { Town, legend } from "../town.js";
import { isolated, many, marked, named, sentence } from "../words.js";
import { addressPanel } from "./addresses.js";
import { askForm, oneOf } from "./ask.js";
import { atNextFrame, classLine, Known, lineBar } from "./line.js";
import { awards, figures, glossaryOf, guesses, headlines, history, laws, person, predictions, ROLES, stageWords, whatIf } from "./parts.js";

const main = document.getElementById("main");
const [code, token] = location.hash.slice(1).split(".");
const line = classLine(code || "", token || "");
const known = new Known();
let town = null;
const theme = themeButton(() => town && town.draw());

const EXPORTS = [
  ["decisions.csv", "one row for each decision"], ["seats.csv", "who sat where, and their numbers"], ["days.csv", "the town, one row per day"],
  ["goods.csv", "the goods, one row per good and day"], ["class.ron", "the class as a scenario file: \"contraband run class.ron\" runs it again"],
];
const SPEEDS = [1, 2, 3, 5, 10, 30, 100];
const STEPS = [["lobby", "Lobby"], ["briefing", "Cards"], ["decide", "Decide"], ["play", "Play"], ["results", "Results"], ["debrief", "Debrief"], ["ended", "End"]];

/** What was sent and is not answered yet. */
const sending = new Set();
const slow = make("p", { class: "down", role: "status", hidden: true });

/** Sends a command. Nothing if it was refused: that is said. While no answer comes, it is sent again, and that is said too. */
async function ask(command) {
  const mark = {};
  sending.add(mark);
  const late = setTimeout(() => {
    slow.textContent = "No answer yet to your last click. Trying again …";
    slow.hidden = false;
  }, 2000);
  try {
    return await line.ask(command);
  } catch (refused) {
    // A second click comes too late for what the first has done.
    if (refused.status !== 409 || !["advance", "undo", "admit"].includes(command.do)) complain(refused.errors || [String(refused)]);
    return null;
  } finally {
    clearTimeout(late);
    sending.delete(mark);
    if (!sending.size) slow.hidden = true;
  }
}

/** Acts on the second click only. */
function sure(label, act, more = {}) {
  let armed;
  const button = make("button", { type: "button", ...more, onclick: () => {
    if (armed) {
      rest();
      act();
    } else {
      button.textContent = "Sure?";
      armed = setTimeout(rest, 4000);
    }
  } }, label);
  const rest = () => {
    clearTimeout(armed);
    armed = null;
    button.textContent = label;
  };
  return button;
}

/** What the next click does, and what it means for whoever is late. */
function next({ stage, round, rounds, waiting }) {
  return {
    lobby: ["Hand out the cards", "Latecomers still get a seat."],
    briefing: ["Open round 1", "Then everyone decides for the first month."],
    decide: [waiting ? `Close round ${round}: ${many(waiting, "person", "people")} still deciding` : `Play round ${round}`, waiting ? (round > 1 ? "For anyone who has not decided, last round's choice counts." : "For anyone who has not decided, things stay as usual.") : "Everyone has decided."],
    play: ["The month is passing …", "The results appear by themselves."],
    results: round < rounds ? [`Open round ${round + 1}`, "Discuss the results first, if you like."] : ["Start the debrief", "Decisions, awards and what-ifs."],
    debrief: ["End the lesson", "Everything stays on this computer."],
    ended: ["The lesson is over", "The files below stay available."],
  }[stage];
}

const bar = lineBar();
const places = addressPanel(ask);
const steps = make("ol", { class: "steps", "aria-label": "Stages of the lesson" }, STEPS.map(([, name]) => make("li", {}, name)));
const title = make("h1", {}, "Teacher");
const where = make("p", { class: "where" });
const go = make("button", { type: "button", class: "go", onclick: () => ask({ do: "advance", stage: known.class.stage, round: known.class.round }) });
const means = make("p", { class: "quiet means" });
const pause = make("button", { type: "button", onclick: () => ask({ do: "pause", paused: !known.class.paused }) });
const undo = sure("Undo the last round", () => ask({ do: "undo", round: known.class.stage === "decide" ? known.class.round - 1 : known.class.round }));
const early = sure("Skip to the debrief", () => ask({ do: "end" }));
const flag = (label, name, set) => {
  // What was clicked holds until the class has answered; then what the class says.
  let asked = 0;
  const box = make("input", { type: "checkbox", onchange: async () => {
    asked += 1;
    await ask({ do: set, [name]: box.checked });
    asked -= 1;
    if (!asked) show();
  } });
  const element = make("label", { class: "flag" }, box, ` ${label}`);
  return { element, show: (on) => { if (!asked) box.checked = on; } };
};
const auto = flag("Close the round when everyone has decided", "auto", "auto");
const lock = flag("No more seats: newcomers write the news", "locked", "lock");
const hide = flag("Hide names on the projector", "hidden", "hide");
const speed = make("select", { "aria-label": "Days per second", onchange: () => ask({ do: "speed", days: Number(speed.value) }) }, SPEEDS.map((days) => make("option", { value: String(days) }, `${days} ${days === 1 ? "day" : "days"} per second`)));
const knocks = make("div", { class: "knocks", role: "alert" });
const troubles = make("div", { class: "knock troubles", role: "alert" });
const read = new Set();
const people = make("tbody", {});
const rows = new Map();
const returnWords = make("input", { type: "checkbox", onchange: () => peopleTable.classList.toggle("words", returnWords.checked) });
const peopleTable = make("table", { class: "people" },
  make("caption", { class: "unseen" }, "Who is here"),
  make("thead", {}, make("tr", {}, ["Name", "Seat", "Status", "PIN", "Action"].map((name) => make("th", { scope: "col", class: name === "PIN" ? "returnword" : "" }, name)))), people);
const peopleRoom = make("div", { class: "scroll wide", tabIndex: 0, role: "region", "aria-label": "Who is here" }, peopleTable);
const seats = make("ul", { class: "seats" });
const counted = make("p", { class: "quiet", role: "status" });
const now = make("section", { class: "now", "aria-label": "The round" });
const townPlace = make("div", { class: "towntab" }, make("p", { class: "quiet" }, "The town starts when you hand out the cards."));
const back = make("div", { class: "report" });
const notes = make("div", { class: "notes" });
const files = make("div", { class: "files" });
const exported = make("ul", {});
const dialog = make("dialog", { "aria-labelledby": "otherwise" });

/** The files of the class, written as was chosen. */
function showExports() {
  exported.replaceChildren(...EXPORTS.map(([name, about]) =>
    make("li", {}, make("a", { href: line.exported(name, dialect()), download: `${code}_${name}` }, name), ` ${about}`)));
}

const tabs = tabbed([
  ["people", "People", make("div", {}, knocks, places.element,
    make("div", { class: "flags" }, lock.element, hide.element, make("label", { class: "flag" }, returnWords, " Show PINs")), counted,
    peopleRoom,
    make("h2", {}, "Seats"), seats)],
  ["town", "Town", townPlace],
  ["back", "Debrief", back],
  ["notes", "Notes", notes],
  ["files", "Files", files],
]);

function build() {
  showExports();
  main.className = "desk-of-teacher";
  main.replaceChildren(bar.element, slow, places.told,
    make("header", { class: "teacher-head" }, make("div", {}, title, where), make("div", { class: "tools" },
      make("a", { class: "button", href: `/screen#${code}`, target: "_blank" }, "Open the projector page"),
      make("button", { type: "button", onclick: () => print() }, "Print"), theme)),
    troubles, steps,
    make("section", { class: "control", "aria-label": "Next step" }, make("div", { class: "onward" }, go, means),
      make("div", { class: "others" }, pause, undo, early, make("label", { class: "flag" }, "Speed ", speed), auto.element)),
    make("div", { class: "panes" }, tabs.element, now), dialog);
  files.replaceChildren(
    make("h2", {}, "Files of this class"),
    dialectField(showExports), exported,
    make("h2", {}, "Rehearse"),
    make("p", {}, "Bots play the whole lesson at high speed, in a separate class. This shows you beforehand what can come out."),
    make("button", { type: "button", onclick: () => another({ rehearse: true }) }, "Rehearse this lesson"),
    make("h2", {}, "Another class"), make("div", { id: "others" }));
  otherLessons();
}

async function another(more) {
  try {
    const made = await send("/api/classes", { lesson: known.class.lesson.name, ...more }, token);
    const address = `/teacher#${made.code}.${made.token}`;
    files.append(make("p", {}, make("a", { href: address, target: "_blank" }, `Teacher's page of class ${made.code}`)));
    open(address, "_blank");
  } catch (refused) {
    complain(refused.errors || [String(refused)]);
  }
}

async function otherLessons() {
  const told = await fetch("/api/lessons").then((answer) => answer.json()).catch(() => ({ lessons: [] }));
  const choose = make("select", { id: "lesson" }, told.lessons.map(({ name, number, title: called, rounds }) => make("option", { value: name }, `${number}. ${called} (${many(rounds, "round")})`)));
  document.getElementById("others").replaceChildren(make("label", { for: "lesson" }, "Lesson "), choose, make("button", { type: "button", onclick: () => another({ lesson: choose.value }) }, "Open"));
}

/** How long someone has been away, in words. */
function away(seconds) {
  if (seconds === null || seconds === undefined) return "not here";
  return seconds < 90 ? `away for ${Math.round(seconds)} s` : `away for ${Math.round(seconds / 60)} min`;
}

/** A row of the list of people; it stays, so that a name can be changed while others decide. */
function row(number) {
  let called = "";
  let renaming = false;
  const name = make("input", { type: "text", maxLength: 60, dir: "auto", "aria-label": "Name", onchange: async () => {
    const wanted = name.value.trim();
    if (wanted === called) return;
    renaming = true;
    const done = await ask({ do: "rename", person: number, name: wanted });
    renaming = false;
    // A name that was refused is not theirs.
    if (!done) name.value = called;
    show();
  } });
  const post = make("select", { "aria-label": "Seat", onchange: () => ask({ do: "move", person: number, to: /^\d+$/.test(post.value) ? { seat: Number(post.value) } : post.value }) });
  const state = make("td", {});
  const word = make("td", { class: "returnword" });
  const remove = sure("Remove", () => ask({ do: "remove", person: number }), { class: "small" });
  const element = make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, post), state, word, make("td", {}, remove));
  let options = "";
  return {
    element,
    show: (who, all) => {
      // What somebody is typing stays, unless the name has changed elsewhere.
      if (!renaming && (document.activeElement !== name || name.value === called)) name.value = who.name;
      called = who.name;
      name.setAttribute("aria-label", `Name of ${isolated(who.name)}`);
      post.setAttribute("aria-label", `Seat of ${isolated(who.name)}`);
      remove.setAttribute("aria-label", `Remove ${isolated(who.name)}`);
      const titles = JSON.stringify(all);
      if (options !== titles) {
        options = titles;
        post.replaceChildren(...all.map(({ seat, title: of }) => make("option", { value: String(seat) }, of)), make("option", { value: "parliament" }, "Parliament"), make("option", { value: "newsroom" }, "Newsroom"));
      }
      if (document.activeElement !== post) post.value = typeof who.post === "object" ? String(who.post.seat) : who.post;
      const deciding = known.class.stage === "decide";
      const [mark, text] = !who.here ? ["gone", away(who.away)] : deciding ? (who.decided ? ["done", "decided"] : ["awaited", "not yet"]) : ["done", "here"];
      state.className = mark;
      state.textContent = `${text}${who.bot ? ", played by a bot" : ""}${known.class.stage === "briefing" && who.predicted !== null ? ", has predicted" : ""}`;
      word.textContent = who.word || "";
    },
  };
}

/** Whom the class waits for stands first, then who is away, then all others, each by name. */
function rank(who) {
  const { stage } = known.class;
  const missing = (stage === "decide" && !who.decided && !who.bot) || (stage === "briefing" && who.predicted === null);
  if (who.here) return missing ? 0 : 2;
  return missing || stage !== "decide" ? 1 : 2;
}

/** By name; numbers in names by their size. */
const byName = (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true });

/** When somebody last pointed at the list: what is under a finger does not move away. */
let pointed = 0;
let sorting = null;
for (const kind of ["pointermove", "pointerdown"]) people.addEventListener(kind, () => { pointed = Date.now(); });
const QUIET = 2000;

/** Puts the rows in order. The row that has the focus stays where it is in the document: moved, it would lose it. */
function sort(list) {
  if (Date.now() - pointed < QUIET) {
    clearTimeout(sorting);
    sorting = setTimeout(show, QUIET);
    return;
  }
  const order = [...list].sort((one, other) => rank(one) - rank(other) || byName(one, other)).map((who) => rows.get(who.person).element);
  const held = order.findIndex((element) => element.contains(document.activeElement));
  // From the row that stays upwards, and then downwards.
  for (let at = held - 1; at >= 0; at -= 1) if (order[at].nextSibling !== order[at + 1]) people.insertBefore(order[at], order[at + 1]);
  for (let at = held + 1; at < order.length; at += 1) {
    const after = at ? order[at - 1].nextSibling : people.firstChild;
    if (after !== order[at]) people.insertBefore(order[at], after);
  }
}

/** Names in a sentence: a few, and how many more. */
function some(list) {
  const [first, more] = [list.slice(0, 6), list.length - 6];
  return [first.map(({ name }, at) => [at ? ", " : "", person(name)]), more > 0 ? ` and ${more} more` : ""];
}

/** What went wrong and was mended or left out, until the teacher has read it. */
function showTroubles() {
  const list = (known.monitor.troubles || []).filter((each) => !read.has(each));
  const text = list.join("\n");
  if (troubles.dataset.told === text) return;
  troubles.dataset.told = text;
  refill(troubles, ...(list.length ? [make("div", {}, list.map((each) => make("p", {}, sentence(each)))),
    make("button", { type: "button", onclick: () => {
      list.forEach((each) => read.add(each));
      showTroubles();
    } }, "Understood")] : []));
}

function showPeople() {
  const { people: list, seats: all, knocks: waiting } = known.monitor;
  const titles = all.map(({ seat, title: called }) => ({ seat, title: called }));
  for (const [number, shown] of rows) {
    if (list.some((who) => who.person === number)) continue;
    const held = shown.element.contains(document.activeElement);
    shown.element.remove();
    rows.delete(number);
    if (held) peopleRoom.focus({ preventScroll: true });
  }
  for (const who of list) {
    if (!rows.has(who.person)) {
      rows.set(who.person, row(who.person));
      people.append(rows.get(who.person).element);
    }
    rows.get(who.person).show(who, titles);
  }
  sort(list);
  const here = list.filter((who) => who.here).length;
  const decided = list.filter((who) => who.decided).length;
  const text = `${many(list.length, "person", "people")}, ${here} here${known.class.stage === "decide" ? `, ${decided} decided` : ""}.`;
  const awaited = known.class.stage === "decide" ? list.filter((who) => rank(who) === 0).sort(byName) : [];
  const words = `${text} ${awaited.map((who) => who.name).join()}`;
  if (counted.dataset.words !== words) {
    counted.dataset.words = words;
    counted.replaceChildren(text, ...(awaited.length ? [" Still deciding: ", ...some(awaited).flat(3), "."] : []));
  }
  showTroubles();
  const asked = JSON.stringify(waiting);
  if (knocks.dataset.asked !== asked) {
    knocks.dataset.asked = asked;
    refill(knocks, ...waiting.map(({ knock, name }) => make("p", { class: "knock" }, make("b", {}, person(name)), " asks to come back on another device. ",
      make("button", { type: "button", onclick: () => ask({ do: "admit", knock, yes: true }) }, "Let ", person(name), " back in"), make("button", { type: "button", onclick: () => ask({ do: "admit", knock, yes: false }) }, "No"))));
  }
  const sat = JSON.stringify(all.map((seat) => [seat.person, seat.bot]).concat(list.map((who) => who.name)));
  if (seats.dataset.sat !== sat) {
    seats.dataset.sat = sat;
    refill(seats, ...all.map(({ seat, title: called, role, person: number, bot }) => {
      const who = list.find((each) => each.person === number);
      return make("li", {}, make("div", {}, make("strong", {}, called), make("p", { class: "quiet" }, `${ROLES[role] || named(role)} · `, who ? person(who.name) : "nobody", bot || !who ? " · played by a bot" : "")),
        who ? make("button", { type: "button", "aria-pressed": String(bot), onclick: () => ask({ do: "bot", seat, bot: !bot }) }, bot ? ["Give back to ", person(who.name)] : "Let a bot play") : null);
    }));
  }
}

/** What the lesson tells the teacher, and nobody else. */
function showNotes() {
  const { notes: list } = known.monitor;
  if (notes.childElementCount) return;
  const { aims, play, look, discuss } = known.class.lesson;
  const part = (head, lines) => (lines && lines.length ? [make("h2", {}, head), make("ul", {}, lines.map((each) => make("li", {}, each)))] : []);
  const { name, words } = known.class.lesson;
  const sheet = (kind, label) => make("a", { href: `/print/${name}/${kind}`, target: "_blank" }, label);
  notes.replaceChildren(
    make("p", { class: "sheets" }, "To print: ", sheet("notes", "notes"), sheet("worksheet", "worksheet"), sheet("cards", "role cards"), sheet("homework", "homework"), make("a", { href: "/print/words", target: "_blank" }, "all key words")),
    ...part("By the end, everyone can", aims), ...part("In the rounds", play), ...part("What to look at", look), ...part("Discuss", discuss), ...part("For you only", list), ...[glossaryOf(words)].filter(Boolean));
}

let nowShown = "";
function showNow() {
  const all = known.class;
  const key = JSON.stringify([all.stage, all.round, all.measures, all.headlines, all.laws, all.votes, all.passed, all.predictions.counts]);
  if (key === nowShown) return;
  nowShown = key;
  refill(now, ...[
    make("h2", {}, stageWords(all)),
    all.measures.some(({ values }) => values.length) ? figures(all.measures) : make("p", { class: "quiet" }, all.lesson.question),
    all.stage === "results" || all.stage === "debrief" ? [make("h3", {}, "What to look at"), make("ul", {}, all.lesson.look.map((each) => make("li", {}, each))), make("h3", {}, "Discuss"), make("ul", {}, all.lesson.discuss.map((each) => make("li", {}, each)))] : null,
    all.laws.length ? [make("h3", {}, "Laws"), laws(all)] : null,
    all.stage === "briefing" ? predictions(all.predictions) : guesses(all),
    all.headlines.length ? [make("h3", {}, "News"), headlines(all.headlines)] : null,
  ].flat().filter(Boolean));
}

let panel = null;
function showTown() {
  const { setup, recording, town: state } = known;
  if (!setup || !state) return;
  if (!town || town.setup.seed !== setup.seed) {
    panel = storyPanel((about) => ask({ do: "story", day: known.town.now, about }));
    town = new Town(setup, (about) => panel.open(about));
    const news = make("div", { class: "news", tabIndex: 0, role: "region", "aria-label": "News" });
    townPlace.replaceChildren(town.canvas, legend(setup, "bought", setup.good_names), make("div", { class: "columns" }, make("div", {}, make("h2", {}, "News"), news, townList(setup, panel.open)), panel.element));
    town.news = news;
  }
  town.show(state.now, state.futures[0].dots, recording.newsOf(state.now, state.now), state.playing ? state.speed : 1);
  town.canvas.setAttribute("aria-label", `The town on day ${state.now}.`);
  const recent = recording.newsOf(Math.max(state.now - 20, 0), state.now).slice(0, 24);
  const newest = `${recent.length && recent[0].event} ${recent.length}`;
  if (town.news.dataset.newest !== newest) {
    town.news.dataset.newest = newest;
    refill(town.news, recent.length ? events(recent, panel.open) : make("p", { class: "quiet" }, "No news yet."));
  }
}

let backShown = "";
function showBack() {
  const all = known.class;
  const others = [...known.whatIfs.values()].reverse();
  const key = JSON.stringify([all.stage, all.round, all.history, all.awards, others]);
  if (key === backShown) return;
  backShown = key;
  const looking = all.stage === "debrief" || all.stage === "ended";
  const asking = all.stage === "debrief";
  const whatIfs = [
    ["Nothing forbidden", { what: "no_law" }], ["Bots in every seat", { what: "bots" }], ["Same decisions, different luck", { what: "seeds" }],
    ...all.other_worlds.map((label, world) => [label, { what: "world", world }]),
  ];
  refill(back, ...[
    make("div", { class: "paper" }, make("h1", {}, all.lesson.title), make("p", {}, all.lesson.question), make("p", {}, `Class ${all.code}, ${many(all.people, "person", "people")}.`)),
    looking ? null : make("p", { class: "quiet" }, "After the last round you can ask what-ifs here: another decision, no law, bots in every seat, different luck."),
    asking ? make("section", { class: "asking", "aria-labelledby": "asking" }, make("h2", { id: "asking" }, "What if …"),
      make("div", { class: "buttons" }, whatIfs.map(([label, command]) => make("button", { type: "button", onclick: () => ask({ do: "what_if", ...command }) }, label))),
      make("p", { class: "quiet" }, "Or change one decision below. Each what-if runs the same class again on the same seeds, with only that one thing changed.")) : null,
    ...others.map((each) => whatIf(each)),
    looking ? awards(all.awards) : null,
    make("h2", {}, "Decisions"),
    history(all.history, { laws: lawOf, change: asking ? otherwise : null }),
    // On paper, what stands beside it on the page.
    looking ? make("div", { class: "paper" }, make("h2", {}, "Month by month"), figures(all.measures), guesses(all)) : null,
  ].flat().filter(Boolean));
}

/** The law of a round in the history. */
function lawOf({ passed, laws: list, votes }) {
  const law = list[passed] || "";
  return law && votes.length ? `${law} (${votes.join(" : ")} votes)` : law;
}

/** Asks for another answer to one decision of the class. */
function otherwise({ round, order }) {
  let form;
  let chosen;
  let field;
  const stopped = make("p", { role: "status" });
  const run = make("button", { type: "submit", class: "go" }, "Run this what-if");
  if (order) {
    const given = Object.fromEntries(order.answers.map(({ key, answer }) => [key, answer]));
    const seat = known.monitor.seats.find((each) => each.seat === order.seat);
    const asks = seat.asks.map((each) => ({ ...each, value: or(given[each.key], each.usual), held_words: "as played" }));
    form = askForm(asks, Object.fromEntries(asks.map(({ key, value }) => [key, value])), { clashes: seat.clashes, changed: () => {
      stopped.textContent = form.wrong().join(" ");
      run.disabled = Boolean(stopped.textContent);
    } });
    field = form.element;
  } else {
    const past = known.class.history.find((each) => each.round === round);
    [field, chosen] = oneOf({ question: `Which law in round ${round}?`, options: past.laws.map((words, key) => ({ key, words })), chosen: past.passed, held: past.passed, held_words: "as played" });
  }
  dialog.replaceChildren(make("form", { onsubmit: (event) => {
    event.preventDefault();
    dialog.close();
    if (!form) return chosen() === undefined ? null : ask({ do: "what_if", what: "law", round, law: chosen() });
    const before = Object.fromEntries(order.answers.map(({ key, answer }) => [key, answer]));
    const answers = Object.fromEntries(Object.entries(form.answers()).filter(([key, value]) => before[key] !== value));
    if (!Object.keys(answers).length) return complain(["Nothing was changed: choose another answer first."]);
    return ask({ do: "what_if", what: "decision", round, seat: order.seat, answers });
  } },
    make("h2", { id: "otherwise" }, order ? `${order.title}, round ${round}: what if …` : `Round ${round}: what if …`), field, stopped,
    make("div", { class: "buttons" }, run, make("button", { type: "button", onclick: () => dialog.close() }, "Cancel"))));
  dialog.showModal();
}

let spoken = "";
const show = atNextFrame(() => {
  const all = known.class;
  if (!all) return;
  if (!go.isConnected) build();
  document.title = `${all.lesson.title}, ${all.code}: Contraband`;
  title.textContent = all.lesson.title;
  where.replaceChildren("Join at ", make("b", {}, all.join.replace(/^https?:\/\//, "")), " with the code ", make("b", { class: "code" }, all.code), all.rehearsal ? " · rehearsal by bots" : "",
    ...(all.alone && all.stage === "lobby" ? [make("br", {}), make("strong", {}, marked(all.alone))] : []));
  steps.childNodes.forEach((step, at) => {
    if (STEPS[at][0] === all.stage) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  const [label, meaning] = next(all);
  go.textContent = label;
  go.disabled = all.stage === "play" || all.stage === "ended";
  means.textContent = all.stage === "play" ? `Day ${all.day} of ${all.window[1]}. ${meaning}` : meaning;
  pause.textContent = all.paused ? "Resume" : "Pause";
  pause.setAttribute("aria-pressed", String(all.paused));
  undo.disabled = !(known.monitor && known.monitor.undo);
  early.hidden = ["debrief", "ended"].includes(all.stage);
  early.disabled = all.stage === "lobby";
  auto.show(all.auto);
  lock.show(all.locked);
  hide.show(all.hidden);
  if (document.activeElement !== speed) speed.value = String(SPEEDS.findLast((days) => days <= all.speed) || 1);
  if (known.addresses) places.show(known.addresses);
  if (known.monitor) {
    showPeople();
    showNotes();
  }
  showNow();
  showTown();
  showBack();
  const words = `${stageWords(all)}. ${label}.`;
  if (words !== spoken) say(spoken = words);
  if (all.stage === "debrief" && main.dataset.looked !== "yes") {
    main.dataset.looked = "yes";
    tabs.open("back");
  }
});

addEventListener("beforeprint", () => tabs.open("back"));

main.replaceChildren(make("p", { class: "quiet", role: "status" }, "Opening the class …"));
if (!token) {
  main.replaceChildren(make("h1", {}, "This address is incomplete"), make("p", {}, "The teacher's link that the program printed has a secret part after the code. Open the whole link."));
} else {
  line.listen((told) => {
    known.add(told);
    show();
  }, bar.held, (status) => {
    main.replaceChildren(make("h1", {}, status === 404 ? "There is no such class here" : "This is not the teacher's link"), make("p", {}, "Open the whole link that the program printed, with the secret part after the code."));
  });
}
window.pageStands();
