// What pages draw and write with.
"use strict";
const SVG = "http://www.w3.org/2000/svg";
/** An element with properties, or attributes where it has no such property. */
const make = (tag, attributes = {}, ...inside) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
};
/** A shape in a picture. */
const draw = (parent, tag, attributes, text) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};
/** A name from a file as a heading. */
const words = key => {
  const spaced = key.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
/** Round values within a range, about so many; the lower end where there is no range. */
const ticks = (low, high, count) => {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(step => rough <= step * power * 1.001);
  const out = [];
  for (let tick = Math.ceil(low / step - 1e-9); tick <= Math.floor(high / step + 1e-9); tick++) out.push(tick * step);
  return out;
};
