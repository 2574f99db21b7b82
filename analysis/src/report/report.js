// The report's charts that answer: any column of any table, drawn from the figures in this very file.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("figures").textContent);
  const days = data.days;
  const MOST = 9;

  // Numbers as the static charts write them.
  const say = value => {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    const [scaled, unit] = size >= 999.5e6 ? [value / 1e9, "\u00a0bn"] : size >= 999500 ? [value / 1e6, "\u00a0M"]
      : size >= 9999.5 ? [value / 1e3, "\u00a0k"] : [value, ""];
    const s = Math.abs(scaled);
    if (s > 0 && s < 0.0001) return scaled.toExponential(1).replaceAll("-", "\u2212");
    const digits = s >= 99.95 || s === 0 ? 0 : s >= 9.95 ? 1 : s >= 0.995 ? 2 : s >= 0.0995 ? 3 : 4;
    return String(+scaled.toFixed(digits)).replace("-", "\u2212") + unit;
  };

  // The mean of each point and those before it, a week in all; gaps are left out.
  const week = values => {
    const window = Math.max(1, Math.round(7 / data.stretch));
    return values.map((_, at) => {
      const seen = values.slice(Math.max(0, at - window + 1), at + 1).filter(value => value !== null);
      return seen.length ? seen.reduce((sum, value) => sum + value, 0) / seen.length : null;
    });
  };

  // Labels at the ends of lines: pushed apart until none touches another.
  const apart = (wanted, room, top, bottom) => {
    const groups = [];
    const start = ([sum, count]) => Math.max(top, Math.min(sum / count - count * room / 2, bottom - count * room));
    for (const y of wanted) {
      groups.push([y, 1]);
      while (groups.length > 1) {
        const [above, below] = groups.slice(-2);
        if (start(above) + above[1] * room <= start(below)) break;
        groups.splice(-2, 2, [above[0] + below[0], above[1] + below[1]]);
      }
    }
    return groups.flatMap(group => Array.from({ length: group[1] }, (_, index) => start(group) + (index + 0.5) * room));
  };

  const quote = cell => /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

  function explorer(first) {
    const box = make("div", { className: "explorer" });
    const tables = make("select"), columns = make("select"), keys = make("fieldset");
    const smooth = make("input", { type: "checkbox", checked: data.stretch === 1 && days.length >= 28 });
    const zero = make("input", { type: "checkbox", checked: true });
    const plot = make("div", { className: "plot", tabIndex: 0 });
    const read = make("div", { className: "read" });
    read.setAttribute("aria-live", "polite");
    const note = make("p", { className: "quiet" });
    const csv = make("button", { type: "button", className: "small" }, "Download these figures (CSV)");
    const holder = make("div", { className: "scroll", tabIndex: 0 });
    const details = make("details", {}, make("summary", {}, "Show the figures as a table"), holder);
    const label = (text, control, wide) => make("label", { className: wide ? "wide" : "" }, text, control);
    plot.setAttribute("role", "application");
    box.append(
      make("div", { className: "row screen" }, label("Table", tables), label("What to see", columns, true)),
      keys,
      make("fieldset", { className: "screen" }, make("label", {}, smooth, "7-day mean"), make("label", {}, zero, "start at zero")),
      plot, read, note, make("div", { className: "row screen" }, csv), details);
    keys.className = "screen";

    data.tables.forEach((table, index) => tables.append(make("option", { value: index }, table.label)));
    let table, column, shown, at = null, lines = [];

    const chooseTable = (name, chosen) => {
      table = data.tables[name];
      columns.replaceChildren(...table.columns.map((column, index) =>
        make("option", { value: index }, `${column.label}${column.unit ? ` (${column.unit})` : ""}`)));
      const found = table.columns.findIndex(column => column.name === chosen);
      columns.value = String(Math.max(0, found));
      shown = new Set(table.keys.slice(0, MOST).map((_, index) => index));
      keys.replaceChildren();
      keys.hidden = table.keys.length < 2;
      if (!keys.hidden) {
        keys.append(make("legend", {}, "Lines"));
        table.keys.forEach((key, index) => {
          const tick = make("input", { type: "checkbox", checked: shown.has(index) });
          tick.addEventListener("change", () => {
            tick.checked ? shown.add(index) : shown.delete(index);
            update();
          });
          const swatch = make("span", { className: "key", style: `border-top-color:var(--c${index % MOST})` });
          keys.append(make("label", {}, tick, swatch, words(key)));
        });
      }
    };

    const update = () => {
      column = table.columns[+columns.value];
      lines = table.keys.map((key, index) => ({ key, index })).filter(({ index }) => shown.has(index)).map(({ key, index }) => ({
        name: key ? words(key) : "",
        values: smooth.checked ? week(column.values[index]) : column.values[index],
        colour: `var(--c${index % MOST})`,
        // Colour alone is not enough to tell nine lines apart.
        dash: ["", "9 4", "3 4"][Math.floor(index / 3) % 3],
      }));
      note.replaceChildren("Column ", make("code", {}, `${table.name}.${column.name}`), `: ${column.doc}.`
        + (data.stretch > 1 ? ` Each point is the mean of ${data.stretch} days; the tables of the run hold every day.` : ""));
      plot.setAttribute("aria-label",
        `Line chart: ${column.label}, day ${days[0]} to ${days[days.length - 1]}. Left and right arrows read the values. The table below holds them all.`);
      paint();
      if (details.open) fill();
    };

    const paint = () => {
      const width = Math.max(280, plot.clientWidth), height = Math.min(420, Math.max(240, width * 0.45));
      const values = lines.flatMap(line => line.values).filter(value => value !== null);
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("aria-hidden", "true");
      plot.replaceChildren(svg);
      if (!values.length) {
        draw(svg, "text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, lines.length ? "no value in this run" : "no line chosen");
        read.textContent = "";
        return;
      }
      let low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
      if (zero.checked) { low = Math.min(0, low); high = Math.max(0, high); }
      if (high === low) { high += Math.abs(high) * 0.1 || 1; if (!zero.checked) low -= Math.abs(low) * 0.1 || 1; }
      high += (high - low) * 0.05;
      if (!zero.checked) low -= (high - low) * 0.05;
      const marks = ticks(low, high, 5);
      const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10((marks[1] - marks[0]) * 1.001 || 1))));
      const written = marks.map(mark => Math.abs(mark) >= 9999.5 ? say(mark) : mark.toFixed(digits).replace("-", "\u2212"));
      const longest = Math.max(...lines.map(line => line.name.length));
      const narrow = width < 520;
      const left = 16 + 8.5 * Math.max(...written.map(text => text.length)), top = 26, bottom = height - 30;
      const right = width - (longest && !narrow ? Math.min(180, 20 + longest * 8) : 12);
      const end = days[days.length - 1], begin = days[0];
      const x = day => end === begin ? (left + right) / 2 : left + (day - begin) / (end - begin) * (right - left);
      const y = value => bottom - (value - low) / (high - low) * (bottom - top);

      for (const policy of data.policies) {
        if (policy.until) {
          draw(svg, "rect", { class: "window", x: x(policy.day), width: Math.max(2, x(policy.until) - x(policy.day)), y: top, height: bottom - top });
        }
      }
      marks.forEach((mark, index) => {
        draw(svg, "line", { class: "grid", x1: left, x2: right, y1: y(mark), y2: y(mark) });
        draw(svg, "text", { x: left - 8, y: y(mark) + 5, "text-anchor": "end" }, written[index]);
      });
      draw(svg, "line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom });
      const steps = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650];
      const step = steps.find(step => (end - begin) / step <= (narrow ? 4 : 8)) || 36500;
      let free = -1e9;
      for (const day of [begin, ...Array.from({ length: Math.floor(end / step) }, (_, index) => (index + 1) * step)]) {
        if (day < begin || x(day) < free) continue;
        const text = day === begin ? `day ${Math.round(day)}` : String(day);
        draw(svg, "text", { x: x(day), y: height - 10, "text-anchor": day === begin ? "start" : "middle" }, text);
        free = x(day) + (day === begin ? 60 : 34);
      }
      let after = -1e9;
      data.policies.forEach((policy, index) => {
        const at = x(policy.day);
        draw(svg, "line", { class: "date", x1: at, x2: at, y1: top - 4, y2: bottom });
        if (index > 0 && data.policies[index - 1].day === policy.day) return;
        // Those of one day share a label.
        const named = data.policies.flatMap((other, at) => other.day === policy.day ? [`${at + 1} ${other.label}`] : []);
        const text = data.policies.length > 1 ? named.join(", ") : policy.label;
        const room = Math.min(text.length * 7.6, 260);
        if (at > after) {
          // On the side with more room, cut to what fits there.
          const side = at + room < width || width - at > at - Math.max(after, 0);
          const letters = Math.min(34, Math.floor((side ? width - at : at - Math.max(after, 0)) / 7.6));
          const shown = text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;
          draw(svg, "text", { class: "date", x: at, y: top - 10, "text-anchor": side ? "start" : "end" }, shown);
          after = side ? at + Math.min(room, letters * 7.6) + 8 : at + 8;
        }
      });

      for (const line of lines) {
        let path = "", pen = false;
        line.values.forEach((value, index) => {
          if (value === null) { pen = false; return; }
          const alone = line.values[index - 1] == null && line.values[index + 1] == null;
          path += `${pen ? "L" : "M"}${x(days[index]).toFixed(1)} ${y(value).toFixed(1)}${alone ? "h.1" : ""}`;
          pen = true;
        });
        draw(svg, "path", { class: "line", d: path, style: `stroke:${line.colour}`, "stroke-dasharray": line.dash });
      }
      if (longest && !narrow) {
        const named = lines.map(line => ({ line, value: line.values.findLast(value => value !== null) }))
          .filter(({ value }) => value !== undefined).sort((one, other) => other.value - one.value);
        const places = apart(named.map(({ value }) => y(value)), 18, top - 8, height);
        named.forEach(({ line, value }, index) => {
          const end = places[index];
          if (Math.abs(end - y(value)) > 3) draw(svg, "path", { class: "grid", fill: "none", d: `M${right} ${y(value)}L${right + 10} ${end}` });
          draw(svg, "text", { class: "end", x: right + 13, y: end + 5, style: `fill:${line.colour}` }, line.name);
        });
      }
      const cursor = draw(svg, "line", { class: "cursor", y1: top, y2: bottom, visibility: "hidden" });
      const dots = draw(svg, "g", {});
      const point = index => {
        at = Math.max(0, Math.min(days.length - 1, index));
        cursor.setAttribute("x1", x(days[at]));
        cursor.setAttribute("x2", x(days[at]));
        cursor.setAttribute("visibility", "visible");
        dots.replaceChildren();
        const named = data.policies.filter(policy => policy.day <= days[at] && days[at] <= (policy.until || Infinity));
        read.replaceChildren(make("span", {}, make("b", {}, data.stretch > 1
          ? `days ${Math.round(days[at] - (data.stretch - 1) / 2)} to ${Math.round(Math.min(data.last, days[at] + (data.stretch - 1) / 2))}: ` : `day ${days[at]}: `)),
          ...lines.map(line => {
            const value = line.values[at];
            if (value !== null) draw(dots, "circle", { cx: x(days[at]), cy: y(value), r: 4.5, style: `fill:${line.colour}` });
            return make("span", {}, line.name ? `${line.name} ` : "", make("b", { style: `color:${line.colour}` }, say(value)), "; ");
          }),
          ...named.map(policy => make("span", {}, `in force: ${policy.label}`)));
      };
      const nearest = event => {
        const rectangle = svg.getBoundingClientRect();
        const day = begin + ((event.clientX - rectangle.left) * width / rectangle.width - left) / (right - left) * (end - begin);
        return Math.round((day - begin) / (end - begin || 1) * (days.length - 1));
      };
      svg.addEventListener("pointermove", event => point(nearest(event)));
      svg.addEventListener("pointerdown", event => point(nearest(event)));
      plot.onkeydown = event => {
        const from = at === null ? days.length - 1 : at;
        const to = { ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - 30, PageDown: from + 30, Home: 0, End: days.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        point(to);
      };
      if (at !== null) point(at);
      else read.textContent = "Point at the chart, or focus it and use the arrow keys, to read values.";
    };

    const rows = () => [["day", ...lines.map(line => line.name || column.name)],
      ...days.map((day, index) => [String(day), ...lines.map(line => line.values[index] === null ? "" : String(line.values[index]))])];

    const fill = () => {
      const [head, ...body] = rows();
      holder.replaceChildren(make("table", { className: "num" },
        make("caption", {}, `${column.label}${column.unit ? `, ${column.unit}` : ""}`),
        make("thead", {}, make("tr", {}, ...head.map(cell => make("th", { scope: "col" }, cell)))),
        make("tbody", {}, ...body.map(row => make("tr", {}, ...row.map((cell, index) =>
          make("td", {}, index && cell !== "" ? say(+cell) : cell || "–")))))));
    };

    csv.addEventListener("click", () => {
      const text = rows().map(row => row.map(quote).join(",")).join("\n") + "\n";
      const link = make("a", { download: `${table.name}-${column.name}.csv`, href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    details.addEventListener("toggle", () => { if (details.open) fill(); });
    tables.addEventListener("change", () => { chooseTable(+tables.value); at = null; update(); });
    for (const control of [columns, smooth, zero]) control.addEventListener("change", update);

    const start = Math.max(0, data.tables.findIndex(table => table.name === first[0]));
    tables.value = String(start);
    chooseTable(start, first[1]);
    document.getElementById("explorers").append(box);
    update();
    let drawn = plot.clientWidth;
    new ResizeObserver(() => {
      if (plot.clientWidth !== drawn) { drawn = plot.clientWidth; paint(); }
    }).observe(plot);
    return tables;
  }

  if (days.length && data.tables.length) {
    explorer(["goods", "price_median"]);
    explorer(["days", "trades"]);
    const more = document.getElementById("more");
    more.hidden = false;
    more.addEventListener("click", () => explorer(["places", "trades"]).focus());
  }

  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    theme.textContent = dark ? "Dark" : "Light";
  });
  if (matchMedia("(prefers-color-scheme: dark)").matches) theme.textContent = "Light";
})();
