//! A server of classes for tests, and those who call it: a teacher, students, strangers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use contraband_classroom::class::ClassSettings;
use contraband_classroom::server::class::{School, router};
use contraband_classroom::server::{bind, serve};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use crate::wait;

/// The lesson that tests play.
pub const LESSON: &str = "prohibition_dilemma";

/// A folder that is gone when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("contraband-classes-{}-{number}", std::process::id())))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A copy of its classes, as a machine that is cut off leaves them.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        for class in std::fs::read_dir(&self.0).expect("a folder").map(|class| class.expect("a class").path()) {
            let journal = class.join("class.jsonl");
            if journal.is_file() {
                let to = copy.0.join(class.file_name().expect("a code"));
                std::fs::create_dir_all(&to).expect("a folder");
                std::fs::copy(&journal, to.join("class.jsonl")).expect("a copy");
            }
        }
        copy
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Serves the classes of a folder for as long as the tests run; bots play for whoever is away for so long.
pub fn served(classes: &Path, away: Duration) -> (SocketAddr, Arc<School>) {
    let (tell, told) = channel();
    let classes = classes.to_owned();
    std::thread::spawn(move || {
        wait(async {
            let (listener, at) = bind(0, false).await.expect("a free port");
            let rest = Duration::from_millis(50);
            let terms = ClassSettings { threads: 1, away, rest, join: format!("http://{at}") };
            let school = Arc::new(School::new(classes, terms));
            tell.send((at, Arc::clone(&school))).expect("somebody waits for it");
            serve(listener, router(school)).await
        })
    });
    told.recv().expect("it listens")
}

pub const MINUTE: Duration = Duration::from_mins(1);

/// A class that was just opened, and its teacher.
pub fn opened(folder: &Folder) -> Caller {
    let (at, school) = served(folder.path(), MINUTE);
    let class = school.open(LESSON, None, false).expect("a class");
    Caller { at, code: class.code().into(), token: class.teacher().into() }
}

/// Somebody who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    pub at: SocketAddr,
    pub code: String,
    pub token: String,
}

/// What a server says to a request: its status, head and body.
pub fn said(at: SocketAddr, request: &[u8]) -> (u16, String) {
    said_to(TcpStream::connect(at).expect("it listens"), request)
}

/// A connection from one of the addresses of this machine.
pub fn called(from: IpAddr, at: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::new(from, 0).into()).expect("an own address");
    socket.connect(&at.into()).expect("it listens");
    socket.into()
}

fn said_to(mut stream: TcpStream, request: &[u8]) -> (u16, String) {
    // Who sends too much is answered before the end; what was said until then counts.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

impl Caller {
    fn head(&self, method: &str, path: &str) -> String {
        let token =
            if self.token.is_empty() { String::new() } else { format!("Authorization: Bearer {}\r\n", self.token) };
        format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{token}", self.at)
    }

    pub fn post(&self, path: &str, what: &Value) -> (u16, Value) {
        self.post_on(TcpStream::connect(self.at).expect("it listens"), path, what)
    }

    fn post_on(&self, stream: TcpStream, path: &str, what: &Value) -> (u16, Value) {
        let text = what.to_string();
        let head = self.head("POST", path);
        let request = format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}", text.len());
        let (status, answer) = said_to(stream, request.as_bytes());
        (status, serde_json::from_str(body(&answer)).unwrap_or(Value::Null))
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let (status, answer) = said(self.at, format!("{}\r\n", self.head("GET", path)).as_bytes());
        (status, body(&answer).to_owned())
    }

    /// Asks something of the class.
    pub fn ask(&self, what: &Value) -> (u16, Value) {
        self.post(&format!("/api/classes/{}", self.code), what)
    }

    /// Asks something that is done.
    pub fn ok(&self, what: &Value) -> Value {
        let (status, told) = self.ask(what);
        assert_eq!(status, 200, "{what}: {told}");
        told
    }

    /// Goes one stage on, from where the class stands.
    pub fn advance(&self, stage: &str, round: u32) {
        self.ok(&json!({"do": "advance", "stage": stage, "round": round}));
    }

    pub fn join(&self, what: &Value) -> (u16, Value) {
        self.join_from([127, 0, 0, 1].into(), what)
    }

    /// Joins from this address.
    pub fn join_from(&self, from: IpAddr, what: &Value) -> (u16, Value) {
        let stranger = Self { token: String::new(), ..self.clone() };
        stranger.post_on(called(from, self.at), &format!("/api/classes/{}/join", self.code), what)
    }

    /// Somebody new in the class.
    pub fn student(&self, name: &str) -> Self {
        let (status, told) = self.join(&json!({"name": name}));
        assert_eq!(status, 200, "{name}: {told}");
        Self { token: told["token"].as_str().expect("a token").into(), ..self.clone() }
    }

    /// A file of the class.
    pub fn file(&self, name: &str) -> String {
        let (status, text) = self.get(&format!("/api/classes/{}/export/{name}?token={}", self.code, self.token));
        assert_eq!(status, 200, "{name}: {text}");
        text
    }

    /// Listens to the class.
    pub fn listen(&self) -> Stream {
        Stream::open(self).unwrap_or_else(|status| panic!("the stream is refused with {status}"))
    }

    /// The newest line of a kind, for whoever opens a page now.
    pub fn line(&self, kind: &str) -> Value {
        self.listen().until(kind, |_| true)
    }
}

/// What somebody hears.
pub struct Stream {
    reader: BufReader<TcpStream>,
    /// Everything heard so far, as it was sent.
    pub heard: Vec<String>,
    /// The number of the state that was heard whole.
    pub number: String,
    /// The event that is being read: its name and what it says.
    event: (String, String),
}

/// An event of a stream: its name, empty for lines of the class, and what it says.
pub type Told = (String, Value);

impl Stream {
    pub fn open(caller: &Caller) -> Result<Self, u16> {
        Self::after(caller, "")
    }

    /// The same of somebody who has everything up to a number.
    pub fn after(caller: &Caller, number: &str) -> Result<Self, u16> {
        let token = if caller.token.is_empty() { String::new() } else { format!("&token={}", caller.token) };
        let stream = TcpStream::connect(caller.at).expect("it listens");
        stream.set_read_timeout(Some(MINUTE)).expect("a time");
        let head = format!(
            "GET /api/classes/{}/stream?after={number}{token} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\r\n",
            caller.code, caller.at
        );
        (&stream).write_all(head.as_bytes()).expect("it hears");
        let mut reader = BufReader::new(stream);
        let mut status = String::new();
        reader.read_line(&mut status).expect("it answers");
        match status.split(' ').nth(1).and_then(|status| status.parse().ok()) {
            Some(200) => {
                Ok(Self { reader, heard: Vec::new(), number: String::new(), event: (String::new(), String::new()) })
            }
            other => Err(other.unwrap_or(0)),
        }
    }

    /// The next line; `None` when there will be no more.
    pub fn next(&mut self) -> Option<Value> {
        loop {
            let (name, told) = self.event()?;
            if name.is_empty() {
                self.heard.push(told.to_string());
                return Some(told);
            }
        }
    }

    /// The next event; `None` when there will be no more.
    pub fn event(&mut self) -> Option<Told> {
        loop {
            let mut text = String::new();
            if self.reader.read_line(&mut text).expect("it goes on telling") == 0 {
                return None;
            }
            if let Some(data) = text.strip_prefix("data: ") {
                self.event.1 = data.trim_end().to_owned();
            } else if let Some(name) = text.strip_prefix("event: ") {
                self.event.0 = name.trim_end().to_owned();
            } else if let Some(number) = text.strip_prefix("id: ") {
                self.number = number.trim_end().to_owned();
            } else if text == "\n" && !self.event.1.is_empty() {
                let (name, data) = std::mem::take(&mut self.event);
                return Some((name, serde_json::from_str(&data).expect("lines are JSON")));
            } else if text.trim_end() == "0" {
                // The chunk without anything in it is the last.
                return None;
            }
        }
    }

    /// The first line of a kind that is so.
    pub fn until(&mut self, kind: &str, is: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let line = self.next().unwrap_or_else(|| panic!("it ended before a line of kind {kind}"));
            if line["kind"] == kind && is(&line) {
                return line;
            }
            assert!(begun.elapsed() < MINUTE, "no line of kind {kind} for a minute");
        }
    }

    /// Waits until the class stands at a stage of a round; with its history, which is told before.
    pub fn stage(&mut self, stage: &str, round: u32) -> Value {
        let mut class = self.until("class", |line| line["stage"] == stage && line["round"] == round);
        let past = self.heard.iter().rev().find(|line| line.contains("\"kind\":\"history\""));
        let past: Value = past.map_or(Value::Null, |line| serde_json::from_str(line).expect("lines are JSON"));
        for part in ["history", "awards"] {
            class[part] = past[part].clone();
        }
        class
    }
}
