// Light or dark: as the system says, until the user chooses. Paper is always white.

import { make } from "./page.js";

const root = document.documentElement;
const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

/** The button that switches the theme. `repaint` redraws what does not follow by itself. */
export function themeButton(repaint) {
  const button = make("button", { type: "button", onclick: () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* Without storage it holds for this page. */ }
    wear();
  } });
  const wear = () => {
    button.textContent = dark() ? "Light" : "Dark";
    repaint();
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
    repaint();
  });
  addEventListener("afterprint", () => {
    if (worn) root.dataset.theme = worn;
    else delete root.dataset.theme;
    repaint();
  });
  button.textContent = dark() ? "Light" : "Dark";
  return button;
}
