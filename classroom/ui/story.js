// Stories: what is known about whoever or whatever was clicked, and why. Each leads on to others.

import { make, table } from "./page.js";
import { named } from "./words.js";

/** The panel of stories. `tell` asks the world for one. */
export function storyPanel(tell) {
  const past = [];
  const page = make("div", { class: "page" }, hint());
  const back = make("button", { type: "button", hidden: true, onclick: () => {
    past.pop();
    open(past.pop());
  } }, "Back");
  const element = make("section", { class: "story", "aria-labelledby": "story-title", tabIndex: -1 },
    make("div", { class: "heads" }, make("h2", { id: "story-title" }, "Why?"), back), page);

  async function open(about) {
    page.setAttribute("aria-busy", "true");
    const told = await tell(about);
    page.removeAttribute("aria-busy");
    if (!told) return;
    past.push(about);
    back.hidden = past.length < 2;
    const cell = (value) => (value && typeof value === "object" && "seller" in value
      ? make("button", { type: "button", class: "link", onclick: () => open({ seller: value.seller }) }, `seller ${value.seller}`)
      : value === null ? "–" : String(value));
    page.replaceChildren(
      make("h3", {}, told.title),
      ...told.lines.map((line) => make("p", {}, line)),
      ...told.tables.map(({ caption, head, rows }) => table(caption, head, rows, cell)),
      ...(told.events.length ? [make("h4", {}, "Events, the latest first"), events(told.events, open)] : []));
    element.scrollTop = 0;
  }
  return { element, open };
}

/** Events as a list; each leads to its cause. */
export function events(list, open) {
  return make("ul", { class: "events" }, list.map((event) => make("li", {},
    make("button", { type: "button", class: "link", onclick: () => open({ event: event.event }) }, make("b", {}, `Day ${event.day}`), ` ${event.text}`))));
}

function hint() {
  return make("p", { class: "quiet" }, "Click a place, a market or a person in the town, or anything in the news, to see what is known about it: what people considered, what happened, and what caused it.");
}

/** The town as a list: the same as a click, for keyboards and screen readers. */
export function townList(setup, open) {
  const number = make("input", { type: "number", min: "0", max: String(setup.citizens - 1), value: "0", id: "citizen" });
  const entry = (name, about) => make("li", {}, make("button", { type: "button", onclick: () => open(about) }, name));
  return make("details", { class: "aslist" }, make("summary", {}, "The town as a list"),
    make("div", { class: "columns" },
      make("div", {}, make("h3", {}, "Places"), make("ul", {}, setup.places.map((place) => entry(`${named(place.name)} (${place.kind})`, { place: place.name })))),
      make("div", {}, make("h3", {}, "Markets"), make("ul", {}, setup.venues.map((venue) => entry(`${named(venue.name)} (${venue.place ? named(venue.place) : "online"})`, { venue: venue.name })))),
      make("form", { onsubmit: (event) => { event.preventDefault(); open({ citizen: Number(number.value) }); } },
        make("h3", {}, "People"), make("label", { for: "citizen" }, `Number of a citizen, from 0 to ${setup.citizens - 1}`), number, make("button", { type: "submit" }, "Show"))));
}
