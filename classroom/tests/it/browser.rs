//! The page in a real browser: Debian's chromium, driven by chromedriver. Where they are not installed these tests say so
//! and pass: nothing else of the program needs them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use contraband_classroom::Exhibit;
use contraband_classroom::world::Opening;
use serde_json::{Value, json};

use crate::keeper::{not_run, this_test};
use crate::server::{serve, serve_with};
use crate::webdriver::{Driver, ENTER, LEFT, NO_DRIVER, RIGHT, TAB};

/// A browser with a page of the server open.
pub struct Browser {
    pub driver: Driver,
    at: SocketAddr,
}

impl Browser {
    /// A browser of this size; `None` where there is none to drive.
    fn open(width: u32, height: u32) -> Option<Self> {
        Self::of(serve(), width, height)
    }

    /// The same, for a server that is there already.
    pub fn of(at: SocketAddr, width: u32, height: u32) -> Option<Self> {
        let Some(driver) = Driver::start(width, height) else {
            not_run(&this_test(), NO_DRIVER);
            return None;
        };
        Some(Self { driver, at })
    }

    fn go(&self, fragment: &str) {
        // Another fragment of the same address would not load anything.
        self.driver.go("about:blank");
        self.driver.go(&format!("http://{}/{fragment}", self.at));
    }

    pub fn ask(&self, script: &str) -> Value {
        self.driver.run(script)
    }

    /// Waits until a script is true of the page.
    pub fn until(&self, script: &str) {
        let begun = Instant::now();
        while self.ask(&format!("return Boolean({script})")) != true {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "it never holds that {script}: {}",
                self.ask("return document.body.innerText")
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub fn click(&self, selector: &str) {
        // The bar of time stands over the foot of the page.
        self.ask(&format!("document.querySelector(\"{selector}\").scrollIntoView({{block: 'center'}})"));
        self.driver.click(&self.driver.find(selector));
    }

    /// Presses keys, wherever the focus is.
    fn press(&self, keys: &str) {
        self.driver.press(&self.driver.focused(), keys);
    }

    /// What a thumb would miss: less than 44 pixels high.
    pub fn too_small(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('button, select, summary, .option, .button, .brand, input:not([type=radio], [type=checkbox])')] \
            .filter((each) => { const { width, height } = each.getBoundingClientRect(); return width > 1 && height < 44; }) \
            .map((each) => `${each.tagName} ${each.innerText || each.id} ${each.getBoundingClientRect().height}`);";
        serde_json::from_value(self.ask(script)).expect("a list")
    }

    /// What automated rules for accessibility find wrong.
    pub fn violations(&self) -> Vec<String> {
        // By the driver, which the page's policy does not bind; once a page, for they are long.
        if self.driver.run("return window.axe === undefined") == true {
            self.driver.run(include_str!("../vendor/axe.min.js"));
        }
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document, {resultTypes: ['violations']}).then((all) => done(all.violations.map((one) => \
            `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)));";
        serde_json::from_value(self.driver.run_until_done(script)).expect("a list")
    }
}

const DAY: &str = "Number(document.querySelector('#day')?.textContent.match(/Day (\\d+)/)?.[1] ?? -1)";

#[test]
fn one_click_and_the_town_lives() {
    let Some(browser) = Browser::open(1366, 768) else { return };
    let begun = Instant::now();
    browser.go("");
    browser.until("document.querySelectorAll('.questions li').length > 40");
    let first = begun.elapsed();
    let paint = browser.ask("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0");
    eprintln!("first view: painted after {paint} ms, all questions after {first:?} seen by the driver");
    browser.click(".questions li:first-child a");
    browser.until(&format!("{DAY} >= 3"));
    assert_eq!(browser.ask("return document.querySelectorAll('.card canvas').length"), 6);
    // It stands still when it is told to, and a step is a day.
    browser.click("#play");
    browser.until("document.querySelector('#play').title === 'Play'");
    let day = browser.ask(&format!("return {DAY}")).as_u64().expect("a day");
    browser.click("#next");
    browser.until(&format!("{DAY} === {}", day + 1));
    browser.click("#back");
    browser.until(&format!("{DAY} === {day}"));
}

#[test]
fn a_lever_that_is_moved_shows_and_can_be_undone() {
    let Some(browser) = Browser::open(1366, 768) else { return };
    browser.go("#s=first_market&day=30");
    browser.until(&format!("{DAY} === 30 && document.querySelector('.lever input[type=number]')?.value === '120'"));
    let field = browser.driver.find(".lever input[type=number]");
    browser.driver.clear(&field);
    browser.driver.press(&field, "900\n");
    browser.until("document.querySelector('.changes').innerText.includes('From day 31')");
    browser.until("location.hash.includes('a=31:law.fine=900')");
    // The address alone makes the same town.
    let hash = browser.ask("return location.hash");
    browser.go(hash.as_str().expect("a fragment"));
    browser.until("document.querySelector('.changes')?.innerText.includes('From day 31')");
    browser.until("document.querySelector('.lever input[type=number]')?.value === '900'");
    // Another seed is another town, with the same change.
    browser
        .ask("const seed = document.querySelector('.seed'); seed.value = '5'; seed.dispatchEvent(new Event('change'))");
    browser.until(&format!("document.querySelector('.facts')?.innerText.includes('seed 5') && {DAY} === 30"));
    browser.until("document.querySelector('.changes')?.innerText.includes('From day 31')");
    browser.click(".changes li button");
    browser.until("document.querySelector('.changes').innerText.includes('Nothing yet')");
    browser.until("!location.hash.includes('law.fine')");
}

#[test]
fn a_fork_draws_two_lines_and_their_difference() {
    let Some(browser) = Browser::open(1920, 1080) else { return };
    browser.go("#s=first_market&day=60&two=1&b=31:law.fine=900");
    browser.until(&format!("{DAY} === 60 && document.querySelectorAll('.townbox:not([hidden])').length === 2"));
    let key = "document.querySelector('.card .key').innerText";
    browser.until(&format!("{key}.includes('Future A') && {key}.includes('Future B')"));
    let (one, other): (f64, f64) = {
        let read = |which: &str| {
            format!(
                "return Number([...document.querySelectorAll('.card .key li')].find((line) => line.innerText.includes('Future {which}')).querySelector('b').innerText)"
            )
        };
        (browser.ask(&read("A")).as_f64().expect("A"), browser.ask(&read("B")).as_f64().expect("B"))
    };
    browser.click(".both input");
    browser.until(&format!("{key}.includes('B minus A')"));
    let less = browser.ask("return Number(document.querySelector('.card .key b').innerText.replace('−', '-'))");
    assert_eq!(less.as_f64(), Some(other - one));
    browser.until("location.hash.includes('difference=1')");
    browser.click(".futures button:last-of-type");
    browser.until("document.querySelectorAll('.townbox:not([hidden])').length === 1 && location.hash.includes('a=31:law.fine=900')");
}

#[test]
fn a_file_of_ones_own_lives_and_its_address_holds_it() {
    let Some(browser) = Browser::open(1366, 768) else { return };
    let folder = std::env::temp_dir().join(format!("contraband-own-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let choose = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        browser.driver.press(&browser.driver.find("#own"), path.to_str().expect("a path"));
    };
    browser.go("");
    browser.until("document.querySelector('#own')");
    // What is wrong is said with its place; the next file can be chosen there and then.
    choose("mine.ron", "(\n  days: 30,\n  law: (fin: 3),\n)");
    browser.until("document.querySelector('.wrong')?.innerText.includes('mine.ron:3:9: ')");
    choose("ours.json", r#"{"name": "Ours", "question": "Whose?", "days": 30, "seed": 4, "citizens": {"count": 300}}"#);
    browser.until(&format!("{DAY} === 30 && document.querySelector('h1').innerText === 'Whose?'"));
    browser.until("document.querySelector('.facts').innerText.includes('300 people · seed 4')");
    let digest = browser.ask("return document.querySelector('.facts').innerText");
    // Without the file, from its address alone: the same run.
    std::fs::remove_dir_all(&folder).expect("it was ours");
    let hash = browser.ask("return location.hash");
    browser.go(hash.as_str().expect("a fragment"));
    browser.until(&format!("{DAY} === 30"));
    assert_eq!(browser.ask("return document.querySelector('.facts').innerText"), digest);
    // Lived for longer it goes on where it ended.
    browser.ask("const days = document.querySelectorAll('.seed')[1]; days.value = '40'; days.dispatchEvent(new Event('change'))");
    browser.until(&format!("{DAY} === 30 && document.querySelector('#day').innerText.includes('of 40')"));
    let csv = "const done = arguments[arguments.length - 1]; \
        fetch(document.querySelector('.files a').href).then((answer) => answer.text()).then((text) => done(text.trim().split('\\n').length))";
    assert_eq!(browser.driver.run_until_done(csv), 31);
    browser.ask("document.querySelector('.files').open = true");
    assert!(browser.violations().is_empty(), "{:#?}", browser.violations());
}

#[test]
fn a_run_that_was_given_is_the_first_thing_in_the_gallery() {
    let text = Some("(name: \"Cell 7\", question: \"Why so?\", days: 9, citizens: (count: 300))".into());
    let opening =
        Opening { scenario: "cell.ron".into(), text, seed: Some(11), days: None, futures: Vec::new(), now: 9 };
    let at = serve_with(vec![Exhibit::new("Cell 7".into(), "fine 300, seed 11".into(), move || Ok(opening.clone()))]);
    let Some(browser) = Browser::of(at, 1366, 768) else { return };
    browser.go("");
    browser.until("document.querySelector('.runs a')");
    assert!(browser.violations().is_empty(), "{:#?}", browser.violations());
    browser.click(".runs a");
    browser.until(&format!("{DAY} === 9 && document.querySelector('.facts').innerText.includes('seed 11')"));
    browser.ask("history.back()");
    browser.until("document.querySelector('.runs a') && location.hash === ''");
}

#[test]
fn the_keyboard_is_enough() {
    let Some(browser) = Browser::open(1366, 768) else { return };
    browser.go("");
    browser.until("document.querySelectorAll('.questions li').length > 40");
    // From the top with the tab key alone: skip link, brand, theme, search, the first question.
    for _ in 0..5 {
        browser.press(TAB);
    }
    assert_eq!(browser.ask("return document.activeElement.closest('.questions li') !== null"), true);
    browser.press(ENTER);
    browser.until(&format!("{DAY} >= 2"));
    browser.press(" ");
    browser.until("document.querySelector('#play').title === 'Play'");
    let day = browser.ask(&format!("return {DAY}")).as_u64().expect("a day");
    browser.press(RIGHT);
    browser.until(&format!("{DAY} === {}", day + 1));
    browser.press(LEFT);
    browser.until(&format!("{DAY} === {day}"));
    browser.press("f");
    browser.until("document.querySelectorAll('.townbox:not([hidden])').length === 2");
    // Who cannot click the canvas asks from the list.
    browser.ask("document.querySelector('.aslist summary').focus()");
    browser.press(ENTER);
    browser.press(TAB);
    browser.press(ENTER);
    browser.until("document.querySelector('.story h3')?.innerText.startsWith('Town')");
    let spoken = browser.ask("return document.querySelector('#spoken').textContent");
    assert!(spoken.as_str().is_some_and(|spoken| spoken.contains("illicit trades")), "{spoken}");
}

#[test]
fn pages_fit_a_phone_and_its_thumbs() {
    let Some(browser) = Browser::open(360, 740) else { return };
    for (fragment, there) in [
        ("", "document.querySelectorAll('.questions li').length > 40"),
        ("#s=crackdown&day=20", "document.querySelectorAll('.card canvas').length === 6"),
        (
            "#s=baseline&day=20&two=1&b=10:law.fine=900",
            "document.querySelectorAll('.townbox:not([hidden])').length === 2",
        ),
    ] {
        browser.go(fragment);
        browser.until(there);
        browser.until(&format!("!location.hash || {DAY} === 20"));
        let widths = browser.ask("return [document.documentElement.scrollWidth, innerWidth]");
        assert_eq!(widths, json!([360, 360]), "{fragment}");
        assert!(browser.too_small().is_empty(), "{fragment}: {:#?}", browser.too_small());
    }
}

#[test]
fn no_rule_of_accessibility_is_broken() {
    let Some(browser) = Browser::open(1366, 768) else { return };
    for dark in [false, true] {
        for (fragment, there) in [
            ("", "document.querySelectorAll('.questions li').length > 40".to_owned()),
            ("#s=crackdown&day=20", format!("{DAY} === 20 && document.querySelectorAll('.card canvas').length === 6")),
            (
                "#s=baseline&day=12&two=1&b=10:law.fine=900&colour=anxiety",
                format!("{DAY} === 12 && document.querySelectorAll('.townbox:not([hidden])').length === 2"),
            ),
        ] {
            browser.go(fragment);
            browser.until(&there);
            browser.ask(&format!("document.documentElement.dataset.theme = '{}'", if dark { "dark" } else { "light" }));
            if fragment.contains("crackdown") {
                browser.ask("document.querySelector('.aslist').open = true; document.querySelector('.card details').open = true; document.querySelector('.lever details').open = true");
                browser.ask("document.querySelector('.aslist li button').click()");
                browser.until("document.querySelector('.story table')");
            }
            let found = browser.violations();
            assert!(found.is_empty(), "dark {dark}, {fragment}: {found:#?}");
        }
    }
}

/// Nothing is written to the console, and nothing is asked of any other server.
#[test]
fn the_page_is_quiet_and_keeps_to_its_server() {
    let Some(browser) = Browser::open(1366, 768) else { return };
    browser.go("#s=baseline&day=8");
    browser.until(&format!("{DAY} === 8"));
    let asked = browser.ask("return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host)");
    let hosts: Vec<String> = serde_json::from_value(asked).expect("names");
    assert!(hosts.len() > 10 && hosts.iter().all(|host| *host == browser.at.to_string()), "{hosts:?}");
}
