// What every page is made with.

/** An element with properties and children. Text is always text: nothing that is shown is ever read as HTML. */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && name !== "list" && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A value, or another if it is null or undefined: pages keep to words of the language that older phones know. */
export function or(value, other) {
  return value === null || value === undefined ? other : value;
}

/** A table with a caption. */
export function table(caption, head, rows, cell = (value) => value) {
  return make("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": caption },
    make("table", {},
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, rows.map((row) => make("tr", {}, row.map((value, at) =>
        at === 0 ? make("th", { scope: "row" }, cell(value)) : make("td", {}, cell(value))))))));
}

/** Hands somebody a file. */
export function handOut(name, content, kind = "text/plain") {
  const blob = content instanceof Blob ? content : new Blob([content], { type: kind });
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Rows as CSV; a missing value is an empty cell. */
export function csv(rows) {
  const german = dialect() === "de";
  const quoted = (text) => (text.includes(german ? ";" : ",") || /["\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const cell = (value) => (german && typeof value === "number" ? String(value).replace(".", ",") : quoted(String(or(value, ""))));
  return `${rows.map((row) => row.map(cell).join(german ? ";" : ",")).join("\n")}\n`;
}

/** How tables are written: "plain" with decimal points, or "de" with decimal commas and semicolons. */
export function dialect() {
  try {
    return localStorage.getItem("dialect") || "plain";
  } catch {
    // Some browsers keep nothing for pages without a server.
    return "plain";
  }
}

/** A field to choose how tables are written; `chosen` is called when it changes. */
export function dialectField(chosen) {
  const options = [["plain", "1.5, with commas between"], ["de", "1,5 with semicolons between (German, French, Polish … spreadsheets)"]];
  const select = make("select", { id: "dialect", onchange: () => {
    try {
      localStorage.setItem("dialect", select.value);
    } catch {
      // Then it is as chosen until the page is closed.
    }
    chosen(select.value);
  } }, options.map(([value, label]) => make("option", { value, selected: value === dialect() }, label)));
  return make("div", { class: "field" }, make("label", { for: "dialect" }, "Numbers in CSV files"), select);
}

/** A colour of the palette, as it is now. */
export function ink(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A key from a file in words: `dangerous_tech` is "Dangerous tech". */
export function named(key) {
  const words = String(key).replace(/_/g, " ").replace(/\bais?\b/g, (word) => word.toUpperCase().replace("S", "s"));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A number with three figures, with k, M or bn where it is large. A missing value is a dash. */
export function figures(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const [scaled, unit] = size >= 999500000 ? [value / 1e9, "\u00a0bn"] : size >= 999500 ? [value / 1e6, "\u00a0M"]
    : size >= 9999.5 ? [value / 1e3, "\u00a0k"] : [value, ""];
  const large = Math.abs(scaled);
  const digits = large >= 99.95 || large === 0 ? 0 : large >= 9.95 ? 1 : large >= 0.995 ? 2 : large >= 0.0995 ? 3 : 4;
  const text = large > 0 && large < 0.0001 ? scaled.toExponential(1) : String(Number(scaled.toFixed(digits)));
  return text.replace(/-/g, "−") + unit;
}
