//! Phones that follow the page's protocol, each with a network of its own: they notice when it goes silent, open their stream
//! again, and send a choice until it is answered.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Error, ErrorKind, Read as _, Result, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

/// Time without any sign of life after which a page opens its stream again.
const SILENT: Duration = Duration::from_secs(30);
/// Time for one try of anything.
const TRY: Duration = Duration::from_secs(10);
/// Seconds between tries.
const AGAIN: [u64; 4] = [1, 2, 4, 5];
/// Time between two signs of life of a page.
const HERE: Duration = Duration::from_secs(20);

/// What phones are told to do, a line each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// This phone has another address from now on.
    Address(usize, IpAddr),
    /// Everybody scans the code on the big screen again: the server is there now.
    Scan(SocketAddr),
    /// The lesson is over.
    End,
}

/// What phones tell, a line each: when, which, and what happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// Milliseconds of the machine's clock.
    pub at: u64,
    pub phone: usize,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It has this seat.
    Seat(Value),
    /// It shows this stage.
    Stage(String, u64),
    /// It shows that there is no connection, or no longer does.
    Notice(bool),
    /// A command that was answered with yes.
    Done(Value),
    /// A command that was refused, and why.
    Refused(Value, u16, String),
    /// The seat was taken from it.
    Gone(String),
    /// A page stays white, or says that it is broken or cannot run.
    Broken(String),
}

/// Milliseconds of the machine's clock.
pub fn millis() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_millis() as u64
}

/// Says what happened to a phone, in a line.
pub fn tell(phone: usize, what: What) {
    let told = serde_json::to_string(&Told { at: millis(), phone, what }).expect("it can be written");
    // Who listened may be gone.
    let _ = writeln!(std::io::stdout(), "{told}");
}

/// Calls from an address.
pub fn call(from: Option<IpAddr>, at: SocketAddr, limit: Duration) -> Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, None)?;
    if let Some(from) = from {
        socket.bind(&SocketAddr::new(from, 0).into())?;
    }
    socket.connect_timeout(&at.into(), limit)?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A request, and its answer: an error when there is none in time.
pub fn post(from: Option<IpAddr>, at: SocketAddr, path: &str, token: &str, what: &Value) -> Result<(u16, Value)> {
    let begun = Instant::now();
    let mut stream = call(from, at, TRY)?;
    let text = what.to_string();
    let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n{bearer}Content-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut part = [0; 4_096];
    loop {
        match stream.read(&mut part)? {
            0 => break,
            many => answer.extend_from_slice(&part[..many]),
        }
        if begun.elapsed() > TRY {
            return Err(ErrorKind::TimedOut.into());
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let told = serde_json::from_str(body).map_err(Error::from);
    Ok((status.ok_or(ErrorKind::UnexpectedEof)?, told?))
}

/// One phone.
struct Phone {
    nth: usize,
    code: String,
    name: String,
    key: String,
    state: Mutex<State>,
}

#[derive(Clone)]
struct State {
    from: IpAddr,
    at: SocketAddr,
    token: String,
    /// Counts changes of address: a page that was opened before one is opened again.
    moves: u32,
    class: Value,
    you: Value,
    notice: bool,
    /// Whether somebody is joining again at another address: the page that was there before is gone.
    scans: bool,
    over: bool,
}

impl Phone {
    fn tell(&self, what: What) {
        tell(self.nth, what);
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().expect("nobody has panicked"))
    }

    fn now(&self) -> State {
        self.with(|state| state.clone())
    }

    fn notice(&self, shown: bool) {
        if self.with(|state| std::mem::replace(&mut state.notice, shown)) != shown {
            self.tell(What::Notice(shown));
        }
    }

    /// Asks again and again until there is an answer, also when its round is closed by then, as the page does; `None` when the
    /// lesson is over.
    fn until_answered(&self, path: &str, what: &Value) -> Option<(u16, Value)> {
        for nth in 0.. {
            let now = self.now();
            if now.over {
                return None;
            }
            let joins = path.ends_with("/join");
            if now.scans && !joins {
                std::thread::sleep(Duration::from_millis(200));
                continue;
            }
            let token = if joins { "" } else { &now.token };
            match post(Some(now.from), now.at, path, token, what) {
                Ok((status, _)) if status == 429 || status >= 500 => {}
                // What the page before has sent may arrive after the one of now has taken its seat.
                Ok((401, _)) if self.with(|state| state.scans || state.token != now.token) => {}
                Ok(answer) => return Some(answer),
                Err(_) => self.notice(true),
            }
            std::thread::sleep(Duration::from_secs(AGAIN[nth.min(AGAIN.len() - 1)]));
        }
        None
    }

    fn join(&self, word: Option<&Value>) {
        let mut what = json!({"name": self.name, "key": self.key});
        if let Some(word) = word {
            what = json!({"name": self.name, "word": word});
        }
        let path = format!("/api/classes/{}/join", self.code);
        if let Some((status, told)) = self.until_answered(&path, &what) {
            match told["token"].as_str() {
                Some(token) => {
                    self.with(|state| token.clone_into(&mut state.token));
                    self.notice(false);
                }
                None => self.tell(What::Refused(what, status, told["errors"].to_string())),
            }
        }
    }

    /// Keeps a stream open.
    fn listen(&self) {
        let mut number = String::new();
        let mut failed = 0;
        while !self.now().over {
            let now = self.now();
            let before = Instant::now();
            let ended = self.hear(&now, &mut number);
            if self.now().moves != now.moves {
                continue;
            }
            // It went silent, was refused or was closed: the page says so, and opens it again.
            if ended.is_err() || !self.now().over {
                self.notice(true);
            }
            failed = if before.elapsed() > TRY { 0 } else { failed + 1 };
            std::thread::sleep(Duration::from_secs(AGAIN[failed.min(AGAIN.len() - 1)]));
        }
    }

    fn hear(&self, now: &State, number: &mut String) -> Result<()> {
        let mut stream = call(Some(now.from), now.at, TRY)?;
        let request = format!(
            "GET /api/classes/{}/stream?token={}&after={number} HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.code, now.token, now.at
        );
        stream.write_all(request.as_bytes())?;
        stream.set_read_timeout(Some(Duration::from_millis(250)))?;
        let mut reader = BufReader::new(stream);
        let (mut last, mut limit) = (Instant::now(), TRY);
        let mut line = Vec::new();
        let (mut event, mut data) = (String::new(), String::new());
        loop {
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => return Ok(()),
                Ok(_) if line.ends_with(b"\n") => {}
                Ok(_) => continue,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    let state = self.now();
                    if last.elapsed() > limit || state.over || state.moves != now.moves {
                        return Err(ErrorKind::TimedOut.into());
                    }
                    continue;
                }
                Err(error) => return Err(error),
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            line.clear();
            if text.starts_with("HTTP/1.1 4") {
                self.tell(What::Gone(text.trim_end().to_owned()));
                return Err(ErrorKind::PermissionDenied.into());
            }
            if let Some(said) = text.strip_prefix("data: ") {
                said.trim_end().clone_into(&mut data);
            } else if let Some(name) = text.strip_prefix("event: ") {
                name.trim_end().clone_into(&mut event);
            } else if let Some(id) = text.strip_prefix("id: ") {
                id.trim_end().clone_into(number);
            } else if text == "\n" && !data.is_empty() {
                (last, limit) = (Instant::now(), SILENT);
                self.notice(false);
                if event.is_empty() {
                    self.add(&serde_json::from_str(&data)?);
                }
                event.clear();
                data.clear();
            }
        }
    }

    fn add(&self, line: &Value) {
        match line["kind"].as_str() {
            Some("class") => {
                let stage = (line["stage"].clone(), line["round"].clone());
                let before = self.with(|state| std::mem::replace(&mut state.class, line.clone()));
                if (&before["stage"], &before["round"]) != (&stage.0, &stage.1) {
                    let name = stage.0.as_str().unwrap_or_default().to_owned();
                    self.tell(What::Stage(name, stage.1.as_u64().unwrap_or(0)));
                }
            }
            Some("you") if line["gone"].is_string() => self.tell(What::Gone(line["gone"].to_string())),
            Some("you") => {
                let before = self.with(|state| std::mem::replace(&mut state.you, line.clone()));
                let seat = json!({"person": line["person"], "post": line["post"], "name": line["name"]});
                if before["person"] != line["person"] || before["post"] != line["post"] {
                    self.tell(What::Seat(seat));
                }
            }
            _ => {}
        }
    }

    /// What the open stage asks of this phone, as the page sends it: the same in every round, but other answers.
    fn wanted(state: &State) -> Option<Value> {
        let (you, class) = (&state.you, &state.class);
        let round = class["round"].as_u64().unwrap_or(0);
        let person = you["person"].as_u64()?;
        if class["stage"] == "briefing" {
            let answers = you["before"]["answers"].as_array()?.len() as u64;
            return Some(json!({"do": "predict", "answer": person % answers}));
        }
        if class["stage"] != "decide" {
            return None;
        }
        let mut send = json!({"do": "send", "round": round});
        let laws = class["laws"].as_array().map_or(0, Vec::len) as u64;
        if you["votes"] == true && laws > 0 {
            send["law"] = json!((person + round) % laws);
        }
        if you["foretells"].is_string() {
            send["rises"] = json!((person + round).is_multiple_of(2));
        }
        if let Some(ask) = you["asks"].as_array().and_then(|asks| asks.first()) {
            let answer = match ask["kind"].as_str() {
                Some("choice") => {
                    let options = ask["options"].as_array().map_or(&[][..], Vec::as_slice);
                    options
                        .get((person + round) as usize % options.len().max(1))
                        .map_or(Value::Null, |it| it["key"].clone())
                }
                Some("slider") => ask[if (person + round).is_multiple_of(2) { "from" } else { "to" }].clone(),
                _ => json!((person + round).is_multiple_of(2)),
            };
            let answers: BTreeMap<&str, Value> = [(ask["key"].as_str().unwrap_or_default(), answer)].into();
            send["answers"] = json!(answers);
        }
        (send.as_object().is_some_and(|parts| parts.len() > 2)).then_some(send)
    }

    /// Does what each stage asks, some seconds after it has begun.
    fn act(&self) {
        let path = format!("/api/classes/{}", self.code);
        let mut done = Value::Null;
        let mut here = Instant::now();
        while !self.now().over {
            std::thread::sleep(Duration::from_millis(100));
            let state = self.now();
            let stage = json!([state.class["stage"], state.class["round"]]);
            if here.elapsed() >= HERE {
                here = Instant::now();
                let _ = post(Some(state.from), state.at, &path, &state.token, &json!({"do": "here"}));
            }
            // Lines of one moment come one after the other: the seat first, then the class.
            let Some(wanted) = Self::wanted(&state).filter(|_| done != stage) else { continue };
            std::thread::sleep(Duration::from_millis(300 + 397 * (self.nth as u64 % 11)));
            match self.until_answered(&path, &wanted) {
                Some((200, _)) => self.tell(What::Done(wanted)),
                Some((status, told)) => self.tell(What::Refused(wanted, status, told["errors"].to_string())),
                None => {}
            }
            done = stage;
        }
    }
}

/// Lets phones take part, from one address each, until they are told that it is over.
pub fn take_part(addresses: &[IpAddr], at: SocketAddr, code: &str) {
    let phones: Vec<Arc<Phone>> = addresses
        .iter()
        .enumerate()
        .map(|(nth, &from)| {
            let state = State {
                from,
                at,
                token: String::new(),
                moves: 0,
                class: Value::Null,
                you: Value::Null,
                notice: false,
                scans: false,
                over: false,
            };
            let key =
                format!("{:032x}", 0x00c0_ffee_u64 * 1_000_003 + nth as u64 + (u64::from(std::process::id()) << 32));
            Arc::new(Phone { nth, code: code.to_owned(), name: format!("Pupil {nth}"), key, state: Mutex::new(state) })
        })
        .collect();
    let threads: Vec<_> = phones
        .iter()
        .map(|phone| {
            let phone = Arc::clone(phone);
            std::thread::spawn(move || {
                phone.join(None);
                std::thread::scope(|scope| {
                    scope.spawn(|| phone.listen());
                    scope.spawn(|| phone.act());
                });
            })
        })
        .collect();
    for line in std::io::stdin().lock().lines().map_while(std::result::Result::ok) {
        match serde_json::from_str(&line).expect("an order") {
            Order::Address(nth, from) => phones[nth].with(|state| state.from = from),
            Order::Scan(at) => std::thread::scope(|scope| {
                for phone in &phones {
                    scope.spawn(move || {
                        let word = phone.with(|state| {
                            state.at = at;
                            state.scans = true;
                            state.you["word"].clone()
                        });
                        phone.join(Some(&word));
                        phone.with(|state| {
                            state.moves += 1;
                            state.scans = false;
                        });
                    });
                }
            }),
            Order::End => break,
        }
    }
    for phone in &phones {
        phone.with(|state| state.over = true);
    }
    for thread in threads {
        thread.join().expect("it has done its part");
    }
}
