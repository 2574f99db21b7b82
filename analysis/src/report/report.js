// The report's charts that answer: any column of any table, drawn from the figures in this very file.

import { csv, figures, handOut, ink, make, named, table } from "./basics.js";
import { LineChart } from "./linechart.js";
import { themeButton } from "./theme.js";

const data = JSON.parse(document.getElementById("figures").textContent);
const { days, policies } = data;
/** Lines of one chart, at first: as many as there are colours. */
const MOST = 9;
const LETTERS = 14;
const charts = [];

/** The mean of each point and those before it, a week in all; gaps are left out. */
function week(values) {
  const window = Math.max(1, Math.round(7 / data.stretch));
  return values.map((_, at) => {
    const seen = values.slice(Math.max(0, at - window + 1), at + 1).filter((value) => value !== null);
    return seen.length ? seen.reduce((sum, value) => sum + value, 0) / seen.length : null;
  });
}

/** Labels at the ends of lines: pushed apart until none touches another. */
function apart(wanted, room, top, bottom) {
  const groups = [];
  const start = ([sum, count]) => Math.max(top, Math.min(sum / count - (count * room) / 2, bottom - count * room));
  for (const y of wanted) {
    groups.push([y, 1]);
    while (groups.length > 1) {
      const [above, below] = groups.slice(-2);
      if (start(above) + above[1] * room <= start(below)) break;
      groups.splice(-2, 2, [above[0] + below[0], above[1] + below[1]]);
    }
  }
  return groups.flatMap((group) => Array.from({ length: group[1] }, (_, nth) => start(group) + (nth + 0.5) * room));
}

/** As much of a text as there is room for. */
function cut(text, room, long) {
  let shown = text;
  while (shown.length > 1 && long(shown) > room) shown = `${shown.slice(0, -2)}…`;
  return shown;
}

/** What is said above the lines of the policies' first days, those of one day together, and which no other is in the way of. */
function policyLabels({ px, left, right, top, x, write, long }) {
  let free = left - 40 * px;
  for (const day of new Set(policies.map((policy) => policy.day))) {
    const [at, end] = [x(day), right + 12 * px];
    if (at < free) continue;
    const own = policies.flatMap((policy, nth) => (policy.day === day ? [policies.length > 1 ? `${nth + 1} ${policy.label}` : policy.label] : []));
    const whole = own.join(", "), before = at - Math.max(free, 0);
    // To the side with more room.
    const after = long(whole) < end - at || end - at > before;
    const shown = cut(whole, Math.min(260 * px, after ? end - at : before), long);
    write(shown, at, top - 12 * px, ink("date"), 400, after ? "left" : "right");
    free = (after ? at + long(shown) : at) + 8 * px;
  }
}

/** The names of lines at their ends. */
function lineLabels(lines, { pen, px, right, top, bottom, y, write, long }) {
  const ended = lines.map((line) => ({ line, value: line.values.findLast((value) => value !== null) }))
    .filter(({ value }) => value !== undefined).sort((one, other) => other.value - one.value);
  const places = apart(ended.map(({ value }) => y(value)), 18 * px, top - 8 * px, bottom + 28 * px);
  ended.forEach(({ line, value }, nth) => {
    if (Math.abs(places[nth] - y(value)) > 3 * px) {
      Object.assign(pen, { strokeStyle: ink("line"), lineWidth: px });
      pen.beginPath();
      pen.moveTo(right, y(value));
      pen.lineTo(right + 10 * px, places[nth]);
      pen.stroke();
    }
    write(cut(line.name, pen.canvas.width - right - 13 * px, (text) => long(text, 600)), right + 13 * px, places[nth], ink(line.ink), 600);
  });
}

function explorer(first) {
  const select = () => make("select", {});
  const check = (checked) => make("input", { type: "checkbox", checked });
  const tables = select(), columns = select(), keys = make("fieldset", { class: "screen" });
  const smooth = check(data.stretch === 1 && days.length >= 28), zero = check(true);
  const plot = make("div", { class: "plot", tabIndex: 0, role: "application" });
  const read = make("div", { class: "read", "aria-live": "polite" });
  const note = make("p", { class: "quiet" });
  const holder = make("div", {});
  const details = make("details", { ontoggle: () => fill() }, make("summary", {}, "Show the figures as a table"), holder);
  const label = (text, control, wide) => make("label", { class: wide ? "wide" : "" }, text, control);
  const box = make("div", { class: "explorer" },
    make("div", { class: "row screen" }, label("Table", tables), label("What to see", columns, true)),
    keys,
    make("fieldset", { class: "screen" }, make("label", {}, smooth, "7-day mean"), make("label", {}, zero, "start at zero")),
    plot, read, note,
    make("div", { class: "row screen" }, make("button", { type: "button", class: "small", onclick: () => handOut(`${about.name}-${column.name}.csv`, csv(rows()), "text/csv") }, "Download these figures (CSV)")),
    details);
  tables.append(...data.tables.map((one, nth) => make("option", { value: nth }, one.label)));
  let about, column, shown, at = null, lines = [];

  const labelled = (width) => width >= 520 && lines.some((line) => line.name);
  const chart = new LineChart(plot, {
    size: () => LETTERS, stays: true, pointed: point,
    height: (width) => Math.min(420, Math.max(240, width * 0.45)),
    range: (low, high) => {
      let [from, to] = zero.checked ? [Math.min(0, low), Math.max(0, high)] : [low, high];
      const room = (to - from) * 0.05 || Math.abs(to) * 0.1 || 1;
      return [zero.checked ? from : from - room, to + room];
    },
    room: (width, long) => [policies.length ? 26 : 12, labelled(width) ? Math.min(220, 20 + Math.max(...lines.map((line) => long(line.name)))) : 12],
    over: (frame) => {
      policyLabels(frame);
      if (labelled(plot.clientWidth)) lineLabels(lines, frame);
    },
  });
  charts.push(chart);

  function chooseTable(nth, chosen) {
    about = data.tables[nth];
    columns.replaceChildren(...about.columns.map((one, nth) => make("option", { value: nth }, `${one.label}${one.unit ? ` (${one.unit})` : ""}`)));
    columns.value = String(Math.max(0, about.columns.findIndex((one) => one.name === chosen)));
    shown = new Set(about.keys.slice(0, MOST).keys());
    if (about.keys.length < 2) keys.replaceChildren();
    else keys.replaceChildren(make("legend", {}, "Lines"), ...about.keys.map((key, nth) => make("label", {},
      make("input", { type: "checkbox", checked: shown.has(nth), onchange: (event) => {
        event.target.checked ? shown.add(nth) : shown.delete(nth);
        update();
      } }),
      make("span", { class: "key", style: `border-top-color:var(--c${nth % MOST})` }), named(key))));
  }

  function update() {
    column = about.columns[Number(columns.value)];
    lines = about.keys.flatMap((key, nth) => (shown.has(nth) ? [{
      name: named(key), ink: `c${nth % MOST}`,
      values: smooth.checked ? week(column.values[nth]) : column.values[nth],
      // Colour alone is not enough to tell nine lines apart.
      dash: [undefined, [9, 4], [3, 4]][Math.floor(nth / 3) % 3],
    }] : []));
    note.replaceChildren("Column ", make("code", {}, `${about.name}.${column.name}`), `: ${column.doc}.${data.stretch > 1 ? ` Each point is the mean of ${data.stretch} days; the tables of the run hold every day.` : ""}`);
    plot.setAttribute("aria-label",
      `Line chart: ${column.label}, day ${days[0]} to ${days.at(-1)}. Left and right arrows read the values. The table below holds them all.`);
    chart.clear();
    if (lines.some((line) => line.values.some((value) => value !== null))) {
      plot.replaceChildren();
      chart.show({ days, lines, timelines: [policies] });
      if (at === null) read.textContent = "Point at the chart, or focus it and use the arrow keys, to read values.";
      else chart.point(at);
    } else {
      plot.replaceChildren(make("p", { class: "quiet" }, lines.length ? "No value in this run." : "No line chosen."));
      read.textContent = "";
    }
    fill();
  }

  /** Says the values of a point. */
  function point(nth) {
    if (nth === null) return;
    at = nth;
    const half = (data.stretch - 1) / 2;
    const when = data.stretch > 1 ? `days ${Math.round(days[at] - half)} to ${Math.round(Math.min(data.last, days[at] + half))}: ` : `day ${days[at]}: `;
    const inForce = policies.filter((policy) => policy.day <= days[at] && days[at] <= (policy.until || Infinity));
    read.replaceChildren(make("span", {}, make("b", {}, when)),
      ...lines.map((line) => make("span", {}, line.name ? `${line.name} ` : "", make("b", { style: `color:var(--${line.ink})` }, figures(line.values[at])), "; ")),
      ...inForce.map((policy) => make("span", {}, `in force: ${policy.label}`)));
  }

  const rows = () => [["day", ...lines.map((line) => line.name || column.name)], ...days.map((day, nth) => [day, ...lines.map((line) => line.values[nth])])];

  function fill() {
    if (!details.open) return holder.replaceChildren();
    const [head, ...body] = rows();
    holder.replaceChildren(table(`${column.label}${column.unit ? `, ${column.unit}` : ""}`, head,
      body.map(([day, ...values]) => [day, ...values.map(figures)])));
    holder.querySelector("table").className = "num";
  }

  plot.addEventListener("keydown", (event) => {
    const from = at === null ? days.length - 1 : at;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - 30, PageDown: from + 30, Home: 0, End: days.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    chart.point(Math.max(0, Math.min(days.length - 1, to)));
  });
  tables.addEventListener("change", () => { chooseTable(Number(tables.value)); at = null; update(); });
  for (const control of [columns, smooth, zero]) control.addEventListener("change", update);

  const start = Math.max(0, data.tables.findIndex((one) => one.name === first[0]));
  tables.value = String(start);
  chooseTable(start, first[1]);
  document.getElementById("explorers").append(box);
  update();
  return tables;
}

if (days.length && data.tables.length) {
  explorer(["goods", "price_median"]);
  explorer(["days", "trades"]);
  const more = document.getElementById("more");
  more.hidden = false;
  more.addEventListener("click", () => explorer(["places", "trades"]).focus());
}

const theme = themeButton((paper) => charts.forEach((chart) => chart.repaint(paper)));
theme.className = "small screen";
document.getElementById("theme").replaceWith(theme);
