// A seat: who you are, what you decide, what it meant for you. Nobody has an empty page: whoever has no seat writes the news.

import { or } from "../basics.js";
import { complain, make, refill, say } from "../page.js";
import { many } from "../words.js";
import { askForm, oneOf } from "./ask.js";
import { Outbox } from "./kept.js";
import { atNextFrame, Known, lineBar } from "./line.js";
import { awards, figures, glossaryOf, guesses, headlines, lawWords, nothingSent, person, ROLES, stageWords, told, whatIf } from "./parts.js";

/** Milliseconds between two signs of life. */
const BEAT = 20000;

/** Opens a seat in `main`; `named` is told the name in it, `gone` when it is no longer one's own. Hands out how to leave. */
export function openSeat(main, theme, line, code, named, gone) {
  const known = new Known();
  const bar = lineBar(() => `If the big screen shows another address, scan it again${known.you && known.you.word ? `; your PIN is ${known.you.word}` : ""}.`);
  const title = make("h1", {});
  const about = make("p", { class: "quiet" });
  const head = make("header", { class: "seat-head", hidden: true });
  const late = make("p", { class: "late", role: "alert", hidden: true });
  const body = make("div", { class: "seat-body" });
  const foot = make("p", { class: "quiet seat-foot" });
  main.className = "seat";
  main.replaceChildren(bar.element, head, late, body, foot);
  refill(body, make("p", { class: "quiet", role: "status" }, "Finding your seat …"));
  let shown = "";
  let live = () => {};
  let begun = "";
  let spoken = "";
  let missed = 0;
  const outbox = new Outbox(`unsent ${code}`, line.once, known, (how, { round }) => {
    if (how === "late") {
      missed = round;
      late.textContent = round ? `Too late: round ${round} was closed before your choice arrived. ${round > 1 ? "Your choice of the round before counts, if you sent one." : "Things stayed as usual for you."}`
        : "Too late: the lesson began before your prediction arrived.";
      late.hidden = false;
    } else if (Array.isArray(how)) {
      complain(how);
    }
    show();
  });

  const show = atNextFrame(() => {
    const { you, class: now } = known;
    if (you && you.gone) return close(you.gone);
    if (you && you.waiting) return wait();
    if (!you || !now) return undefined;
    document.title = `${you.title}: Contraband`;
    title.textContent = you.title;
    about.replaceChildren(person(you.name), ` · ${stageWords(now)}`);
    foot.replaceChildren("If you lose this page, join again as ", make("b", {}, person(you.name)), " with the PIN ", make("b", { class: "word" }, you.word), ".");
    if (head.hidden) head.append(make("div", {}, title, about), theme);
    head.hidden = false;
    named(you.name);
    if (now.round > missed + 1) late.hidden = true;
    outbox.go();
    // A form stays as it is while others decide: only another stage, round or seat makes another page.
    const key = JSON.stringify([now.stage, now.round, you.post, you.asks.map((ask) => ask.key), you.votes, now.laws.length, now.stage === "debrief" && [now.awards, [...known.whatIfs.values()].filter((each) => each.result).length], now.measures.length && now.measures[0].values.length]);
    if (key !== shown) {
      shown = key;
      const page = PAGES[now.stage] || PAGES.lobby;
      live = page(body, known, outbox) || (() => {});
      // Another stage begins at its top; news in the same one moves nothing.
      const where = `${now.stage} ${now.round} ${you.title}`;
      if (where !== begun) scrollTo(0, 0);
      begun = where;
    }
    live();
    const words = `${stageWords(now)}. ${now.paused ? "The teacher has paused the lesson. " : ""}${now.stage === "results" ? you.numbers.map(told).join(" ") : ""}`;
    if (words !== spoken) say(spoken = words);
    return undefined;
  });

  function wait() {
    if (shown === "knock") return;
    shown = "knock";
    refill(body, make("h1", {}, "The teacher has been asked"), make("p", { class: "lead" }, "Please wait. When your teacher says yes, this page opens your seat."));
    say("The teacher has been asked.");
  }

  function close(why) {
    leave();
    gone(why);
  }

  // A phone that dies says nothing, so one that somebody looks at says so from time to time.
  const here = () => {
    if (document.visibilityState === "visible" && !(known.you && known.you.waiting)) line.once({ do: "here" }).catch(() => {});
  };
  const beat = setInterval(here, BEAT);
  document.addEventListener("visibilitychange", here);

  const hangUp = line.listen((told) => {
    known.add(told);
    show();
  }, bar.held, (status) => close(status === 404 ? "This class is no longer open." : "Your seat is no longer on this device. Join again."));

  function leave() {
    clearInterval(beat);
    outbox.stop();
    document.removeEventListener("visibilitychange", here);
    hangUp();
  }
  return leave;
}

/** Who you are, and what you want. */
function card({ card: text, aim, role, role_name: name }) {
  return make("section", { class: "briefing" },
    role ? make("p", { class: "kicker" }, ROLES[role] || name) : null,
    make("p", { class: "card-text" }, text),
    aim ? make("p", {}, make("b", {}, "Your aim: "), aim) : null);
}

/** The button that sends, and whether it did; always within reach of a thumb. */
function sender(label, again, act) {
  const status = make("p", { role: "status" });
  const button = make("button", { type: "submit", class: "go" }, label);
  const form = make("form", { class: "sender", onsubmit: (event) => {
    event.preventDefault();
    act();
  } }, status, button);
  return {
    form,
    /** `wrong` is why nothing can be sent as it is. */
    show: (done, words, wrong = "") => {
      button.disabled = Boolean(wrong);
      form.classList.toggle("stopped", Boolean(wrong));
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

/** That something could not be sent yet, and what becomes of it. */
function unsent({ class: now }, outbox) {
  if (now.paused) return "Kept on this phone. It goes out when the lesson goes on.";
  return outbox.tries ? "Not sent yet: no answer. Your choice is kept on this phone and goes out by itself." : "Sending …";
}

/** How far somebody is with the decisions of a round. */
function howFar(mine, all, { waits, changed, decided }) {
  if (mine.bot) return "A bot is playing for you until your teacher gives you the seat back.";
  if (changed && decided) return "Changed, but not sent again yet.";
  if (waits) return waits;
  if (!decided) return `Not sent${mine.asks.length ? `: ${all.round > 1 ? "last round's choice counts" : "things stay as usual"}` : ""}.`;
  const missing = !mine.decided ? "" : mine.votes && all.laws.length && mine.vote === null ? "a vote" : mine.foretells && mine.foretold === null ? "a prediction" : "";
  if (missing) return `Sent, but without ${missing}: choose above and send again.`;
  return `Sent. You can still change it. ${waitingFor(all)}`;
}

const PAGES = {
  lobby(body, { you, class: now }) {
    refill(body, make("p", { class: "lead" }, "You are in. Look at the big screen. The lesson starts soon."), card(you),
      make("p", { class: "quiet" }, now.lesson.question));
  },

  briefing(body, known, outbox) {
    const { you } = known;
    const [field, chosen] = oneOf({ question: you.before.question, help: "Before we start: what do you think?", options: you.before.answers.map((words, key) => ({ key, words })), chosen: you.predicted });
    const send = sender("Send my prediction", "Change my prediction", () => {
      if (chosen() === undefined) complain(["Choose one of the answers first."]);
      else outbox.put(0, [{ do: "predict", answer: chosen() }]).then(live);
      live();
    });
    const live = () => {
      const { predicted } = known.you;
      send.show(predicted !== null, outbox.waiting ? unsent(known, outbox) : predicted === null ? "" : "Sent. The lesson goes on soon.");
    };
    refill(body, ...[card(you), glossaryOf(known.class.lesson.words), make("h2", {}, "Your prediction"), field, send.form].filter(Boolean));
    return live;
  },

  decide(body, known, outbox) {
    const { you, class: now } = known;
    const round = now.round;
    const fields = [];
    const parts = [];
    // What could not be sent yet counts as chosen.
    const unsaid = outbox.waiting;
    const before = (unsaid && unsaid.round === round && unsaid.commands[0]) || {};
    /** Whether something was chosen that has not been sent, and whether something was sent that the page has not heard of. */
    let changed = false;
    let sent = false;
    const change = () => {
      changed = true;
      live();
    };
    let form = null;
    if (you.asks.length) {
      const said = before.answers || {};
      form = askForm(you.asks, Object.fromEntries(you.asks.map((ask) => [ask.key, or(said[ask.key], or(ask.said, or(ask.value, ask.usual)))])), { changed: change, clashes: you.clashes });
      fields.push(form.element);
      parts.push(() => ({ answers: form.answers() }));
    }
    const choose = (about, part) => {
      const [field, chosen] = oneOf(about, change);
      fields.push(field);
      parts.push(() => (chosen() === undefined ? {} : part(chosen())));
    };
    if (you.votes && now.laws.length) {
      const question = you.post === "newsroom" ? "Which law would your readers choose?" : "Which law do you vote for?";
      choose({ question, options: now.laws.map(({ title, text }, key) => ({ key, words: title, text })), chosen: or(before.law, you.vote) }, (law) => ({ law }));
    }
    if (you.foretells) {
      choose({ question: you.foretells, help: `You have been right ${many(you.right, "time")} so far.`, options: [{ key: true, words: "It will rise" }, { key: false, words: "It will fall" }], chosen: or(before.rises, you.foretold) }, (rises) => ({ rises }));
    }
    // All of it in one: when the last one has sent, the round may close.
    const act = () => {
      const all = Object.assign({}, ...parts.map((part) => part()));
      if (!Object.keys(all).length) {
        complain(["Choose one of the answers first."]);
        return;
      }
      changed = false;
      sent = true;
      outbox.put(round, [{ do: "send", round, ...all }]).then(live);
      live();
    };
    const send = sender("Send", "Send again", act);
    refill(body, ...[
      make("details", { class: "who" }, make("summary", {}, "Who am I?"), card(you)), glossaryOf(now.lesson.words),
      you.numbers.some(({ values }) => values.length) ? make("details", { class: "who" }, make("summary", {}, "My numbers so far"), figures(you.numbers, { aim: true })) : null,
      make("div", { class: "asks" }, fields), send.form].filter(Boolean));
    const live = () => {
      const { you: mine, class: all } = known;
      const decided = mine.decided || sent;
      const wrong = form ? form.wrong().join(" ") : "";
      send.show(decided && !mine.bot && !changed, wrong || howFar(mine, all, { waits: outbox.waiting && unsent(known, outbox), changed, decided }), wrong);
    };
    return live;
  },

  play(body, known) {
    const passed = make("progress", { "aria-label": "Days of the month" });
    const day = make("p", { class: "lead" });
    const news = make("div", {});
    refill(body, make("h2", {}, "Look at the big screen"), day, passed, make("h2", {}, "News"), news);
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
    refill(body, ...[
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
    refill(body, ...[
      make("h2", {}, "Debrief"), guesses(now, you.predicted),
      awards(now.awards),
      ...[...known.whatIfs.values()].filter((each) => each.result).reverse().map((each) => whatIf(each, { short: true })),
      you.numbers.length ? [make("h2", {}, "Your numbers"), figures(you.numbers, { aim: true })] : null,
      mine.length ? make("h2", {}, "What you decided") : null,
      ...mine.map(({ round, order }) => make("section", {}, make("h3", {}, `Round ${round}${{ late: ` (${nothingSent(round)})`, bot: " (played by a bot)" }[order.by] || ""}`),
        make("ul", {}, order.answers.map(({ question, words }) => make("li", {}, `${question} ${words}`))))),
    ].flat().filter(Boolean));
  },

  ended(body, known) {
    PAGES.debrief(body, known);
    body.prepend(make("p", { class: "lead" }, "The lesson is over. Thank you for playing."));
  },
};
