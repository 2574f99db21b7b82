// What has been recorded of one future: the daily tables, column by column, and the news.

import { or } from "./basics.js";

/** The key column of each table, besides the day; `days` and `counts` have none. */
export const KEYS = {
  goods: "good", places: "place", venues: "venue", agencies: "agency", providers: "provider", welfare: "part",
  enclaves: "place", colonies: "place",
};

/** The values of a column under a key, to be written. */
function groupOf(recording, table, column, key) {
  const id = `${table}.${column}`;
  if (!recording.series.has(id)) recording.series.set(id, new Map());
  const group = recording.series.get(id);
  if (!group.has(key)) {
    group.set(key, []);
    const keys = recording.keys.get(table) || [];
    if (key && !keys.includes(key)) recording.keys.set(table, [...keys, key]);
  }
  return group.get(key);
}

/** The values of a column under a key, by day; empty if there are none. */
function known(recording, table, column, key) {
  const group = recording.series.get(`${table}.${column}`);
  return (group && group.get(key)) || [];
}

export class Recording {
  constructor(days) {
    this.days = days;
    this.lived = 0;
    this.series = new Map();
    this.keys = new Map();
    this.news = [];
  }

  /** Adds rows; they replace what was known of their first day and of later ones. */
  add({ from, to, tables, news }) {
    this.cut(from - 1);
    for (const [name, columns] of Object.entries(tables)) {
      const key = KEYS[name];
      const days = columns.day;
      for (const [column, values] of Object.entries(columns)) {
        if (column === "day") continue;
        for (let row = 0; row < days.length; row += 1) {
          const group = key ? columns[key][row] : "";
          groupOf(this, name, column, group)[days[row]] = values[row];
        }
      }
    }
    this.news.push(...news);
    this.lived = to;
  }

  /** Forgets the days after this one. */
  cut(day) {
    if (day >= this.lived) return;
    const last = Math.max(day, 0);
    for (const group of this.series.values()) {
      for (const values of group.values()) values.length = Math.min(values.length, last + 1);
    }
    this.news = this.news.filter((event) => event.day <= day);
    this.lived = last;
  }

  /** Keys of a table, in the order of the file; one empty key if it has none. */
  keysOf(table) {
    return KEYS[table] ? (this.keys.get(table) || []) : [""];
  }

  /** Values of a column from day 1 on; null where there is none. */
  values(table, column, key = "") {
    const group = known(this, table, column, key);
    return Array.from({ length: this.days }, (_, at) => (at + 1 <= this.lived ? or(group[at + 1], null) : null));
  }

  at(table, column, day, key = "") {
    return day <= this.lived ? or(known(this, table, column, key)[day], null) : null;
  }

  /** The mean over some days; NaN if nothing is known. */
  mean(table, column, from, to, key = "") {
    let [sum, count] = [0, 0];
    for (let day = Math.max(from, 1); day <= Math.min(to, this.lived); day += 1) {
      const value = this.at(table, column, day, key);
      if (typeof value === "number") {
        sum += value;
        count += 1;
      }
    }
    return sum / count;
  }

  /** The news of some days, the latest first. */
  newsOf(from, to) {
    return this.news.filter((event) => event.day >= from && event.day <= to).reverse();
  }
}
