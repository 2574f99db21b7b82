//! Pupils with the real page in a real browser, among the phones of a trial: what they see of the class is told as phones tell
//! it, and what they choose is clicked.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::keeper::{not_run, program};
use crate::old_browser::{NO_OLD_CHROMIUM, OLD_CHROMIUM, OldBrowser};
use crate::proxy::{Proxy, Way};
use crate::pupils::{Order, What, tell};
use crate::webdriver::{Driver, NO_DRIVER};

/// In what a pupil has the page open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageKind {
    /// A browser of today.
    Browser,
    /// A browser of today, behind something that holds streams back until they end.
    Held,
    /// A browser of 2020.
    Old,
}

impl PageKind {
    /// Those that there are on this machine; where some are not, `test` says that it is not run with them.
    pub fn all_here(test: &str) -> Vec<Self> {
        let lacks = |kind: &Self| match kind {
            Self::Browser | Self::Held => program("chromedriver").is_none().then_some(NO_DRIVER),
            Self::Old => std::env::var_os(OLD_CHROMIUM).is_none().then_some(NO_OLD_CHROMIUM),
        };
        let all = [Self::Browser, Self::Held, Self::Old];
        let missing: Vec<String> = all.iter().filter_map(|kind| Some(format!("{kind:?} ({})", lacks(kind)?))).collect();
        if !missing.is_empty() {
            not_run(test, &format!("with pages of these kinds: {}", missing.join(", ")));
        }
        all.into_iter().filter(|kind| lacks(kind).is_none()).collect()
    }
}

enum AnyBrowser {
    Today(Driver),
    Old(OldBrowser),
}

impl AnyBrowser {
    /// What an expression comes to; nothing while the page is another.
    fn ask(&mut self, expression: &str) -> Option<Value> {
        match self {
            Self::Today(driver) => driver.try_run(&format!("return {expression};")).ok(),
            Self::Old(old) => Some(old.run(expression)),
        }
    }

    /// Opens an address; whether that went well.
    fn go(&mut self, address: &str) -> bool {
        match self {
            Self::Today(driver) => driver.try_go(address).is_ok(),
            Self::Old(old) => old.go(address),
        }
    }
}

/// For so long a page may have nothing on it: it is being loaded, on a bad network.
const WHITE: Duration = Duration::from_secs(20);

/// What is on the page.
const LOOK: &str = r##"(() => {
  const text = (of) => { const found = document.querySelector(of); return found && !found.hidden ? found.innerText.trim() : ""; };
  const fields = [...document.querySelectorAll("fieldset.ask")].map((field) => {
    const box = field.querySelector(".option input:checked");
    const words = box ? box.parentNode.querySelector("span").firstChild : field.querySelector("output");
    return [field.querySelector("legend").innerText, words ? words.textContent.trim() : "", field.querySelectorAll(".option input").length];
  });
  return JSON.stringify({
    title: text(".seat-head h1"), about: text(".seat-head .quiet"), down: text(".down"), late: text(".late"), word: text(".seat-foot .word"),
    status: text(".sender p"), joins: Boolean(document.querySelector("#name")), asksPin: Boolean(document.querySelector("#word")),
    wrong: text("#needs") || text("#broken"), empty: !document.body || !document.body.innerText.trim(),
    waits: Object.keys(localStorage).some((name) => name.startsWith("unsent")), fields,
  });
})()"##;

/// A stage and its round, from the words at the head of the page.
fn stage_of(about: &str, last: u64) -> Option<(&'static str, u64)> {
    let words = about.rsplit_once(" · ")?.1;
    match words {
        "Waiting for everyone" => return Some(("lobby", 0)),
        "Who you are" => return Some(("briefing", 0)),
        "Debrief" => return Some(("debrief", last)),
        _ => {}
    }
    let (round, rest) = words.strip_prefix("Round ")?.split_once(" of ")?;
    let round = round.parse().ok()?;
    let stage = rest.split_once(": ")?.1;
    Some((
        if stage.starts_with("days") {
            "play"
        } else if stage == "decide" {
            "decide"
        } else {
            "results"
        },
        round,
    ))
}

struct PagePupil {
    nth: usize,
    kind: PageKind,
    code: String,
    name: String,
    browser: AnyBrowser,
    word: String,
    notice: bool,
    stage: (String, u64),
    title: String,
    /// What was clicked and is not acknowledged yet.
    open: Option<Value>,
    /// The stage in which everything was done.
    done: (String, u64),
    told_wrong: String,
    /// Since when there has been nothing at all on the page.
    white: Option<Instant>,
}

impl PagePupil {
    fn tell(&self, what: What) {
        tell(self.nth, what);
    }

    /// Opens the page of the class, at the server or through what holds streams back.
    fn scan(&mut self, at: SocketAddr) {
        let door = if self.kind == PageKind::Held { Proxy::before(at, Way::UntilTheEnd).at } else { at };
        let begun = Instant::now();
        while !self.browser.go(&format!("http://{door}/join#{}", self.code)) {
            assert!(begun.elapsed() < Duration::from_secs(90), "{:?}: the page cannot be opened", self.kind);
            std::thread::sleep(Duration::from_secs(1));
        }
        self.title.clear();
        // What was chosen there and not sent is chosen again.
        self.open = None;
    }

    /// What is on the page; nothing while it is another.
    fn seen(&mut self) -> Option<Value> {
        let seen = self.browser.ask(LOOK)?;
        Some(serde_json::from_str(seen.as_str()?).expect("JSON"))
    }

    /// Looks at the page, and does the next of what is to do.
    fn look(&mut self) {
        let Some(seen) = self.seen() else { return };
        let text = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
        self.white = (seen["empty"] == true).then(|| self.white.unwrap_or_else(Instant::now));
        let is_white = self.white.is_some_and(|since| since.elapsed() > WHITE);
        let wrong = if is_white { format!("it has been white for {} s", WHITE.as_secs()) } else { text("wrong") };
        if !wrong.is_empty() && wrong != self.told_wrong {
            self.tell(What::Broken(wrong.clone()));
        }
        self.told_wrong = wrong;
        if seen["joins"] == true {
            self.join(seen["asksPin"] == true);
            return;
        }
        let down = !text("down").is_empty();
        if down != self.notice {
            self.notice = down;
            self.tell(What::Notice(down));
        }
        if !text("word").is_empty() {
            self.word = text("word");
        }
        let title = text("title");
        if !title.is_empty() && title != self.title {
            self.tell(What::Seat(json!(title)));
            self.title = title;
        }
        let Some((stage, round)) = stage_of(&text("about"), self.stage.1) else { return };
        if (self.stage.0.as_str(), self.stage.1) != (stage, round) {
            self.stage = (stage.to_owned(), round);
            self.tell(What::Stage(stage.to_owned(), round));
        }
        if let Some(sent) = &self.open {
            if seen["waits"] == false {
                if text("late").is_empty() {
                    self.tell(What::Done(sent.clone()));
                } else {
                    self.tell(What::Refused(sent.clone(), 409, text("late")));
                }
                self.open = None;
            }
        } else if self.done != self.stage && matches!(stage, "briefing" | "decide") {
            self.choose(stage, round, &seen["fields"]);
        }
    }

    /// Another option of the first question that has some than in the round before, and the law after it; where there are only
    /// numbers, another number. Then sends.
    fn choose(&mut self, stage: &str, round: u64, fields: &Value) {
        let fields = fields.as_array().map_or(&[][..], Vec::as_slice);
        if fields.is_empty() {
            return;
        }
        let many = |at: usize| fields[at][2].as_u64().unwrap_or(0);
        let first = (0..fields.len()).find(|&at| many(at) > 1).unwrap_or(0);
        let turn = round + self.nth as u64;
        let option = |at: usize| turn % many(at).max(2);
        let mut clicked = vec![first];
        clicked.extend(
            (first + 1..fields.len()).filter(|&at| fields[at][0].as_str().is_some_and(|it| it.contains("law"))),
        );
        for &at in &clicked {
            let what = if many(at) > 1 { ".option input" } else { ".sliding button" };
            let click = format!(
                "(() => {{ document.querySelectorAll('fieldset.ask')[{at}].querySelectorAll('{what}')[{}].click(); return 1; }})()",
                option(at)
            );
            let _ = self.browser.ask(&click);
        }
        let seen = self.seen().unwrap_or_default();
        let _ = self.browser.ask("(() => { document.querySelector('.sender .go').click(); return 1; })()");
        self.open = Some(if stage == "briefing" {
            json!({"do": "predict", "answer": option(first)})
        } else {
            let of = |at: usize| {
                let field = &seen["fields"][at];
                Some((field[0].as_str()?.to_owned(), field[1].as_str()?.to_owned()))
            };
            let shown: BTreeMap<String, String> = clicked.into_iter().filter_map(of).collect();
            json!({"do": "send", "round": round, "shown": shown})
        });
        self.done.clone_from(&self.stage);
    }

    fn join(&mut self, with_pin: bool) {
        let name = json!(self.name);
        let word = json!(self.word);
        let _ = self.browser.ask(&if with_pin {
            format!(
                "(() => {{ document.querySelector('#word').value = {word}; \
                 document.querySelector('.taken button[type=submit]').click(); return 1; }})()"
            )
        } else {
            format!(
                "(() => {{ const go = document.querySelector('form .go:not([type=button])'); if (go.disabled) return 0; \
                 document.querySelector('#name').value = {name}; go.click(); return 1; }})()"
            )
        });
        std::thread::sleep(Duration::from_millis(700));
    }
}

/// Lets somebody with a real page take part, until they are told that it is over.
pub fn take_part(nth: usize, kind: PageKind, at: SocketAddr, code: &str) {
    let browser = match kind {
        PageKind::Old => AnyBrowser::Old(OldBrowser::open().expect("a browser of 2020")),
        PageKind::Browser | PageKind::Held => AnyBrowser::Today(Driver::start(360, 640).expect("a browser")),
    };
    let mut pupil = PagePupil {
        nth,
        kind,
        code: code.to_owned(),
        name: format!("Pupil {nth}"),
        browser,
        word: String::new(),
        notice: false,
        stage: (String::new(), 0),
        title: String::new(),
        open: None,
        done: (String::new(), 0),
        told_wrong: String::new(),
        white: None,
    };
    let (tell, orders) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let _ = tell.send(serde_json::from_str(&line).expect("an order"));
        }
    });
    pupil.scan(at);
    while go_on(&mut pupil, &orders) {}
}

fn go_on(pupil: &mut PagePupil, orders: &Receiver<Order>) -> bool {
    match orders.recv_timeout(Duration::from_millis(250)) {
        Ok(Order::Scan(at)) => {
            let unsent = pupil.open.is_some();
            pupil.scan(at);
            if unsent {
                pupil.done = (String::new(), 0);
            }
        }
        Ok(Order::End) | Err(RecvTimeoutError::Disconnected) => return false,
        Ok(Order::Address(..)) | Err(RecvTimeoutError::Timeout) => {}
    }
    pupil.look();
    true
}
