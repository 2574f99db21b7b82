// The explorer of a sweep: cells over two factors, and what is in each, drawn from the figures in this very file. Cells are
// tiles or points, not lines over days, so that uPlot, which draws such lines elsewhere, would leave all of this to do.

import { figures, make, named } from "./basics.js";

const data = JSON.parse(document.getElementById("figures").textContent);
const home = document.getElementById("explorer");

/** A shape in a picture. */
function draw(parent, tag, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

/** Round values within a range, about so many; the lower end where there is no range. */
function ticks(low, high, count) {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((step) => rough <= step * power * 1.001);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, nth) => (first + nth) * step);
}

/** Draws the cells, and tells of the one that is chosen. */
function explore() {
  const place = (factor, value) => data.factors[factor].words ? data.factors[factor].words[value] : figures(value);
  const HEAT = [[243, 247, 250], [190, 216, 236], [107, 172, 214], [32, 112, 176], [8, 45, 92]];
  const heat = share => {
    const at = Math.max(0, Math.min(1, share)) * (HEAT.length - 1), below = Math.min(HEAT.length - 2, Math.floor(at));
    return `rgb(${HEAT[below].map((from, nth) => Math.round(from + (HEAT[below + 1][nth] - from) * (at - below))).join(",")})`;
  };
  const extent = values => {
    const known = values.filter(value => value !== null && Number.isFinite(value));
    return known.length ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))] : [0, 1];
  };

  const choice = (text, options, chosen) => {
    const select = make("select", { onchange: () => paint() }, options.map(([value, label]) => make("option", { value: String(value) }, label)));
    select.value = String(chosen);
    return [make("label", { class: "wide" }, text, select), select];
  };
  const names = data.factors.map((factor, nth) => [nth, `${factor.label} (${factor.path})`]);
  const [metricLabel, metric] = choice("What is measured", data.metrics.map((one, nth) => [nth, named(one.name)]), 0);
  const [acrossLabel, across] = choice("Across", names, data.axes[0]);
  const [upLabel, up] = choice("Upwards", [["none", "what is measured, with its interval"], ...names], data.axes.length > 1 ? data.axes[1] : "none");
  const plot = make("div", { class: "plot", tabIndex: 0, role: "application" });
  const key = make("p", { class: "heat" });
  const detail = make("div", { class: "detail", "aria-live": "polite" });
  home.append(make("div", { class: "explorer" }, make("div", { class: "row" }, metricLabel, acrossLabel, upLabel), plot, key, detail));
  let chosen = 0, pinned = false, marks = [], ring = null;

  const paint = () => {
    const m = +metric.value, x = +across.value, y = up.value === "none" ? null : +up.value;
    const width = Math.max(280, plot.clientWidth), height = Math.min(460, Math.max(260, width * 0.55));
    const left = 70, right = width - 16, top = 16, bottom = height - 46;
    plot.replaceChildren();
    const svg = draw(plot, "svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    // Where nothing is known there are stripes, which no value has.
    const stripes = draw(draw(svg, "defs", {}), "pattern", { id: "unknown", width: 8, height: 8, patternUnits: "userSpaceOnUse" });
    draw(stripes, "path", { d: "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", stroke: "#545e69", "stroke-width": 1 });
    plot.setAttribute("aria-label", `${named(data.metrics[m].name)} of ${data.cells.length} cells. Arrow keys move from cell to cell.`);
    const mean = cell => cell.s[m][1];
    const [least, most] = extent(data.cells.map(mean));
    key.replaceChildren(...y === null ? [] : [figures(least), make("span", { style: `background:linear-gradient(90deg,${[0, 0.25, 0.5, 0.75, 1].map(heat).join()})` }), figures(most)]);
    const levels = factor => [...new Set(data.cells.map(cell => cell.v[factor]))].sort((a, b) => a - b);
    const xs = levels(x), ys = y === null ? [] : levels(y);
    const tiles = y !== null && xs.length * ys.length <= 1600 && xs.length * ys.length <= 2 * data.cells.length;
    // Tiles stand side by side in the order of their values; points lie where their values are.
    const scale = (values, from, to, even) => {
      if (even) return value => from + (to - from) * (values.indexOf(value) + 0.5) / values.length;
      const [low, high] = extent(values), room = (high - low) * 0.04 || 1;
      return value => from + (to - from) * (value - low + room) / (high - low + 2 * room);
    };
    const interval = cell => mean(cell) === null ? [null, null] : [mean(cell) - (cell.s[m][2] || 0), mean(cell) + (cell.s[m][2] || 0)];
    const px = scale(xs, left, right, tiles || data.factors[x].words);
    const py = y === null ? scale(data.cells.flatMap(interval), bottom, top, false) : scale(ys, bottom, top, tiles || data.factors[y].words);
    const axis = (values, factor, even) => even ? values : ticks(values[0], values[values.length - 1], 5);
    const say_x = axis(xs, x, tiles || data.factors[x].words), every = Math.ceil(say_x.length / (width / 70));
    say_x.forEach((value, nth) => {
      if (nth % every === 0) draw(svg, "text", { x: px(value), y: bottom + 20, "text-anchor": "middle" }, place(x, value));
    });
    draw(svg, "text", { x: right, y: bottom + 40, "text-anchor": "end" }, data.factors[x].label.slice(0, Math.floor(width / 8)));
    const say_y = y === null ? ticks(...extent(data.cells.flatMap(interval)), 5) : axis(ys, y, tiles || data.factors[y].words);
    const skip = Math.ceil(say_y.length / (height / 24));
    say_y.forEach((value, nth) => {
      if (nth % skip !== 0) return;
      draw(svg, "text", { x: left - 8, y: py(value) + 5, "text-anchor": "end" }, (y === null ? figures(value) : place(y, value)).slice(0, 9));
      if (y === null) draw(svg, "line", { class: "grid", x1: left, x2: right, y1: py(value), y2: py(value) });
    });
    const wide = (right - left) / xs.length, high = (bottom - top) / Math.max(1, ys.length);
    marks = data.cells.map(cell => {
      const at = { x: px(cell.v[x]), y: y === null ? py(mean(cell)) : py(cell.v[y]) };
      const known = mean(cell) !== null && Number.isFinite(mean(cell));
      const fill = known ? (y === null ? "var(--c0)" : heat(most > least ? (mean(cell) - least) / (most - least) : 0.5)) : "url(#unknown)";
      if (tiles) {
        draw(svg, "rect", { class: "mark", x: at.x - wide / 2, y: at.y - high / 2, width: wide, height: high, fill });
      } else if (known || y !== null) {
        if (y === null && cell.s[m][2]) draw(svg, "line", { x1: at.x, x2: at.x, y1: py(interval(cell)[0]), y2: py(interval(cell)[1]), stroke: "var(--c0)", "stroke-opacity": 0.4 });
        draw(svg, "circle", { cx: at.x, cy: at.y, r: data.cells.length > 300 ? 4 : 6, fill, stroke: "#545e69", "stroke-width": y === null ? 0 : 0.8 });
      }
      return at;
    });
    ring = tiles ? draw(svg, "rect", { class: "chosen", width: wide, height: high }) : draw(svg, "circle", { class: "chosen", r: 9 });
    choose(chosen);
  };

  const choose = nth => {
    chosen = nth;
    const cell = data.cells[nth], m = +metric.value, at = marks[nth];
    if (ring.tagName === "rect") {
      ring.setAttribute("x", at.x - ring.getAttribute("width") / 2);
      ring.setAttribute("y", at.y - ring.getAttribute("height") / 2);
    } else {
      ring.setAttribute("cx", at.x);
      ring.setAttribute("cy", Number.isFinite(at.y) ? at.y : -99);
    }
    const [n, mean, half, ...quantiles] = cell.s[m];
    const values = make("dl");
    cell.v.forEach((value, factor) => values.append(make("dt", {}, data.factors[factor].label), make("dd", {}, place(factor, value))));
    const others = make("dl");
    data.metrics.forEach((one, other) => {
      const [n, mean, half] = cell.s[other];
      others.append(make("dt", {}, named(one.name)), make("dd", {}, `${n ? figures(mean) : "unknown"}${half ? ` \u00b1 ${figures(half)}` : ""}${n < cell.p ? ` (${n} of ${cell.p} runs)` : ""}`));
    });
    const runs = cell.d[m].map((value, at) => [value, cell.r[at]]).filter(([value]) => value !== null).sort((one, other) => one[0] - other[0]);
    const again = make("dl");
    const all = [["lowest", 0], ["middle", Math.floor(runs.length / 2)], ["highest", runs.length - 1]];
    for (const [word, at] of runs.length > 2 ? all : [all[0], all[2]].slice(0, runs.length)) {
      again.append(make("dt", {}, `${runs.length > 1 ? word : "run"}: ${figures(runs[at][0])}`), make("dd", {}, make("code", {}, `${data.replay}${runs[at][1]}`)), make("dd", {}, make("code", {}, `${data.look}${runs[at][1]}`)));
    }
    detail.replaceChildren(
      make("h3", {}, `Cell ${cell.c}: ${named(data.metrics[m].name)} ${n ? figures(mean) : "unknown"}${half ? ` \u00b1 ${figures(half)}` : ""}`),
      make("p", {}, n ? `${n < cell.p ? `${n} of ${cell.p} runs have a value, and this speaks of them` : `${n} ${n === 1 ? "run" : "runs"}`}${n >= data.few ? `; median ${figures(quantiles[2])}, nine in ten from ${figures(quantiles[0])} to ${figures(quantiles[4])}` : n > 1 ? `, from ${figures(quantiles[0])} to ${figures(quantiles[4])}` : `: ${figures(mean)}`}.` : `None of ${cell.p} runs has a value.`),
      strip(runs, m),
      make("details", { open: data.factors.length <= 4 }, make("summary", {}, "Levers"), values),
      make("details", {}, make("summary", {}, "All metrics, with 95\u00a0% intervals"), others),
      make("p", { class: "quiet" }, "To run one of them again, or to watch it as a town, in the sweep's folder:"),
      again);
  };

  // The runs of a cell as dots on the range of all runs that are shown.
  const strip = (runs, m) => {
    const [low, high] = extent(data.cells.flatMap(cell => cell.d[m]));
    const width = Math.max(240, plot.clientWidth - 24), holder = make("div", { class: "plot" });
    const svg = draw(holder, "svg", { viewBox: `0 0 ${width} 62`, "aria-hidden": "true" });
    const x = value => 24 + (width - 48) * (high > low ? (value - low) / (high - low) : 0.5);
    draw(svg, "line", { class: "axis", x1: 24, x2: width - 24, y1: 36, y2: 36 });
    const columns = new Map();
    for (const [value] of runs) {
      const column = Math.round(x(value) / 7), above = columns.get(column) || 0;
      columns.set(column, above + 1);
      draw(svg, "circle", { cx: x(value), cy: 30 - 6 * Math.min(above, 3), r: 4, fill: "var(--c0)", "fill-opacity": 0.55 });
    }
    draw(svg, "text", { x: 24, y: 56, "text-anchor": "middle" }, figures(low));
    draw(svg, "text", { x: width - 24, y: 56, "text-anchor": "middle" }, figures(high));
    return holder;
  };

  const nearest = event => {
    const frame = plot.querySelector("svg"), bounds = frame.getBoundingClientRect();
    const grow = frame.viewBox.baseVal.width / bounds.width;
    const x = (event.clientX - bounds.left) * grow, y = (event.clientY - bounds.top) * grow;
    let best = 0, far = Infinity;
    marks.forEach((at, nth) => {
      const away = (at.x - x) ** 2 + (at.y - y) ** 2;
      if (away < far) [best, far] = [nth, away];
    });
    return best;
  };
  plot.addEventListener("pointermove", event => {
    if (!pinned && event.pointerType === "mouse" && nearest(event) !== chosen) choose(nearest(event));
  });
  plot.addEventListener("click", event => {
    pinned = true;
    choose(nearest(event));
  });
  plot.addEventListener("pointerleave", () => { pinned = false; });
  plot.addEventListener("keydown", event => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const from = marks[chosen];
    let best = null, far = Infinity;
    marks.forEach((at, nth) => {
      const ahead = (at.x - from.x) * way[0] + (at.y - from.y) * way[1];
      const aside = Math.abs((at.x - from.x) * way[1]) + Math.abs((at.y - from.y) * way[0]);
      if (ahead > 0.5 && ahead + 3 * aside < far) [best, far] = [nth, ahead + 3 * aside];
    });
    if (best !== null) choose(best);
  });
  window.addEventListener("resize", paint);
  paint();
}

if (data.cells.length) explore();
else home.textContent = "No run has anything to say yet.";
