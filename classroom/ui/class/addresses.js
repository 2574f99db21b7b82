// Where phones reach the class: the address on the big screen, and the others that they could use.

import { make } from "../page.js";

const short = (join) => join.replace(/^https?:\/\//, "");

/** Shows the teacher where phones join, and lets them choose; `ask` sends an order. `told` says what has changed. */
export function addressPanel(ask) {
  const words = make("span", {});
  let now = "";
  // The same address once more is what the teacher has read about.
  const read = make("button", { type: "button", onclick: () => ask({ do: "address", join: now }) }, "Understood");
  const told = make("p", { class: "knock", role: "alert", hidden: true }, words, read);
  const choose = make("select", { id: "address", onchange: () => ask({ do: "address", join: choose.value }) });
  const element = make("p", { class: "flags", hidden: true }, make("label", { for: "address" }, "Address on the projector "), choose);
  let shown = "";
  return {
    element,
    told,
    show: ({ chosen, list, changed }) => {
      const key = JSON.stringify(list);
      if (key !== shown) {
        shown = key;
        choose.replaceChildren(...list.map(({ join, adapter, words }) => make("option", { value: join }, `${short(join)}: ${words}${adapter ? ` (${adapter})` : ""}`)));
      }
      if (document.activeElement !== choose) choose.value = chosen;
      // One that nothing can be chosen from says nothing that is not said above.
      element.hidden = list.length < 2;
      now = chosen;
      told.hidden = !changed;
      if (words.textContent !== (changed || "")) words.textContent = changed || "";
    },
  };
}
