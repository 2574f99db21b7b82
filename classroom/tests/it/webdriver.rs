//! A browser, driven by chromedriver: the few commands of the W3C's protocol that the tests need.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::keeper::{KeptProgram, program};

/// Keys that are no letters.
pub const TAB: &str = "\u{e004}";
/// Enter.
pub const ENTER: &str = "\u{e007}";
/// Arrow to the left.
pub const LEFT: &str = "\u{e012}";
/// Arrow to the right.
pub const RIGHT: &str = "\u{e014}";

/// Why what only a browser can tell is not tested.
pub const NO_DRIVER: &str = "chromedriver is not installed";

/// By what name an element is known.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser; it closes when this is dropped.
pub struct Driver {
    /// The driver; it ends after the browser was closed.
    _process: KeptProgram,
    port: u16,
    session: String,
}

impl Driver {
    /// Starts a browser with a window of this size, a phone's where it is narrow; `None` where there is no driver.
    pub fn start(width: u32, height: u32) -> Option<Self> {
        let (process, port) = Self::process()?;
        let mut options =
            json!({"args": ["--headless", "--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1"]});
        if width < 500 {
            options["mobileEmulation"] =
                json!({"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2.0}});
        }
        let mut driver = Self { _process: process, port, session: String::new() };
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}});
        let opened = driver.send("POST", "/session", &wanted);
        driver.session = format!("/session/{}", opened["sessionId"].as_str().expect("a session"));
        if width >= 500 {
            driver.order("/window/rect", &json!({"width": width, "height": height}));
        }
        Some(driver)
    }

    /// A driver that listens, and its port; `None` where there is none. Of several that start at once, one may find the port
    /// taken that the system gave it, and end.
    fn process() -> Option<(KeptProgram, u16)> {
        for _ in 0..5 {
            let program = program("chromedriver")?;
            let mut process = KeptProgram::start(&program, &["--port=0".into()]).ok()?;
            let lines = BufReader::new(process.0.stdout.take().expect("its output is ours")).lines();
            // An earlier line names port 0.
            let port = lines.map_while(Result::ok).find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse().ok()
            });
            if let Some(port) = port {
                return Some((process, port));
            }
        }
        panic!("chromedriver ended five times before it listened");
    }

    /// Opens an address.
    pub fn go(&self, address: &str) {
        self.order("/url", &json!({"url": address}));
    }

    /// Opens an address, on which there may be nobody.
    ///
    /// # Errors
    /// What the driver says of it.
    pub fn try_go(&self, address: &str) -> Result<Value, Value> {
        self.tried("POST", &format!("{}/url", self.session), &json!({"url": address}))
    }

    /// Runs a script on a page that may be about to be another.
    ///
    /// # Errors
    /// What the driver says of it.
    pub fn try_run(&self, script: &str) -> Result<Value, Value> {
        let what = json!({"script": script, "args": []});
        self.tried("POST", &format!("{}/execute/sync", self.session), &what)
    }

    /// Runs a script on the page.
    pub fn run(&self, script: &str) -> Value {
        self.order("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a script that calls its last argument when it is done.
    pub fn run_until_done(&self, script: &str) -> Value {
        self.order("/execute/async", &json!({"script": script, "args": []}))
    }

    /// The first element of a selector.
    pub fn find(&self, selector: &str) -> String {
        let found = self.order("/element", &json!({"using": "css selector", "value": selector}));
        found[ELEMENT].as_str().unwrap_or_else(|| panic!("{selector}: {found}")).into()
    }

    /// The element that has the focus.
    pub fn focused(&self) -> String {
        let found = self.send("GET", &format!("{}/element/active", self.session), &Value::Null);
        found[ELEMENT].as_str().expect("something has the focus").into()
    }

    /// Clicks an element.
    pub fn click(&self, element: &str) {
        self.order(&format!("/element/{element}/click"), &json!({}));
    }

    /// Empties a field.
    pub fn clear(&self, element: &str) {
        self.order(&format!("/element/{element}/clear"), &json!({}));
    }

    /// Presses keys on an element.
    pub fn press(&self, element: &str, keys: &str) {
        self.order(&format!("/element/{element}/value"), &json!({"text": keys}));
    }

    /// Runs a script on every page that is opened from now on, before its own scripts.
    pub fn before_pages(&self, script: &str) {
        let order = json!({"cmd": "Page.addScriptToEvaluateOnNewDocument", "params": {"source": script}});
        self.order("/goog/cdp/execute", &order);
    }

    /// Opens another tab, and goes on there. The name of the tab that was left.
    pub fn tab(&self) -> String {
        let left = self.send("GET", &format!("{}/window", self.session), &Value::Null);
        let made = self.order("/window/new", &json!({"type": "tab"}));
        self.to_tab(made["handle"].as_str().expect("a tab"));
        left.as_str().expect("a tab").into()
    }

    /// Goes on in a tab, which is shown then.
    pub fn to_tab(&self, name: &str) {
        self.order("/window", &json!({"handle": name}));
        self.order("/goog/cdp/execute", &json!({"cmd": "Page.bringToFront", "params": {}}));
    }

    fn order(&self, what: &str, body: &Value) -> Value {
        self.send("POST", &format!("{}{what}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        self.tried(method, path, body).unwrap_or_else(|error| panic!("{path}: {error:#}"))
    }

    fn tried(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all((head + &body).as_bytes()).expect("it hears");
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).expect("it answers");
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut told = vec![0; length];
        answer.read_exact(&mut told).expect("it says all");
        let mut told: Value = serde_json::from_slice(&told).expect("it answers in JSON");
        let value = told["value"].take();
        if value.get("error").is_none() { Ok(value) } else { Err(value) }
    }
}

impl Drop for Driver {
    /// Closes the browser too, whatever became of the test.
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = write!(stream, "DELETE {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", self.session);
            let _ = stream.read(&mut [0; 64]);
        }
    }
}
