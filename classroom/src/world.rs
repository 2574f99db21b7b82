//! A world that people look at: a thread that runs one future of a scenario, or two with the same past, and sends what happens
//! to its listeners.
//!
//! Pages send a [`Command`]; every change is sent to all listeners alike, one line of JSON each.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contraband_sim::record::csv_dialect::CsvDialect;
use contraband_sim::record::tables::TABLES;
use contraband_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{broadcast, oneshot};

use crate::csv::csv;
use crate::future::{Future, RecordedDay};
use crate::pace::Pace;
use crate::plan::{Intervention, changed, written};
use crate::refused::Refused;
use crate::story::{QuestionSubject, story};
use crate::view;

/// What a world is made from, and what a link holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Bare name of a scenario that comes with the program; with a text, the name of its file.
    pub scenario: String,
    /// Text of a scenario file: RON, or JSON by the ending of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Seed; the scenario's own if left out.
    pub seed: Option<u64>,
    /// Number of days to run; the scenario's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// The changes of each future: none, one or two lists.
    #[serde(default)]
    pub futures: Vec<Vec<Intervention>>,
    /// The day to look at.
    #[serde(default)]
    pub now: u32,
}

impl Opening {
    /// The scenario before any change, with seed and days as asked for.
    fn written(&self) -> Result<Scenario, Refused> {
        let mut scenario = written(&self.scenario, self.text.as_deref())?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.days = self.days.unwrap_or(scenario.days);
        Ok(scenario)
    }
}

/// The commands of a page to its world.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Runs on, day by day.
    Play,
    /// Pauses.
    Pause,
    /// Shows another day, which is run first if needed.
    Seek {
        /// The day, from 0.
        day: u32,
    },
    /// Sets how fast days pass.
    Speed {
        /// Days per second, 1 to 100.
        days: u32,
    },
    /// Replaces the changes of a future; it is run again from the first day on which that makes a difference.
    Change {
        /// Number of the future, 0 or 1.
        future: usize,
        /// The whole list of its changes.
        changes: Vec<Intervention>,
    },
    /// Adds a second future with the same past.
    Fork,
    /// Keeps one of two futures, and drops the other.
    Keep {
        /// Number of the future to keep, 0 or 1.
        future: usize,
    },
    /// Asks for the value of every lever on a day.
    Levers {
        /// Number of the future, 0 or 1.
        future: usize,
        /// The day, from 1.
        day: u32,
    },
    /// Asks for the scenario as a file, with all changes in its timeline.
    File {
        /// Number of the future, 0 or 1.
        future: usize,
    },
    /// Asks for a table of all days run so far, as `contraband run --csv` writes it.
    Table {
        /// Number of the future, 0 or 1.
        future: usize,
        /// Name of the table.
        name: String,
        /// The word of its dialect; plain if there is none.
        #[serde(default)]
        dialect: Option<String>,
    },
    /// Asks for what is known about someone or something, and why.
    Story {
        /// Number of the future, 0 or 1.
        future: usize,
        /// The day, from 0.
        day: u32,
        /// The person, seller, market, place or event.
        about: QuestionSubject,
    },
}

/// A call to the world's thread, with a channel for the answer.
enum WorldCall {
    Do(Command, oneshot::Sender<Result<Value, Refused>>),
    Listen(oneshot::Sender<Listening>),
}

/// What a listener gets: everything so far in a few lines, and a receiver of all that comes.
pub type Listening = (Vec<Arc<str>>, broadcast::Receiver<Arc<str>>);

/// A handle of a world. The world ends when the last of these is dropped.
#[derive(Clone)]
pub struct World {
    calls: Arc<Mutex<Sender<WorldCall>>>,
    told: broadcast::Sender<Arc<str>>,
}

impl World {
    /// Opens a world on a thread of its own. `threads` changes speed only.
    ///
    /// # Errors
    /// Everything that is wrong with the opening, in sentences for people.
    pub fn open(opening: Opening, threads: usize) -> Result<Self, Refused> {
        if opening.futures.len() > MOST_FUTURES {
            return Err(vec![format!("there can be at most two futures, not {}", opening.futures.len())]);
        }
        let written = opening.written()?;
        let changes = if opening.futures.is_empty() { vec![Vec::new()] } else { opening.futures };
        let mut scenarios = Vec::new();
        for changes in &changes {
            scenarios.push(Arc::new(changed(written.clone(), changes)?));
        }
        let days = scenarios[0].days;
        if opening.now > days {
            return Err(vec![format!("day {} is after the end of the run, which has {days} days", opening.now)]);
        }
        let (calls, waiting) = channel();
        let (told, _) = broadcast::channel(256);
        let tell = told.clone();
        std::thread::spawn(move || {
            let mut scenarios = scenarios.into_iter();
            let first = scenarios.next().expect("one at least");
            let mut futures = vec![Future::new(Arc::clone(&first), threads)];
            for other in scenarios {
                let mut fork = futures[0].fork();
                fork.follow(other);
                futures.push(fork);
            }
            let life = WorldThread {
                name: opening.scenario,
                written,
                told_days: vec![1; futures.len()],
                futures,
                changes,
                now: 0,
                goal: (opening.now > 0).then_some(opening.now),
                playing: false,
                speed: 5,
                told: tell,
            };
            life.live(&waiting);
        });
        Ok(Self { calls: Arc::new(Mutex::new(calls)), told })
    }

    /// Number of listeners.
    pub fn listeners(&self) -> usize {
        self.told.receiver_count()
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// When it is not possible: sentences for people.
    pub async fn ask(&self, command: Command) -> Result<Value, Refused> {
        let (answer, answered) = oneshot::channel();
        self.call(WorldCall::Do(command, answer))?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Starts to listen: first everything that a newcomer needs to know, then every change.
    ///
    /// # Errors
    /// When the world has ended.
    pub async fn listen(&self) -> Result<Listening, Refused> {
        let (answer, answered) = oneshot::channel();
        self.call(WorldCall::Listen(answer))?;
        answered.await.map_err(|_| gone())
    }

    fn call(&self, call: WorldCall) -> Result<(), Refused> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).send(call).map_err(|_| gone())
    }
}

fn gone() -> Refused {
    vec!["this world has ended; reload the page to start it again".into()]
}

/// Futures that can run side by side.
const MOST_FUTURES: usize = 2;
/// Shortest time between two updates while days pass: more than eyes can follow help nobody.
const BEAT: Duration = Duration::from_millis(80);

/// The world, on its thread.
struct WorldThread {
    name: String,
    /// The scenario before any change.
    written: Scenario,
    futures: Vec<Future>,
    changes: Vec<Vec<Intervention>>,
    /// Number of days sent of each future.
    told_days: Vec<usize>,
    /// The day that is shown.
    now: u32,
    /// The day to get to, as fast as possible.
    goal: Option<u32>,
    playing: bool,
    /// Days per second, 1 to 100.
    speed: u32,
    told: broadcast::Sender<Arc<str>>,
}

impl WorldThread {
    fn live(mut self, calls: &Receiver<WorldCall>) {
        let mut pace = Pace::start();
        loop {
            let wait = match (self.goal, self.playing) {
                (Some(_), _) => Some(Duration::ZERO),
                (None, true) => Some(pace.left(self.beat())),
                (None, false) => None,
            };
            let call = match wait {
                None => calls.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => calls.recv_timeout(wait),
            };
            match call {
                Ok(WorldCall::Do(command, answer)) => {
                    // Whoever asked may have left; the command is carried out all the same.
                    let _ = answer.send(self.follow(command));
                }
                Ok(WorldCall::Listen(answer)) => {
                    let _ = answer.send((self.all_so_far(), self.told.subscribe()));
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => self.go_on(&mut pace),
            }
        }
    }

    /// Time between two steps while it plays.
    fn beat(&self) -> Duration {
        Duration::from_secs(1) / self.speed.max(1)
    }

    fn go_on(&mut self, pace: &mut Pace) {
        if let Some(goal) = self.goal {
            let next = (self.now + 1).min(goal);
            self.live_to(next);
            self.now = next;
            if next == goal {
                self.goal = None;
                self.tell();
            } else if pace.left(BEAT).is_zero() {
                pace.again();
                self.tell();
            }
            return;
        }
        if self.told.receiver_count() == 0 || self.now >= self.days() {
            // Nobody is looking, or no day is left.
            self.playing = false;
            self.tell();
            return;
        }
        pace.step(self.beat());
        self.live_to(self.now + 1);
        self.now += 1;
        if self.now == self.days() {
            self.playing = false;
        }
        if !self.playing || pace.may_tell(BEAT) {
            self.tell();
        }
    }

    fn days(&self) -> u32 {
        self.futures[0].scenario().days
    }

    fn live_to(&mut self, day: u32) {
        for future in &mut self.futures {
            while future.lived() < day {
                future.step();
            }
        }
    }

    fn follow(&mut self, command: Command) -> Result<Value, Refused> {
        match command {
            Command::Play => {
                self.playing = self.now < self.days();
                self.tell();
            }
            Command::Pause => {
                (self.playing, self.goal) = (false, None);
                self.tell();
            }
            Command::Seek { day } => {
                if day > self.days() {
                    return Err(vec![format!("the run has {} days; there is no day {day}", self.days())]);
                }
                self.playing = false;
                self.look_at(day);
                self.tell();
            }
            Command::Speed { days } => {
                if !(1..=100).contains(&days) {
                    return Err(vec![format!("{days} days per second are not possible: choose from 1 to 100")]);
                }
                self.speed = days;
                self.tell();
            }
            Command::Change { future, changes } => self.change(future, changes)?,
            Command::Fork => {
                if self.futures.len() == MOST_FUTURES {
                    return Err(vec!["there are two futures already; keep one of them first".into()]);
                }
                self.futures.push(self.futures[0].fork());
                self.changes.push(self.changes[0].clone());
                self.told_days.push(0);
                self.tell();
            }
            Command::Keep { future } => {
                self.future(future)?;
                if self.futures.len() > 1 {
                    self.futures = vec![self.futures.swap_remove(future)];
                    self.changes = vec![self.changes.swap_remove(future)];
                    self.told_days = vec![0];
                    self.tell();
                }
            }
            Command::Levers { future, day } => {
                return Ok(json!({"schema": 1, "values": view::values_on(self.future(future)?.scenario(), day)}));
            }
            Command::File { future } => {
                return Ok(json!({"schema": 1, "ron": self.future(future)?.scenario().to_ron()}));
            }
            Command::Table { future, name, dialect } => {
                let table = TABLES.iter().find(|table| table.name == name).ok_or_else(|| {
                    let names = TABLES.iter().map(|table| table.name).collect::<Vec<_>>().join(", ");
                    vec![format!("there is no table `{name}`; there are {names}")]
                })?;
                let days = self.future(future)?.days().iter().map(AsRef::as_ref);
                let dialect = dialect.as_deref().and_then(CsvDialect::from_word).unwrap_or_default();
                return Ok(csv(days, table, dialect).into());
            }
            Command::Story { future, day, about } => return story(self.future(future)?, day, &about),
        }
        Ok(json!({"schema": 1}))
    }

    fn future(&self, future: usize) -> Result<&Future, Refused> {
        self.futures.get(future).ok_or_else(|| vec![format!("there is no future {}", future + 1)])
    }

    /// Shows a day now, or as soon as it has been run.
    fn look_at(&mut self, day: u32) {
        let lived = self.futures.iter().map(Future::lived).min().unwrap_or(0);
        self.now = day.min(lived);
        self.goal = (day > lived).then_some(day);
    }

    fn change(&mut self, future: usize, changes: Vec<Intervention>) -> Result<(), Refused> {
        self.future(future)?;
        let scenario = Arc::new(changed(self.written.clone(), &changes)?);
        let parts = self.futures[future].follow(scenario);
        self.changes[future] = changes;
        self.told_days[future] = self.told_days[future].min(self.futures[future].lived() as usize + 1);
        if parts == Some(0) {
            self.told_days[future] = 0;
        }
        // A day that is run again is shown as soon as it is there.
        let day = self.goal.unwrap_or(self.now);
        self.look_at(day);
        self.tell();
        Ok(())
    }

    /// Everything that a newcomer needs to know, in lines of not too many days.
    fn all_so_far(&mut self) -> Vec<Arc<str>> {
        let setup = view::setup(&self.name, self.futures[0].scenario());
        let mut lines = vec![line(&json!({"kind": "hello", "schema": 1, "setup": setup}))];
        for (at, future) in self.futures.iter().enumerate() {
            for (nth, days) in future.days()[..self.told_days[at]].chunks(60).enumerate() {
                lines.push(line(&told_rows(at, nth * 60, days)));
            }
        }
        lines.push(line(&self.state()));
        lines
    }

    /// Sends all listeners what is new.
    fn tell(&mut self) {
        for (at, future) in self.futures.iter().enumerate() {
            let from = self.told_days[at];
            for (nth, days) in future.days()[from..].chunks(60).enumerate() {
                let _ = self.told.send(line(&told_rows(at, from + nth * 60, days)));
            }
            self.told_days[at] = future.days().len();
        }
        let _ = self.told.send(line(&self.state()));
    }

    /// The line `state`: the current day, and its people.
    fn state(&self) -> Value {
        let futures = self.futures.iter().zip(&self.changes).zip(&self.told_days).map(|((future, changes), &told)| {
            json!({
                "lived": told.saturating_sub(1),
                "changes": changes,
                "timeline": future.scenario().timeline.iter().map(view::entry).collect::<Vec<_>>(),
                "valve": future.scenario().valve(),
                "digest": future.digest().map(|digest| &digest.all),
                "dots": future.day(self.now).map(|day| day.dots.json()),
            })
        });
        json!({
            "kind": "state",
            "now": self.now,
            "goal": self.goal,
            "playing": self.playing,
            "speed": self.speed,
            "futures": futures.collect::<Vec<_>>(),
        })
    }
}

/// The line `rows` of these days, the first of which is day `from`. It replaces what was sent about that day and later ones.
fn told_rows(future: usize, from: usize, days: &[Arc<RecordedDay>]) -> Value {
    let lived = || days.iter().map(AsRef::as_ref);
    let (tables, news) = (view::rows(lived()), view::news(lived()));
    json!({"kind": "rows", "future": future, "from": from, "to": from + days.len() - 1, "tables": tables, "news": news})
}

fn line(value: &Value) -> Arc<str> {
    value.to_string().into()
}
