// Charts: small multiples of any columns of the daily tables, over the same days, each with a table and a sentence.

import { csv, handOut, ink, make, table } from "./basics.js";
import { LineChart } from "./linechart.js";
import { change, named, short, unitOf } from "./words.js";

/** The charts that are shown at first. */
export const FIRST = ["days.illicit_trades", "goods.price_asked", "days.anxiety_mean", "days.detections", "places.illicit_trades", "days.harm"];
const HEIGHT = 190;

/** All charts of a world. `changed` is called when another set of charts is chosen. */
export class Charts {
  constructor(setup, chosen, changed) {
    this.setup = setup;
    this.changed = changed;
    this.columns = new Map();
    for (const about of setup.tables) {
      for (const column of about.columns) {
        if (column.kind !== "text" && column.name !== "day") this.columns.set(`${about.name}.${column.name}`, { table: about.name, ...column });
      }
    }
    this.chosen = chosen.filter((id) => this.columns.has(id));
    if (!this.chosen.length) this.chosen = FIRST.filter((id) => this.columns.has(id));
    this.cards = new Map();
    this.difference = false;
    this.grid = make("div", { class: "charts" });
    this.found = make("div", { class: "found" });
    this.search = make("input", { type: "search", id: "add", placeholder: "price, anxiety, raids, markup …", oninput: () => this.#find() });
    this.both = make("label", { class: "both", hidden: true }, make("input", { type: "checkbox", onchange: (event) => {
      this.difference = event.target.checked;
      this.#rebuild();
      this.changed();
    } }), "Show the difference, B minus A");
    this.element = make("section", { class: "chartroom", "aria-labelledby": "charts-title" },
      make("div", { class: "heads" }, make("h2", { id: "charts-title" }, "Charts"), this.both),
      this.grid,
      make("div", { class: "field add" }, make("label", { for: "add" }, `Add a chart of any of the ${this.columns.size} columns`), this.search),
      this.found);
    this.#rebuild();
  }

  #find() {
    const words = this.search.value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    if (!words.length) return this.found.replaceChildren();
    const fits = [...this.columns].filter(([id, column]) => {
      const text = `${id} ${column.doc}`.toLowerCase().replaceAll("_", " ");
      return !this.chosen.includes(id) && words.every((word) => text.includes(word));
    });
    // A match in the name comes before a match in the description.
    const named = ([id]) => (words.every((word) => id.replaceAll("_", " ").includes(word)) ? 0 : 1);
    fits.sort((one, other) => named(one) - named(other));
    this.found.replaceChildren(
      make("p", { class: "quiet", role: "status" }, fits.length > 20 ? `${fits.length} columns found; here are the first 20:` : `${fits.length} ${fits.length === 1 ? "column" : "columns"} found`),
      make("ul", {}, fits.slice(0, 20).map(([id, column]) => make("li", {}, make("button", { type: "button", onclick: () => this.#add(id) },
        make("strong", {}, heading(id)), ` ${column.doc}`)))));
  }

  #add(id) {
    this.chosen.push(id);
    this.search.value = "";
    this.found.replaceChildren();
    this.#rebuild();
    this.changed();
    this.cards.get(id)?.element.scrollIntoView({ block: "nearest" });
    this.cards.get(id)?.element.focus();
  }

  remove(id) {
    this.chosen = this.chosen.filter((known) => known !== id);
    this.#rebuild();
    this.changed();
    this.search.focus();
  }

  #rebuild() {
    for (const [id, card] of this.cards) {
      card.close();
      this.cards.delete(id);
    }
    this.grid.replaceChildren(...this.chosen.map((id) => {
      const card = new Card(id, this.columns.get(id), this);
      this.cards.set(id, card);
      return card.element;
    }));
    if (this.told) this.show(this.told);
  }

  /** Draws the days run so far. */
  show(told) {
    this.told = told;
    this.both.hidden = told.recordings.length < 2;
    if (told.recordings.length < 2) this.difference = false;
    this.both.firstChild.checked = this.difference;
    for (const card of this.cards.values()) card.show(told);
  }

  /** Draws again, in the colours of the current theme. */
  repaint(paper) {
    for (const card of this.cards.values()) card.chart.repaint(paper);
  }

  /** A day is pointed at in one chart: all charts show their values of that day. */
  point(day) {
    for (const card of this.cards.values()) card.read(day);
  }
}

/** "goods.price_median" in words. */
function heading(id) {
  const [table, column] = id.split(".");
  const words = named(column).replace(/ (mean|milli|credits)$/, (_, last) => (last === "mean" ? "" : `, ${last}`));
  return ["days", "counts"].includes(table) ? words : `${words}, by ${{ goods: "good", places: "place", venues: "venue", agencies: "agency", providers: "provider", welfare: "part", enclaves: "enclave", colonies: "colony" }[table]}`;
}

/** The ends of the upward axis: from nothing, unless all values are far from it. */
function extent(low, high) {
  const near = low > 0 && low > high * 0.7;
  const [from, to] = near ? [low, high] : [Math.min(low, 0), Math.max(high, 0)];
  const room = (to - from || Math.abs(to) || 1) * 0.06;
  return [near || from < 0 ? from - room : from, to + room];
}

class Card {
  constructor(id, column, charts) {
    Object.assign(this, { id, column, charts });
    this.key = make("ul", { class: "legend key" });
    this.sentence = make("p", { class: "quiet" });
    this.plotted = make("div", { class: "plot", role: "img" });
    this.rows = make("div", {});
    this.details = make("details", { ontoggle: () => this.#fill() }, make("summary", {}, "Table"), this.rows);
    const unit = unitOf(column.unit);
    const doc = column.doc.replace(/; NaN .*$/, "").replaceAll("`", "");
    this.element = make("figure", { class: "card", tabIndex: -1 },
      make("figcaption", {}, make("h3", {}, heading(id)), make("p", { class: "quiet doc" }, unit && unit !== "0 to 1" ? `${doc} (${unit})` : doc)),
      this.plotted, this.key, this.sentence, this.details,
      make("div", { class: "acts" },
        make("button", { type: "button", onclick: () => handOut(`${id}.csv`, this.#csv(), "text/csv") }, "CSV"),
        make("button", { type: "button", onclick: () => this.#picture() }, "PNG"),
        make("button", { type: "button", "aria-label": `Remove the chart ${heading(id)}`, onclick: () => charts.remove(id) }, "Remove")));
    const size = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.78;
    this.chart = new LineChart(this.plotted, {
      size, range: extent, group: "days", over: (frame) => this.#now(frame),
      height: () => HEIGHT + Math.max(0, (size() - 12.5) * 8),
      pointed: (at) => charts.point(at === null ? this.told.now : at + 1),
    });
  }

  close() {
    this.chart.close();
  }

  /** The lines: name, colour, dash, values. */
  #lines({ recordings }) {
    const { table: name, name: column } = this.column;
    const keys = recordings[0].keysOf(name);
    const two = recordings.length > 1;
    const of = (recording, key) => recording.values(name, column, key);
    if (two && this.charts.difference) {
      return keys.map((key, at) => {
        const [one, other] = recordings.map((recording) => of(recording, key));
        return { key, name: key ? named(key) : "B minus A", ink: `c${at % 9}`, values: one.map((value, day) => (value === null || other[day] === null ? null : other[day] - value)) };
      });
    }
    return keys.flatMap((key, at) => recordings.map((recording, which) => ({
      key, which,
      name: `${key ? named(key) : two ? "Future" : heading(this.id)}${two ? ` ${"AB"[which]}` : ""}`,
      ink: `c${(key || !two ? at : which) % 9}`, dash: which ? [6, 4] : undefined, values: of(recording, key),
    })));
  }

  show(told) {
    this.told = told;
    this.lines = this.#lines(told);
    this.chart.show({ days: Array.from({ length: told.days }, (_, at) => at + 1), lines: this.lines, timelines: told.timelines });
    this.read(told.now);
    this.sentence.textContent = this.#summary();
    this.plotted.setAttribute("aria-label", `${heading(this.id)}. ${this.sentence.textContent}`);
    if (this.details.open) this.#fill();
  }

  #now({ pen, px, top, bottom, x }) {
    if (!this.told.now) return;
    pen.save();
    Object.assign(pen, { strokeStyle: ink("ink"), globalAlpha: 0.55, lineWidth: px });
    pen.setLineDash([]);
    pen.beginPath();
    pen.moveTo(x(this.told.now), top);
    pen.lineTo(x(this.told.now), bottom);
    pen.stroke();
    pen.restore();
  }

  /** Shows the value of each line on a day. */
  read(day) {
    if (!this.lines) return;
    const at = (line) => make("b", {}, short(day ? line.values[day - 1] : null));
    const swatch = (line) => make("span", { class: `swatch line ${line.ink}${line.dash ? " dashed" : ""}` });
    // The same line in two futures shares an entry.
    const pairs = this.lines.some((line) => line.which) && this.lines[0].key;
    const items = pairs
      ? this.lines.filter((line) => !line.which).map((line, nth) => make("li", {}, swatch(line), `${named(line.key)} A `, at(line), " ", swatch(this.lines[2 * nth + 1]), "B ", at(this.lines[2 * nth + 1])))
      : this.lines.map((line) => make("li", {}, swatch(line), `${line.name} `, at(line)));
    this.key.replaceChildren(make("li", { class: "quiet" }, `Day ${day}`), ...items);
  }

  /** The chart in a sentence. */
  #summary() {
    const { now, recordings } = this.told;
    if (now < 2) return "No days have been run yet.";
    const { table: name, name: column } = this.column;
    const span = Math.min(30, Math.floor(now / 2));
    const told = (recording, key, label) => {
      const [before, after] = [recording.mean(name, column, now - 2 * span + 1, now - span, key), recording.mean(name, column, now - span + 1, now, key)];
      return { label, before, after, moved: Math.abs(after / before - 1) };
    };
    if (recordings.length > 1) {
      const [one, other] = recordings.map((recording) => told(recording, recording.keysOf(name)[0]));
      if (recordings[0].keysOf(name).length === 1) return `Last ${span} days: A ${short(one.after)}, B ${short(other.after)} (${change(one.after, other.after) || "–"}).`;
    }
    const all = recordings[0].keysOf(name).map((key) => told(recordings[0], key, named(key))).filter((line) => Number.isFinite(line.after));
    if (!all.length) return "Nothing to report so far.";
    const line = all.reduce((most, line) => (line.moved > most.moved || !Number.isFinite(most.moved) ? line : most));
    const moved = change(line.before, line.after);
    const text = `${short(line.after)} on average in the last ${span} days${moved ? `, ${moved === "no change" ? "the same as in" : `${moved} compared with`} the ${span} days before` : ""}.`;
    return all.length > 1 ? `Largest change: ${line.label}, ${text}` : text;
  }

  #names() {
    return this.lines.map((line) => line.name || named(this.column.name));
  }

  #lived() {
    return Math.max(...this.told.recordings.map((recording) => recording.lived));
  }

  #fill() {
    if (!this.details.open || !this.lines) return;
    const rows = Array.from({ length: this.#lived() }, (_, at) => [String(at + 1), ...this.lines.map((line) => short(line.values[at]))]).reverse();
    this.rows.replaceChildren(table(`${heading(this.id)}, by day, the latest first`, ["day", ...this.#names()], rows.slice(0, 400)));
  }

  /** One row per day, every figure in full. */
  #csv() {
    const { table: name, name: column } = this.column;
    const head = ["day", ...this.lines.map((line) => [`${name}.${column}`, line.key, line.which === undefined ? "" : this.told.recordings.length > 1 ? "AB"[line.which] : ""].filter(Boolean).join(" "))];
    const rows = Array.from({ length: this.#lived() }, (_, at) => [at + 1, ...this.lines.map((line) => line.values[at])]);
    return csv([head, ...rows]);
  }

  /** The chart as a picture, with its heading, key and source. */
  #picture() {
    const drawn = this.chart.canvas;
    const scale = devicePixelRatio || 1;
    const names = this.#names();
    const canvas = make("canvas", {});
    const pad = 16 * scale;
    canvas.width = drawn.width + 2 * pad;
    canvas.height = drawn.height + pad * (5 + Math.ceil(names.length / 3) * 1.4);
    const pen = canvas.getContext("2d");
    const face = getComputedStyle(document.body).fontFamily;
    pen.fillStyle = ink("paper");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = ink("ink");
    pen.font = `600 ${16 * scale}px ${face}`;
    pen.fillText(heading(this.id), pad, pad * 1.6);
    pen.drawImage(drawn, pad, pad * 2.2);
    pen.font = `${12 * scale}px ${face}`;
    names.forEach((name, at) => {
      const [x, y] = [pad + ((at % 3) * drawn.width) / 3, drawn.height + pad * (3.2 + Math.floor(at / 3) * 1.4)];
      pen.fillStyle = ink(this.lines[at].ink);
      pen.fillRect(x, y - 5 * scale, 14 * scale, 3 * scale);
      pen.fillStyle = ink("ink");
      pen.fillText(name, x + 20 * scale, y);
    });
    pen.fillStyle = ink("quiet");
    pen.fillText(this.told.source, pad, canvas.height - pad * 0.7);
    canvas.toBlob((blob) => handOut(`${this.id}.png`, blob));
  }
}
