//! A browser of February 2020, Chromium 80, as a pupil's phone: `.ci/run` fetches it, and says where it is. Where nobody says
//! so, what only it can tell is not tested. It knows no driver of today, so it is told what to do by its own protocol, over
//! pipes: JSON, with a zero byte after each message.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::ChildStdout;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::keeper::{self, KeptProgram, not_run, this_test};
use crate::proxy::{Proxy, Way};
use crate::school::Caller;
use crate::whole_lesson::{Classroom, STAGE, on};

/// The variable that says where it is.
pub const OLD_CHROMIUM: &str = "CONTRABAND_OLD_CHROMIUM";

/// Why what only it can tell is not tested.
pub const NO_OLD_CHROMIUM: &str = "CONTRABAND_OLD_CHROMIUM names no browser of 2020";

/// A page in the old browser; it closes when this is dropped.
pub struct OldBrowser {
    process: KeptProgram,
    hear: BufReader<ChildStdout>,
    session: String,
    said: u64,
    /// Exceptions that the page met.
    thrown: Vec<String>,
}

impl OldBrowser {
    /// Opens one; `None` where there is none, which the test says.
    pub fn open() -> Option<Self> {
        let Some(program) = std::env::var_os(OLD_CHROMIUM) else {
            not_run(&this_test(), NO_OLD_CHROMIUM);
            return None;
        };
        // It takes its orders from file 3, and answers on file 4.
        let start = "exec \"$0\" \"$@\" --user-data-dir=\"$TMPDIR\" 3<&0 4>&1 </dev/null >/dev/null 2>&1";
        let more = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
                    --disable-background-networking --remote-debugging-pipe --window-size=360,640 about:blank";
        let mut arguments = vec!["-c".to_owned(), start.to_owned(), program.into_string().expect("a path")];
        arguments.extend(more.split_whitespace().map(str::to_owned));
        let shell = keeper::program("sh").expect("a shell");
        let mut process = KeptProgram::start(&shell, &arguments).expect("a process");
        let hear = BufReader::new(process.0.stdout.take().expect("its output is ours"));
        let mut browser = Self { process, hear, session: String::new(), said: 0, thrown: Vec::new() };
        let begun = Instant::now();
        // It answers before it has a page.
        let page = loop {
            let pages = browser.ask("Target.getTargets", &json!({}))["targetInfos"].take();
            let page = pages.as_array().expect("targets").iter().find(|target| target["type"] == "page").cloned();
            if let Some(page) = page {
                break page["targetId"].clone();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the old browser has no page");
            std::thread::sleep(Duration::from_millis(50));
        };
        let session = browser.ask("Target.attachToTarget", &json!({"targetId": page, "flatten": true}));
        browser.session = session["sessionId"].as_str().expect("a session").into();
        browser.ask("Runtime.enable", &json!({}));
        Some(browser)
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.said += 1;
        let mut message = json!({"id": self.said, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let tell = self.process.0.stdin.as_mut().expect("its input is ours");
        tell.write_all(format!("{message}\0").as_bytes()).expect("it hears");
        loop {
            let mut told = Vec::new();
            assert!(self.hear.read_until(0, &mut told).expect("it answers") > 0, "the old browser has ended");
            told.pop();
            // Whoever keeps it has said something before.
            let first = told.iter().position(|&letter| letter == b'{').expect("it answers in JSON");
            let mut told: Value = serde_json::from_slice(&told[first..]).expect("it answers in JSON");
            if told["method"] == "Runtime.exceptionThrown" {
                self.thrown.push(told["params"]["exceptionDetails"].to_string());
            }
            if told["id"] == self.said {
                assert!(told.get("error").is_none(), "{method}: {told}");
                return told["result"].take();
            }
        }
    }

    /// Opens an address; whether there is anybody.
    pub fn go(&mut self, address: &str) -> bool {
        self.ask("Page.navigate", &json!({"url": address})).get("errorText").is_none()
    }

    /// What an expression comes to on the page.
    pub fn run(&mut self, script: &str) -> Value {
        let told = self.ask("Runtime.evaluate", &json!({"expression": script, "returnByValue": true}));
        told["result"]["value"].clone()
    }

    fn until(&mut self, script: &str) {
        let begun = Instant::now();
        while self.run(&format!("Boolean({script})")) != true {
            let text = self.run("document.body.innerText");
            assert!(begun.elapsed() < Duration::from_secs(20), "never {script}: {text} {:?}", self.thrown);
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_phone_of_2020_plays_a_round() {
    let Some(mut old) = OldBrowser::open() else { return };
    let version = old.run("navigator.userAgent");
    assert!(version.as_str().is_some_and(|version| version.contains("Chrome/80.")), "{version}");
    let room = Classroom::open("old");
    let Some(teacher) = Browser::of(room.at(), 1366, 768) else { return };
    teacher.driver.go(&room.doors.teacher);
    assert!(old.go(&room.join()));
    old.until("document.querySelector('#name')");
    old.until("document.querySelector('.lead').innerText.endsWith('?')");
    old.run(
        "document.querySelector('#name').value = 'Old'; document.querySelector('form .go:not([type=button])').click()",
    );
    old.until("document.querySelector('.seat-head h1') && document.querySelector('.briefing')");
    teacher.until("document.querySelectorAll('.people tbody tr').length === 1");
    on(&teacher, "Cards");
    old.until("document.querySelectorAll('.option').length > 1");
    old.run("document.querySelectorAll('.option input')[1].click(); document.querySelector('.sender .go').click()");
    old.until("document.querySelector('.sender p').innerText.startsWith('Sent')");
    on(&teacher, "Decide");
    old.until("document.querySelectorAll('fieldset.ask').length > 1");
    // What is chosen is marked, and things that stand beside each other do not touch.
    old.run("document.querySelectorAll('fieldset.ask .option input')[1].click()");
    old.until("document.querySelectorAll('.option.picked').length > 0");
    let apart = "(() => { const [input, words] = document.querySelector('.option').children; \
                 return words.getBoundingClientRect().left - input.getBoundingClientRect().right; })()";
    assert!(old.run(apart).as_f64() >= Some(6.0), "{}", old.run(apart));
    assert_eq!(old.run("document.documentElement.scrollWidth <= innerWidth"), true);
    // A click on the button: it is not below the edge of the screen.
    old.run("document.querySelector('.sender .go').click()");
    old.until("document.querySelector('.sender p').innerText.startsWith('Sent')");
    teacher.until("document.querySelector('.people .done')?.innerText.startsWith('decided')");
    teacher.ask("const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change'))");
    teacher.click(".control .go");
    teacher.until(&format!("{STAGE} === 'Results'"));
    old.until("document.querySelectorAll('.figure').length > 3");
    assert_eq!(old.run("document.querySelector('.down').hidden && document.querySelector('#needs').hidden"), true);
    assert!(old.thrown.is_empty(), "{:?}", old.thrown);
}

/// The school's computer at the projector is the oldest of all: a teacher leads a class on it, and its wall shows the class.
#[test]
fn a_teacher_and_a_projector_of_2020_lead_a_class_through_a_round() {
    let Some(mut teacher) = OldBrowser::open() else { return };
    let Some(mut wall) = OldBrowser::open() else { return };
    let room = Classroom::open("old-desk");
    assert!(teacher.go(&room.doors.teacher));
    assert!(wall.go(&format!("http://{}/screen#{}", room.at(), room.doors.code)));
    teacher.until("document.querySelector('.control .go') && !document.querySelector('.control .go').disabled");
    wall.until("document.querySelector('.qr') && document.querySelector('.qr').naturalWidth > 100");
    let ann = Caller { at: room.at(), code: room.doors.code.clone(), token: String::new() }.student("Ann");
    let _page = ann.listen();
    teacher.until("document.querySelectorAll('.people tbody tr').length === 1");
    wall.until("document.querySelector('.names') && document.querySelector('.names').innerText.includes('Ann')");
    let stage = "document.querySelector('.steps [aria-current]').innerText";
    let on = |teacher: &mut OldBrowser, name: &str| {
        teacher.until("!document.querySelector('.control .go').disabled");
        teacher.run("document.querySelector('.control .go').click()");
        teacher.until(&format!("{stage} === '{name}'"));
    };
    on(&mut teacher, "Cards");
    wall.until("document.querySelector('.question')");
    on(&mut teacher, "Decide");
    wall.until("document.querySelector('.marks')");
    ann.ok(&json!({"do": "send", "round": 1, "answers": {}, "law": 0}));
    teacher.until("document.querySelector('.people .done') && document.querySelector('.people .done').innerText.startsWith('decided')");
    teacher.run("(() => { const speed = document.querySelector('.others select'); speed.value = '100'; speed.dispatchEvent(new Event('change')); })()");
    on(&mut teacher, "Results");
    for (page, what) in [(&mut teacher, "teacher"), (&mut wall, "projector")] {
        page.until("document.querySelectorAll('.figure').length > 3");
        assert_eq!(
            page.run("document.querySelector('#needs').hidden && document.querySelector('#broken').hidden"),
            true,
            "{what}"
        );
        assert_eq!(page.run("document.documentElement.scrollWidth <= innerWidth"), true, "{what}");
        assert!(page.thrown.is_empty(), "{what}: {:?}", page.thrown);
    }
    // A button that acts on its second click.
    teacher.run(
        "(() => { const undo = [...document.querySelectorAll('button')].find((one) => one.innerText.startsWith('Undo')); undo.click(); undo.click(); })()",
    );
    teacher.until(&format!("{stage} === 'Decide'"));
    wall.until("document.querySelector('.marks')");
    assert!(teacher.thrown.is_empty() && wall.thrown.is_empty(), "{:?} {:?}", teacher.thrown, wall.thrown);
}

/// A browser that can run nothing of a page at all says in a sentence what is needed: also the teacher's and the projector's.
#[test]
fn whatever_page_an_old_browser_cannot_run_says_what_is_needed() {
    let Some(mut old) = OldBrowser::open() else { return };
    let room = Classroom::open("older");
    // As a browser does that knows a word of the language less: none of its modules runs.
    for (page, own) in [("join", "/class/join.js"), ("teacher", "/class/teacher.js"), ("screen", "/class/screen.js")] {
        let proxy = Proxy::before(room.at(), Way::Instead(own, "const a = b ??= c;"));
        assert!(old.go(&format!("http://{}/{page}#{}", proxy.at, room.doors.code)));
        old.until("document.querySelector('#needs') && !document.querySelector('#needs').hidden");
        let said = old.run("document.querySelector('#needs').innerText");
        assert!(
            said.as_str().is_some_and(|said| said.contains("too old for this page") && said.contains("Chrome 80")),
            "{page}: {said}"
        );
        assert!(!old.thrown.is_empty(), "{page}: nothing was wrong");
        old.thrown.clear();
    }
}
