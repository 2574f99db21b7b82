// Line charts over days: uPlot draws them, in the colours of the page, with the days on which policies hold behind them.

import { figures, ink } from "./basics.js";

/* global uPlot */

/** Days between two marks, so many that no mark touches the next. */
const STEPS = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650, 7300, 18250, 36500];
/** Canvases are so many times sharper on paper than on a screen of one dot a pixel. */
const PAPER = 3;

/** Marks of an axis as text, with as many decimals as tell them apart. */
export function marks(values) {
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [unit, sign] = most >= 999_500_000 ? [1e9, "\u00a0bn"] : most >= 999_500 ? [1e6, "\u00a0M"] : most >= 9_999.5 ? [1e3, "\u00a0k"] : [1, ""];
  const step = Math.abs(values.length > 1 ? values[1] - values[0] : most) / unit;
  if (step < 1e-6) return values.map(figures);
  let digits = 0;
  while (values.some((value) => Math.abs(value / unit - Number((value / unit).toFixed(digits))) > step * 0.01)) digits += 1;
  return values.map((value) => (value === 0 ? "0" : (value / unit).toFixed(digits).replace("-", "−") + sign));
}

/** Measures letters. */
const ruler = document.createElement("canvas").getContext("2d");

/** The way of a line, which ends at a gap and begins behind it. */
const way = (plot, nth, from, to) => {
  const stroke = new Path2D(), [days, values] = [plot.data[0], plot.data[nth]];
  for (let at = from; at <= to; at += 1) {
    if (values[at] == null) continue;
    const spot = [plot.valToPos(days[at], "x", true), plot.valToPos(values[at], "y", true)];
    if (at > from && values[at - 1] != null) stroke.lineTo(...spot);
    else stroke.moveTo(...spot);
  }
  return { stroke, fill: null, clip: null, band: null, gaps: null, flags: 0 };
};

/** Points between two gaps: no line shows them. */
const alone = (plot, nth) => plot.data[nth].flatMap((value, at, all) => (value != null && all[at - 1] == null && all[at + 1] == null ? [at] : []));

/** A chart in an element. What it is told:
 * - `size`, `height`: of letters, and of the chart in a width, in pixels;
 * - `range`: the ends of the upward axis, from the least and the greatest value;
 * - `pointed`: hears at which point somebody points, or `null` when nobody does any more, unless the last point `stays`;
 * - `room`: pixels above and to the right of the lines, in a width; `over` draws there, and over the lines;
 * - `group`: charts of one group are pointed at together. */
export class LineChart {
  #plot;
  #shape;
  #scale = 1;

  constructor(home, about) {
    this.home = home;
    this.about = { room: () => [10, 12], over: () => {}, pointed: () => {}, stays: false, ...about };
    this.watch = new ResizeObserver(() => {
      if (this.#plot && this.#scale === 1 && Math.abs(this.#wide() - this.#plot.width) > 1) this.#plot.setSize({ width: this.#wide(), height: this.#high() });
    });
    this.watch.observe(home);
  }

  /** Draws `lines` (ink, dash, values) over `days`; each of `timelines` is a list of policies (day, until). */
  show(told) {
    this.told = told;
    const shape = told.lines.map(({ ink, dash }) => `${ink} ${dash}`).join();
    const data = [told.days, ...told.lines.map((line) => line.values)];
    if (this.#plot && shape === this.#shape) return this.#plot.setData(data);
    this.#shape = shape;
    this.#make(data);
  }

  /** Points at a day, as somebody would. */
  point(at) {
    // A chart that was just made knows its places a moment later.
    queueMicrotask(() => this.#plot?.setCursor({ left: this.#plot.valToPos(this.told.days[at], "x"), top: 1 }));
  }

  /** Draws again in the colours of the moment; for paper as sharp as paper is. */
  repaint(paper = false) {
    if (!this.#plot) return;
    this.#scale = paper ? PAPER : 1;
    const at = this.#plot.cursor.idx;
    this.#make(this.#plot.data);
    if (at != null && this.about.stays) this.point(at);
  }

  /** The drawing. */
  get canvas() {
    return this.#plot.ctx.canvas;
  }

  /** Takes it off the page. */
  clear() {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  close() {
    this.watch.disconnect();
    this.clear();
  }

  #wide() {
    return Math.max(this.home.clientWidth, 120) * this.#scale;
  }

  #high() {
    return Math.round(this.about.height(this.#wide() / this.#scale) * this.#scale);
  }

  #make(data) {
    this.clear();
    const { about, told } = this, scale = this.#scale, group = about.group;
    // uPlot reads whole pixels alone.
    const em = Math.round(about.size() * scale);
    const axis = { stroke: () => ink("quiet"), grid: { stroke: () => ink("line"), width: scale }, ticks: { show: false }, gap: em / 2, font: `${em}px ${getComputedStyle(document.body).fontFamily}` };
    const room = (side) => () => about.room(this.#wide() / scale, (text) => this.#long(text, 600))[side] * scale;
    this.#plot = new uPlot({
      width: this.#wide(), height: this.#high(), padding: [room(0), room(1), 0, 0],
      legend: { show: false },
      cursor: {
        y: false, drag: { x: false, y: false }, points: { size: em * 0.6 }, bind: about.stays ? { mouseleave: () => null } : {},
        sync: group ? { key: group, setSeries: false } : {},
        move: (plot, left, top) => (left < 0 ? [left, top] : [plot.valToPos(plot.data[0][plot.posToIdx(left)], "x"), top]),
      },
      scales: {
        x: { time: false, range: () => [this.told.days[0], Math.max(this.told.days.at(-1), this.told.days[0] + 1)] },
        y: { range: (_, low, high) => (low == null ? [0, 1] : about.range(low, high)) },
      },
      axes: [
        {
          ...axis, size: em * 2.1, space: em * 4.4, incrs: STEPS, grid: { show: false }, border: { show: true, stroke: axis.stroke, width: scale },
          // The first day is always said.
          splits: (plot, _, low, high, step) => [low, ...Array.from({ length: Math.floor(high / step) }, (_, nth) => (nth + 1) * step).filter((day) => day > low + step * 0.6)],
          values: (_, days) => days.map((day, nth) => (nth ? String(day) : `day ${Math.round(day)}`)),
        },
        {
          ...axis, space: Math.max(em * 2.4, this.#high() / 7), values: (_, values) => marks(values),
          size: (plot, texts, _, cycle) => (cycle > 1 ? plot.axes[1]._size : em + Math.max(em * 2.2, ...(texts ?? []).map((text) => this.#long(text, 400) * scale))),
        },
      ],
      series: [{}, ...told.lines.map((line) => ({
        stroke: () => ink(line.ink), width: 2 * scale, dash: line.dash?.map((length) => length * scale * devicePixelRatio), cap: "round",
        paths: way, points: { show: false, filter: alone, size: 4 * scale, fill: () => ink(line.ink) },
      }))],
      hooks: {
        drawClear: [(plot) => this.#policies(plot)],
        draw: [(plot) => about.over(this.#frame(plot))],
        setCursor: [(plot) => about.pointed(plot.cursor.idx ?? null)],
      },
    }, data, this.home);
    // uPlot hears a mouse; a thumb reads as well, and scrolls the page up and down.
    const { over } = this.#plot;
    over.style.touchAction = "pan-y";
    for (const kind of ["pointerdown", "pointermove"]) {
      over.addEventListener(kind, (event) => {
        if (event.pointerType !== "mouse") this.#plot.setCursor({ left: event.clientX - over.getBoundingClientRect().left, top: 1 }, true, true);
      });
    }
    // Letters may come later than the first drawing.
    if (document.fonts.status !== "loaded") document.fonts.ready.then(() => this.#plot?.redraw(false, true));
  }

  #font(weight, scale) {
    return `${weight} ${Math.round(this.about.size() * scale)}px ${getComputedStyle(document.body).fontFamily}`;
  }

  /** Width of a text, in pixels. */
  #long(text, weight) {
    const px = devicePixelRatio * this.#scale;
    ruler.font = this.#font(weight, px);
    return ruler.measureText(text).width / px;
  }

  /** What those draw with who draw on the chart: a pen in dots, a pixel in dots, edges and places in dots, letters. */
  #frame(plot) {
    const { ctx: pen, bbox } = plot, px = devicePixelRatio * this.#scale;
    return {
      pen, px, left: bbox.left, top: bbox.top, right: bbox.left + bbox.width, bottom: bbox.top + bbox.height,
      x: (day) => plot.valToPos(day, "x", true), y: (value) => plot.valToPos(value, "y", true),
      write: (text, x, y, colour, weight = 400, align = "left") => {
        Object.assign(pen, { font: this.#font(weight, px), fillStyle: colour, textAlign: align, textBaseline: "middle" });
        pen.fillText(text, x, y);
      },
      long: (text, weight = 400) => this.#long(text, weight) * px,
    };
  }

  /** Days on which a policy holds are shaded, and their first is marked. */
  #policies(plot) {
    const { pen, px, left, top, right, bottom, x } = this.#frame(plot);
    pen.save();
    pen.beginPath();
    pen.rect(left, top - 4 * px, right - left, bottom - top + 4 * px);
    pen.clip();
    const all = this.told.timelines.flatMap((policies, which) => policies.map((policy) => ({ ...policy, which })));
    pen.fillStyle = ink("window");
    for (const { day, until } of all) if (until) pen.fillRect(x(day), top, Math.max(2 * px, x(until) - x(day)), bottom - top);
    pen.strokeStyle = ink("date");
    pen.lineWidth = px;
    for (const { day, which } of all) {
      pen.setLineDash((which ? [2, 3] : [5, 4]).map((length) => length * px));
      pen.beginPath();
      pen.moveTo(x(day), top - 4 * px);
      pen.lineTo(x(day), bottom);
      pen.stroke();
    }
    pen.restore();
  }
}
