//! A lesson that is played between machines of a network of its own, while things happen to them: the trial that
//! `network.rs` puts lessons to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use contraband_classroom::{ClassOptions, classroom};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::keeper::end_with_starter;
use crate::machines::{Air, Machine, PORT, in_new_network, other, sh};
use crate::page_pupils::{self, PageKind};
use crate::pupils::{Order, Told, What, call, millis, post, take_part};

/// Nobody waits longer than this without being told that there is no connection.
const UNTOLD: Duration = Duration::from_secs(40);

/// The address of all who have the page in a browser, and their address after they have moved to another.
const PAGES: &str = "10.77.2.9";
const PAGES_LATER: &str = "10.77.2.209";

/// What a lesson has to go through.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trial {
    pub lesson: String,
    pub phones: usize,
    /// Pupils who have the page open in a browser; they come after the phones.
    pub pages: Vec<PageKind>,
    pub rounds: u32,
    /// Of a hundred packets, so many are lost in each direction.
    pub loss: u64,
    /// Milliseconds that each packet takes.
    pub delay: u64,
    /// What happens, and in which round.
    pub blows: Vec<(u32, Blow)>,
    pub classes: PathBuf,
}

/// Something that happens while a round is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blow {
    /// The packets of some phones, both ways, are dropped without a word for so many seconds.
    Silence { phones: usize, seconds: u64 },
    /// The server's machine stands still for so many seconds.
    Suspend { seconds: u64 },
    /// The server is killed, and started again after so many seconds.
    Kill { seconds: u64 },
    /// Some phones get another address.
    Roam { phones: usize },
    /// The server gets another address, and everybody scans the new code.
    Move,
}

/// What came out of it.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    lesson: String,
    seconds: f64,
    /// Longest time, in seconds, that a phone showed an old stage without saying that there is no connection.
    untold: f64,
    /// The same of those who have the page in a browser alone.
    untold_pages: f64,
    /// Longest time, in seconds, until a phone showed a stage.
    late: f64,
    notices: usize,
    acknowledged: usize,
    /// What went wrong, in sentences; nothing should.
    wrong: Vec<String>,
}

fn went(trial: &Trial) -> Outcome {
    let mut command = other(in_new_network(), "trial::the_network_of_a_trial");
    command.env("CONTRABAND_TRIAL", serde_json::to_string(trial).expect("it can be written"));
    let mut trial_runs = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
    let _held = trial_runs.stdin.take();
    let told = trial_runs.wait_with_output().expect("its words");
    let said = String::from_utf8_lossy(&told.stdout);
    let outcome = said.lines().find_map(|line| line.split_once("outcome ").map(|(_, outcome)| outcome.to_owned()));
    let outcome = outcome.unwrap_or_else(|| panic!("{}: no outcome: {said}", trial.lesson));
    let outcome: Outcome = serde_json::from_str(&outcome).expect("an outcome");
    println!(
        "{}: {:.0} s; longest wait without a word {:.1} s (of pages in browsers {:.1} s), until a stage was shown {:.1} s; {} \
         times no connection; {} choices acknowledged",
        outcome.lesson,
        outcome.seconds,
        outcome.untold,
        outcome.untold_pages,
        outcome.late,
        outcome.notices,
        outcome.acknowledged
    );
    outcome
}

pub fn ends_well(trial: &Trial) {
    let outcome = went(trial);
    assert!(outcome.wrong.is_empty(), "{}: {:#?}", outcome.lesson, outcome.wrong);
    assert!(
        outcome.untold <= UNTOLD.as_secs_f64(),
        "{}: somebody waited {:.1} s without a word",
        outcome.lesson,
        outcome.untold
    );
    assert!(outcome.acknowledged > 0);
}

/// Not a test: the server of a trial.
#[test]
#[ignore = "a server for other tests"]
fn a_server_of_a_trial() {
    let Ok(trial) = std::env::var("CONTRABAND_TRIAL") else { return };
    end_with_starter();
    let trial: Trial = serde_json::from_str(&trial).expect("a trial");
    let options = ClassOptions {
        port: PORT,
        lan: true,
        given: Vec::new(),
        lesson: Some(trial.lesson),
        class: None,
        new: false,
        classes: trial.classes,
        rehearse: false,
        threads: 1,
    };
    let ready = |doors: &contraband_classroom::Doors| {
        println!("doors {}", json!({"teacher": doors.teacher, "join": doors.join, "code": doors.code}));
    };
    classroom(&options, ready, || false).expect("it serves");
}

/// Not a test: the phones of a trial.
#[test]
#[ignore = "phones for other tests"]
fn the_phones_of_a_trial() {
    let Ok(plan) = std::env::var("CONTRABAND_PHONES") else { return };
    let (addresses, at, code): (Vec<IpAddr>, SocketAddr, String) = serde_json::from_str(&plan).expect("a plan");
    take_part(&addresses, at, &code);
}

/// Not a test: somebody with a page in a trial.
#[test]
#[ignore = "a page for other tests"]
fn a_page_of_a_trial() {
    let Ok(plan) = std::env::var("CONTRABAND_PAGE") else { return };
    let (nth, kind, at, code): (usize, PageKind, SocketAddr, String) = serde_json::from_str(&plan).expect("a plan");
    page_pupils::take_part(nth, kind, at, &code);
}

/// Not a test: all of a trial but its outcome, in a network of its own.
#[test]
#[ignore = "a part of other tests"]
fn the_network_of_a_trial() {
    let Ok(trial) = std::env::var("CONTRABAND_TRIAL") else { return };
    end_with_starter();
    let outcome = School::open(serde_json::from_str(&trial).expect("a trial")).play();
    println!("outcome {}", serde_json::to_string(&outcome).expect("it can be written"));
}

/// A server, which this process may kill and start again.
struct Server {
    process: Child,
    /// What it says of its doors.
    doors: Value,
}

impl Server {
    fn start(trial: &Trial) -> Self {
        let mut command = other(Command::new("env"), "trial::a_server_of_a_trial");
        command.env("CONTRABAND_TRIAL", serde_json::to_string(trial).expect("it can be written"));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
        let mut lines = BufReader::new(process.stdout.take().expect("its words")).lines().map_while(Result::ok);
        let doors = lines.find_map(|line| line.split_once("doors ").map(|(_, doors)| doors.to_owned()));
        let doors = doors.expect("it says where its doors are");
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, doors: serde_json::from_str(&doors).expect("doors") }
    }

    fn signal(&self, name: &str) {
        sh(&format!("kill -{name} {}", self.process.id()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL: nothing is said, nothing is closed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The machines of a trial, its server and its phones.
struct School {
    trial: Trial,
    /// What carries packets between the server and the phones.
    air: Air,
    phones_at: Machine,
    server: Option<Server>,
    code: String,
    token: String,
    /// The phones, which are one process, and each page.
    pupils: Vec<Child>,
    orders: Vec<ChildStdin>,
    told: Receiver<Told>,
    heard: Vec<Told>,
    addresses: Vec<IpAddr>,
    server_at: IpAddr,
    /// When everybody was told to scan the code again, if they were.
    scanned: Option<u64>,
    /// When each stage began, by name and round.
    stages: Vec<(String, u64, u64)>,
    begun: Instant,
    wrong: Vec<String>,
}

impl School {
    /// Lays the wires, opens the class, and lets all phones join.
    fn open(trial: Trial) -> Self {
        let phones_at = Machine::new();
        let phones_id = phones_at.0.id();
        // The server's machine has no way out of its network.
        sh("ip link set lo up");
        let air = Air::new(["wlp2s0", "phones"], trial.loss, trial.delay);
        sh(&format!(
            "ip address add 10.77.0.1/16 dev wlp2s0 && ip link set wlp2s0 up && ip link set phones netns {phones_id}"
        ));
        phones_at.sh("ip link set lo up && ip link set phones name wlan0 && ip link set wlan0 up");
        phones_at.sh("ip route add 10.77.0.0/16 dev wlan0");
        let addresses: Vec<IpAddr> = (0..trial.phones).map(|nth| [10, 77, 2, 10 + nth as u8].into()).collect();
        for address in &addresses {
            // Each for itself: the others stay when one goes.
            phones_at.sh(&format!("ip address add {address}/32 dev wlan0"));
        }
        let server = Server::start(&trial);
        let text = |name: &str| server.doors[name].as_str().expect("a text").to_owned();
        let token =
            text("teacher").split_once('.').and_then(|_| text("teacher").rsplit_once('.').map(|it| it.1.to_owned()));
        let mut wrong = Vec::new();
        if text("join") != format!("http://10.77.0.1:{PORT}") {
            wrong.push(format!("pupils are shown {}, which is not where they are", text("join")));
        }
        let at = SocketAddr::new([10, 77, 0, 1].into(), PORT);
        if !trial.pages.is_empty() {
            phones_at.sh(&format!("ip address add {PAGES}/32 dev wlan0"));
            phones_at.sh(&format!("ip route replace 10.77.0.0/16 dev wlan0 src {PAGES}"));
        }
        let plan = serde_json::to_string(&(&addresses, at, text("code"))).expect("it can be written");
        let mut plans = vec![("trial::the_phones_of_a_trial", "CONTRABAND_PHONES", plan)];
        plans.extend(trial.pages.iter().enumerate().map(|(nth, kind)| {
            let plan = serde_json::to_string(&(trial.phones + nth, kind, at, text("code"))).expect("it can be written");
            ("trial::a_page_of_a_trial", "CONTRABAND_PAGE", plan)
        }));
        let (tell, told) = channel();
        let (mut pupils, mut orders) = (Vec::new(), Vec::new());
        // Pages come first, and get seats: these have more to choose.
        for (test, name, plan) in plans.into_iter().rev() {
            let mut command = Command::new("nsenter");
            command.args(["--target", &phones_id.to_string(), "--net", "--"]);
            let mut command = other(command, test);
            command.env(name, plan).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut process = command.spawn().expect("pupils");
            let lines = process.stdout.take().expect("a mouth");
            orders.push(process.stdin.take().expect("ears"));
            pupils.push(process);
            let (tell, (seated, is_seated)) = (tell.clone(), channel());
            std::thread::spawn(move || {
                for line in BufReader::new(lines).lines().map_while(Result::ok) {
                    // The test's own words stand on some lines too.
                    let Some(at) = line.find("{\"at\"") else { continue };
                    let told: Told = serde_json::from_str(&line[at..]).expect("what a phone says");
                    if matches!(told.what, What::Seat(_)) {
                        let _ = seated.send(());
                    }
                    if tell.send(told).is_err() {
                        return;
                    }
                }
            });
            if name == "CONTRABAND_PAGE" && is_seated.recv_timeout(Duration::from_mins(1)).is_err() {
                wrong.push("after 60 s a page has no seat".into());
            }
        }
        Self {
            code: text("code"),
            token: token.expect("a token"),
            trial,
            air,
            phones_at,
            server: Some(server),
            pupils,
            orders,
            told,
            heard: Vec::new(),
            addresses,
            server_at: at.ip(),
            scanned: None,
            stages: Vec::new(),
            begun: Instant::now(),
            wrong,
        }
    }

    fn note(&self, what: &str) {
        let _ =
            writeln!(std::io::stderr(), "{:>6.1} s  {}: {what}", self.begun.elapsed().as_secs_f64(), self.trial.lesson);
    }

    /// Hears what phones say, until it is so or the time is over; whether it is so.
    fn hear(&mut self, limit: Duration, mut is: impl FnMut(&[Told]) -> bool) -> bool {
        let until = Instant::now() + limit;
        loop {
            if is(&self.heard) {
                return true;
            }
            match self.told.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(told) => self.heard.push(told),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn order(&mut self, order: &Order) {
        if matches!(order, Order::Scan(_)) {
            self.scanned = Some(millis());
        }
        let order = serde_json::to_string(order).expect("it can be written");
        for pupils in &mut self.orders {
            writeln!(pupils, "{order}").expect("phones that hear");
        }
    }

    /// How many take part.
    fn people(&self) -> usize {
        self.trial.phones + self.trial.pages.len()
    }

    /// The teacher, on the server's machine, asks until there is an answer.
    fn ask(&self, what: &Value) -> (u16, Value) {
        let at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), PORT);
        let begun = Instant::now();
        loop {
            match post(None, at, &format!("/api/classes/{}", self.code), &self.token, what) {
                Ok((status, told)) if status < 500 => return (status, told),
                _ => assert!(begun.elapsed() < Duration::from_secs(90), "the teacher gets no answer to {what}"),
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// The lines of a kind that the teacher is told now.
    fn line(&self, kind: &str) -> Value {
        let at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), PORT);
        let begun = Instant::now();
        loop {
            if let Some(line) = self.state(at).ok().and_then(|lines| {
                lines["lines"].as_array().and_then(|lines| lines.iter().find(|line| line["kind"] == kind).cloned())
            }) {
                return line;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "the teacher is not told of {kind}");
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    fn state(&self, at: SocketAddr) -> std::io::Result<Value> {
        use std::io::Read as _;
        let mut stream = call(None, at, Duration::from_secs(10))?;
        write!(
            stream,
            "GET /api/classes/{}/state?token={} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n",
            self.code, self.token
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        Ok(serde_json::from_str(body)?)
    }

    /// Goes on from a stage, and waits until the class stands at the next.
    fn advance(&mut self, stage: &str, round: u32, next: (&str, u32)) {
        self.ask(&json!({"do": "advance", "stage": stage, "round": round}));
        let begun = Instant::now();
        loop {
            let class = self.line("class");
            if class["stage"] == next.0 && class["round"] == next.1 {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(90), "{} does not come: {}", next.0, class["stage"]);
            std::thread::sleep(Duration::from_millis(200));
        }
        self.note(&format!("{} {}", next.0, next.1));
        self.stages.push((next.0.to_owned(), u64::from(next.1), millis()));
    }

    /// Waits until all who are in the class have decided, as the teacher sees it.
    fn all_decided(&mut self) {
        let begun = Instant::now();
        loop {
            let monitor = self.line("monitor");
            let people = monitor["people"].as_array().map_or(&[][..], Vec::as_slice);
            let late: Vec<String> =
                people.iter().filter(|who| who["decided"] != true).map(|who| who["name"].to_string()).collect();
            if late.is_empty() && people.len() == self.people() {
                return;
            }
            if begun.elapsed() > Duration::from_secs(150) {
                self.wrong.push(format!("after 150 s these have not decided: {}", late.join(", ")));
                return;
            }
            self.hear(Duration::from_millis(500), |_| false);
        }
    }

    fn silence(&self, phones: usize, on: bool) {
        let mut silent = self.air.silent.lock().expect("nobody has panicked");
        silent.clear();
        let first = self.addresses.iter().take(phones).filter(|_| on);
        silent
            .extend(first.filter_map(|address| if let IpAddr::V4(address) = address { Some(*address) } else { None }));
        silent.extend(PAGES.parse::<Ipv4Addr>().into_iter().filter(|_| on));
    }

    /// What happens just before a round opens; what is left to do when it is open.
    fn strike(&mut self, blow: Blow) {
        self.note(&format!("{blow:?}"));
        match blow {
            Blow::Silence { phones, .. } => self.silence(phones, true),
            Blow::Roam { phones } => {
                for nth in 0..phones.min(self.addresses.len()) {
                    let old = self.addresses[nth];
                    let new: IpAddr = [10, 77, 2, 110 + nth as u8].into();
                    self.phones_at
                        .sh(&format!("ip address add {new}/32 dev wlan0 && ip address del {old}/32 dev wlan0"));
                    self.addresses[nth] = new;
                    self.order(&Order::Address(nth, new));
                }
                if !self.trial.pages.is_empty() {
                    self.phones_at.sh(&format!("ip address add {PAGES_LATER}/32 dev wlan0"));
                    self.phones_at.sh(&format!("ip route replace 10.77.0.0/16 dev wlan0 src {PAGES_LATER}"));
                    self.phones_at.sh(&format!("ip address del {PAGES}/32 dev wlan0"));
                }
            }
            Blow::Suspend { .. } | Blow::Kill { .. } | Blow::Move => {}
        }
    }

    fn go_through(&mut self, blow: Blow) {
        match blow {
            Blow::Silence { phones, seconds } => {
                let (begun, mut noticed) = (Instant::now(), None);
                while begun.elapsed() < Duration::from_secs(seconds) {
                    self.hear(Duration::from_millis(500), |_| false);
                    let monitor = self.line("monitor");
                    let here = monitor["people"].as_array().map_or(0, |people| {
                        let silent = (0..phones).map(|nth| format!("Pupil {nth}"));
                        silent
                            .filter(|name| people.iter().any(|who| who["name"] == name.as_str() && who["here"] == true))
                            .count()
                    });
                    if here == 0 && noticed.is_none() {
                        noticed = Some(begun.elapsed().as_secs_f64());
                    }
                }
                match noticed {
                    Some(after) => self.note(&format!("the teacher saw all {phones} as away after {after:.1} s")),
                    None => self.wrong.push(format!("after {seconds} s of silence the teacher sees phones as here")),
                }
                self.silence(phones, false);
            }
            Blow::Suspend { seconds } => {
                self.hear(Duration::from_millis(1_500), |_| false);
                self.server.as_ref().expect("a server").signal("STOP");
                self.hear(Duration::from_secs(seconds), |_| false);
                self.server.as_ref().expect("a server").signal("CONT");
            }
            Blow::Kill { seconds } => {
                self.hear(Duration::from_millis(2_500), |_| false);
                self.server = None;
                self.hear(Duration::from_secs(seconds), |_| false);
                let server = Server::start(&self.trial);
                if server.doors["code"] != self.code.as_str() {
                    self.wrong.push(format!("after the kill another class goes on: {}", server.doors["code"]));
                }
                self.server = Some(server);
            }
            Blow::Roam { .. } => {}
            Blow::Move => {
                sh("ip address del 10.77.0.1/16 dev wlp2s0 && ip address add 10.77.0.2/16 dev wlp2s0");
                self.server_at = [10, 77, 0, 2].into();
                let moved = Instant::now();
                let there = format!("http://{}", SocketAddr::new(self.server_at, PORT));
                while self.line("class")["join"] != there.as_str() {
                    if moved.elapsed() > Duration::from_secs(15) {
                        self.wrong.push("the new address is not noticed".into());
                        break;
                    }
                    self.hear(Duration::from_millis(500), |_| false);
                }
                self.note(&format!("the new address was noticed after {:.1} s", moved.elapsed().as_secs_f64()));
                if !self.line("addresses")["changed"].is_string() {
                    self.wrong.push("the teacher is not told of the new address".into());
                }
                self.order(&Order::Scan(SocketAddr::new(self.server_at, PORT)));
            }
        }
        self.note("it is over");
    }

    fn play(mut self) -> Outcome {
        let phones = self.people();
        let seats = |heard: &[Told]| {
            heard
                .iter()
                .filter(|told| matches!(told.what, What::Seat(_)))
                .map(|told| told.phone)
                .collect::<BTreeSet<_>>()
                .len()
        };
        if !self.hear(Duration::from_mins(1), |heard| seats(heard) == phones) {
            self.wrong.push(format!("after 60 s only {} of {phones} phones have a seat", seats(&self.heard)));
        }
        self.note("all have joined");
        self.ask(&json!({"do": "speed", "days": 100}));
        self.advance("lobby", 0, ("briefing", 0));
        let predicted = |heard: &[Told]| {
            heard.iter().filter(|told| matches!(&told.what, What::Done(what) if what["do"] == "predict")).count()
        };
        self.hear(Duration::from_mins(1), |heard| predicted(heard) == phones);
        for round in 1..=self.trial.rounds {
            let blows: Vec<Blow> =
                self.trial.blows.iter().filter(|(at, _)| *at == round).map(|(_, blow)| *blow).collect();
            for &blow in &blows {
                self.strike(blow);
            }
            let before = if round == 1 { "briefing" } else { "results" };
            self.advance(before, round - 1, ("decide", round));
            for &blow in &blows {
                self.go_through(blow);
            }
            self.all_decided();
            self.ask(&json!({"do": "advance", "stage": "decide", "round": round}));
            self.advance("play", round, ("results", round));
        }
        let rounds = self.trial.rounds;
        if u64::from(rounds) == self.line("class")["rounds"].as_u64().unwrap_or(0) {
            self.advance("results", rounds, ("debrief", rounds));
        } else {
            self.ask(&json!({"do": "end"}));
            self.stages.push(("debrief".into(), u64::from(rounds), millis()));
        }
        let arrived = |heard: &[Told]| {
            heard.iter().filter(|told| matches!(&told.what, What::Stage(name, _) if name == "debrief")).count()
        };
        if !self.hear(Duration::from_mins(1), |heard| arrived(heard) == phones) {
            self.wrong.push(format!("after 60 s only {} of {phones} phones show the debrief", arrived(&self.heard)));
        }
        // Whoever lost an answer in the last round asks again.
        let expected = phones * (rounds as usize + 1);
        let done = |heard: &[Told]| heard.iter().filter(|told| matches!(told.what, What::Done(_))).count();
        self.hear(Duration::from_secs(30), |heard| done(heard) >= expected);
        self.examine();
        let (untold, late) = (self.longest(true, 0), self.longest(false, 0));
        let untold_pages = self.longest(true, self.trial.phones);
        self.order(&Order::End);
        for pupils in &mut self.pupils {
            let _ = pupils.wait();
        }
        Outcome {
            lesson: self.trial.lesson.clone(),
            seconds: self.begun.elapsed().as_secs_f64(),
            untold,
            untold_pages,
            late,
            notices: self.heard.iter().filter(|told| told.what == What::Notice(true)).count(),
            acknowledged: self.heard.iter().filter(|told| matches!(told.what, What::Done(_))).count(),
            wrong: std::mem::take(&mut self.wrong),
        }
    }

    /// Longest time in seconds from the begin of a stage until a phone showed it, or a later one; with `or_told`, or until it
    /// said that there is no connection. Of the phones and pages from `first` on.
    fn longest(&self, or_told: bool, first: usize) -> f64 {
        let mut longest = 0;
        for (nth, (_, _, from)) in self.stages.iter().enumerate() {
            // What the class has left again nobody has to have seen.
            let until = self.stages.get(nth + 1).map_or(u64::MAX, |next| next.2);
            for phone in first..self.people() {
                let mut shown = until;
                let mut without = false;
                for told in self.heard.iter().filter(|told| told.phone == phone) {
                    match &told.what {
                        What::Notice(on) if told.at <= *from => without = *on,
                        What::Notice(true) if or_told => shown = shown.min(told.at),
                        What::Stage(name, round)
                            if self.stages[nth..].iter().any(|(of, at, _)| of == name && at == round) =>
                        {
                            shown = shown.min(told.at);
                        }
                        _ => {}
                    }
                }
                if !(or_told && without) && shown != u64::MAX {
                    longest = longest.max(shown.saturating_sub(*from));
                }
            }
        }
        longest as f64 / 1e3
    }

    /// Compares what was acknowledged with what the class knows in the end.
    fn examine(&mut self) {
        let mut wrong = Vec::new();
        let history = self.line("history");
        let monitor = self.line("monitor");
        let people = monitor["people"].as_array().expect("people").clone();
        if people.len() != self.people() {
            wrong.push(format!("{} pupils are {} people", self.people(), people.len()));
        }
        let mut posts: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for told in &self.heard {
            match &told.what {
                What::Seat(seat) => drop(posts.entry(told.phone).or_default().insert(seat.to_string())),
                // Who scanned the code again has left the seat at the old address.
                What::Gone(why) if self.scanned.is_none_or(|at| told.at < at) => {
                    wrong.push(format!("phone {} has lost its seat: {why}", told.phone));
                }
                What::Broken(why) => wrong.push(format!("the page of phone {}: {why}", told.phone)),
                What::Refused(what, status, why) => {
                    wrong.push(format!("phone {}: {what} was refused: {status} {why}", told.phone));
                }
                _ => {}
            }
        }
        for (phone, seats) in &posts {
            if seats.len() != 1 {
                wrong.push(format!("phone {phone} had several seats: {seats:?}"));
            }
        }
        let decisions = self.file("decisions.csv");
        let rows: Vec<Vec<String>> = decisions.lines().map(cells).collect();
        for told in &self.heard {
            let What::Done(done) = &told.what else { continue };
            let name = format!("Pupil {}", told.phone);
            let who = people.iter().find(|who| who["name"] == name.as_str());
            let round = done["round"].as_u64().unwrap_or(0) as usize;
            match done["do"].as_str() {
                Some("predict") if who.is_none_or(|who| who["predicted"] != done["answer"]) => {
                    wrong.push(format!("{name}: the prediction is lost: {done}"));
                }
                Some("send") => {
                    let orders = history["history"][round - 1]["orders"].as_array();
                    let order = orders.and_then(|orders| orders.iter().find(|order| order["name"] == name.as_str()));
                    let kept = done["answers"].as_object().is_none_or(|answers| {
                        order.is_some_and(|order| {
                            order["by"] == "person"
                                && answers.iter().all(|(key, answer)| {
                                    order["answers"].as_array().is_some_and(|all| {
                                        all.iter()
                                            .any(|each| each["key"] == key.as_str() && same(&each["answer"], answer))
                                    })
                                })
                        })
                    });
                    if !kept {
                        wrong.push(format!("{name}: the decision is lost: {done}; there is {order:?}"));
                    }
                    // A page tells what it shows.
                    for (question, said) in done["shown"].as_object().into_iter().flatten() {
                        // As far as letters and digits go: a page has its own signs between them.
                        let bare = |text: &str| {
                            text.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>().to_lowercase()
                        };
                        let said = bare(said.as_str().unwrap_or_default());
                        let is = |one: &Value| one.as_str().is_some_and(|one| bare(one) == said);
                        let answered = order.and_then(|order| order["answers"].as_array()).is_some_and(|all| {
                            all.iter().any(|each| each["question"] == question.as_str() && is(&each["words"]))
                        });
                        let voted = rows.iter().any(|row| {
                            let [of, .., who, _, what, _, law] = &row[..] else { return false };
                            *of == round.to_string() && *who == name && what == "vote" && bare(law) == said
                        });
                        if said.is_empty() || !(answered || voted) {
                            wrong.push(format!("{name}: “{question} {said}” is lost; there is {order:?}"));
                        }
                    }
                    let law = done["law"].as_u64().map(|law| {
                        let title = &history["history"][round - 1]["laws"][law as usize];
                        ("vote", title.as_str().unwrap_or_default())
                    });
                    let rises = done["rises"].as_bool();
                    let rises = rises.map(|rises| ("foretell", if rises { "rise" } else { "fall" }));
                    for (key, answer) in law.into_iter().chain(rises) {
                        let kept = rows.iter().any(|row| {
                            let [of, .., who, _, what, _, said] = &row[..] else { return false };
                            *of == round.to_string() && *who == name && what == key && said == answer
                        });
                        if !kept {
                            wrong.push(format!("{name}: the {key} is lost: {done} ({answer})"));
                        }
                    }
                }
                _ => {}
            }
        }
        // Everybody had something to do in every round, did it, and was told that it counts: an answer that was lost on its
        // way comes when they ask again.
        for round in 0..=u64::from(self.trial.rounds) {
            let what = if round == 0 { "predict" } else { "send" };
            let told = |phone: usize| {
                self.heard.iter().any(|told| {
                    told.phone == phone
                        && matches!(&told.what, What::Done(done) if done["do"] == what && done["round"].as_u64().unwrap_or(0) == round)
                })
            };
            let idle: Vec<String> =
                (0..self.people()).filter(|&nth| !told(nth)).map(|nth| format!("Pupil {nth}")).collect();
            if !idle.is_empty() {
                wrong.push(format!("round {round}: nothing was acknowledged to {}", idle.join(", ")));
            }
        }
        self.wrong.append(&mut wrong);
    }

    fn file(&self, name: &str) -> String {
        use std::io::Read as _;
        let at = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), PORT);
        let mut stream = call(None, at, Duration::from_secs(20)).expect("it listens");
        let path = format!("/api/classes/{}/export/{name}?token={}", self.code, self.token);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").expect("it hears");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.replace("\r\n", "\n")
    }
}

impl Drop for School {
    fn drop(&mut self) {
        for pupils in &mut self.pupils {
            let _ = pupils.kill();
            let _ = pupils.wait();
        }
    }
}

/// The cells of a row of comma-separated values.
fn cells(row: &str) -> Vec<String> {
    let (mut all, mut quoted) = (vec![String::new()], false);
    for letter in row.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            letter => all.last_mut().expect("a cell").push(letter),
        }
    }
    all
}

/// Whether two answers are the same; numbers may be written as whole or not.
fn same(one: &Value, other: &Value) -> bool {
    one == other || (one.as_f64().is_some() && one.as_f64() == other.as_f64())
}
