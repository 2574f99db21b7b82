// Time: play, pause, step, speed, any day run so far, and two futures with one past.

import { button, make } from "./page.js";

const SPEEDS = [1, 2, 5, 10, 30, 100];

/** The bar at the foot of the page. `ask` sends a command. */
export function timeBar(ask) {
  let state = { now: 0, playing: false, speed: 5, futures: [{ lived: 0 }], goal: null };
  let days = 1;
  let dragging = false;

  const play = button("Play", "play", () => ask({ do: state.playing ? "pause" : "play" }), { class: "icon main", id: "play" });
  const seek = (day) => ask({ do: "seek", day: Math.min(Math.max(day, 0), days) });
  const start = button("To the start", "start", () => seek(0));
  const back = button("One day back", "back", () => seek(state.now - 1), { id: "back" });
  const next = button("One day forward", "next", () => seek(state.now + 1), { id: "next" });
  const speed = make("select", { "aria-label": "Days per second", onchange: () => ask({ do: "speed", days: Number(speed.value) }) },
    SPEEDS.map((days) => make("option", { value: String(days) }, days === 100 ? "fastest" : `${days} ${days === 1 ? "day" : "days"}/s`)));
  const scrub = make("input", {
    type: "range", min: "0", max: "1", value: "0", step: "1", id: "scrub", "aria-label": "Day",
    oninput: () => { dragging = true; label.textContent = `Day ${scrub.value} of ${days}`; },
    onchange: () => { dragging = false; seek(Number(scrub.value)); },
  });
  const label = make("output", { class: "day", for: "scrub", id: "day" }, "Day 0");
  const fork = button("Fork: two futures from this day", "fork", () => ask({ do: "fork" }), { class: "icon wide", id: "fork" });
  fork.append(make("span", {}, "Fork"));
  const bar = make("div", { class: "time", role: "group", "aria-label": "Time" },
    make("div", { class: "buttons" }, start, back, play, next), label, make("div", { class: "track" }, scrub), speed, fork);

  return {
    element: bar,
    seek,
    setup: (setup) => {
      days = setup.days;
      scrub.max = String(days);
    },
    show: (told) => {
      state = told;
      const lived = Math.min(...told.futures.map((future) => future.lived));
      play.show(told.playing ? "Pause" : "Play", told.playing ? "pause" : "play");
      play.disabled = !told.playing && told.now >= days;
      back.disabled = told.now === 0;
      next.disabled = told.now >= days;
      fork.hidden = told.futures.length > 1;
      speed.value = String(told.speed);
      if (!dragging) {
        scrub.value = String(told.now);
        label.textContent = told.goal ? `Day ${told.now}, running to ${told.goal}` : `Day ${told.now} of ${days}`;
      }
      scrub.setAttribute("aria-valuetext", `day ${told.now} of ${days}, run up to day ${lived}`);
      scrub.style.setProperty("--lived", `${(lived / days) * 100}%`);
    },
    key: (event) => {
      if (event.key === " ") play.click();
      else if (event.key === "ArrowRight") seek(state.now + (event.shiftKey ? 10 : 1));
      else if (event.key === "ArrowLeft") seek(state.now - (event.shiftKey ? 10 : 1));
      else if (event.key === "Home") seek(0);
      else if (event.key === "f" && !fork.hidden) fork.click();
      else return false;
      return true;
    },
  };
}
