// Light or dark: as the system says, until the user chooses. Paper is always white.

import { make } from "./basics.js";

const root = document.documentElement;
const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

/** The button that changes it. `repaint` draws again what does not follow by itself, and is told whether it is for paper. */
export function themeButton(repaint) {
  const button = make("button", { type: "button", onclick: () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* Without storage it holds for this page. */ }
    wear();
  } });
  const wear = () => {
    button.textContent = dark() ? "Light" : "Dark";
    repaint(false);
  };
  try {
    const kept = localStorage.getItem("theme");
    if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  } catch { /* As the system says. */ }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", wear);
  let worn;
  addEventListener("beforeprint", () => {
    worn = root.dataset.theme;
    root.dataset.theme = "light";
    repaint(true);
  });
  addEventListener("afterprint", () => {
    if (worn) root.dataset.theme = worn;
    else delete root.dataset.theme;
    repaint(false);
  });
  button.textContent = dark() ? "Light" : "Dark";
  return button;
}
