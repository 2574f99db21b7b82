// The town: places as discs, venues as houses, people as dots that walk to the market, and events where they happen.

import { calm, ink, make } from "./page.js";
import { named, short } from "./words.js";

const NOWHERE = 255;
const WALK = 700;
const PULSE = 1600;

/** How each kind of news is shown in the town: a word and a colour. */
const SIGNS = {
  raid: ["raid", "c5"], zone_raid: ["zone raid", "c5"], exit_scam: ["ran off", "c5"], leak: ["leak", "c3"],
  rogue_birth: ["rogue AI", "c6"], rogue_takedown: ["AI removed", "c6"], venue_close: ["closed", "c7"], venue_open: ["reopened", "c2"],
  coercion: ["identity theft", "c5"], accident: ["accident", "c1"], interception: ["seized", "c1"], containment: ["contained", "c4"],
  containment_end: ["released", "c4"], eradication: ["eradicated", "c5"], faker_caught: ["fakes found", "c3"], injection: ["hijacked", "c6"],
  lane_open: ["lane open", "c2"], lane_close: ["lane closed", "c7"], enclave_visible: ["noticed", "c4"],
};
/** On a day with more news than this, only the first of each kind in a place is shown. */
const SHOWN = 14;

/** Bytes from base 64. */
function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A number from 0 to 1 that depends only on two others: where in their place someone lives. */
function scatter(one, two) {
  let hash = Math.imul(one + 1, 0x9e3779b1) ^ Math.imul(two + 7, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4294967296;
}

/** The positions of everything, in a canvas of this size, with room for letters of this height. */
function layOut(setup, width, height, letters) {
  const large = Math.max(...setup.places.map((place) => place.share), 0.001);
  const wide = width > 560;
  const groups = { district: [], fringe: [], enclave: [], colony: [] };
  setup.places.forEach((place, at) => (groups[place.kind] || groups.district).push(at));
  const online = setup.venues.map((venue, at) => (venue.place ? -1 : at)).filter((at) => at >= 0);
  const top = online.length ? 48 + 2 * letters : 10 + letters;
  const side = (members) => (members.length ? width * (wide ? 0.23 : 0.31) : 0);
  const [left, right] = [side(groups.enclave), side(groups.colony)];
  const foot = groups.fringe.length && groups.district.length ? (height - top) * 0.42 : 0;
  const fringe = [left, height - (groups.district.length ? foot : height - top), width - right, height];
  // Side by side where there is room; on a phone the districts stand above all others.
  const split = top + (height - top) * (left || right || groups.fringe.length ? 0.56 : 1);
  const rooms = wide
    ? {
      enclave: [0, top + (height - top) * 0.18, left, height - 8],
      colony: [width - right, top, width, top + (height - top) * 0.75],
      district: [left, top, width - right, height - foot],
      fringe,
    }
    : {
      district: [0, top, width, split], enclave: [0, split, left, height], fringe: [left, split, width - right, height],
      colony: [width - right, split, width, height],
    };
  const places = [];
  for (const [kind, members] of Object.entries(groups)) {
    const [x0, y0, x1, y1] = rooms[kind];
    const columns = Math.max(1, Math.min(members.length, Math.round(Math.sqrt((members.length * (x1 - x0)) / Math.max(y1 - y0, 1))) || 1));
    const rows = Math.ceil(members.length / columns);
    members.forEach((at, nth) => {
      const cell = [(x1 - x0) / columns, (y1 - y0) / rows];
      const room = Math.min(cell[0] / 2 - 6, cell[1] / 2 - 2 - letters);
      const radius = Math.max(Math.min(room, room * Math.sqrt(setup.places[at].share / large) * 1.05), Math.min(room, 16));
      const row = Math.floor(nth / columns);
      // A small place leaves room below it for its own name and that of its market.
      const lowest = radius < 3 * letters ? y0 + cell[1] * (row + 1) - 8 - 2.4 * letters : y1;
      places[at] = { x: x0 + cell[0] * ((nth % columns) + 0.5), y: Math.min(y0 + cell[1] * (row + 0.5) - letters / 2, lowest), radius };
    });
  }
  const venues = [];
  const within = setup.places.map((place) => setup.venues.map((venue, at) => (venue.place === place.name ? at : -1)).filter((at) => at >= 0));
  within.forEach((members, place) => members.forEach((at, nth) => {
    const turn = ((nth + 0.5) / members.length) * Math.PI * 2 - Math.PI / 2;
    const out = members.length === 1 ? 0 : places[place].radius * 0.5;
    venues[at] = { x: places[place].x + Math.cos(turn) * out, y: places[place].y + Math.sin(turn) * out };
  }));
  online.forEach((at, nth) => { venues[at] = { x: width * ((nth + 0.5) / online.length) * 0.7 + width * 0.15, y: 26 + letters, online: true }; });
  return { places, venues };
}

/** A town on a canvas. `ask` is called with what was clicked; letters are at least `least` pixels high. */
export class Town {
  constructor(setup, ask, least = 12) {
    this.setup = setup;
    this.ask = ask;
    this.least = least;
    this.colour = "bought";
    this.canvas = make("canvas", { class: "town", role: "img", "aria-label": "The town" });
    this.canvas.addEventListener("click", (event) => this.clicked(event));
    this.canvas.addEventListener("pointermove", (event) => {
      this.canvas.style.cursor = this.under(event) ? "pointer" : "default";
    });
    this.dots = null;
    this.pulses = [];
    this.day = 0;
    new ResizeObserver(() => this.resize()).observe(this.canvas);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const scale = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.scale = scale;
    this.size = [width, height];
    this.plan = layOut(this.setup, width, height, this.least);
    this.aim();
    this.from = this.to;
    this.draw();
  }

  /** Where everyone is going. */
  aim() {
    if (!this.dots || !this.plan) return;
    const { place, venue } = this.dots;
    const spots = new Float32Array(place.length * 2);
    for (let at = 0; at < place.length; at += 1) {
      const turn = scatter(at, 1) * Math.PI * 2;
      const out = Math.sqrt(scatter(at, 2));
      const market = venue[at] === NOWHERE ? null : this.plan.venues[venue[at]];
      const home = this.plan.places[place[at]];
      const [x, y, radius] = market ? [market.x, market.y, this.size[0] > 560 ? 27 : 19] : [home.x, home.y, home.radius - 4];
      spots[at * 2] = x + Math.cos(turn) * radius * (market ? 0.5 + out / 2 : out);
      spots[at * 2 + 1] = y + Math.sin(turn) * radius * (market ? 0.5 + out / 2 : out);
    }
    this.to = spots;
  }

  /** Shows the people of a day, and its news. */
  show(day, dots, news, speed) {
    if (!dots) return;
    const again = this.day === day && this.raw === dots.venue + dots.place;
    this.raw = dots.venue + dots.place;
    this.day = day;
    this.dots = { place: bytes(dots.place), venue: bytes(dots.venue), good: bytes(dots.good), fate: bytes(dots.fate), traits: dots.traits, read: {} };
    if (again) return this.draw();
    if (!this.plan) return;
    this.from = this.to ? this.spots() : null;
    this.aim();
    this.begun = performance.now();
    this.walk = calm() || speed > 8 ? 0 : Math.min(WALK, 900 / speed);
    const marks = new Map();
    for (const event of news) {
      const sign = SIGNS[event.kind];
      const at = sign && this.spot(event);
      if (at) marks.set(`${event.kind} ${Math.round(at.x)} ${Math.round(at.y)}`, { ...at, word: sign[0], ink: sign[1], begun: this.begun, event: event.event });
    }
    // Words at the same spot are put below each other.
    const heights = new Map();
    this.pulses = [...marks.values()].slice(0, SHOWN).map((mark) => {
      const spot = `${Math.round(mark.x)} ${Math.round(mark.y)}`;
      heights.set(spot, (heights.has(spot) ? heights.get(spot) : -1) + 1);
      return { ...mark, row: heights.get(spot) };
    }).filter((mark) => mark.row < 3);
    this.animate();
  }

  /** Where an event is shown. */
  spot(event) {
    const venue = this.setup.venues.findIndex((known) => known.name === event.venue);
    if (venue >= 0) return this.plan.venues[venue];
    const place = this.setup.places.findIndex((known) => known.name === event.place);
    if (place >= 0) return this.plan.places[place];
    return { x: this.size[0] / 2, y: this.setup.venues.some((known) => !known.place) ? 52 : 24 };
  }

  animate() {
    this.draw();
    const left = performance.now() - this.begun < Math.max(this.walk, this.pulses.length && !calm() ? PULSE : 0);
    cancelAnimationFrame(this.frame);
    if (left) this.frame = requestAnimationFrame(() => this.animate());
  }

  /** Where everyone is at this moment. */
  spots() {
    const gone = this.walk ? Math.min((performance.now() - this.begun) / this.walk, 1) : 1;
    if (gone >= 1 || !this.from || this.from.length !== this.to.length) return this.to;
    const eased = gone < 0.5 ? 2 * gone * gone : 1 - (2 - 2 * gone) ** 2 / 2;
    return this.to.map((to, at) => this.from[at] + (to - this.from[at]) * eased);
  }

  /** The colour of everyone, as an index into a list of colours. */
  colours() {
    const known = this.setup.traits.find((trait) => trait.name === this.colour);
    if (!known) {
      const of = Uint8Array.from(this.dots.good, (good) => (good === NOWHERE ? 0 : good + 1));
      return { of, inks: [ink("dot"), ...this.setup.goods.map((_, at) => ink(`c${at}`))] };
    }
    if (!this.dots.read[known.name]) this.dots.read[known.name] = bytes(this.dots.traits[known.name]);
    return { of: this.dots.read[known.name].map((value) => value >> 5), inks: [0, 1, 2, 3, 4, 5, 6, 7].map((step) => ink(`s${step}`)) };
  }

  draw() {
    if (!this.plan || !this.size) return;
    const pen = this.canvas.getContext("2d");
    const [width, height] = this.size;
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const text = Math.max(this.least, Math.min(root * 0.9, width / 40));
    const face = getComputedStyle(this.canvas).fontFamily;
    const write = (words, x, y, colour, bold = false, size = text) => {
      pen.font = `${bold ? "600" : "400"} ${size}px ${face}`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      const half = pen.measureText(words).width / 2;
      const inside = Math.min(Math.max(x, half + 4), width - half - 4);
      pen.lineWidth = 4;
      pen.lineJoin = "round";
      pen.strokeStyle = ink("ground");
      pen.strokeText(words, inside, y);
      pen.fillStyle = colour;
      pen.fillText(words, inside, y);
    };
    this.setup.places.forEach((place, at) => {
      const { x, y, radius } = this.plan.places[at];
      pen.beginPath();
      pen.arc(x, y, radius, 0, Math.PI * 2);
      pen.fillStyle = ink("disc");
      pen.fill();
      pen.setLineDash(place.kind === "colony" ? [2, 6] : place.kind === "enclave" ? [9, 5] : []);
      pen.lineWidth = 1.5;
      pen.strokeStyle = ink("quiet");
      pen.stroke();
      pen.setLineDash([]);
    });
    if (this.dots && this.to) this.people(pen);
    this.setup.venues.forEach((venue, at) => {
      const { x, y, online } = this.plan.venues[at];
      const large = Math.max(1, this.least / 15);
      pen.fillStyle = ink("paper");
      pen.strokeStyle = ink("ink");
      pen.lineWidth = 2;
      pen.beginPath();
      if (online) {
        for (let corner = 0; corner < 6; corner += 1) pen.lineTo(x + 11 * large * Math.cos((corner * Math.PI) / 3), y - 4 + 11 * large * Math.sin((corner * Math.PI) / 3));
      } else {
        for (const [dx, dy] of [[-9, 8], [-9, -3], [0, -11], [9, -3], [9, 8]]) pen.lineTo(x + dx * large, y + dy * large);
      }
      pen.closePath();
      pen.fill();
      pen.stroke();
      if (this.closed && this.closed.has(venue.name)) {
        pen.beginPath();
        pen.moveTo(x - 6, y - 6);
        pen.lineTo(x + 6, y + 5);
        pen.moveTo(x + 6, y - 6);
        pen.lineTo(x - 6, y + 5);
        pen.stroke();
      }
      write(named(venue.name), x, y + 8 * large + text * 0.75, ink("ink"), false, Math.max(text - 1.5, Math.min(this.least, text)));
    });
    this.setup.places.forEach((place, at) => {
      const { x, y, radius } = this.plan.places[at];
      const kind = ["district"].includes(place.kind) || place.kind === place.name ? "" : `, ${place.kind}`;
      // Below the names of markets that stand in it.
      const names = this.setup.venues.map((venue, nth) => (venue.place === place.name ? this.plan.venues[nth].y + 8 * Math.max(1, this.least / 15) + text * 1.85 : 0));
      write(`${named(place.name)}${kind}`, x, Math.min(Math.max(y + radius + 3 + text * 0.75, radius < 3 * text ? Math.max(0, ...names) : 0), height - text * 0.7), ink("ink"), true);
    });
    this.signs(pen, write, text);
  }

  people(pen) {
    const spots = this.spots();
    const { of, inks } = this.colours();
    const size = (this.dots.place.length > 900 ? 1.7 : 2.4) * Math.max(1, this.size[0] / 850, this.least / 14);
    const out = this.dots.venue;
    for (let colour = 0; colour < inks.length; colour += 1) {
      pen.fillStyle = inks[colour];
      pen.beginPath();
      for (let at = 0; at < of.length; at += 1) {
        if (of[at] !== colour) continue;
        const radius = out[at] === NOWHERE ? size : size + 1.5;
        pen.moveTo(spots[at * 2] + radius, spots[at * 2 + 1]);
        pen.arc(spots[at * 2], spots[at * 2 + 1], radius, 0, Math.PI * 2);
      }
      pen.fill();
    }
    // A ring around everyone who was caught today.
    const caught = this.setup.fates.indexOf("caught");
    pen.strokeStyle = ink("c5");
    pen.lineWidth = 2;
    pen.beginPath();
    for (let at = 0; at < of.length; at += 1) {
      if (out[at] === NOWHERE || this.dots.fate[at] !== caught) continue;
      pen.moveTo(spots[at * 2] + 6, spots[at * 2 + 1]);
      pen.arc(spots[at * 2], spots[at * 2 + 1], 6, 0, Math.PI * 2);
    }
    pen.stroke();
  }

  signs(pen, write, text) {
    const now = performance.now();
    for (const pulse of this.pulses) {
      const gone = calm() ? 1 : Math.min((now - pulse.begun) / PULSE, 1);
      if (gone < 1) {
        pen.strokeStyle = ink(pulse.ink);
        pen.globalAlpha = 1 - gone;
        pen.lineWidth = 3;
        pen.beginPath();
        pen.arc(pulse.x, pulse.y, 12 + gone * 34, 0, Math.PI * 2);
        pen.stroke();
        pen.globalAlpha = 1;
      }
      // Above the spot, or below it if the edge is near.
      const row = pulse.row * (text + 3);
      write(pulse.word, pulse.x, pulse.y < 60 ? pulse.y + 24 + text + row : pulse.y - 22 - row, ink(pulse.ink), true, Math.max(text - 0.5, Math.min(this.least, text)));
    }
  }

  /** What is under the pointer. */
  under(event) {
    if (!this.plan) return null;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const near = (spot, room) => Math.hypot(spot.x - x, spot.y - y) <= room;
    const venue = this.plan.venues.findIndex((spot) => near(spot, 16));
    if (venue >= 0) return { venue: this.setup.venues[venue].name };
    if (this.to) {
      let [best, least] = [-1, 7];
      for (let at = 0; at * 2 < this.to.length; at += 1) {
        const far = Math.hypot(this.to[at * 2] - x, this.to[at * 2 + 1] - y);
        if (far < least) [best, least] = [at, far];
      }
      if (best >= 0) return { citizen: best * this.setup.step };
    }
    const place = this.plan.places.findIndex((spot) => near(spot, spot.radius));
    return place >= 0 ? { place: this.setup.places[place].name } : null;
  }

  clicked(event) {
    const about = this.under(event);
    if (about) this.ask(about);
  }
}

/** What the colours mean. `goods` are the names of the goods: those of files, or those of lessons. */
export function legend(setup, colour, goods = setup.goods.map(named)) {
  const known = setup.traits.find((trait) => trait.name === colour);
  const key = (name, words) => make("li", {}, make("span", { class: `swatch ${name}` }), words);
  if (!known) {
    return make("ul", { class: "legend" }, key("dot", "at home"), goods.map((good, at) => key(`c${at}`, good)), key("ring", "caught"));
  }
  if (known.top === 1 && known.unit === "no or yes") return make("ul", { class: "legend" }, key("s0", "no"), key("s7", "yes"), key("ring", "caught"));
  return make("ul", { class: "legend" },
    make("li", {}, known.unit === "0 to 1" ? "0" : `0 ${known.unit}`), make("li", { class: "scale", "aria-hidden": "true" }, [0, 1, 2, 3, 4, 5, 6, 7].map((step) => make("span", { class: `swatch s${step}` }))),
    make("li", {}, known.unit === "0 to 1" ? "1" : `${short(known.top)} or more`), key("ring", "caught"));
}
