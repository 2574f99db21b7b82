// A seat: who you are, what you decide, what it meant for you. Nobody has an empty page: whoever has no seat writes the news.

import { complain, make, say } from "../page.js";
import { isolated, many } from "../words.js";
import { askForm, clashOf, oneOf } from "./ask.js";
import { atNextFrame, Known, lineBar } from "./line.js";
import { awards, figures, glossaryOf, guesses, headlines, lawWords, stageWords, told, whatIf } from "./parts.js";

/** Milliseconds between two signs of life. */
const BEAT = 20_000;

/** Opens a seat in `main`; `gone` is told when it is no longer one's own. Hands out how to leave. */
export function openSeat(main, theme, line, gone) {
  const known = new Known();
  const bar = lineBar();
  const head = make("header", { class: "seat-head" });
  const body = make("div", { class: "seat-body" });
  const foot = make("p", { class: "quiet seat-foot" });
  main.className = "seat";
  main.replaceChildren(bar.element, head, body, foot);
  body.replaceChildren(make("p", { class: "quiet", role: "status" }, "Finding your seat …"));
  let shown = "";
  let headed = "";
  let live = () => {};
  let spoken = "";

  const show = atNextFrame(() => {
    const { you, class: now } = known;
    if (you?.gone) return close(you.gone);
    if (you?.waiting) return wait();
    if (!you || !now) return;
    document.title = `${you.title}: Contraband`;
    // A new name is seen at once, and leaves the form as it is.
    const heads = JSON.stringify([you.title, you.name, you.word, stageWords(now)]);
    if (heads !== headed) {
      headed = heads;
      head.replaceChildren(make("div", {}, make("h1", {}, you.title), make("p", { class: "quiet" }, `${isolated(you.name)} · ${stageWords(now)}`)), theme);
      foot.replaceChildren("If you lose this page, join again as ", make("b", {}, isolated(you.name)), " with the PIN ", make("b", { class: "word" }, you.word), ".");
    }
    // A form stays as it is while others decide: only another stage, round or seat makes another page.
    const key = JSON.stringify([now.stage, now.round, you.post, you.asks.map((ask) => ask.key), you.votes, now.laws.length, now.stage === "debrief" && [now.awards, [...known.whatIfs.values()].filter((each) => each.result).length], now.measures.at(0)?.values.length]);
    if (key !== shown) {
      shown = key;
      const page = PAGES[now.stage] ?? PAGES.lobby;
      live = page(body, known, line) ?? (() => {});
      scrollTo(0, 0);
    }
    live();
    const words = `${stageWords(now)}. ${now.paused ? "The teacher has paused the lesson. " : ""}${now.stage === "results" ? you.numbers.map(told).join(" ") : ""}`;
    if (words !== spoken) say(spoken = words);
  });

  function wait() {
    if (shown === "knock") return;
    shown = "knock";
    body.replaceChildren(make("h1", {}, "The teacher has been asked"), make("p", { class: "lead" }, "Please wait. When your teacher says yes, this page opens your seat."));
    say("The teacher has been asked.");
  }

  function close(why) {
    leave();
    gone(why);
  }

  // A phone that dies says nothing, so one that somebody looks at says so from time to time.
  const here = () => {
    if (document.visibilityState === "visible" && !known.you?.waiting) line.ask({ do: "here" }).catch(() => {});
  };
  const beat = setInterval(here, BEAT);
  document.addEventListener("visibilitychange", here);

  const hangUp = line.listen((told) => {
    known.add(told);
    show();
  }, bar.held, (status) => gone(status === 404 ? "This class is no longer open." : "Your seat is no longer on this device. Join again."));

  function leave() {
    clearInterval(beat);
    document.removeEventListener("visibilitychange", here);
    hangUp();
  }
  return leave;
}

async function sent(line, command) {
  try {
    await line.ask(command);
    return true;
  } catch (refused) {
    complain(refused.errors ?? [String(refused)]);
    return false;
  }
}

/** Who you are, and what you want. */
function card({ card: text, aim, role_name: role }) {
  return make("section", { class: "briefing" },
    role ? make("p", { class: "kicker" }, role) : null,
    make("p", { class: "card-text" }, text),
    aim ? make("p", {}, make("b", {}, "Your aim: "), aim) : null);
}

/** The button that sends, and whether it did; always within reach of a thumb. */
function sender(label, again, act) {
  const status = make("p", { role: "status" });
  const button = make("button", { type: "submit", class: "go" }, label);
  let busy = false;
  let off = false;
  const form = make("form", { class: "sender", onsubmit: async (event) => {
    event.preventDefault();
    if (busy || off) return;
    button.disabled = busy = true;
    await act();
    busy = false;
    button.disabled = off;
  } }, status, button);
  return {
    form,
    /** `stopped` is why nothing can be sent as it is. */
    show: (done, words, stopped) => {
      off = Boolean(stopped);
      button.disabled = busy || off;
      form.classList.toggle("stopped", off);
      button.textContent = done ? again : label;
      button.classList.toggle("done", Boolean(done));
      if (status.textContent !== words) status.textContent = words;
    },
  };
}

/** "Waiting for 7 others". */
function waitingFor({ waiting, paused }) {
  if (paused) return "The teacher has paused the lesson.";
  return waiting ? `Waiting for ${many(waiting, "other")}.` : "Everyone has decided.";
}

const PAGES = {
  lobby(body, { you, class: now }) {
    body.replaceChildren(make("p", { class: "lead" }, "You are in. Look at the big screen. The lesson starts soon."), card(you),
      make("p", { class: "quiet" }, now.lesson.question));
  },

  briefing(body, known, line) {
    const { you } = known;
    const [field, chosen] = oneOf({ question: you.before.question, help: "Before we start: what do you think?", options: you.before.answers.map((words, key) => ({ key, words })), chosen: you.predicted });
    const send = sender("Send my prediction", "Change my prediction", async () => {
      if (chosen() === undefined) return complain(["Choose one of the answers first."]);
      await sent(line, { do: "predict", answer: chosen() });
    });
    body.replaceChildren(...[card(you), glossaryOf(known.class.lesson.words), make("h2", {}, "Your prediction"), field, send.form].filter(Boolean));
    return () => send.show(known.you.predicted !== null, known.you.predicted === null ? "" : "Sent. The lesson goes on soon.");
  },

  decide(body, known, line) {
    const { you, class: now } = known;
    const round = now.round;
    const fields = [];
    const parts = [];
    let clash = () => "";
    if (you.asks.length) {
      const form = askForm(you.asks, Object.fromEntries(you.asks.map((ask) => [ask.key, ask.said ?? ask.value ?? ask.usual])), () => tell());
      fields.push(form.element);
      parts.push(() => ({ answers: form.answers() }));
      clash = () => clashOf(you.asks, you.clashes, form.answers());
    }
    const choose = (about, part) => {
      const [field, chosen] = oneOf(about);
      fields.push(field);
      parts.push(() => (chosen() === undefined ? {} : part(chosen())));
    };
    if (you.votes && now.laws.length) {
      const question = you.post === "newsroom" ? "Which law would your readers choose?" : "Which law do you vote for?";
      choose({ question, options: now.laws.map(({ title, text }, key) => ({ key, words: title, text })), chosen: you.vote }, (law) => ({ law }));
    }
    if (you.foretells) {
      choose({ question: you.foretells, help: `You have been right ${many(you.right, "time")} so far.`, options: [{ key: true, words: "It will rise" }, { key: false, words: "It will fall" }], chosen: you.foretold }, (rises) => ({ rises }));
    }
    // All of it in one: when the last one has sent, the round may close.
    const act = async () => {
      const all = Object.assign({}, ...parts.map((part) => part()));
      if (!Object.keys(all).length) return complain(["Choose one of the answers first."]);
      return sent(line, { do: "send", round, ...all });
    };
    const send = sender("Send", "Send again", act);
    body.replaceChildren(...[
      make("details", { class: "who" }, make("summary", {}, "Who am I?"), card(you)), glossaryOf(now.lesson.words),
      you.numbers.some(({ values }) => values.length) ? make("details", { class: "who" }, make("summary", {}, "My numbers so far"), figures(you.numbers, { aim: true })) : null,
      make("div", { class: "asks" }, fields), send.form].filter(Boolean));
    function tell() {
      const { you: mine, class: all } = known;
      const kept = all.round > 1 ? "last round's choice counts" : "things stay as usual";
      const missing = mine.votes && all.laws.length && mine.vote === null ? "a vote" : mine.foretells && mine.foretold === null ? "a prediction" : "";
      const sentWords = missing ? `Sent, but without ${missing}: choose above and send again.` : `Sent. You can still change it. ${waitingFor(all)}`;
      const done = mine.bot ? "A bot is playing for you until your teacher gives you the seat back." : mine.decided ? sentWords : `Not sent${mine.asks.length ? `: ${kept}` : ""}.`;
      const stopped = clash();
      send.show(mine.decided && !mine.bot, stopped || done, stopped);
    }
    return tell;
  },

  play(body, known) {
    const passed = make("progress", { "aria-label": "Days of the month" });
    const day = make("p", { class: "lead" });
    const news = make("div", {});
    body.replaceChildren(make("h2", {}, "Look at the big screen"), day, passed, make("h2", {}, "News"), news);
    let told = "";
    return () => {
      const { window: [first, last], day: today, headlines: list, paused } = known.class;
      passed.max = last - first + 1;
      passed.value = Math.max(today - first + 1, 0);
      day.textContent = paused ? "The teacher has paused the lesson." : `Day ${today} of ${last}. Your decisions are in force.`;
      if (told !== JSON.stringify(list)) {
        told = JSON.stringify(list);
        news.replaceChildren(headlines(list));
      }
    };
  },

  results(body, { you, class: now }) {
    body.replaceChildren(...[
      make("h2", {}, "What it meant for you"),
      you.numbers.length ? figures(you.numbers, { aim: true }) : make("p", { class: "lead" }, you.foretells ? `You have been right ${many(you.right, "time")} so far.` : lawWords(now)),
      now.round === 1 ? guesses(now, you.predicted) : null,
      make("h2", {}, "What it meant for the town"),
      now.laws.length && you.numbers.length ? make("p", {}, lawWords(now)) : null,
      figures(now.measures), headlines(now.headlines, 4),
      make("p", { class: "quiet" }, now.round < now.rounds ? "Your teacher opens the next round." : "That was the last round."),
    ].filter(Boolean));
  },

  debrief(body, known) {
    const { you, class: now } = known;
    const mine = typeof you.post === "object" ? now.history.map((round) => ({ round: round.round, order: round.orders.find((order) => order.seat === you.post.seat) })).filter(({ order }) => order) : [];
    body.replaceChildren(...[
      make("h2", {}, "Debrief"), guesses(now, you.predicted),
      awards(now.awards),
      ...[...known.whatIfs.values()].filter((each) => each.result).reverse().map((each) => whatIf(each, { short: true })),
      you.numbers.length ? [make("h2", {}, "Your numbers"), figures(you.numbers, { aim: true })] : null,
      mine.length ? make("h2", {}, "What you decided") : null,
      ...mine.map(({ round, order }) => make("section", {}, make("h3", {}, `Round ${round}${{ late: ": same as before, because nothing was sent", bot: ": played by a bot" }[order.by] ?? ""}`),
        make("ul", {}, order.answers.map(({ question, words }) => make("li", {}, `${question} ${words}`))))),
    ].flat().filter(Boolean));
  },

  ended(body, known) {
    PAGES.debrief(body, known);
    body.prepend(make("p", { class: "lead" }, "The lesson is over. Thank you for playing."));
  },
};
