// Levers: every parameter of the engine, grouped and searchable, and the list of changes with their dates.

import { make } from "./page.js";
import { dated, many, named, short, unitOf } from "./words.js";

/** The levers that people change first; those that a world has are shown before anyone searches. */
const OFTEN = [
  /^law\.(fine|seller_fine|tolerance)$/, /^society\.valve$/, /^agencies\.\w+\.budget$/, /^goods\.(privacy|experience|dangerous_tech)\.status$/,
  /^leaks\.takedown$/, /^delegates\.portability$/,
];
const GROUPS = {
  law: "Law", agencies: "Agencies", goods: "Goods", society: "Society", demand: "What people want", market: "Market", syndicates: "Syndicates",
  delegates: "Shopping agents", providers: "Providers of shopping agents", enclaves: "Enclaves", colonies: "Colonies", leaks: "Leaks", citizens: "Citizens",
  places: "Places", venues: "Venues", temperaments: "Types of syndicates", welfare: "What counts as welfare",
};

/** The panel of levers. `act.change(change)` makes a change, `act.values(day)` returns the values on a day. */
export function leverPanel(setup, act) {
  const byPath = new Map(setup.levers.map((lever) => [lever.path, lever]));
  const common = setup.levers.map((lever) => lever.path.split(".")[0]);
  const groups = [...new Set(common)].sort((one, other) => order(one) - order(other));
  let values = Object.fromEntries(setup.levers.map((lever) => [lever.path, lever.default]));
  let now = 0;
  const shown = new Map();

  const where = make("select", { id: "where" }, make("option", { value: "" }, "everywhere"), setup.places.map((place) => make("option", { value: place.name }, `in ${named(place.name)}`)));
  const ramp = make("input", { type: "number", id: "ramp", min: "0", max: "365", value: "0" });
  const from = make("b", {}, "from day 1 on");
  const search = make("input", { type: "search", id: "lever", placeholder: "fine, privacy, budget, mask …", oninput: () => find() });
  const found = make("div", { class: "found" });
  const element = make("section", { class: "levers", "aria-labelledby": "levers-title" },
    make("h2", { id: "levers-title" }, "Levers"),
    make("p", { class: "how" }, "A change applies ", from, ", ",
      make("label", { class: "inline" }, make("span", { class: "unseen" }, "Where changes apply"), where),
      make("label", { class: "inline" }, ", phased in over ", ramp, " days.")),
    make("div", { class: "field" }, make("label", { for: "lever" }, `Search ${setup.levers.length} levers`), search), found);

  function order(group) {
    const at = Object.keys(GROUPS).indexOf(group);
    return at < 0 ? 99 : at;
  }

  function find() {
    shown.clear();
    const words = search.value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    if (words.length) {
      const fits = setup.levers.filter((lever) => {
        const text = `${lever.path} ${lever.label} ${lever.consequence}`.toLowerCase().replaceAll("_", " ");
        return words.every((word) => text.includes(word));
      });
      // A match in the name comes before a match in the description.
      const rank = (lever) => (words.every((word) => `${lever.path} ${lever.label}`.toLowerCase().replaceAll("_", " ").includes(word)) ? 0 : 1);
      fits.sort((one, other) => rank(one) - rank(other));
      found.replaceChildren(make("p", { class: "quiet", role: "status" }, fits.length > 25 ? `${many(fits.length, "lever")} found; here are the first 25:` : `${many(fits.length, "lever")} found`),
        ...fits.slice(0, 25).map(row));
      return;
    }
    const often = OFTEN.flatMap((path) => setup.levers.filter((lever) => path.test(lever.path)));
    found.replaceChildren(
      group("Used most often", often, true),
      ...groups.map((name) => {
        const members = setup.levers.filter((lever) => lever.path.startsWith(`${name}.`));
        return group(GROUPS[name] ?? named(name), members, false);
      }));
  }

  function group(name, members, open) {
    const body = make("div", {});
    const fill = () => {
      if (!body.childElementCount) body.append(...members.map(row));
    };
    const details = make("details", { open, ontoggle: () => details.open && fill() }, make("summary", {}, name, make("span", { class: "quiet" }, ` ${members.length}`)), body);
    if (open) fill();
    return details;
  }

  function row(lever) {
    const id = `l-${lever.path.replaceAll(".", "-")}-${shown.size}`;
    const control = controlOf(lever, id, (value) => apply(lever, value));
    const update = () => {
      control.set(values[lever.path]);
      const fixed = lever.scope === "start" && now > 0;
      control.enable(!fixed);
      note.textContent = fixed ? "Can only be changed on day 0, before the town starts." : "";
    };
    const note = make("span", { class: "quiet" });
    const range = lever.kind === "real" || lever.kind === "whole" ? `From ${short(lever.min)} to ${short(lever.max)} (${unitOf(lever.unit) || "no unit"}). ` : "";
    const about = make("details", { class: "about" }, make("summary", {}, "About"),
      make("p", {}, lever.consequence), make("p", {}, `${range}Default: ${lever.kind === "words" ? named(lever.default) : String(lever.default)}. Can change ${{ start: "on day 0 only", day: "on any day, for the whole world", place: "on any day, everywhere or in single places" }[lever.scope]}.`),
      lever.source ? make("p", {}, `Source: ${lever.source}`) : null, make("p", {}, make("code", {}, lever.path)));
    const list = shown.get(lever.path) ?? [];
    shown.set(lever.path, [...list, update]);
    const [head, name] = lever.path.split(".");
    const of = ["goods", "agencies", "places", "venues", "temperaments", "providers"].includes(head) ? `${named(name)}: ` : "";
    update();
    return make("div", { class: "lever" },
      make("label", { for: id }, of ? make("b", {}, of) : null, lever.label), make("div", { class: "control" }, control.element), note, about);
  }

  function apply(lever, value) {
    const place = lever.scope === "place" && where.value ? [where.value] : [];
    if (lever.scope !== "place" && where.value) where.value = "";
    const over = Number(ramp.value) || 0;
    const moves = lever.kind === "real" || lever.kind === "whole";
    act.change({ day: lever.scope === "start" ? 0 : now + 1, ...(over > 1 && moves ? { ramp: over } : {}), ...(place.length ? { places: place } : {}), path: lever.path, value: String(value) });
  }

  async function refresh() {
    values = (await act.values(now)) ?? values;
    for (const updates of shown.values()) updates.forEach((update) => update());
  }

  find();
  return {
    element,
    lever: (path) => byPath.get(path),
    /** Shows from which day on a change would apply. */
    show: (day, last) => {
      now = day;
      from.textContent = day >= last ? "after the last day (go back to an earlier day first)" : `from day ${day + 1} on`;
    },
    refresh,
  };
}

/** The control of one lever. */
function controlOf(lever, id, apply) {
  if (lever.kind === "words") {
    const select = make("select", { id, onchange: () => apply(select.value) }, lever.words.map((word) => make("option", { value: word }, named(word))));
    return { element: select, set: (value) => { select.value = value; }, enable: (on) => { select.disabled = !on; } };
  }
  if (lever.kind === "flag") {
    const box = make("input", { id, type: "checkbox", onchange: () => apply(box.checked) });
    return { element: box, set: (value) => { box.checked = value; }, enable: (on) => { box.disabled = !on; } };
  }
  const step = lever.kind === "whole" ? "1" : "any";
  const field = make("input", { id, type: "number", min: String(lever.min), max: String(lever.max), step, onchange: () => {
    if (field.value !== "" && field.reportValidity()) apply(field.value);
  } });
  const slide = make("input", { type: "range", min: "0", max: "1000", value: "0", "aria-label": `${lever.label}, slider`, oninput: () => { field.value = String(at(Number(slide.value))); }, onchange: () => apply(field.value) });
  // The slider reaches four times the default; the field, the whole range.
  let low = lever.min;
  let high = lever.max;
  const reach = (value) => {
    const wide = Math.max(Math.abs(lever.default), Math.abs(value)) * 4 || 1;
    low = Math.max(lever.min, lever.min < 0 ? -wide : lever.min);
    high = Math.min(lever.max, Math.max(wide, low + 1e-9));
  };
  const at = (part) => {
    const exact = low + ((high - low) * part) / 1000;
    if (lever.kind === "whole") return Math.round(exact);
    const figures = 10 ** (2 - Math.floor(Math.log10(high - low || 1)));
    return Math.round(exact * figures) / figures;
  };
  return {
    element: make("span", { class: "slide" }, slide, field, make("span", { class: "unit quiet" }, unitOf(lever.unit))),
    set: (value) => {
      reach(value);
      if (document.activeElement !== field) field.value = String(value);
      slide.value = String(((value - low) / (high - low)) * 1000);
    },
    enable: (on) => { field.disabled = !on; slide.disabled = !on; },
  };
}

/** The list of changes. `act.undo(at)` removes one, `act.end(at, until)` gives it a last day. */
export function changeList(setup, label, act) {
  const element = make("section", { class: "changes", "aria-labelledby": "changes-title" });
  const draw = (changes, timeline, which, two) => {
    const own = timeline.slice(0, timeline.length - changes.filter((change) => change.day > 0).length);
    const list = make("ul", {},
      own.map((entry) => make("li", {}, make("b", {}, dated(entry)), `: ${entry.label || entry.set.map(({ path }) => label(path)).join(", ")} `, make("span", { class: "quiet" }, "part of the question"))),
      changes.map((change, at) => make("li", {}, make("b", {}, dated(change)), `: ${label(change.path)} = ${named(change.value)} `,
        make("button", { type: "button", "aria-label": `Undo ${label(change.path)}, ${dated(change)}`, onclick: () => act.undo(at) }, "Undo"),
        change.day > 0 ? make("label", { class: "inline" }, " until day ", make("input", { type: "number", class: "until", min: String(change.day), max: String(setup.days), value: change.until ? String(change.until) : "", placeholder: "–",
          onchange: (event) => act.end(at, event.target.value === "" ? null : Number(event.target.value)) })) : null)));
    element.replaceChildren(make("h2", { id: "changes-title" }, two ? `Changes in future ${"AB"[which]}` : "Changes"),
      own.length + changes.length ? list : make("p", { class: "quiet" }, "Nothing yet. Change a lever: the change appears here with its date, and you can undo it."));
  };
  return { element, draw };
}
