// Names, numbers and sentences as people read them.

import { make, named } from "./basics.js";

export { named };

const GAP = "\u00a0";

/** A number for a label: two or three digits, with k, M or bn for large ones. A gap in the data is a dash. */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const [scaled, unit] = size >= 999500000 ? [value / 1e9, "bn"] : size >= 999500 ? [value / 1e6, "M"]
    : size >= 9999.5 ? [value / 1e3, "k"] : [value, ""];
  const large = Math.abs(scaled);
  const digits = large >= 99.95 || large === 0 ? 0 : large >= 0.995 ? 1 : large >= 0.095 ? 2 : large >= 0.0095 ? 3 : 4;
  let text = scaled.toFixed(digits);
  if (text.includes(".")) text = text.replace(/\.?0+$/, "");
  if (Number(text) === 0) text = size > 0 ? scaled.toExponential(1) : "0";
  return text.replace("-", "−") + (unit ? GAP + unit : "");
}

/** A change in per cent, with its sign. */
export function change(before, after) {
  if (!Number.isFinite(before) || !Number.isFinite(after) || before === 0) return "";
  const part = (after / before - 1) * 100;
  if (Math.abs(part) < 0.5) return "no change";
  return `${part > 0 ? "+" : "−"}${Math.abs(part) < 10 ? Math.abs(part).toFixed(1) : Math.abs(part).toFixed(0)}${GAP}%`;
}

/** The unit of a column or lever for a heading; nothing if the word says nothing. */
export function unitOf(unit) {
  return !unit || unit === "flag" ? "" : unit;
}

/** A whole number with commas: 10,000. */
export function whole(count) {
  return count.toLocaleString("en");
}

/** An error as a sentence: a plain word at its start gets a capital letter; names of files and levers stay as they are. */
export function sentence(text) {
  return /^[a-z]+[ ,:]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

const PRESETS = { valve: "buying calms people", neutral: "buying neither calms people nor stirs them up", gateway: "buying stirs people up" };

/** What a run assumes about the release valve, in words: "valve; from day 90 gateway" names presets and days. */
export function assumed(valve) {
  return valve.replace(/\b(valve|neutral|gateway)\b/g, (preset) => PRESETS[preset]);
}

/** A sentence with what stands between backticks as code. */
export function marked(text) {
  return text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));
}

/** A name inside a sentence: one that is written from right to left does not turn the words around it. */
export function isolated(name) {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name;
}

/** "1 raid", "2 raids". */
export function many(count, one, more = `${one}s`) {
  return `${count} ${count === 1 ? one : more}`;
}

/** When and where a change applies, in words. */
export function dated({ day, until, ramp, places }) {
  const when = day === 0 ? "From the start" : until ? `Days ${day} to ${until}` : `From day ${day}`;
  const where = places && places.length ? `, in ${places.map(named).join(", ")}` : "";
  return `${when}${where}${ramp > 1 ? `, over ${ramp} days` : ""}`;
}
