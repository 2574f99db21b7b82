//! The page in a real browser: Debian's chromium, driven by chromedriver. Where they are not installed these tests say so
//! and pass: nothing else of the program needs them.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::server::serve;

/// A browser with a page of the server open.
struct Browser {
    client: Client,
    at: SocketAddr,
    _driver: Child,
}

impl Browser {
    /// A browser of this size; `None` where there is none to drive.
    async fn open(width: u32, height: u32) -> Option<Self> {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let Ok(mut driver) = driver else {
            eprintln!("no chromedriver here: what only a browser can tell was not tested");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().expect("its output is ours")).lines();
        let port = loop {
            let line = lines.next_line().await.expect("it can be read").expect("it starts");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1"];
        let mut options = json!({"args": arguments});
        if width < 500 {
            options["mobileEmulation"] =
                json!({"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2.0}});
        }
        let wanted = json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let Value::Object(wanted) = wanted else { unreachable!("an object is written above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser opens");
        if width >= 500 {
            client.set_window_size(width, height).await.expect("a size");
        }
        Some(Self { client, at: serve().await, _driver: driver })
    }

    async fn go(&self, fragment: &str) {
        // Another fragment of the same address would not load anything.
        self.client.goto("about:blank").await.expect("an empty page");
        self.client.goto(&format!("http://{}/{fragment}", self.at)).await.expect("the page");
    }

    async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script is true of the page.
    async fn until(&self, script: &str) {
        let begun = Instant::now();
        while self.ask(&format!("return Boolean({script})")).await != true {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "it never holds that {script}: {}",
                self.ask("return document.body.innerText").await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn click(&self, selector: &str) {
        let element =
            self.client.find(Locator::Css(selector)).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        // The bar of time stands over the foot of the page.
        self.ask(&format!("document.querySelector(\"{selector}\").scrollIntoView({{block: 'center'}})")).await;
        element.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses keys, wherever the focus is.
    async fn press(&self, keys: &str) {
        self.client
            .active_element()
            .await
            .expect("something has the focus")
            .send_keys(keys)
            .await
            .expect("keys are taken");
    }

    /// What automated rules for accessibility find wrong.
    async fn violations(&self) -> Vec<String> {
        // By the driver, which the page's policy does not bind.
        self.client.execute(include_str!("../vendor/axe.min.js"), Vec::new()).await.expect("the rules");
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document, {resultTypes: ['violations']}).then((all) => done(all.violations.map((one) => \
            `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)));";
        let found = self.client.execute_async(script, Vec::new()).await.expect("they run");
        serde_json::from_value(found).expect("a list")
    }

    async fn close(self) {
        self.client.close().await.expect("it closes");
    }
}

const DAY: &str = "Number(document.querySelector('#day')?.textContent.match(/Day (\\d+)/)?.[1] ?? -1)";

#[tokio::test]
async fn one_click_and_the_town_lives() {
    let Some(browser) = Browser::open(1366, 768).await else { return };
    let begun = Instant::now();
    browser.go("").await;
    browser.until("document.querySelectorAll('.questions li').length > 40").await;
    let first = begun.elapsed();
    let paint = browser.ask("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0").await;
    eprintln!("first view: painted after {paint} ms, all questions after {first:?} seen by the driver");
    browser.click(".questions li:first-child a").await;
    browser.until(&format!("{DAY} >= 3")).await;
    assert_eq!(browser.ask("return document.querySelectorAll('.card canvas').length").await, 6);
    // It stands still when it is told to, and a step is a day.
    browser.click("#play").await;
    browser.until("document.querySelector('#play').title === 'Play'").await;
    let day = browser.ask(&format!("return {DAY}")).await.as_u64().expect("a day");
    browser.click("#next").await;
    browser.until(&format!("{DAY} === {}", day + 1)).await;
    browser.click("#back").await;
    browser.until(&format!("{DAY} === {day}")).await;
    browser.close().await;
}

#[tokio::test]
async fn a_lever_that_is_moved_shows_and_can_be_undone() {
    let Some(browser) = Browser::open(1366, 768).await else { return };
    browser.go("#s=first_market&day=30").await;
    browser
        .until(&format!("{DAY} === 30 && document.querySelector('.lever input[type=number]')?.value === '120'"))
        .await;
    let field = browser.client.find(Locator::Css(".lever input[type=number]")).await.expect("a lever");
    field.clear().await.expect("it is emptied");
    field.send_keys("900\n").await.expect("it is filled");
    browser.until("document.querySelector('.changes').innerText.includes('From day 31')").await;
    browser.until("location.hash.includes('a=31:law.fine=900')").await;
    // The address alone makes the same town.
    let hash = browser.ask("return location.hash").await;
    browser.go(hash.as_str().expect("a fragment")).await;
    browser.until("document.querySelector('.changes')?.innerText.includes('From day 31')").await;
    browser.until("document.querySelector('.lever input[type=number]')?.value === '900'").await;
    // Another seed is another town, with the same change.
    browser
        .ask("const seed = document.querySelector('.seed'); seed.value = '5'; seed.dispatchEvent(new Event('change'))")
        .await;
    browser.until(&format!("document.querySelector('.facts')?.innerText.includes('seed 5') && {DAY} === 30")).await;
    browser.until("document.querySelector('.changes')?.innerText.includes('From day 31')").await;
    browser.click(".changes li button").await;
    browser.until("document.querySelector('.changes').innerText.includes('Nothing yet')").await;
    browser.until("!location.hash.includes('law.fine')").await;
    browser.close().await;
}

#[tokio::test]
async fn a_fork_draws_two_lines_and_their_difference() {
    let Some(browser) = Browser::open(1920, 1080).await else { return };
    browser.go("#s=first_market&day=60&two=1&b=31:law.fine=900").await;
    browser.until(&format!("{DAY} === 60 && document.querySelectorAll('.townbox:not([hidden])').length === 2")).await;
    let key = "document.querySelector('.card .key').innerText";
    browser.until(&format!("{key}.includes('Future A') && {key}.includes('Future B')")).await;
    let (one, other): (f64, f64) = {
        let read = |which: &str| {
            format!(
                "return Number([...document.querySelectorAll('.card .key li')].find((line) => line.innerText.includes('Future {which}')).querySelector('b').innerText)"
            )
        };
        (browser.ask(&read("A")).await.as_f64().expect("A"), browser.ask(&read("B")).await.as_f64().expect("B"))
    };
    browser.click(".both input").await;
    browser.until(&format!("{key}.includes('B less A')")).await;
    let less = browser.ask("return Number(document.querySelector('.card .key b').innerText.replace('−', '-'))").await;
    assert_eq!(less.as_f64(), Some(other - one));
    browser.until("location.hash.includes('difference=1')").await;
    browser.click(".futures button:last-of-type").await;
    browser.until("document.querySelectorAll('.townbox:not([hidden])').length === 1 && location.hash.includes('a=31:law.fine=900')").await;
    browser.close().await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let Some(browser) = Browser::open(1366, 768).await else { return };
    browser.go("").await;
    browser.until("document.querySelectorAll('.questions li').length > 40").await;
    // From the top with the tab key alone: skip link, brand, theme, search, the first question.
    for _ in 0..5 {
        browser.press(&Key::Tab.to_string()).await;
    }
    assert_eq!(browser.ask("return document.activeElement.closest('.questions li') !== null").await, true);
    browser.press(&Key::Enter.to_string()).await;
    browser.until(&format!("{DAY} >= 2")).await;
    browser.press(" ").await;
    browser.until("document.querySelector('#play').title === 'Play'").await;
    let day = browser.ask(&format!("return {DAY}")).await.as_u64().expect("a day");
    browser.press(&Key::Right.to_string()).await;
    browser.until(&format!("{DAY} === {}", day + 1)).await;
    browser.press(&Key::Left.to_string()).await;
    browser.until(&format!("{DAY} === {day}")).await;
    browser.press("f").await;
    browser.until("document.querySelectorAll('.townbox:not([hidden])').length === 2").await;
    // Who cannot click the canvas asks from the list.
    browser.ask("document.querySelector('.aslist summary').focus()").await;
    browser.press(&Key::Enter.to_string()).await;
    browser.press(&Key::Tab.to_string()).await;
    browser.press(&Key::Enter.to_string()).await;
    browser.until("document.querySelector('.story h3')?.innerText.startsWith('Town')").await;
    let spoken = browser.ask("return document.querySelector('#spoken').textContent").await;
    assert!(spoken.as_str().is_some_and(|spoken| spoken.contains("illicit trades")), "{spoken}");
    browser.close().await;
}

#[tokio::test]
async fn no_page_is_wider_than_a_phone() {
    let Some(browser) = Browser::open(360, 740).await else { return };
    for (fragment, there) in [
        ("", "document.querySelectorAll('.questions li').length > 40"),
        ("#s=crackdown&day=20", "document.querySelectorAll('.card canvas').length === 6"),
        (
            "#s=baseline&day=20&two=1&b=10:law.fine=900",
            "document.querySelectorAll('.townbox:not([hidden])').length === 2",
        ),
    ] {
        browser.go(fragment).await;
        browser.until(there).await;
        browser.until(&format!("!location.hash || {DAY} === 20")).await;
        let widths = browser.ask("return [document.documentElement.scrollWidth, innerWidth]").await;
        assert_eq!(widths, json!([360, 360]), "{fragment}");
    }
    browser.close().await;
}

#[tokio::test]
async fn no_rule_of_accessibility_is_broken() {
    let Some(browser) = Browser::open(1366, 768).await else { return };
    for dark in [false, true] {
        for (fragment, there) in [
            ("", "document.querySelectorAll('.questions li').length > 40".to_owned()),
            ("#s=crackdown&day=20", format!("{DAY} === 20 && document.querySelectorAll('.card canvas').length === 6")),
            (
                "#s=baseline&day=12&two=1&b=10:law.fine=900&colour=anxiety",
                format!("{DAY} === 12 && document.querySelectorAll('.townbox:not([hidden])').length === 2"),
            ),
        ] {
            browser.go(fragment).await;
            browser.until(&there).await;
            browser
                .ask(&format!("document.documentElement.dataset.theme = '{}'", if dark { "dark" } else { "light" }))
                .await;
            if fragment.contains("crackdown") {
                browser.ask("document.querySelector('.aslist').open = true; document.querySelector('.card details').open = true; document.querySelector('.lever details').open = true").await;
                browser.ask("document.querySelector('.aslist li button').click()").await;
                browser.until("document.querySelector('.story table')").await;
            }
            let found = browser.violations().await;
            assert!(found.is_empty(), "dark {dark}, {fragment}: {found:#?}");
        }
    }
    browser.close().await;
}

/// Nothing is written to the console, and nothing is asked of any other server.
#[tokio::test]
async fn the_page_is_quiet_and_keeps_to_its_server() {
    let Some(browser) = Browser::open(1366, 768).await else { return };
    browser.go("#s=baseline&day=8").await;
    browser.until(&format!("{DAY} === 8")).await;
    let asked =
        browser.ask("return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host)").await;
    let hosts: Vec<String> = serde_json::from_value(asked).expect("names");
    assert!(hosts.len() > 10 && hosts.iter().all(|host| *host == browser.at.to_string()), "{hosts:?}");
    browser.close().await;
}
