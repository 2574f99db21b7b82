// Helpers that every part of the page uses.

import { make } from "./basics.js";
import { sentence } from "./words.js";

export { handOut, ink, make, table } from "./basics.js";

const SHAPES = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  next: "M6 5v14l9-7zM16 5h3v14h-3z",
  back: "M18 5v14l-9-7zM5 5h3v14H5z",
  start: "M20 5v14l-8-7zM12 5v14l-8-7z",
  less: "M5 11h14v3H5z",
  more: "M11 5h3v6h6v3h-6v6h-3v-6H5v-3h6z",
  fork: "M7 3a3 3 0 0 1 1 5.8V11c0 1 .8 1.5 2 1.5h4c2.6 0 4-1.5 4-3.7a3 3 0 1 1 2 0c0 3.4-2.4 5.7-6 5.7h-4c-.8 0-1.4-.1-2-.4v1.1A3 3 0 1 1 6 15.200V8.800A3 3 0 0 1 7 3z",
};

/** A button with an icon, and a name for those who do not see it. */
export function button(name, shape, onclick, more = {}) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[shape]);
  svg.append(path);
  const made = make("button", { type: "button", class: "icon", "aria-label": name, title: name, onclick, ...more }, svg);
  made.show = (name, shape) => {
    made.setAttribute("aria-label", name);
    made.title = name;
    path.setAttribute("d", SHAPES[shape]);
  };
  return made;
}

/** Announces something to screen readers. */
export function say(text) {
  document.getElementById("spoken").textContent = text;
}

/** What something that can have the focus is called. */
const called = (element) => `${element.tagName} ${element.id} ${element.getAttribute("aria-label") || element.textContent}`;
const FOCUS = "button, a[href], input, select, summary, [tabindex]";

/** Puts other children into an element. What had the focus has it again, or what stands in its place; what was opened stays so. */
export function refill(element, ...children) {
  const held = element.contains(document.activeElement) && document.activeElement !== element ? document.activeElement : null;
  const before = held ? [...element.querySelectorAll(FOCUS)] : [];
  const name = held && called(held);
  const nth = before.filter((each) => called(each) === name).indexOf(held);
  const open = [...element.querySelectorAll("details[open] > summary")].map(called);
  element.replaceChildren(...children);
  for (const summary of element.querySelectorAll("details > summary")) if (open.includes(called(summary))) summary.parentElement.open = true;
  if (!held) return;
  const after = [...element.querySelectorAll(FOCUS)];
  // As many as before: the same places. Otherwise the same name.
  const place = after[before.indexOf(held)];
  const same = after.filter((each) => called(each) === name)[nth];
  ((after.length === before.length ? place : same || place) || document.getElementById("main")).focus({ preventScroll: true });
}

let fading;
/** Shows a message, such as what could not be done and why. */
export function complain(errors) {
  const notice = document.getElementById("notice");
  notice.replaceChildren(
    make("div", {}, errors.map((error) => make("p", {}, sentence(error)))),
    make("button", { type: "button", onclick: () => { notice.hidden = true; } }, "Close"),
  );
  notice.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { notice.hidden = true; }, 15000);
}

/** Whether the user asked for little motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Panels of which one is shown at a time. */
export function tabbed(panels) {
  const tabsOf = panels.map(([name, title, panel], at) => make("button", {
    type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => open(name),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.stopPropagation();
      const next = (at + step + panels.length) % panels.length;
      open(panels[next][0]);
      tabsOf[next].focus();
    },
  }, title));
  const bodies = panels.map(([name, , panel]) => make("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, class: "panel", tabIndex: 0 }, panel));
  function open(name) {
    panels.forEach(([known], at) => {
      const here = known === name;
      tabsOf[at].setAttribute("aria-selected", String(here));
      tabsOf[at].tabIndex = here ? 0 : -1;
      bodies[at].hidden = !here;
    });
    const at = panels.findIndex(([known]) => known === name);
    if (bodies[at].getBoundingClientRect().top > innerHeight - 80) bodies[at].scrollIntoView({ block: "center" });
  }
  open(panels[0][0]);
  return { element: make("div", { class: "tabs" }, make("div", { role: "tablist", "aria-label": "Panels" }, tabsOf), bodies), open };
}
