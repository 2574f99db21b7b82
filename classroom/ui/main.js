// The page: from the gallery to a town and back. The address holds everything; the world on the server follows it.

import { dialect, dialectField } from "./basics.js";
import { Charts } from "./charts.js";
import { chooser, largeFile, openExhibit, showGallery } from "./gallery.js";
import { changeList, leverPanel } from "./levers.js";
import { openLine } from "./line.js";
import * as link from "./link.js";
import { complain, handOut, make, say, tabbed } from "./page.js";
import { Recording } from "./recording.js";
import { events, storyPanel, townList } from "./story.js";
import { themeButton } from "./theme.js";
import { timeBar } from "./time.js";
import { Town, legend } from "./town.js";
import { assumed, change, dated, many, named, sentence as asSentence, short, whole } from "./words.js";

const main = document.getElementById("main");
const tools = document.getElementById("tools");
/** The town that is shown, and the address that it last wrote. */
let shown = null;
let written = "";

const theme = themeButton((paper) => shown?.repaint(paper));

function route() {
  if (location.hash === written && shown) return;
  if (location.hash === "#main") return;
  const run = /^#run=(\d+)$/.exec(location.hash);
  if (run) {
    openExhibit(run[1]).catch((error) => complain([error.message]));
    return;
  }
  const wanted = link.read(location.hash);
  shown?.close();
  shown = null;
  document.body.classList.toggle("living", Boolean(wanted));
  if (!wanted) {
    document.title = "Contraband";
    tools.replaceChildren(theme);
    showGallery(main).catch(() => complain(["The list of questions could not be loaded. Is the program still running?"]));
    return;
  }
  shown = openTown(wanted);
}

/** Opens a town from what an address says. */
function openTown(wanted) {
  const view = { charts: wanted.charts, colour: wanted.colour || "bought", difference: wanted.difference };
  let [line, setup, parts, closed, waiting, lastLink, fresh] = [null, null, null, false, null, 0, wanted.day === 0];
  let recordings = [];
  let told = null;
  let which = 0;
  let leversOf = "";

  main.className = "town-page";
  main.replaceChildren(make("p", { class: "quiet waiting", role: "status" }, "Building the town …"));
  tools.replaceChildren();
  let text = null;
  ownText().then((found) => {
    text = found;
    begin({ seed: wanted.seed, futures: wanted.futures, now: wanted.day });
  }, (error) => refuse([error.message]));

  /** The text of the user's own file, from the address; undefined if the address names a built-in scenario. */
  async function ownText() {
    if (!wanted.own) return undefined;
    if (wanted.own !== "large") return link.unpack(wanted.own).catch(() => { throw new Error("The address is damaged: the file in it cannot be read."); });
    const known = largeFile(wanted.scenario);
    if (known === null) throw new Error(`${wanted.scenario} is too large to be kept in the address. Open the file again.`);
    return known;
  }

  function begin(opening) {
    openLine({ scenario: wanted.scenario, text, days: wanted.days, ...opening }, heard, again).then((opened) => {
      if (closed) opened.close();
      line = opened;
      showFiles();
    }, (refused) => refuse(refused.errors ?? [String(refused)]));
  }

  /** Says why the town cannot be built. */
  function refuse(errors) {
    main.className = "gallery";
    main.replaceChildren(make("h1", {}, "This town cannot be built"),
      make("ul", { class: "wrong", role: "alert" }, errors.map((error) => make("li", {}, asSentence(error)))),
      chooser(), make("p", {}, make("a", { href: "#" }, "All questions")));
    tools.replaceChildren(theme);
  }

  /** The world has ended on the server: opens it again from what it is made from. */
  function again() {
    line?.close();
    if (!closed && told) begin({ seed: setup.seed, futures: told.futures.map((future) => future.changes), now: told.now });
    else if (!closed) complain(["The program that serves this page does not answer. Is it still running?"]);
  }

  async function ask(command) {
    try {
      return await line?.ask(command);
    } catch (refused) {
      if (refused.status === 404) again();
      else complain(refused.errors ?? [String(refused)]);
      return null;
    }
  }

  function heard(message) {
    if (closed) return;
    if (message.kind === "hello") {
      recordings = [];
      const first = !setup;
      setup = message.setup;
      if (first) build();
      parts.time.setup(setup);
    } else if (message.kind === "rows") {
      recordings[message.future] ??= new Recording(setup.days);
      recordings[message.future].add(message);
    } else if (message.kind === "state") {
      told = message;
      recordings.length = Math.min(recordings.length, told.futures.length);
      recordings.forEach((recording, at) => recording.cut(told.futures[at].lived));
      if (fresh && recordings.length) {
        fresh = false;
        if (told.now === 0 && !told.playing) ask({ do: "play" });
      }
      // Shown when the browser next draws, however many lines have come by then.
      waiting ??= requestAnimationFrame(() => {
        waiting = null;
        if (!closed && recordings.length === told.futures.length) show();
      });
    }
  }

  /** Edits the changes of the future that the levers belong to. */
  function changed(edit) {
    const changes = structuredClone(told.futures[which].changes);
    edit(changes);
    return ask({ do: "change", future: which, changes });
  }

  function build() {
    document.title = `${setup.title}: Contraband`;
    const time = timeBar(ask);
    const story = storyPanel((about) => ask({ do: "story", future: which, day: told.now, about }));
    const open = (about) => {
      tabs.open("story");
      story.open(about);
    };
    const towns = [0, 1].map((at) => new Town(setup, (about) => {
      which = Math.min(at, told.futures.length - 1);
      open(about);
    }));
    const figures = towns.map((town, at) => make("figure", { class: "townbox", hidden: at === 1 }, make("figcaption", { class: "future" }, `Future ${"AB"[at]}`), town.canvas));
    const colour = make("select", { id: "colour", onchange: () => { view.colour = colour.value; show(); } },
      make("option", { value: "bought" }, "what they buy today"), setup.traits.map((trait) => make("option", { value: trait.name }, trait.label.toLowerCase())));
    colour.value = view.colour;
    if (!colour.value) colour.value = view.colour = "bought";
    // Another seed is another town with the same rules.
    const seed = make("input", { type: "number", class: "seed", min: "0", max: String(Number.MAX_SAFE_INTEGER), step: "1", value: String(setup.seed), onchange: () => {
      if (seed.value !== "" && seed.reportValidity()) location.hash = address({ seed: Number(seed.value) });
    } });
    // More days are run from the start: the days known so far come out as they were.
    const days = make("input", { type: "number", class: "seed", min: "1", max: "36500", step: "1", value: String(setup.days), onchange: () => {
      const number = Number(days.value);
      if (days.value !== "" && days.reportValidity()) location.hash = address({ days: number, day: Math.min(told.now, number) });
    } });
    const files = make("details", { class: "files" }, make("summary", {}, "All tables as CSV"));
    const paper = make("section", { class: "paper", "aria-hidden": "true" });
    const key = make("div", {});
    const news = make("div", { class: "news", tabIndex: 0, role: "region", "aria-label": "News" });
    const facts = make("p", { class: "facts" });
    const summary = make("p", { class: "summary" });
    const changes = changeList(setup, (path) => levers.lever(path)?.label ?? path, {
      undo: (at) => changed((all) => all.splice(at, 1)),
      end: (at, until) => changed((all) => {
        if (until === null) delete all[at].until;
        else all[at].until = until;
      }),
    });
    const levers = leverPanel(setup, {
      values: (day) => (told ? ask({ do: "levers", future: which, day: Math.min(day + 1, setup.days) }).then((answer) => answer?.values) : null),
      change: (wantedChange) => {
        if (wantedChange.day > setup.days) return complain(["This is the last day. Go back to an earlier day, and change the lever there."]);
        const same = (other) => other.day === wantedChange.day && other.path === wantedChange.path && String(other.places ?? "") === String(wantedChange.places ?? "");
        return changed((all) => {
          const at = all.findIndex(same);
          if (at >= 0) all.splice(at, 1);
          all.push(wantedChange);
        });
      },
    });
    const futures = make("fieldset", { class: "futures", hidden: true });
    const tabs = tabbed([["levers", "Levers", make("div", {}, changes.element, levers.element)], ["story", "Why?", story.element]]);
    const charts = new Charts(setup, view.charts, () => {
      view.charts = charts.chosen;
      view.difference = charts.difference;
      remember(true);
    });
    charts.difference = view.difference;
    view.charts = charts.chosen;
    main.replaceChildren(
      make("div", { class: "intro" },
        make("h1", {}, setup.question), facts),
      summary,
      make("div", { class: "desk" },
        make("section", { class: "stage", "aria-label": "The town" },
          make("div", { class: "heads" }, make("label", { class: "inline" }, "Colour by ", colour), make("label", { class: "inline" }, "Seed ", seed), make("label", { class: "inline" }, "Days ", days)),
          make("div", { class: "towns" }, figures), key,
          make("h2", { class: "small" }, "News"), news, townList(setup, open)),
        make("div", { class: "side" }, futures, tabs.element)),
      paper,
      charts.element,
      files,
      time.element);
    parts = { time, towns, figures, key, news, facts, summary, changes, levers, futures, charts, open, paper, files };
    showFiles();
    tools.replaceChildren(
      make("a", { class: "button", href: "#" }, "Questions"),
      make("button", { type: "button", onclick: share }, "Share"),
      make("button", { type: "button", onclick: file }, "File"),
      make("button", { type: "button", onclick: () => print() }, "Print"), theme);
    main.focus({ preventScroll: true });
  }

  function show() {
    const { time, towns, figures, key, news, facts, summary, changes, levers, futures, charts, open } = parts;
    const two = told.futures.length > 1;
    which = Math.min(which, told.futures.length - 1);
    time.show(told);
    main.classList.toggle("two", two);
    figures.forEach((figure, at) => {
      figure.hidden = at >= told.futures.length;
      figure.firstChild.hidden = !two;
    });
    told.futures.forEach((future, at) => {
      towns[at].colour = view.colour;
      const recording = recordings[at];
      towns[at].closed = new Set(setup.venues.filter((venue) => recording.at("venues", "open", told.now, venue.name) === 0).map((venue) => venue.name));
      towns[at].show(told.now, future.dots, recording.newsOf(told.now, told.now), told.playing ? told.speed : 1);
      towns[at].canvas.setAttribute("aria-label", `The town on day ${told.now}${two ? `, future ${"AB"[at]}` : ""}. ${sentence(recording)}`);
    });
    if (key.dataset.colour !== view.colour) {
      key.dataset.colour = view.colour;
      key.replaceChildren(legend(setup, view.colour));
    }
    const recent = recordings[which].newsOf(Math.max(told.now - 20, 0), told.now).slice(0, 24);
    const newest = `${which} ${recent[0]?.event} ${recent.length}`;
    if (news.dataset.newest !== newest) {
      news.dataset.newest = newest;
      news.replaceChildren(recent.length ? events(recent, open) : make("p", { class: "quiet" }, "No news yet."));
    }
    const future = told.futures[which];
    const digest = future.digest ? ` · digest ${future.digest.slice(0, 12)}` : "";
    facts.textContent = `${setup.title} · ${whole(setup.citizens)} people · seed ${setup.seed} · assumption: ${assumed(future.valve)} (release valve)${digest}`;
    summary.textContent = told.futures.map((_, at) => `${two ? `Future ${"AB"[at]}. ` : ""}${sentence(recordings[at])}`).join(" ");
    levers.show(told.now, setup.days);
    const standing = JSON.stringify([which, two, future.changes]);
    if (changes.element.dataset.standing !== standing) {
      changes.element.dataset.standing = standing;
      changes.draw(future.changes, future.timeline, which, two);
      // On paper: the changes in all futures, and the address that leads back.
      parts.paper.replaceChildren(...told.futures.map((each, at) => make("div", {}, make("h2", {}, two ? `Changes in future ${"AB"[at]}` : "Changes"),
        make("ul", {}, each.timeline.map((entry) => make("li", {}, make("b", {}, dated(entry)), `: ${entry.set.map(({ path, value }) => `${levers.lever(path)?.label ?? path} = ${named(value)}`).join(", ")}`))))),
      make("p", {}, `Scenario ${setup.scenario}, seed ${setup.seed}, Contraband ${setup.version}. ${address()}`));
    }
    // Values are asked for only when time stands still: while it runs, a lever shows its last known value.
    const holds = JSON.stringify([which, future.changes, future.timeline.length, told.playing || told.goal ? -1 : told.now]);
    if (leversOf !== holds) {
      leversOf = holds;
      levers.refresh();
    }
    showFutures(futures, two);
    showFiles();
    charts.show({
      now: told.now, days: setup.days, recordings, timelines: two ? told.futures.map((each) => each.timeline) : [future.timeline],
      source: `Contraband ${setup.version}, ${setup.scenario}, seed ${setup.seed}; assumption: ${assumed(future.valve)} (release valve)`,
    });
    speak();
    remember();
  }

  function showFutures(box, two) {
    if (box.hidden === !two && box.dataset.which === String(which)) return;
    box.hidden = !two;
    box.dataset.which = String(which);
    const choice = (at) => make("label", {}, make("input", { type: "radio", name: "future", checked: at === which, onchange: () => { which = at; show(); } }), `Future ${"AB"[at]}`);
    box.replaceChildren(make("legend", {}, "Levers and stories belong to"), choice(0), choice(1),
      ...[0, 1].map((at) => make("button", { type: "button", onclick: () => ask({ do: "keep", future: at }) }, `Keep only ${"AB"[at]}`)));
  }

  /** The day in a sentence. */
  function sentence(recording) {
    if (told.now === 0) return "Day 0: nothing has been traded yet.";
    const at = (column) => recording.at("days", column, told.now);
    const before = recording.mean("days", "illicit_trades", told.now - 36, told.now - 30);
    const now = recording.mean("days", "illicit_trades", told.now - 6, told.now);
    const moved = told.now > 37 && Number.isFinite(before) ? ` (last week: ${change(before, now)} on a month earlier)` : "";
    return `Day ${told.now}: ${short(at("illicit_trades"))} illicit trades${moved}, ${many(at("detections"), "case")}, anxiety ${short(at("anxiety_mean"))} out of 1, ${many(at("raids"), "raid")}, ${many(at("rogue_ais"), "rogue AI")}.`;
  }

  /** The tables of the run folder, one file each. */
  function showFiles() {
    const from = line && parts && `${line.path}/${which}`;
    if (!from || parts.files.dataset.from === from + dialect()) return;
    parts.files.dataset.from = from + dialect();
    parts.files.replaceChildren(parts.files.firstChild,
      make("p", { class: "quiet" }, "All days run so far, with every figure exactly as \"contraband run --csv\" writes it. There are no charts of sellers, flows and events, "
        + "because they would have hundreds of lines. Click a seller to see its own story."),
      dialectField(showFiles),
      make("ul", {}, setup.files.map(({ name, doc }) => make("li", {},
        make("a", { href: `${from}/${name}.csv?dialect=${dialect()}`, download: `${setup.scenario.replace(/\.\w+$/, "")}_seed${setup.seed}_${name}.csv` }, `${name}.csv`), ` ${doc}`))));
  }

  let spoken = "";
  function speak() {
    // While days pass quickly nobody can listen: then only every thirtieth day is announced.
    const day = told.playing || told.goal ? told.now - (told.now % 30) : told.now;
    const about = `${day} ${told.playing} ${told.futures.length}`;
    if (about === spoken) return;
    spoken = about;
    say(told.futures.map((_, at) => `${told.futures.length > 1 ? `Future ${"AB"[at]}. ` : ""}${sentence(recordings[at])}`).join(" "));
  }

  /** Keeps the address up to date with the page. */
  function remember(now = false) {
    if (!told) return;
    const time = performance.now();
    if (!now && (told.playing || told.goal) && time - lastLink < 1000) return;
    lastLink = time;
    written = address();
    if (location.hash !== written) history.replaceState(null, "", written);
  }

  function address(other = {}) {
    const plain = view.charts.join() === new Charts(setup, [], () => {}).chosen.join() ? [] : view.charts;
    return link.write({
      scenario: wanted.scenario, own: wanted.own, seed: setup.seed, days: wanted.days, day: told.goal ?? told.now, futures: told.futures.map((future) => future.changes),
      charts: plain, colour: view.colour === "bought" ? "" : view.colour, difference: view.difference,
      ...other,
    });
  }

  async function share() {
    remember(true);
    if (wanted.own === "large") {
      complain([`${wanted.scenario} is too large for an address. Press "File" and send the file instead: whoever opens it gets the same town.`]);
      return;
    }
    try {
      await navigator.clipboard.writeText(location.href);
      say("The address has been copied.");
      complain(["The address has been copied. It holds everything: question, seed, changes, day and view. Anyone who has this program can open the same town with it."]);
    } catch {
      complain(["Copy the address of this page: it holds everything.", location.href]);
    }
  }

  async function file() {
    const answer = await ask({ do: "file", future: which });
    if (!answer) return;
    const name = `${setup.scenario.replace(/\.\w+$/, "")}_mine.ron`;
    handOut(name, answer.ron);
    complain([`${name} holds the whole scenario, with the date of every change. "contraband run ${name} --seed ${setup.seed} --csv" gives the same numbers, to the last digit.`]);
  }

  return {
    key: (event) => parts?.time.key(event) ?? false,
    repaint: (paper) => {
      if (!parts || !told) return;
      parts.towns.forEach((town) => town.draw());
      parts.charts.repaint(paper);
    },
    close: () => {
      closed = true;
      line?.close();
    },
  };
}

// Keys work unless a field has the focus.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !shown) return;
  const at = document.activeElement;
  if (at?.closest("input, select, textarea") || (event.key === " " && at?.closest("button, summary, a, [tabindex='0']"))) return;
  if (shown.key(event)) event.preventDefault();
});

addEventListener("hashchange", route);
route();
