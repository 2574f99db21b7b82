// The gallery: runs to look at, every scenario as the question that it asks, and files of the user's own.

import { LONGEST, pack, write } from "./link.js";
import { complain, make } from "./page.js";
import { many, whole } from "./words.js";

let known;

async function scenarios() {
  known ??= fetch("/api/scenarios").then((answer) => answer.json());
  return known;
}

/** A file that is too large for an address: it is known as long as this page is open. */
let large = null;

/** The text of a file that was too large for the address; null if it is no longer known. */
export function largeFile(name) {
  return large?.name === name ? large.text : null;
}

/** The address of a scenario file's town, which holds the text. */
async function addressOf(name, text, more = {}) {
  const own = await pack(text);
  if (own.length > LONGEST) large = { name, text };
  return write({ scenario: name, own: own.length > LONGEST ? "large" : own, ...more });
}

/** Opens one of the runs to look at. */
export async function openExhibit(number) {
  const answer = await fetch(`/api/exhibits/${number}`);
  const opening = await answer.json();
  if (!answer.ok) throw new Error(opening.errors.join(" "));
  const { scenario, text, seed, days, now: day, futures } = opening;
  const state = { seed, days, day, futures: futures.length ? futures : [[]] };
  // It replaces the run's number in the history, so that "back" leads to the gallery.
  location.replace(text ? await addressOf(scenario, text, state) : write({ scenario, ...state }));
}

/** A field to open a file of the user's own. */
export function chooser() {
  const take = async (file) => {
    if (!file) return;
    try {
      location.hash = await addressOf(file.name, await file.text());
    } catch (error) {
      complain([`${file.name} could not be read: ${error.message}`]);
    }
  };
  const input = make("input", { type: "file", id: "own", accept: ".ron,.json", onchange: () => take(input.files[0]) });
  const box = make("div", { class: "field own" }, make("label", { for: "own" }, "Open your own scenario file (.ron or .json), or drop it here"), input);
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  return box;
}

/** Shows all questions in `main`. */
export async function showGallery(main) {
  const { scenarios: all, exhibits, version } = await scenarios();
  const found = make("p", { class: "quiet", role: "status" });
  const list = make("ul", { class: "questions" });
  const runs = make("ul", { class: "questions runs" });
  const runsFound = make("p", { class: "quiet", role: "status" });
  const more = make("button", { type: "button" }, "Show more runs");
  const show = (wanted) => {
    const words = wanted.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    const fitting = (text) => words.every((word) => text.toLowerCase().replaceAll("_", " ").includes(word));
    const fits = all.filter((scenario) => fitting(`${scenario.title} ${scenario.question} ${scenario.look_at} ${scenario.name}`));
    const given = exhibits.map((exhibit, number) => ({ ...exhibit, number })).filter(({ title, about }) => fitting(`${title} ${about}`));
    let shown = 0;
    runs.replaceChildren();
    const further = () => {
      runs.append(...given.slice(shown, shown + MOST).map(run));
      shown = Math.min(given.length, shown + MOST);
      runsFound.textContent = given.length > shown ? `${many(given.length, "run")}; here are the first ${whole(shown)}:` : many(given.length, "run");
      more.hidden = shown === given.length;
    };
    more.onclick = further;
    further();
    list.replaceChildren(...fits.map(card));
    found.textContent = words.length ? `${many(fits.length, "question")} of ${all.length}` : many(all.length, "question");
  };
  const search = make("input", { type: "search", id: "search", placeholder: "police, privacy, leak …", oninput: () => show(search.value) });
  main.className = "gallery";
  main.replaceChildren(...[
    make("h1", {}, "What would you like to know?"),
    make("p", { class: "lead" }, "Machines make every material thing for free. Only what is restricted, unique, risky or a matter of status stays scarce. "
      + "Choose a question to start its town. You can change any rule in it, from any day on."),
    make("div", { class: "field" }, make("label", { for: "search" }, "Search"), search, found),
    exhibits.length ? make("section", { "aria-labelledby": "runs" }, make("h2", { id: "runs" }, "Runs to look at"), runsFound, runs, more, make("h2", {}, "Questions")) : null,
    list,
    chooser(),
    make("p", { class: "quiet foot" }, `Contraband ${version}. This is a model with stated assumptions, not a forecast. Everything runs on this computer. `, make("a", { href: "/print" }, "Print lessons for a class"), "."),
  ].filter(Boolean));
  show("");
}

/** Runs that are added at a time. */
const MOST = 60;

function run({ title, about, number }) {
  return make("li", {}, make("a", { href: `#run=${number}` }, make("strong", {}, title), make("span", { class: "facts" }, about)));
}

function card(scenario) {
  const { name, title, question, look_at: lookAt, days, citizens, changes } = scenario;
  const facts = [`${whole(citizens)} people`, many(days, "day")];
  if (changes) facts.push(many(changes, "dated change"));
  return make("li", {}, make("a", { href: write({ scenario: name }) },
    make("span", { class: "kicker" }, title),
    make("strong", {}, question),
    make("span", { class: "quiet" }, `What to look at: ${lookAt}.`),
    make("span", { class: "facts" }, facts.join(" · "))));
}
