// The gallery: every scenario as the question that it asks.

import { make } from "./page.js";
import { many } from "./words.js";
import { write } from "./link.js";

let known;

async function scenarios() {
  known ??= fetch("/api/scenarios").then((answer) => answer.json());
  return known;
}

/** Shows all questions in `main`. */
export async function showGallery(main) {
  const { scenarios: all, version } = await scenarios();
  const found = make("p", { class: "quiet", role: "status" });
  const list = make("ul", { class: "questions" });
  const show = (wanted) => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = all.filter((scenario) => {
      const text = `${scenario.title} ${scenario.question} ${scenario.look_at} ${scenario.name}`.toLowerCase().replaceAll("_", " ");
      return words.every((word) => text.includes(word));
    });
    list.replaceChildren(...fits.map(card));
    found.textContent = words.length ? `${many(fits.length, "question")} of ${all.length}` : many(all.length, "question");
  };
  const search = make("input", { type: "search", id: "search", placeholder: "police, privacy, leak …", oninput: () => show(search.value) });
  main.className = "gallery";
  main.replaceChildren(
    make("h1", {}, "What would you like to know?"),
    make("p", { class: "lead" }, "Machines make every material thing for nothing. What stays scarce is what is restricted, unique, risky or a matter of standing. "
      + "Choose a question: its town begins to live, and you can move any rule in it from any day on."),
    make("div", { class: "field" }, make("label", { for: "search" }, "Look for"), search, found),
    list,
    make("p", { class: "quiet foot" }, `Contraband ${version}. A model with stated assumptions, no forecast. Everything runs on this machine.`),
  );
  show("");
}

function card(scenario) {
  const { name, title, question, look_at: lookAt, days, citizens, changes } = scenario;
  const facts = [`${citizens.toLocaleString("en").replaceAll(",", "\u00a0")} people`, many(days, "day")];
  if (changes) facts.push(many(changes, "dated change"));
  const address = write({ scenario: name, seed: 1, day: 0, futures: [[]], charts: [], colour: "" });
  return make("li", {}, make("a", { href: address.replace("&seed=1", "") },
    make("span", { class: "kicker" }, title),
    make("strong", {}, question),
    make("span", { class: "quiet" }, `Look at ${lookAt}.`),
    make("span", { class: "facts" }, facts.join(" · "))));
}
